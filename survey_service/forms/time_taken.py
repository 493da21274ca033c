"""How long a form takes, as its page and its posters say it. Pure."""

from collections.abc import Sequence

from survey_service.questions import Question


def time_taken(questions: Sequence[Question]) -> tuple[str, int]:
    """The unit (`seconds` or `minutes`) and how many of them.

    Up to a minute in seconds, in fives, rounded down; above it in whole minutes, rounded up: nobody is promised less
    time than the form takes by half a minute.
    """
    total = sum(question.seconds for question in questions)
    return ("minutes", -(-total // 60)) if total > 60 else ("seconds", total // 5 * 5)
