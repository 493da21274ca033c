"""What a form asks: a definition in one or several languages, as msgspec tagged unions.

A text is an object of language → words. The first of `languages` is the default; a language is offered to
respondents only when every text has it, so that nobody reads a mixture. Published definitions never change.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from survey_service.core.i18n import names
from survey_service.core.i18n.staff import N_, name_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.text import is_blank
from survey_service.questions import Question
from survey_service.questions.texts import Fault, Key, LanguageTag, Text
from survey_service.questions.texts import cleaned as text_cleaned

MAX_QUESTIONS = 100


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


def texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    """Every text that a respondent reads, with the name of its place; left out are those that are written in no
    language and need not be."""
    parts: list[tuple[str, Text]] = [
        ("title", definition.title),
        ("thanks_title", definition.thanks_title),
        ("thanks", definition.thanks),
    ]
    parts += [text for question in definition.questions for text in question.texts()]
    needed = {"title"}.union(*(question.needed() for question in definition.questions))
    return ((name, text) for name, text in parts if name in needed or any(text.values()))


def asks_about_person(definition: Definition) -> bool:
    """Whether it asks for an e-mail address, a name or a telephone number."""
    return any(question.asks_who for question in definition.questions)


def cleaned(definition: Definition) -> Definition:
    """With every text as it is kept: as typed, but for what no page can show."""
    return msgspec.structs.replace(
        definition,
        title=text_cleaned(definition.title),
        thanks_title=text_cleaned(definition.thanks_title),
        mail_subject=text_cleaned(definition.mail_subject),
        thanks=text_cleaned(definition.thanks),
        questions=[question.cleaned() for question in definition.questions],
    )


def missing_texts(definition: Definition, language: str) -> list[str]:
    """The places whose text is not there in `language`."""
    return [name for name, text in texts(definition) if is_blank(text.get(language, ""))]


def complete_languages(definition: Definition) -> list[str]:
    """The languages that respondents are offered: those without a missing text, the default always."""
    default = definition.languages[0]
    return [default, *(tag for tag in definition.languages[1:] if not missing_texts(definition, tag))]


def unknown_languages(languages: Iterable[str]) -> list[Fault]:
    """A fault for each that looks like the tag of a language and is none."""
    sentence = N_("No language is called “%(tag)s”. Write it by name, such as French or Portuguese (Brazil).")
    return [("languages", "unknown", _(sentence, tag=tag)) for tag in languages if not names.is_tag(tag)]


def faults(definition: Definition) -> list[Fault]:
    """What keeps a definition from being published."""
    found: list[Fault] = []
    default = definition.languages[0]
    if not any(question.answerable for question in definition.questions):
        found.append(("questions", "none", _("A form needs at least one question that can be answered.")))
    if len(set(definition.languages)) < len(definition.languages):
        found.append(("languages", "repeated", _("A language is listed twice.")))
    found += unknown_languages(definition.languages)
    if is_blank(definition.title.get(default, "")):
        found.append(
            (
                f"title.{default}",
                "missing_text",
                _("Write the title in %(language)s, the first language.", language=name_of(default)),
            )
        )
    seen: set[str] = set()
    for number, question in enumerate(definition.questions):
        if question.key in seen:
            sentence = _("Two questions are called “%(key)s” in exports.", key=question.key)
            found.append((f"questions[{number}].key", "repeated", sentence))
        seen.add(question.key)
        found += question.faults(f"questions[{number}]", default)
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
    return before.revision if question.asks_the_same(before) else before.revision + 1
