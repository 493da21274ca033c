"""What the builder's page shows of a draft: its languages, its questions, and where a trend would break. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from survey_service.builder import rule_words
from survey_service.builder.choice_lines import words_of
from survey_service.builder.draft_fields import KIND_FIELDS, TypedForm, TypedQuestion, field_of, shown_languages
from survey_service.core import i18n
from survey_service.core.errors import FieldError
from survey_service.core.i18n import Written, writing
from survey_service.core.i18n.staff import N_, name_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms.definition import Definition, missing_texts, texts, with_revisions
from survey_service.questions import KINDS, Question


class LanguageView(msgspec.Struct, frozen=True):
    """A language of the draft, how many of its texts are missing, and how many of the words around the questions."""

    tag: str
    name: str
    own_name: str
    missing: int
    total: int
    unwritten: int

    @property
    def share(self) -> int:
        """How much is there, in percent."""
        return round(100 * (self.total - self.missing) / self.total) if self.total else 100


class NumberView(msgspec.Struct, frozen=True):
    """A number that can be set, with its bounds."""

    name: str
    label: str
    value: str
    low: int
    high: int


class QuestionView(msgspec.Struct, frozen=True):
    """A question as the page shows it. `position` counts from 1, `path` begins its fields' names. `breaks` says that
    publishing it begins a new revision, `missing` how many texts other languages lack; what `has_own_words` has a
    template for them, builder/kinds/<kind>.html. `rule` says when it is asked; empty: always."""

    position: int
    path: str
    brief: str
    heading: str
    question: TypedQuestion
    numbers: tuple[NumberView, ...]
    ends: tuple[str, str]
    has_own_words: bool
    choices_shown: Mapping[str, str]
    answerable: bool
    breaks: bool
    missing: int
    opened: bool
    rule: str

    def default_ends(self, language: str) -> tuple[str, str]:
        """What stands at the ends of the scale where no words are written."""
        return KINDS[self.question.kind].default_ends(self.ends[1], i18n.chrome_language(language))


def languages(form: TypedForm, definition: Definition, written: Written) -> list[LanguageView]:
    """Every language that the page shows; counts are of the definition as it is kept, and of what the workspace wrote
    in languages that we do not speak."""
    total = sum(1 for _ in texts(definition))
    return [
        LanguageView(
            tag=tag,
            name=name_of(tag) + (f" ({tag})" if "-" in tag else ""),
            own_name=i18n.own_name(tag),
            missing=len(missing_texts(definition, tag)),
            total=total,
            unwritten=len(writing.unsaid(tag, written)),
        )
        for tag in shown_languages(form)
    ]


def incomplete(definition: Definition) -> list[str]:
    """The languages that respondents will not see, because a text is missing in them."""
    return [tag for tag in definition.languages[1:] if missing_texts(definition, tag)]


def questions(
    form: TypedForm, definition: Definition | None, known: Mapping[str, Question], errors: Mapping[str, str], shown: int
) -> list[QuestionView]:
    """The questions in order. `definition` is what was typed, if it can be one; `known` what was last published;
    `shown` the position of the question that is open, beside those with errors."""
    first = shown_languages(form)[0]
    breaking = breaks(definition, known) if definition else set()
    lacking = _lacking(definition) if definition else []
    views = []
    for position, question in enumerate(form.questions, 1):
        key = definition.questions[position - 1].key if definition else question.key
        wrong = any(field.startswith(f"questions[{position - 1}].") for field in errors)
        opened, lacks = wrong or position == shown, lacking.count(key)
        condition = definition.questions[position - 1].show_if if definition else None
        rule = rule_words.sentence(condition, definition) if definition and condition else ""
        views.append(_view(position, question, first, breaks=key in breaking, missing=lacks, opened=opened, rule=rule))
    return views


def _view(
    position: int, question: TypedQuestion, first: str, *, breaks: bool, missing: int, opened: bool, rule: str
) -> QuestionView:
    kind, settings = KINDS[question.kind], KIND_FIELDS[question.kind]
    return QuestionView(
        position=position,
        path=f"questions[{position - 1}]",
        brief=_(kind.about.brief, n=len(question.choices.get(first, "").split("\n"))),
        heading=question.words.get("text", {}).get(first, "").strip() or _(kind.about.label),
        question=question,
        numbers=tuple(
            NumberView(name, _(kind.about.numbers[name]), question.numbers.get(name, ""), low, high)
            for name, (low, high, _default) in settings.numbers.items()
        ),
        ends=kind.typed_ends(question.numbers),
        has_own_words=settings.has_own_words,
        choices_shown={tag: words_of(lines) for tag, lines in question.choices.items()},
        answerable=kind.answerable,
        breaks=breaks,
        missing=missing,
        opened=opened,
        rule=rule,
    )


def breaks(definition: Definition, known: Mapping[str, Question]) -> set[str]:
    """The keys of scored questions whose next version cannot be compared with what was published."""
    return {
        question.key
        for question in with_revisions(definition, known).questions
        if question.metric and question.key in known and question.revision > known[question.key].revision
    }


def _lacking(definition: Definition) -> list[str]:
    """The key of a question for each of its texts that is missing in one of the other languages."""
    return [name.split(".")[0] for tag in definition.languages[1:] for name in missing_texts(definition, tag)]


class ErrorView(msgspec.Struct, frozen=True):
    """An error and the field where it is put right."""

    field: str
    where: str
    message: str


def error_list(errors: Sequence[FieldError], first: str) -> list[ErrorView]:
    """Errors in the order of the page, each with the field of the page that it is about."""
    views = [(field_of(error.field, first), error.message) for error in errors]
    return [ErrorView(field, _where(field), message) for field, message in views]


def _where(field: str) -> str:
    if field.startswith("questions["):
        return _("Question %(n)s", n=int(field[len("questions[") :].partition("]")[0]) + 1)
    return _(PARTS.get(field.split(".")[0], ""))


PARTS = {"title": N_("Title"), "languages": N_("Languages"), "thanks": N_("Thanks")}
