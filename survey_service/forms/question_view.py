"""A question as the templates of pages and mails draw it. Pure."""

from typing import Any

from survey_service.questions import Question
from survey_service.questions.base import kind_of
from survey_service.questions.choice import ChoiceQuestion
from survey_service.questions.scale import ScaleQuestion
from survey_service.questions.texts import text_in


def question_view(question: Question, language: str, default: str) -> dict[str, Any]:
    """A question as the templates draw it."""
    view: dict[str, Any] = {
        "key": question.key,
        "kind": kind_of(question),
        "text": text_in(question.text, language, default),
        "hint": text_in(question.hint, language, default),
        "required": question.required,
        "low": None,
        "high": None,
        "low_label": "",
        "high_label": "",
        "choices": [],
    }
    if isinstance(question, ScaleQuestion):
        view |= {"low": question.low, "high": question.high}
        view |= {"low_label": text_in(question.low_label, language, default)}
        view |= {"high_label": text_in(question.high_label, language, default)}
    if isinstance(question, ChoiceQuestion):
        view["choices"] = [(choice.key, text_in(choice.text, language, default)) for choice in question.choices]
    return view
