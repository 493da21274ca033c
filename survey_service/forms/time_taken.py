"""How long a form takes, as its page and its posters say it. Pure."""

from collections.abc import Mapping, Sequence

from survey_service.forms.definition import Question, kind_of

SECONDS: Mapping[str, int] = {
    "multiple_choice": 10,
    "single_choice": 7,
    "long_text": 10,
    "short_text": 8,
    "email": 8,
}
OTHERS = 5
"""A tap on a scale."""


def time_taken(questions: Sequence[Question]) -> tuple[str, int]:
    """The unit (`seconds` or `minutes`) and how many of them.

    Up to a minute in seconds, in fives, rounded down; above it in whole minutes, rounded up: nobody is promised less
    time than the form takes by half a minute.
    """
    total = sum(SECONDS.get(kind_of(question), OTHERS) for question in questions if question.answerable)
    return ("minutes", -(-total // 60)) if total > 60 else ("seconds", total // 5 * 5)
