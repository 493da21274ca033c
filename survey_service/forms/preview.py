"""What somebody with certain answers would be asked, and why: nothing is kept. Pure."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from survey_service.conditions.evaluate import Value, Values, reasons
from survey_service.core import channels
from survey_service.core.errors import FieldError
from survey_service.forms.definition import Definition
from survey_service.forms.rules import is_asked, surroundings
from survey_service.forms.validation import check
from survey_service.questions.base import Kind

Channel = Annotated[str, Meta(pattern=f"^({'|'.join(channels.CHANNELS)})$(?!\n)", description="How they answer.")]


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers to be tried, and what else conditions read. `version` is a published one; 0 is the draft."""

    answers: dict[str, Any] = {}
    language: Annotated[str, Meta(max_length=35)] = ""
    channel: Channel = "link"
    place: Annotated[str, Meta(max_length=100)] = ""
    hidden: Annotated[dict[str, Any], Meta(max_length=20)] = {}
    version: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0


class Looked(msgspec.Struct, frozen=True, rename={"operator": "is"}):
    """One comparison of a condition: what it reads, how, with what, the value that was there, and whether it held."""

    of: str
    operator: str
    to: Any
    value: Value | None
    held: bool


class Explained(msgspec.Struct, frozen=True):
    """A question with a condition: whether it is asked, and every comparison that decides it."""

    key: str
    state: Literal["asked", "not_asked"]
    why: list[Looked]


class Outcome(msgspec.Struct, frozen=True):
    """The keys of what is asked, in order; the answers that would be kept; what would need another look; and why each
    question with a condition is asked or not."""

    asked: list[str]
    values: dict[str, Any]
    errors: list[FieldError]
    conditions: list[Explained]


def tried(definition: Definition, trial: Trial, language: str) -> Outcome:
    """What becomes of these answers. `language` is one of the form's."""
    around = surroundings(language, trial.channel, trial.place, _declared(definition, trial.hidden))
    checked = check(definition, trial.answers, language, around=around)
    values = {**around, **checked.answers}
    return Outcome(
        asked=[question.key for question in definition.questions if is_asked(question, values)],
        values=dict(checked.answers),
        errors=checked.errors,
        conditions=[_explained(question, values) for question in definition.questions if question.show_if],
    )


def _declared(definition: Definition, hidden: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in hidden.items() if name in definition.hidden}


def _explained(question: Kind, values: Values) -> Explained:
    looked = [
        Looked(of=str(leaf.of), operator=leaf.operator, to=leaf.to, value=value, held=held)
        for leaf, value, held in (reasons(question.show_if, values) if question.show_if else ())
    ]
    return Explained(question.key, "asked" if is_asked(question, values) else "not_asked", looked)
