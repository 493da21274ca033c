"""Checks and normalises answers against a definition. Pure: the same answers always give the same result.

JSON types are strict (a scale takes a number, not "9"). Form-encoded fields are converted first, by
`from_fields`. Nothing is cut or guessed: what does not fit is an error at its question.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from survey_service.conditions.evaluate import Value, Values
from survey_service.core import i18n
from survey_service.core.errors import FieldError
from survey_service.core.i18n import Said, Written
from survey_service.core.text import one_line
from survey_service.forms.definition import Definition
from survey_service.forms.rules import is_asked
from survey_service.questions.base import Answer, Wrong


class ScoredAnswer(msgspec.Struct, frozen=True):
    """The answer to a question that is counted: its metric, key, revision and number."""

    metric: str
    question: str
    revision: int
    value: int


class Checked(msgspec.Struct, frozen=True):
    """Normalised answers in the form's order, what to count, and the errors (in the respondent's language)."""

    answers: dict[str, Answer]
    scores: list[ScoredAnswer]
    errors: list[FieldError]
    comment: str = ""
    comment_question: str = ""
    email: str = ""


def check(
    definition: Definition,
    answers: Mapping[str, Any],
    language: str,
    written: Written = (),
    around: Values | None = None,
) -> Checked:
    """Every answer normalised, or an error for each one that does not fit. `language` words the errors, or what is
    `written` for it. Conditions read `around` beside answers; an answer to what is not asked is left out."""
    values: dict[str, Value] = dict(around or {})
    normal: dict[str, Answer] = {}
    scores: list[ScoredAnswer] = []
    errors: list[FieldError] = []
    comment = comment_question = email = ""
    for question in definition.questions:
        key = question.key
        if not is_asked(question, values):
            continue
        given = answers.get(key)
        if given is None and not question.required:
            continue
        try:
            value = question.answer(given)
        except Wrong as wrong:
            said = i18n.text(wrong.message, language, written, **wrong.values)
            errors.append(FieldError(key, wrong.code, str(said), said.other))
            continue
        if value is None:
            continue
        normal[key] = values[key] = value
        if question.metric:
            for _, number in question.buckets(value):
                scores.append(ScoredAnswer(question.metric, key, question.revision, number))
        elif question.becomes == "comment" and not comment:
            comment, comment_question = str(value), key
        elif question.becomes == "email" and not email:
            email = str(value)
    if len(answers) > len(normal):
        errors += _unknown(definition, answers, i18n.text("error_question_unknown", language, written))
    return Checked(normal, scores, errors, comment, comment_question, email)


def _unknown(definition: Definition, answers: Mapping[str, Any], said: Said) -> list[FieldError]:
    """An error for each answer to a question that the form does not ask."""
    known = {question.key for question in definition.questions if question.answerable}
    return [
        FieldError(_printable(key), "unknown_question", str(said), said.other) for key in answers if key not in known
    ]


def fingerprint(answers: Mapping[str, Answer]) -> str:
    """SHA-256 of normalised answers, by which a replay is told from a second thought."""
    ordered = msgspec.json.encode(answers, order="sorted")
    return hashlib.sha256(ordered).hexdigest()


def from_fields(definition: Definition, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Answers from form-encoded fields, whose values are all text. Fields that are no question's are none."""
    given = ((question.key, question.from_fields(fields)) for question in definition.questions)
    return {key: value for key, value in given if value is not None}


def _printable(key: str) -> str:
    """A client's own name for a field, short and harmless enough to be said back."""
    return one_line(key)[:40]
