"""Definitions as authors may write them, and answers that fit them, for hypothesis."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec
from hypothesis import strategies as st

from survey_service.core.text import is_blank
from survey_service.core.text import many_lines as clean
from survey_service.forms.definition import Definition
from survey_service.questions import KINDS
from survey_service.questions.base import kind_of, text_parts
from survey_service.questions.choice import Choice
from survey_service.questions.multiple_choice import MultipleChoiceQuestion
from survey_service.questions.short_text import ShortTextQuestion
from survey_service.questions.single_choice import SingleChoiceQuestion

LANGUAGES = ("en", "am", "ka", "ml", "si", "ar", "pt-BR")


def is_seen(words: str) -> bool:
    """Whether anybody sees something: what is blank counts as nothing."""
    return not is_blank(words)


keys = st.sampled_from(
    [f"{name}{tail}" for name in ("a", "recommend", "q_1", "why") for tail in ("", "_2", "0", "x_y_z")]
)
said = st.text("aZ9 \t\n|<&\"'ሀაമසعé̀\u200d🌷", min_size=1, max_size=12).map(clean).filter(is_seen)
lines = said.map(lambda words: words.replace("\n", " ")).filter(is_seen)


def words_in(languages: list[str], words: st.SearchStrategy[str] = said) -> st.SearchStrategy[dict[str, str]]:
    """A text in some of the languages."""
    return st.dictionaries(st.sampled_from(languages), words)


def choices_in(languages: list[str]) -> st.SearchStrategy[list[Choice]]:
    """Choices with words in the first language at least."""
    first = languages[0]
    texts = st.builds(lambda some, default: {first: default} | some, words_in(languages, lines), lines)
    return st.lists(st.builds(Choice, key=keys, text=texts), max_size=5, unique_by=lambda choice: choice.key)


@st.composite
def questions_in(draw: st.DrawFn, languages: list[str]) -> Any:
    """A question of any kind, finished or not."""
    cls = draw(st.sampled_from([*KINDS.values()]))
    fields: dict[str, Any] = {"key": draw(keys), **{part: draw(words_in(languages)) for part in text_parts(cls)}}
    names = cls.__struct_fields__
    if cls.answerable:
        fields["required"] = draw(st.booleans())
    if "scale" in names:
        fields["scale"] = draw(st.integers(5, 7))
    if "max_length" in names:
        fields["max_length"] = draw(st.integers(1, 1000))
    if "choices" in names:
        fields["choices"] = draw(choices_in(languages))
    return cls(**fields)


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """A draft in one to three languages, finished or not; keys are unique."""
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True))
    questions = draw(st.lists(questions_in(languages), max_size=5, unique_by=lambda question: question.key))
    return Definition(
        title=draw(words_in(languages)),
        languages=languages,
        questions=questions,
        thanks=draw(words_in(languages)),
        hidden=draw(st.lists(keys, max_size=2, unique=True)),
    )


@st.composite
def finished(draw: st.DrawFn) -> Definition:
    """A definition that can be published."""
    draft = draw(definitions())
    first = draft.languages[0]
    questions = [msgspec.structs.replace(question, text={first: draw(said)}) for question in draft.questions]
    for position, question in enumerate(questions):
        if isinstance(question, SingleChoiceQuestion | MultipleChoiceQuestion) and not question.choices:
            questions[position] = msgspec.structs.replace(question, choices=[Choice(key="a", text={first: "A"})])
    questions.append(ShortTextQuestion(key="zz_last_of_all", text={first: "?"}))
    return msgspec.structs.replace(draft, title={first: draw(said)}, questions=questions)


@st.composite
def answers_to(draw: st.DrawFn, definition: Definition) -> dict[str, Any]:
    """JSON answers that fit, to every required question and to some of the others."""
    answers: dict[str, Any] = {}
    for question in definition.questions:
        if question.answerable and (question.required or draw(st.booleans())):
            answers[question.key] = draw(ANSWERS[kind_of(question)](question))
    return answers


def _numbers(question: Any) -> st.SearchStrategy[Any]:
    return st.integers(question.low, question.high)


def _keys(question: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([choice.key for choice in question.choices])


def _words(question: Any) -> st.SearchStrategy[Any]:
    return said.map(lambda words: words[: question.max_length].strip()).map(lambda cut: cut if is_seen(cut) else "x")


ANSWERS: Mapping[str, Callable[[Any], st.SearchStrategy[Any]]] = {
    "nps": _numbers,
    "csat": _numbers,
    "ces": _numbers,
    "single_choice": _keys,
    "multiple_choice": lambda question: st.lists(_keys(question), min_size=1),
    "short_text": _words,
    "long_text": _words,
    "date": lambda question: st.dates().map(date.isoformat),
    "email": lambda question: keys.map(lambda name: f"{name}@example.org"),
}
"""Kind → JSON answers that fit a question of it."""

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
"""Any JSON."""
