"""Two people change one thing: what was seen, what was typed, what stands now. Pure.

A page carries a mark of each field as it was shown (`_seen`), so that the server knows what its reader changed. What
one person changed and the other did not is joined; what both changed differently is shown to whoever came second.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from survey_service.core.errors import Conflict, Malformed
from survey_service.core.i18n.staff import gettext as _

SEEN = "_seen"
THEIRS = "_theirs."
"""The field `_theirs.name` says that what stands now under `name` is to stay."""
MARK_LENGTH = 12
"""Hexadecimal digits: 48 bits tell two wordings of one field apart."""

_ABSENT = msgspec.UNSET
_TAG = r'(?:W/)?"[!#-~\x80-\xff]*"'
_ENTITY_TAG = re.compile(_TAG)
_ENTITY_TAGS = re.compile(rf"(?:[ \t]*,)*[ \t]*{_TAG}(?:[ \t]*,(?:[ \t]*{_TAG})?)*")
"""One at least; a comma may stand in a tag, and with nothing beside it (RFC 9110, 5.6.1.2 and 8.8.3)."""


class Merge(msgspec.Struct, frozen=True):
    """What comes of an edit. `values` would stand afterwards, with one's own words where both changed a field;
    `changed` is to be written, `clashes` was changed by both, `theirs` by others since the page was read."""

    values: dict[str, Any]
    now: dict[str, Any]
    changed: tuple[str, ...]
    clashes: tuple[str, ...]
    theirs: tuple[str, ...]


class Differs(Conflict):
    """Somebody else changed the same fields meanwhile; nothing was written."""

    def __init__(self, merge: Merge) -> None:
        super().__init__(_("Somebody else changed this meanwhile. Nothing was saved yet."))
        self.merge = merge


class Clash(msgspec.Struct, frozen=True):
    """One field that two people changed, in words: what was typed, and what stands now."""

    name: str
    label: str
    mine: str
    now: str


def marks(values: Mapping[str, Any]) -> str:
    """What a page carries of `values` (JSON types by field name): `name:mark name:mark`."""
    return " ".join(f"{name}:{_mark(value)}" for name, value in values.items())


def _mark(value: Any) -> str:
    if value is _ABSENT:
        return ""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()[:MARK_LENGTH]


def _seen(text: str) -> dict[str, str]:
    return {name: mark for name, _, mark in (entry.rpartition(":") for entry in text.split())}


def merge(fields: Mapping[str, str], typed: Mapping[str, Any], now: Mapping[str, Any]) -> Merge:
    """What comes of `typed` on top of `now`. `fields` are the page's: its marks, and where it gives way.

    A page without marks changes nothing unasked: each field that differs from what stands now is a clash.
    """
    seen = _seen(fields.get(SEEN, ""))
    values: dict[str, Any] = dict(now)
    changed, clashes, theirs = [], [], []
    for name in dict.fromkeys([*now, *typed]):
        mine, stands = typed.get(name, _ABSENT), now.get(name, _ABSENT)
        before = seen.get(name, "")
        if _mark(stands) != before:
            theirs.append(name)
        if _mark(mine) in (_mark(stands), before) or THEIRS + name in fields:
            continue
        changed.append(name)
        if name in theirs:
            clashes.append(name)
        if mine is _ABSENT:
            values.pop(name, None)
        else:
            values[name] = mine
    return Merge(values, dict(now), tuple(changed), tuple(clashes), tuple(theirs))


def reconciled(fields: Mapping[str, str], typed: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are to be written: those that this person changed. Raises Differs where others did too."""
    merged = merge(fields, typed, now)
    if merged.clashes:
        raise Differs(merged)
    return {name: merged.values[name] for name in merged.changed if name in merged.values}


class Shown(msgspec.Struct, frozen=True):
    """What a form's page shows: the fields' values, the marks that it carries, and the fields that clash."""

    values: dict[str, Any]
    seen: str
    clashes: list[Clash]


def shown(now: Mapping[str, Any]) -> Shown:
    """A page of what stands now."""
    return Shown(dict(now), marks(now), [])


def shown_again(
    fields: Mapping[str, str],
    typed: Mapping[str, Any],
    error: Exception,
    label: Callable[[str], str],
    words: Callable[[str, Any], str] = lambda name, value: "" if value is None else str(value),
) -> Shown:
    """The page again, with what was typed. Where somebody else changed the thing too, with what they changed beside
    it, and from now on against what stands now; after another error still against what was seen first."""
    if not isinstance(error, Differs):
        return Shown(dict(typed), fields.get(SEEN, ""), [])
    merged = error.merge
    return Shown(merged.values, marks(merged.now), clashes(merged, label, words))


def clashes(merged: Merge, label: Callable[[str], str], words: Callable[[str, Any], str]) -> list[Clash]:
    """The fields that both changed, in words. `words` says a field's value (None where there is none)."""
    return [
        Clash(name, label(name), words(name, merged.values.get(name)), words(name, merged.now.get(name)))
        for name in merged.clashes
    ]


def version_of(shown: msgspec.Struct) -> str:
    """The entity tag of what the API shows (RFC 9110, 8.8.3): strong, of all its members."""
    return f'"{hashlib.sha256(msgspec.json.encode(shown, order="deterministic")).hexdigest()[:32]}"'


def is_wanted(if_match: str, version: str) -> bool:
    """Whether an `If-Match` header admits what stands now (RFC 9110, 13.1.1).

    A list without any tag admits nothing. Raises Malformed for what is neither `*` nor entity tags: who sends a
    condition does not mean “in any case”.
    """
    text = if_match.strip(" \t")
    if text == "*" or not text.strip(" \t,"):
        return text == "*"
    if not _ENTITY_TAGS.fullmatch(text):
        raise Malformed(
            _("If-Match is neither * nor a list of entity tags; nothing was changed."),
            what_to_do=_(
                'Send the ETag as it was given, with its quotation marks, such as "6f1c0e9f", or leave it out.'
            ),
        )
    return version in _ENTITY_TAG.findall(text)
