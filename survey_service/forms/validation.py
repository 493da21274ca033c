"""Checks and normalises answers against a definition. Pure: the same answers always give the same result.

JSON types are strict (a scale takes a number, not "9"). Form-encoded fields are converted first, by
`from_fields`. Nothing is cut or guessed: what does not fit is an error at its question.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from survey_service.core import email_address, i18n
from survey_service.core.email_address import MAX_EMAIL
from survey_service.core.errors import FieldError
from survey_service.core.text import is_blank, many_lines, one_line
from survey_service.forms.definition import (
    CesQuestion,
    ChoiceQuestion,
    CsatQuestion,
    Definition,
    EmailQuestion,
    LongTextQuestion,
    MultipleChoiceQuestion,
    NpsQuestion,
    Question,
    ScaleQuestion,
    ShortTextQuestion,
    SingleChoiceQuestion,
    StatementQuestion,
)

Answer = int | str | list[str]


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


class _Wrong(Exception):
    """An answer that does not fit: a code and the message that says what to do, with its values."""

    def __init__(self, code: str, message: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.values = values


def check(definition: Definition, answers: Mapping[str, Any], language: str) -> Checked:
    """Every answer normalised, or an error for each one that does not fit. `language` words the errors."""
    normal: dict[str, Answer] = {}
    scores: list[ScoredAnswer] = []
    errors: list[FieldError] = []
    comment = comment_question = email = ""
    for question in definition.questions:
        key, kind = question.key, type(question)
        try:
            value = _answer(question, kind, answers.get(key))
        except _Wrong as wrong:
            errors.append(FieldError(key, wrong.code, i18n.text(wrong.message, language, **wrong.values)))
            continue
        if value is None:
            continue
        normal[key] = value
        if question.metric:
            assert isinstance(value, int)
            scores.append(ScoredAnswer(question.metric, key, question.revision, value))
        elif kind is LongTextQuestion and not comment:
            comment, comment_question = str(value), key
        elif kind is EmailQuestion and not email:
            email = str(value)
    if len(answers) > len(normal):
        errors += _unknown(definition, answers, language)
    return Checked(normal, scores, errors, comment, comment_question, email)


def _unknown(definition: Definition, answers: Mapping[str, Any], language: str) -> list[FieldError]:
    """An error for each answer to a question that the form does not ask."""
    known = {question.key for question in definition.questions if question.answerable}
    message = "error_question_unknown"
    return [
        FieldError(_printable(key), "unknown_question", i18n.text(message, language))
        for key in answers
        if key not in known
    ]


def fingerprint(answers: Mapping[str, Answer]) -> str:
    """SHA-256 of normalised answers, by which a replay is told from a second thought."""
    ordered = msgspec.json.encode(answers, order="sorted")
    return hashlib.sha256(ordered).hexdigest()


def from_fields(definition: Definition, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Answers from form-encoded fields, whose values are all text. Fields that are no question's are none."""
    answers: dict[str, Any] = {}
    for question in definition.questions:
        key = question.key
        values = [value for value in fields.get(key, ()) if not is_blank(value)]
        if not values or not question.answerable:
            continue
        if isinstance(question, MultipleChoiceQuestion):
            answers[key] = values
        else:
            answers[key] = _number(values[0].strip()) if isinstance(question, ScaleQuestion) else values[0]
    return answers


def _number(text: str) -> int | str:
    """The integer that `text` writes in ASCII digits, or the text itself, which will then be refused."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else text


def _answer(question: Question, kind: type, value: Any) -> Answer | None:
    if kind is StatementQuestion:
        return None
    if value is None or value == [] or (isinstance(value, str) and is_blank(value)):
        if question.required:
            raise _missing(question)
        return None
    read: Callable[[Any, Any], Answer | None] = _READ[kind]
    return read(question, value)


def _missing(question: Question) -> _Wrong:
    if isinstance(question, ScaleQuestion):
        return _Wrong("required", "error_scale_required", low=question.low, high=question.high)
    words = {
        SingleChoiceQuestion: "error_choice_required",
        MultipleChoiceQuestion: "error_choices_required",
        EmailQuestion: "error_email_required",
        ShortTextQuestion: "error_short_text_required",
    }
    return _Wrong("required", words.get(type(question), "error_text_required"))


def _scale(question: ScaleQuestion, value: Any) -> int:
    if type(value) is not int:  # a bool is an int too
        raise _Wrong("not_a_number", "error_number_malformed")
    if not question.low <= value <= question.high:
        raise _Wrong("out_of_range", "error_number_range", low=question.low, high=question.high)
    return value


def _single(question: SingleChoiceQuestion, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("wrong_type", "error_wrong_kind")
    if value not in {choice.key for choice in question.choices}:
        raise _Wrong("unknown_choice", "error_choice_unknown")
    return value


def _multiple(question: ChoiceQuestion, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise _Wrong("wrong_type", "error_wrong_kind")
    known = [choice.key for choice in question.choices]
    if set(value) - set(known):
        raise _Wrong("unknown_choice", "error_choice_unknown")
    return [key for key in known if key in value]


def _text(question: ShortTextQuestion | LongTextQuestion, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("wrong_type", "error_wrong_kind")
    text = many_lines(value)
    if len(text) > question.max_length:
        raise _Wrong("too_long", "error_too_long", max=question.max_length, n=len(text))
    return text


def _email(_question: EmailQuestion, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("wrong_type", "error_wrong_kind")
    text = many_lines(value)
    if len(text) > MAX_EMAIL:
        raise _Wrong("too_long", "error_too_long", max=MAX_EMAIL, n=len(text))
    try:
        return email_address.read(text)
    except email_address.NotAnAddress as error:
        raise _Wrong("malformed_email", "error_email_malformed", email=text) from error


_READ: Mapping[type, Callable[[Any, Any], Answer | None]] = {
    NpsQuestion: _scale,
    CsatQuestion: _scale,
    CesQuestion: _scale,
    SingleChoiceQuestion: _single,
    MultipleChoiceQuestion: _multiple,
    ShortTextQuestion: _text,
    LongTextQuestion: _text,
    EmailQuestion: _email,
}
"""Kind of question → how its answer is checked."""


def _printable(key: str) -> str:
    """A client's own name for a field, short and harmless enough to be said back."""
    return one_line(key)[:40]
