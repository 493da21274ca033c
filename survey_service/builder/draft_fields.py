"""A draft as the fields of the builder's page, and back. Pure; nothing typed is lost on the way.

A field is named by its path in the definition: `title.en`, `questions[0].text.am`, `questions[0].scale`. Choices are
one text for each language, a line for each choice: `key | words`, or only words, whose key is then made.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import starmap
from typing import Any

import msgspec
from msgspec import inspect

from survey_service.builder import choice_lines
from survey_service.core import misfits
from survey_service.core.errors import FieldError
from survey_service.core.i18n import names
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.text import many_lines
from survey_service.forms.definition import Definition, unknown_languages
from survey_service.questions import KINDS, Question
from survey_service.questions.base import Kind, kind_of, text_parts
from survey_service.questions.texts import KEY_PATTERN, LANGUAGE_PATTERN

FORM_PARTS = ("title", "thanks_title", "thanks", "mail_subject")
MAX_WORDS = 2000

_FIELD = re.compile(r"^questions\[(\d{1,3})\]\.([a-z_]+)(?:\.([A-Za-z0-9-]+))?$")
_CHOICE_PATH = re.compile(r"^(questions\[\d+\]\.choices)\[.*?\](?:\.text\.(.+)|.*)$")
_key = re.compile(KEY_PATTERN)
_language = re.compile(LANGUAGE_PATTERN)

Lines = list[tuple[str, str]]
"""Choices as typed: (key or nothing, words)."""


class KindFields(msgspec.Struct, frozen=True):
    """What can be set of a kind of question: texts, choices, and numbers with their bounds and default."""

    parts: tuple[str, ...]
    numbers: dict[str, tuple[int, int, int]]
    has_choices: bool
    answerable: bool

    @property
    def has_own_words(self) -> bool:
        """Whether it has words beside the question's own and its hint."""
        return self.has_choices or len(self.parts) > len(COMMON_PARTS)


def _fields_of(kind: type[Kind]) -> KindFields:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    types = {name: inspect.type_info(field.type) for name, field in fields.items() if name != "choices"}
    return KindFields(
        parts=text_parts(kind),
        numbers={
            name: (bounds.ge, bounds.le, fields[name].default)
            for name, bounds in types.items()
            if isinstance(bounds, inspect.IntType) and bounds.ge is not None and bounds.le is not None
        },
        has_choices="choices" in fields,
        answerable=kind.answerable,
    )


COMMON_PARTS = text_parts(Kind)
KIND_FIELDS: Mapping[str, KindFields] = {name: _fields_of(kind) for name, kind in KINDS.items()}


class TypedQuestion(msgspec.Struct, frozen=True):
    """A question as typed. `words`: part → language → text; `choices`: language → lines; `show_if`: its condition as
    JSON, which no page lets anybody type."""

    kind: str
    key: str = ""
    required: bool = False
    words: dict[str, dict[str, str]] = {}
    numbers: dict[str, str] = {}
    choices: dict[str, str] = {}
    show_if: str = ""


class TypedForm(msgspec.Struct, frozen=True):
    """A draft as typed. `words`: part → language → text. Languages are separated by commas, hidden names by spaces."""

    languages: str
    words: dict[str, dict[str, str]]
    questions: tuple[TypedQuestion, ...]
    hidden: str = ""
    privacy_url: str = ""


def names_of(text: str) -> list[str]:
    """The names in a list separated by spaces, commas or semicolons, each once, as typed."""
    return list(dict.fromkeys(name for name in re.split(r"[\s,;]+", text) if name))


def tags_of(text: str) -> list[str]:
    """The tags of the languages in a list separated by commas, each once; what is no language stays as typed."""
    parts = [part for part in re.split(r"[,;\n]+", text) if part.strip()]
    found = [[tag] if (tag := names.tag_of(part)) else _tags_in(part) for part in parts]
    return list(dict.fromkeys(tag for tags in found for tag in tags))


def _tags_in(part: str) -> list[str]:
    """Tags separated by spaces only; anything else is one name that nobody knows."""
    words = part.split()
    return words if all(_language.fullmatch(word) for word in words) else [" ".join(words)]


def shown_languages(form: TypedForm) -> list[str]:
    """The languages whose words a page shows: those listed that can be one, else those that have words."""
    listed = [tag for tag in tags_of(form.languages) if _language.fullmatch(tag)]
    return listed or [tag for tag in form.words.get("title", {}) if _language.fullmatch(tag)] or ["en"]


# From a definition, and from the fields of a page -----------------------------------------------------------------


def typed(definition: Definition) -> TypedForm:
    """A definition as its author would type it."""
    return TypedForm(
        languages=", ".join(names.name_of(tag) for tag in definition.languages),
        words={part: dict(getattr(definition, part)) for part in FORM_PARTS},
        questions=tuple(typed_question(question, definition.languages) for question in definition.questions),
        hidden=" ".join(definition.hidden),
        privacy_url=definition.privacy_url,
    )


def typed_question(question: Question, languages: Sequence[str]) -> TypedQuestion:
    """A question as its author would type it."""
    kind = KIND_FIELDS[kind_of(question)]
    choices = getattr(question, "choices", [])
    return TypedQuestion(
        kind=kind_of(question),
        key=question.key,
        required=question.required,
        words={part: dict(getattr(question, part)) for part in kind.parts},
        numbers={name: str(getattr(question, name)) for name in kind.numbers},
        choices={
            tag: "\n".join(f"{choice.key} | {choice.text.get(tag, '')}" for choice in choices) for tag in languages
        }
        if choices
        else {},
        show_if=msgspec.json.encode(question.show_if).decode() if question.show_if else "",
    )


def read(fields: Mapping[str, str]) -> TypedForm:
    """The draft in a page's fields. Fields that are no part of a draft are left alone."""
    found: dict[int, dict[str, Any]] = {}
    words: dict[str, dict[str, str]] = {part: {} for part in FORM_PARTS}
    for name, value in fields.items():
        part, _, tag = name.partition(".")
        if part in words and tag:
            words[part][tag] = value
        elif match := _FIELD.match(name):
            _place(found.setdefault(int(match[1]), {}), match[2], match[3], value)
    questions = (found[number] for number in sorted(found))
    return TypedForm(
        languages=fields.get("languages", ""),
        words=words,
        questions=tuple(_typed_again(fields) for fields in questions if _plain(fields.get("kind")) in KINDS),
        hidden=fields.get("hidden", ""),
        privacy_url=fields.get("privacy_url", "").strip(),
    )


def _place(question: dict[str, Any], part: str, tag: str | None, value: str) -> None:
    """A part is one text, or one for each language. No page has both of one part: then it is those of languages."""
    texts = question.get(part)
    if tag and isinstance(texts, dict):
        texts[tag] = value
    elif tag:
        question[part] = {tag: value}
    elif not isinstance(texts, dict):
        question[part] = value


def _typed_again(fields: dict[str, Any]) -> TypedQuestion:
    name = _plain(fields["kind"])
    kind = KIND_FIELDS[name]
    return TypedQuestion(
        kind=name,
        key=_plain(fields.get("key")),
        required=bool(fields.get("required")),
        words={part: fields[part] for part in kind.parts if isinstance(fields.get(part), dict)},
        numbers={number: _plain(fields.get(number)) for number in kind.numbers},
        choices=_typed_choices(fields) if kind.has_choices else {},
        show_if=_plain(fields.get("show_if")),
    )


def _typed_choices(fields: dict[str, Any]) -> dict[str, str]:
    """Lines by language: a page shows words only, and gives back beside them the lines as they were."""
    typed, were = fields.get("choices"), fields.get("choices_were")
    if not isinstance(typed, dict):
        return {}
    if not isinstance(were, dict):
        return typed
    return {tag: choice_lines.with_keys(lines, were.get(tag, "")) for tag, lines in typed.items()}


def _plain(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


# To a definition --------------------------------------------------------------------------------------------------


def free_key(wanted: str, used: set[str]) -> str:
    """`wanted`, or `wanted_2` and so on if it is used."""
    candidates = [wanted, *(f"{wanted[:36]}_{number}" for number in range(2, len(used) + 3))]
    return next(key for key in candidates if key not in used)


def definition_of(form: TypedForm) -> tuple[Definition | None, list[FieldError]]:
    """The definition that was typed, or every field that cannot be part of one. What is merely unfinished (words
    or choices that are missing) is no error: it can be kept as a draft."""
    errors: list[FieldError] = []
    languages = tags_of(form.languages)
    possible = shown_languages(form)
    errors += starmap(FieldError, unknown_languages(tag for tag in languages if _language.fullmatch(tag)))
    fields = {
        "languages": languages,
        "questions": [],
        "hidden": names_of(form.hidden),
        "privacy_url": form.privacy_url,
        **{part: _words(form.words.get(part, {}), possible, part, errors) for part in FORM_PARTS},
    }
    whole = _converted(fields, Definition, "", possible[0], errors)
    used = {question.key for question in form.questions}
    questions: list[Any] = []
    for number, question in enumerate(form.questions):
        key = question.key or free_key(KINDS[question.kind].about.key, used)
        used.add(key)
        path = f"questions[{number}]."
        questions.append(
            _converted(_question(question, key, possible, path, errors), Question, path, possible[0], errors)
        )
    if errors or whole is None:
        return None, errors
    return msgspec.structs.replace(whole, questions=questions), []


def _question(
    question: TypedQuestion, key: str, languages: Sequence[str], path: str, errors: list[FieldError]
) -> dict[str, Any]:
    kind = KIND_FIELDS[question.kind]
    fields: dict[str, Any] = {"kind": question.kind, "key": key, "required": question.required and kind.answerable}
    if question.show_if:
        fields["show_if"] = _condition(question.show_if)
    for part in kind.parts:
        fields[part] = _words(question.words.get(part, {}), languages, path + part, errors)
    for name in kind.numbers:
        if text := question.numbers.get(name, ""):
            fields[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
    if kind.has_choices:
        fields["choices"] = _choices(question.choices, languages, path + "choices", errors)
    return fields


def _condition(text: str) -> Any:
    """What a page carried; the text itself, which is no condition, where it is none."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _words(typed: Mapping[str, str], languages: Sequence[str], path: str, errors: list[FieldError]) -> dict[str, str]:
    words = {tag: many_lines(typed.get(tag, "")) for tag in languages}
    for tag, text in words.items():
        if len(text) > MAX_WORDS:
            errors.append(
                FieldError(
                    f"{path}.{tag}",
                    "too_long",
                    _("%(most)s characters fit here; this is %(n)s.", most=MAX_WORDS, n=len(text)),
                )
            )
    return {tag: text for tag, text in words.items() if text and len(text) <= MAX_WORDS}


def _choices(
    typed: Mapping[str, str], languages: Sequence[str], path: str, errors: list[FieldError]
) -> list[dict[str, Any]]:
    """The choices in the order of the first language. Lines of the others belong to the choice whose key they
    name, or to the one in the same place; one that the first language lacks comes last, without its words. A new
    choice never takes the key of one that was there, wherever it stands."""
    lines = {tag: _lines(typed.get(tag, "")) for tag in languages}
    used = {key for known in lines.values() for key, _ in known if key}

    def new_key(words: str) -> str:
        key = free_key(_key_from(words), used)
        used.add(key)
        return key

    first, *others = languages
    choices: list[dict[str, Any]] = []
    for key, words in lines[first]:
        choices.append({"key": key or new_key(words), "text": _words({first: words}, [first], path, errors)})
    ordered = list(choices)
    by_key = {choice["key"]: choice for choice in reversed(choices)}
    for tag in others:
        for position, (key, words) in enumerate(lines[tag]):
            choice = by_key.get(key) if key else ordered[position] if position < len(ordered) else None
            if choice is None:
                choice = {"key": key or new_key(words), "text": {}}
                by_key[choice["key"]] = choice
                choices.append(choice)
            choice["text"] |= _words({tag: words}, [tag], path, errors)
    return choices


def _lines(text: str) -> Lines:
    lines = [line for line in many_lines(text).split("\n") if line.strip()]
    parted = [line.partition("|") if "|" in line else ("", "", line) for line in lines]
    return [(key.strip(), words.strip()) for key, _, words in parted]


def _key_from(words: str) -> str:
    """A key made of the Latin letters and digits of some words; `choice` where they have none."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30].rstrip("_")
    return made if _key.fullmatch(made) else "choice"


def _converted(fields: dict[str, Any], shape: Any, path: str, default: str, errors: list[FieldError]) -> Any:
    try:
        return msgspec.convert(fields, shape)
    except msgspec.ValidationError as error:
        place, message = misfits.parted(str(error))
        field = field_of(path + place, default)
        sentence = _sentence(field, fields.get("kind", "")) or misfits.said(message)
        errors.append(FieldError(field, "malformed", sentence))
        return None


def field_of(path: str, default: str) -> str:
    """The field of the page in which the path's content is typed; `default` is the form's first language."""
    if match := _CHOICE_PATH.match(path):
        return f"{match[1]}.{match[2] or default}"
    if path.startswith("questions[") and path.endswith(".choices"):
        return f"{path}.{default}"
    return re.sub(r"^(languages|hidden)\[\d+\]$", r"\1", path)


SENTENCES = {
    "languages": N_("Write languages by name, such as French or Portuguese (Brazil), separated by commas; 50 at most."),
    "hidden": N_("Such a name begins with a letter from a to z and has only a–z, 0–9 and _; 20 names at most."),
    "privacy_url": N_("Write a whole address that begins with https://."),
    "key": N_("It begins with a letter from a to z and has only a–z, 0–9 and _, 40 characters at most."),
    "choices": N_("Write one choice to a line, 100 at most."),
    "show_if": N_("When this is asked cannot be read any more. Load the page again."),
}


def _sentence(field: str, kind: str) -> str:
    leaf = field.rsplit("].", 1)[-1].split(".")[0]
    if kind in KINDS and leaf in KIND_FIELDS[kind].numbers:
        low, high, _default = KIND_FIELDS[kind].numbers[leaf]
        return _("Write a whole number from %(low)s to %(high)s.", low=low, high=high)
    return _(SENTENCES.get(leaf, ""))
