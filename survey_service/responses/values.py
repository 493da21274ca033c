"""What the values of each dimension are called: what a filter takes and offers, what rows of figures say.

`counts.dimensions` lists the dimensions; each has its words here, whichever page, file, program or command asks.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from survey_service.core.channels import how
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import name_of
from survey_service.counts.dimensions import DIMENSIONS, Chosen, as_text, known_of
from survey_service.places import queries as places
from survey_service.places.schemas import NO_PLACE, NOBODY, PlaceRow
from survey_service.places.tree import choices, full_name
from survey_service.responses import labels
from survey_service.responses.labels import WITHOUT_PLACE
from survey_service.responses.schemas import CHANNELS, Names, Options, StoredResponse, Value

Reader = Callable[[UUID, Sequence[str]], Awaitable[Names]]
"""Reads the names of a workspace, for forms in these languages."""
Meaning = Callable[[UUID, str], Awaitable[tuple[Any, ...]]]
"""The values of responses that a code stands for. NotFound or Invalid for what stands for none."""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """How the values of a dimension are read.

    `pattern` is that of a code, `within` says of an empty page where nothing was looked for. `codes` reads the codes of
    values that responses name by an id, `page` is the address of such a value's own page, for its id.
    """

    pattern: str
    names: Reader
    meant: Meaning
    within: Callable[[str, str], str]
    codes: Callable[[UUID], Awaitable[Mapping[str, str]]] | None = None
    page: str = ""


# Places ----------------------------------------------------------------------------------------------------------


async def places_meant(workspace: UUID, code: str) -> tuple[UUID | None, ...]:
    """A place with all below it, or nothing but None for answers without one. NotFound for another workspace's."""
    if code == NO_PLACE:
        return (None,)
    place = await places.place_by_code(code)
    if place is None or place.workspace != workspace:
        raise NotFound(_("There is no place with this code."))
    return tuple(await places.subtree(workspace, place.id))


async def _places(workspace: UUID, languages: Sequence[str]) -> Names:
    """The places in use as a tree, and answers without one; archived ones have their names, too."""
    rows = {str(row.id): row for row in await places.places_of(workspace, archived=True)}
    by_id = {row.id: row for row in rows.values()}
    without = _(WITHOUT_PLACE)
    named = {NO_PLACE: without, **{row.code: row.name for row in rows.values()}}
    options = choices(row for row in rows.values() if not row.archived)
    return Names(
        lambda key: _place(rows, key),
        [*options, (NO_PLACE, without)],
        lambda code: named.get(code, code),
        tuple(rows.values()),
        lambda key: full_name(rows[key], by_id) if key in rows else without,
    )


async def _place_codes(workspace: UUID) -> Mapping[str, str]:
    return {str(row.id): row.code for row in await places.places_of(workspace, archived=True)}


def _place(rows: Mapping[str, PlaceRow], key: str) -> Value:
    row = rows.get(key)
    if row is None:
        return Value(NO_PLACE, _(WITHOUT_PLACE))
    above = rows.get(str(row.parent)) if row.parent else None
    return Value(row.code, row.name, row.own_name, above.name if above else "")


def _at(code: str, label: str) -> str:
    return _("without a place") if code == NO_PLACE else _("at %(place)s", place=label)


# Employees -------------------------------------------------------------------------------------------------------


async def employees_meant(workspace: UUID, code: str) -> tuple[UUID | None, ...]:
    """An employee, or None for answers that count for nobody. NotFound for another workspace's."""
    if code == NOBODY:
        return (None,)
    employee = await places.employee_by_code(workspace, code)
    if employee is None:
        raise NotFound(_("There is no employee with this code."))
    return (employee.id,)


async def _employees(workspace: UUID, languages: Sequence[str]) -> Names:
    """Those who work somewhere, with the place, and answers that count for nobody; who has left has a name, too."""
    rows = {str(row.id): row for row in await places.employees_of(workspace, left=True)}
    without = Value(NOBODY, _("Without an employee"))
    named = {NOBODY: without.label, **{row.code: row.name for row in rows.values()}}
    values = {key: Value(row.code, row.name, under=row.place_name) for key, row in rows.items()}
    options = [(row.code, f"{row.name} ({row.place_name})") for row in rows.values() if not row.left]
    return Names(
        lambda key: values.get(key, without),
        [*options, (NOBODY, without.label)] if rows else [],
        lambda code: named.get(code, code),
    )


async def _employee_codes(workspace: UUID) -> Mapping[str, str]:
    return {str(row.id): row.code for row in await places.employees_of(workspace, left=True)}


def _served_by(code: str, label: str) -> str:
    return _("without an employee") if code == NOBODY else _("for %(name)s", name=label)


# Channels, languages and moods -----------------------------------------------------------------------------------


def one_of(name: str, allowed: Sequence[str], stored: Mapping[str, str] | None = None) -> Meaning:
    """The meaning of a code that is one of a fixed list."""

    async def meant(workspace: UUID, code: str) -> tuple[str, ...]:
        if code not in allowed:
            words = _("“%(name)s” is one of %(values)s.", name=name, values=", ".join(allowed))
            raise Invalid.field(name, "unknown", words)
        return ((stored or {}).get(code, code),)

    return meant


async def _itself(workspace: UUID, code: str) -> tuple[str, ...]:
    return (code,)


async def _channels(*unused: Any) -> Names:
    return Names(lambda key: Value(key, labels.channel(key)), labels.said(labels.CHANNELS), labels.channel)


async def _languages(workspace: UUID, offered: Sequence[str]) -> Names:
    options = sorted([(tag, name_of(tag)) for tag in offered], key=lambda option: option[1])
    return Names(lambda key: Value(key, name_of(key)), options, lambda code: name_of(code))


async def _moods(*unused: Any) -> Names:
    return Names(
        lambda key: Value(key, labels.mood(key)),
        labels.said(labels.SENTIMENTS),
        labels.sentiment,
    )


CALLED: Mapping[str, Called] = {
    "place": Called(
        pattern="^([a-z0-9-]{1,40})?$",
        names=_places,
        meant=places_meant,
        within=_at,
        codes=_place_codes,
        page="/app/places/{}",
    ),
    "employee": Called(
        pattern="^([a-z0-9-]{1,40})?$",
        names=_employees,
        meant=employees_meant,
        within=_served_by,
        codes=_employee_codes,
        page="/app/employees/{}",
    ),
    "channel": Called(
        pattern=f"^({'|'.join(CHANNELS)})?$",
        names=_channels,
        meant=one_of("channel", CHANNELS),
        within=lambda code, label: how(code),
    ),
    "language": Called(
        pattern="^([A-Za-z0-9-]{1,35})?$",
        names=_languages,
        meant=_itself,
        within=lambda code, label: _("in %(language)s", language=label),
    ),
    "sentiment": Called(
        pattern=f"^({'|'.join(labels.SENTIMENTS)})?$",
        names=_moods,
        meant=one_of("sentiment", tuple(labels.SENTIMENTS), {labels.UNREAD: ""}),
        within=lambda code, label: _("with the mood %(mood)s", mood=label),
    ),
}
assert tuple(CALLED) == tuple(DIMENSIONS), "each dimension has its words"


async def codes_of(workspace: UUID) -> dict[str, dict[UUID, str]]:
    """The codes of the values that responses name by an id, by dimension."""
    return {
        name: {UUID(key): code for key, code in (await called.codes(workspace)).items()}
        for name, called in CALLED.items()
        if called.codes
    }


async def names_of(workspace: UUID, languages: Sequence[str] = ()) -> Mapping[str, Names]:
    """What the workspace calls the values of every dimension."""
    return {name: _each_once(await called.names(workspace, languages)) for name, called in CALLED.items()}


def _each_once(names: Names) -> Names:
    """The same, a key being named once however many rows have it."""
    return msgspec.structs.replace(names, of=cache(names.of), whole=names.whole and cache(names.whole))


class Field(msgspec.Struct, frozen=True):
    """A filter of one dimension: the parameter, what it is called, what can be chosen and what is."""

    name: str
    title: str
    options: Options
    value: str


def fields(names: Mapping[str, Names], chosen: Chosen, which: Iterable[str]) -> list[Field]:
    """The filters of these dimensions; none where there is nothing to choose."""
    return [
        Field(name, _(DIMENSIONS[name].title), offered(name, names[name], value), value)
        for name in which
        for value in [getattr(chosen, name)]
        if names[name].options or value
    ]


def offered(name: str, names: Names, chosen: str) -> Options:
    """What a filter offers, first that it does not restrict, at last the value that is set if it is not offered: no
    filter that works is hidden."""
    options = [("", _(DIMENSIONS[name].every)), *names.options]
    return options if any(chosen == code for code, _label in options) else [*options, (chosen, names.label(chosen))]


def told(known: Mapping[str, Any], names: Mapping[str, Names]) -> dict[str, str]:
    """What is said of an answer, by dimension: the names of the values that it has, a place with what it belongs to."""
    keys = {name: key for name, value in known.items() if (key := as_text(value))}
    named = {name: names[name].of(key) for name, key in keys.items()}
    return {
        name: whole(keys[name]) if (whole := names[name].whole) else value.label
        for name, value in named.items()
        if value.code not in (NO_PLACE, NOBODY)
    }


def told_in_a_row(row: StoredResponse, names: Mapping[str, Names]) -> list[str]:
    """The same in a list of answers. Its language is that of the comment, where that was found out."""
    return list(told(known_of(row) | {"language": row.comment_language or row.language}, names).values())


def within(chosen: Chosen, limits: Mapping[str, str]) -> tuple[str, ...]:
    """Where is looked, in the order of a sentence: how, where, and the rest. `limits` are the names of what is set."""
    ordered = sorted(limits.items(), key=lambda limit: limit[0] != "channel")
    return tuple(CALLED[name].within(getattr(chosen, name), label) for name, label in ordered)
