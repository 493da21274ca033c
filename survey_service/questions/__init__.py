"""Kinds of question: one file a kind, and here the one table of them. Pure.

What all say of themselves is `base.Kind`. A new kind is its file, its place in the table and its template; the tests
of this room name what is missing.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from survey_service.questions.base import Kind
from survey_service.questions.ces import CesQuestion
from survey_service.questions.csat import CsatQuestion
from survey_service.questions.date import DateQuestion
from survey_service.questions.email import EmailQuestion
from survey_service.questions.long_text import LongTextQuestion
from survey_service.questions.multiple_choice import MultipleChoiceQuestion
from survey_service.questions.nps import NpsQuestion
from survey_service.questions.short_text import ShortTextQuestion
from survey_service.questions.single_choice import SingleChoiceQuestion
from survey_service.questions.statement import StatementQuestion


def _by_name(*kinds: type[Kind]) -> Mapping[str, type[Kind]]:
    return {str(kind.__struct_config__.tag): kind for kind in kinds}


KINDS = _by_name(
    NpsQuestion,
    CsatQuestion,
    CesQuestion,
    SingleChoiceQuestion,
    MultipleChoiceQuestion,
    ShortTextQuestion,
    LongTextQuestion,
    EmailQuestion,
    DateQuestion,
    StatementQuestion,
)
"""Every kind by its word in JSON, in the order in which an author is offered them."""

if TYPE_CHECKING:
    Question = Kind
else:
    Question = reduce(or_, KINDS.values())
    """What is decoded: one of the kinds, told by its word."""
