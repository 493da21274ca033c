"""A draft as parts that two people can change side by side, and back. Pure.

`title.en`, `languages`, `order` (which questions there are), `questions.recommend.text.am`: somebody who translates
and somebody who moves questions do not stand in each other's way.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from survey_service.builder import draft_fields, rule_words
from survey_service.conditions.syntax import Condition
from survey_service.core import edits
from survey_service.core.edits import Merge
from survey_service.core.i18n import names
from survey_service.core.i18n.staff import N_, name_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms.definition import Definition
from survey_service.questions import KINDS
from survey_service.questions.base import About

ORDER = "order"
QUESTIONS = "questions."
MINE_TO_PUBLISH = "revision"
"""What publishing gives to a question; no author types it."""

RULE = "show_if"
"""One part as a whole, and no text in several languages."""

OF_EVERY_FORM = {
    ORDER: N_("Which questions there are, and their order"),
    "title": N_("Title"),
    "thanks_title": N_("Heading of the thanks"),
    "thanks": N_("Words of thanks"),
    "mail_subject": N_("Subject of its invitations"),
    "languages": N_("Languages"),
    "privacy_url": N_("Address of your privacy page"),
    "text": N_("words"),
    "hint": N_("hint"),
    "choices": N_("choices"),
    "required": N_("must be answered"),
    RULE: N_("when it is asked"),
    "kind": N_("kind"),
    "key": N_("key"),
}


def labels_with(abouts: Iterable[About]) -> dict[str, str]:
    """What every part is called, those too that only some kinds of questions have. ValueError for two names of one
    part: a person who reads of it is not told of which kind its question is."""
    found = dict(OF_EVERY_FORM)
    for about in abouts:
        for part, words in (*about.numbers.items(), *about.words.items()):
            if found.setdefault(part, words) != words:
                raise ValueError(f"a question's {part} is called {found[part]!r} and {words!r}")
    return found


LABELS = labels_with(kind.about for kind in KINDS.values())


def shown(definition: Definition) -> Definition:
    """The draft as the builder's page gives it back when nothing is typed."""
    return draft_fields.definition_of(draft_fields.typed(definition))[0] or definition


def parts(definition: Definition) -> dict[str, Any]:
    """The draft's parts by name, each of JSON types."""
    whole = msgspec.to_builtins(definition)
    questions = whole.pop("questions")
    found = dict(_flat("", whole))
    called: list[str] = []
    for question in questions:
        question.pop(MINE_TO_PUBLISH, None)
        called.append(draft_fields.free_key(question["key"], set(called)))
        found |= _flat(f"{QUESTIONS}{called[-1]}.", question)
    return found | {ORDER: called}


def _flat(before: str, members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in members.items():
        if isinstance(value, dict) and name != RULE:
            yield from ((f"{before}{name}.{tag}", words) for tag, words in value.items())
        else:
            yield before + name, value


def definition_of(found: Mapping[str, Any]) -> Definition | None:
    """The draft of those parts; those of questions that are not in the order are left out. None where they make no
    draft together: choices, say, of a question that somebody else made into a line of text."""
    whole: dict[str, Any] = {"title": {}}
    by_name: dict[str, dict[str, Any]] = {name: {"text": {}} for name in found[ORDER]}
    for name, value in found.items():
        if name.startswith(QUESTIONS):
            key, _, part = name.removeprefix(QUESTIONS).partition(".")
            if key in by_name:
                _put(by_name[key], part, value)
        elif name != ORDER:
            _put(whole, name, value)
    try:
        return msgspec.convert(whole | {"questions": list(by_name.values())}, Definition)
    except msgspec.ValidationError:
        return None


def _put(members: dict[str, Any], name: str, value: Any) -> None:
    part, _, tag = name.partition(".")
    if tag:
        members.setdefault(part, {})[tag] = value
    else:
        members[part] = value


def merged(fields: Mapping[str, str], typed: Definition, now: Definition) -> Merge:
    """What comes of a draft that was typed on top of the one that stands now; both as the page shows them.

    A question that one person changed and another took out is in question itself.
    """
    mine, stands = parts(typed), parts(now)
    found = edits.merge(fields, mine, stands)
    lost = {name for name in found.clashes if _question(name) and _question(name) not in found.values[ORDER]}
    if not lost:
        return found
    values = found.values | {ORDER: mine[ORDER]}
    wanted = tuple(dict.fromkeys([ORDER, *found.clashes]))
    if edits.THEIRS + ORDER in fields:
        kept = tuple(name for name in found.clashes if name not in lost)
        return msgspec.structs.replace(found, clashes=kept)
    return msgspec.structs.replace(found, values=values, changed=(*found.changed, ORDER), clashes=wanted)


def _question(name: str) -> str:
    return name.removeprefix(QUESTIONS).partition(".")[0] if name.startswith(QUESTIONS) else ""


def label(name: str) -> str:
    """What a part is called on the builder's page."""
    question = _question(name)
    part, _point, tag = (name.partition(f"{QUESTIONS}{question}.")[2] if question else name).partition(".")
    words = _(LABELS[part]) if part in LABELS else part.replace("_", " ")
    if question:
        words = _("Question “%(question)s”: %(part)s", question=question, part=words)
    else:
        words = f"{words[:1].upper()}{words[1:]}"
    return _("%(part)s, %(language)s", part=words, language=name_of(tag)) if tag else words


def words(name: str, value: Any, draft: Definition) -> str:
    """A part's value as its author reads it; empty where there is none. Questions that a rule names are those of
    `draft`."""
    if name.endswith(f".{RULE}") and isinstance(value, dict):
        return rule_words.sentence(msgspec.convert(value, Condition), draft)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "languages":
        return ", ".join(names.name_of(tag) for tag in value or [])
    if isinstance(value, list):
        return ", ".join(_choice(entry) if isinstance(entry, dict) else str(entry) for entry in value)
    return "" if value is None else str(value)


def _choice(entry: Mapping[str, Any]) -> str:
    return f"{entry.get('key', '')} ({' / '.join(entry.get('text', {}).values())})"
