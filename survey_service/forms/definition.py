"""What a form asks: a definition in one or several languages, as msgspec tagged unions.

A text is an object of language → words. The first of `languages` is the default; a language is offered to
respondents only when every text has it, so that nobody reads a mixture. Published definitions never change.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from survey_service.core.text import is_blank, many_lines

# Python's `$` also matches before a line's end; `(?!\n)` keeps that end out, here and in JavaScript alike.
KEY_PATTERN = r"^[a-z][a-z0-9_]{0,39}$(?!\n)"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$(?!\n)"
MAX_QUESTIONS = 100
MAX_CHOICES = 100

Key = Annotated[str, Meta(pattern=KEY_PATTERN, description="Names an answer in submissions and exports.")]
LanguageTag = Annotated[str, Meta(pattern=LANGUAGE_PATTERN, description="A BCP 47 language tag, such as `am`.")]
Words = Annotated[str, Meta(max_length=2000)]
Text = dict[LanguageTag, Words]
"""Words by language."""


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers that a choice question offers."""

    key: Key
    text: Text


class _Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """What every question has. `revision` is set at publication: it grows when wording or scale change."""

    key: Key
    text: Text
    hint: Text = {}
    required: bool = False
    revision: int = 1

    metric: ClassVar[str | None] = None
    answerable: ClassVar[bool] = True


class ScaleQuestion(_Question, frozen=True, kw_only=True):
    """A row of numbers with words at both ends."""

    low_label: Text = {}
    high_label: Text = {}

    @property
    def low(self) -> int:
        """The smallest number of the scale."""
        return 1

    @property
    def high(self) -> int:
        """The largest number of the scale."""
        raise NotImplementedError


class NpsQuestion(ScaleQuestion, frozen=True, tag="nps"):
    """Likelihood to recommend, 0 to 10. Only its author makes a question NPS."""

    metric: ClassVar[str | None] = "nps"

    @property
    def low(self) -> int:
        return 0

    @property
    def high(self) -> int:
        return 10


class CsatQuestion(ScaleQuestion, frozen=True, tag="csat", kw_only=True):
    """Satisfaction, 1 to `scale`; the `top_boxes` highest numbers count as satisfied."""

    scale: Annotated[int, Meta(ge=3, le=10)] = 5
    top_boxes: Annotated[int, Meta(ge=1, le=5)] = 2

    metric: ClassVar[str | None] = "csat"

    @property
    def high(self) -> int:
        return self.scale


class CesQuestion(ScaleQuestion, frozen=True, tag="ces", kw_only=True):
    """Ease, 1 (very hard) to `scale` (very easy); the score is the mean."""

    scale: Annotated[int, Meta(ge=5, le=7)] = 7

    metric: ClassVar[str | None] = "ces"

    @property
    def high(self) -> int:
        return self.scale


class ChoiceQuestion(_Question, frozen=True, kw_only=True):
    """Offers answers to choose from."""

    choices: Annotated[list[Choice], Meta(max_length=MAX_CHOICES)]


class SingleChoiceQuestion(ChoiceQuestion, frozen=True, tag="single_choice"):
    """One of several."""


class MultipleChoiceQuestion(ChoiceQuestion, frozen=True, tag="multiple_choice"):
    """Any of several, in the order of the form."""


class ShortTextQuestion(_Question, frozen=True, tag="short_text", kw_only=True):
    """One line."""

    max_length: Annotated[int, Meta(ge=1, le=1000)] = 200


class LongTextQuestion(_Question, frozen=True, tag="long_text", kw_only=True):
    """A comment; its language and mood are read."""

    max_length: Annotated[int, Meta(ge=1, le=20000)] = 5000


class EmailQuestion(_Question, frozen=True, tag="email"):
    """An e-mail address; a claim of who the respondent is, never a proof."""


class StatementQuestion(_Question, frozen=True, tag="statement"):
    """Words to read, nothing to answer."""

    answerable: ClassVar[bool] = False


Question = (
    NpsQuestion
    | CsatQuestion
    | CesQuestion
    | SingleChoiceQuestion
    | MultipleChoiceQuestion
    | ShortTextQuestion
    | LongTextQuestion
    | EmailQuestion
    | StatementQuestion
)


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole form."""

    title: Text
    languages: Annotated[list[LanguageTag], Meta(min_length=1, max_length=50)]
    questions: Annotated[list[Question], Meta(max_length=MAX_QUESTIONS)]
    thanks_title: Text = {}
    thanks: Text = {}
    mail_subject: Text = {}
    """The subject of its invitations; where it is empty, the title is."""
    hidden: Annotated[list[Key], Meta(max_length=20)] = []
    """Names of values that a link or integration may send along; others are dropped."""
    privacy_url: Annotated[str, Meta(max_length=500, pattern=r"^(https?://\S*)?$(?!\n)")] = ""


PERSONAL_KEYS = ("name", "phone")
"""Keys of short texts that the starters use for personal details."""


def kind_of(question: Question) -> str:
    """The word for a question's kind, as in its JSON: `nps`, `long_text`, …"""
    return str(type(question).__struct_config__.tag)


def text_in(text: Text, language: str, default: str) -> str:
    """The words in `language`, else in `default`, else in whichever is there; empty if there are none."""
    return text.get(language) or text.get(default) or next(iter(text.values()), "")


def texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    """Every text that a respondent reads, with the name of its place; empty ones are left out."""
    parts: list[tuple[str, Text]] = [
        ("title", definition.title),
        ("thanks_title", definition.thanks_title),
        ("thanks", definition.thanks),
    ]
    for question in definition.questions:
        parts += [(question.key, question.text), (f"{question.key}.hint", question.hint)]
        if isinstance(question, ScaleQuestion):
            parts += [(f"{question.key}.low", question.low_label), (f"{question.key}.high", question.high_label)]
        if isinstance(question, ChoiceQuestion):
            parts += [(f"{question.key}.{choice.key}", choice.text) for choice in question.choices]
    return ((name, text) for name, text in parts if any(text.values()))


def asks_about_person(definition: Definition) -> bool:
    """Whether it asks for an e-mail address, a name or a telephone number."""
    return any(kind_of(question) == "email" or question.key in PERSONAL_KEYS for question in definition.questions)


def cleaned(definition: Definition) -> Definition:
    """With every text as it is kept: as typed, but for what no page can show."""
    return msgspec.structs.replace(
        definition,
        title=_cleaned(definition.title),
        thanks_title=_cleaned(definition.thanks_title),
        mail_subject=_cleaned(definition.mail_subject),
        thanks=_cleaned(definition.thanks),
        questions=[_cleaned_question(question) for question in definition.questions],
    )


def _cleaned_question(question: Question) -> Question:
    parts = ("text", "hint", "low_label", "high_label")
    changes: dict[str, Any] = {part: _cleaned(getattr(question, part)) for part in parts if hasattr(question, part)}
    if isinstance(question, ChoiceQuestion):
        changes["choices"] = [
            msgspec.structs.replace(choice, text=_cleaned(choice.text)) for choice in question.choices
        ]
    return msgspec.structs.replace(question, **changes)


def _cleaned(text: Text) -> Text:
    return {tag: words if words.isspace() else many_lines(words) for tag, words in text.items()}


def missing_texts(definition: Definition, language: str) -> list[str]:
    """The places whose text is not there in `language`."""
    return [name for name, text in texts(definition) if is_blank(text.get(language, ""))]


def complete_languages(definition: Definition) -> list[str]:
    """The languages that respondents are offered: those without a missing text, the default always."""
    default = definition.languages[0]
    return [default, *(tag for tag in definition.languages[1:] if not missing_texts(definition, tag))]


Fault = tuple[str, str, str]
"""Where, as a path such as `questions[0].text.en`; a stable code; a sentence that says what is wrong."""


def faults(definition: Definition) -> list[Fault]:
    """What keeps a definition from being published."""
    found: list[Fault] = []
    default = definition.languages[0]
    if not any(question.answerable for question in definition.questions):
        found.append(("questions", "none", "A form needs at least one question that can be answered."))
    if len(set(definition.languages)) < len(definition.languages):
        found.append(("languages", "repeated", "A language is listed twice."))
    if is_blank(definition.title.get(default, "")):
        found.append((f"title.{default}", "missing_text", f"The title has no words in {default}, the first language."))
    seen: set[str] = set()
    for number, question in enumerate(definition.questions):
        if question.key in seen:
            sentence = f"Two questions are called “{question.key}” in exports."
            found.append((f"questions[{number}].key", "repeated", sentence))
        seen.add(question.key)
        found += _question_faults(f"questions[{number}]", question, default)
    return found


def _question_faults(path: str, question: Question, default: str) -> list[Fault]:
    found: list[Fault] = []
    if is_blank(question.text.get(default, "")):
        found.append((f"{path}.text.{default}", "missing_text", f"“{question.key}” has no words in {default}."))
    if isinstance(question, CsatQuestion) and question.top_boxes >= question.scale:
        found.append((f"{path}.top_boxes", "top_boxes", "Not every number of the scale can count as satisfied."))
    if isinstance(question, ChoiceQuestion):
        found += _choice_faults(f"{path}.choices", question, default)
    return found


def _choice_faults(path: str, question: ChoiceQuestion, default: str) -> list[Fault]:
    found: list[Fault] = []
    if not question.choices:
        found.append((path, "none", f"“{question.key}” offers nothing to choose from."))
    seen: set[str] = set()
    for number, choice in enumerate(question.choices):
        if choice.key in seen:
            found.append((f"{path}[{number}].key", "repeated", f"Two choices have the same key “{choice.key}”."))
        seen.add(choice.key)
        if is_blank(choice.text.get(default, "")):
            sentence = f"The choice “{choice.key}” has no words in {default}."
            found.append((f"{path}[{number}].text.{default}", "missing_text", sentence))
    return found


def with_revisions(definition: Definition, known: Mapping[str, Question]) -> Definition:
    """`definition` ready for publication. `known` holds the question last published under each key, also those
    that later versions left out: one whose wording or scale differs from it gets the next revision, one that is
    as it was keeps its own, a new one starts at 1."""
    questions = [
        msgspec.structs.replace(question, revision=_revision(question, known.get(question.key)))
        for question in definition.questions
    ]
    return msgspec.structs.replace(definition, questions=questions)


def _revision(question: Question, before: Question | None) -> int:
    if before is None:
        return 1
    return before.revision if _asks_the_same(question, before) else before.revision + 1


def _asks_the_same(question: Question, before: Question) -> bool:
    """Whether answers stay comparable: same kind and scale, and no wording changed in a language that was there.

    Adding a language, or making a question required, changes nothing that people read.
    """
    if type(question) is not type(before):
        return False
    if isinstance(question, ScaleQuestion) and isinstance(before, ScaleQuestion):
        if (question.low, question.high) != (before.low, before.high):
            return False
        if not (
            _same_words(question.low_label, before.low_label) and _same_words(question.high_label, before.high_label)
        ):
            return False
    return _same_words(question.text, before.text)


def _same_words(text: Text, before: Text) -> bool:
    return all(many_lines(text.get(tag, "")) == many_lines(words) for tag, words in before.items() if words)
