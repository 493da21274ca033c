"""Linden Flowers: its workspace, places, forms and posters, made by the same services that staff use."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from survey_service.accounts import installation_service, workspace_service
from survey_service.accounts.queries import WorkspaceRow
from survey_service.accounts.schemas import WorkspaceChange
from survey_service.core import database
from survey_service.demo import definitions
from survey_service.demo_texts.employees import EMPLOYEES
from survey_service.demo_texts.forms import COMPANY
from survey_service.demo_texts.places import ANSWERING, PLACES, DemoPlace
from survey_service.forms import posters
from survey_service.forms import queries as form_queries
from survey_service.forms import service as forms
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange, NewForm
from survey_service.places import queries as place_queries
from survey_service.places import service as places
from survey_service.places.schemas import NewEmployee, NewPlace

TIME_ZONE = "Europe/Riga"
ADDRESS = "Linden Flowers, Harbour Street 12, Riga LV-1050, Latvia"
OPENED_BEFORE = timedelta(days=395)
"""So long ago the forms were published first."""
REWORDED_BEFORE = timedelta(days=240)
"""So long ago `visit` got the words that it has today."""


class Version(msgspec.Struct, frozen=True):
    """A published version of a form; it is in force from `since` on."""

    form: UUID
    slug: str
    name: str
    number: int
    since: datetime
    definition: Definition


class Company(msgspec.Struct, frozen=True):
    """What answers refer to. `versions` holds each form's, oldest first; `places` and `employees` the ids by code."""

    workspace: UUID
    time_zone: str
    versions: Mapping[str, tuple[Version, ...]]
    places: Mapping[str, UUID]
    employees: Mapping[str, UUID]

    def version(self, slug: str, at: datetime) -> Version:
        """The version of a form that was in force at that moment; the first for any moment before."""
        every = self.versions[slug]
        return next((version for version in reversed(every) if version.since <= at), every[0])


async def is_empty() -> bool:
    """Whether the default workspace has no form yet, so that a demo takes nobody's place."""
    workspace = await installation_service.workspace_default()
    return not (await form_queries.form_list(workspace.id, 1, None)).items


async def found(now: datetime) -> Company | None:
    """Makes the company in the default workspace, all or nothing; None if somebody has made a form meanwhile."""
    workspace = await installation_service.workspace_default()
    async with database.transaction():
        if not await is_empty():
            return None
        opened = now - OPENED_BEFORE
        named = await _named(workspace)
        await workspace_service.mark_demo(workspace.id)
        ids = await _places(workspace.id, opened)
        people = await _employees(workspace.id, ids, opened)
        await _forms(workspace.id, now)
        for place in ANSWERING:
            await _poster(workspace.id, ids[place.code], opened)
    return Company(workspace.id, named.time_zone, await _versions(workspace.id), ids, people)


async def _named(workspace: WorkspaceRow) -> WorkspaceRow:
    """Gives a workspace that nobody has named yet the company's name and address."""
    if workspace.name != installation_service.FIRST_NAME:
        return workspace
    caller = installation_service.caller(workspace)
    return await workspace_service.change_workspace(caller, WorkspaceChange(COMPANY["en"], TIME_ZONE, ADDRESS))


async def _places(workspace: UUID, at: datetime) -> dict[str, UUID]:
    ids: dict[str, UUID] = {}
    for number, place in enumerate(PLACES):
        ids[place.code] = await _place(workspace, place, ids, at + timedelta(seconds=number))
    return ids


async def _place(workspace: UUID, place: DemoPlace, ids: Mapping[str, UUID], at: datetime) -> UUID:
    known = await place_queries.place_by_code(place.code)
    if known is not None and known.workspace == workspace:
        return known.id
    parent = ids[place.parent] if place.parent else None
    new = NewPlace(name=place.name, kind=place.kind, code=place.code, own_name=place.own_name, parent=parent)
    return (await places.create_place(workspace, new, at)).id


async def _employees(workspace: UUID, ids: Mapping[str, UUID], at: datetime) -> dict[str, UUID]:
    people: dict[str, UUID] = {}
    for number, each in enumerate(EMPLOYEES):
        new = NewEmployee(each.name, ids[each.place], each.code)
        known = await place_queries.employee_by_code(workspace, each.code)
        made = known or await places.create_employee(workspace, new, at + timedelta(minutes=number))
        people[each.code] = made.id
    return people


async def _forms(workspace: UUID, now: datetime) -> None:
    opened = now - OPENED_BEFORE
    first = {
        definitions.VISIT: definitions.earlier_visit(),
        definitions.CONTACT: definitions.contact(),
        definitions.CALLBACK: definitions.callback(),
    }
    for number, (slug, definition) in enumerate(first.items()):
        at = opened + timedelta(minutes=number)
        await forms.create(
            workspace,
            NewForm(slug=slug, name=definitions.NAMES[slug], definition=definition, promise=definitions.PROMISES[slug]),
            at,
        )
        await forms.publish(workspace, slug, None, at)
    reworded = now - REWORDED_BEFORE
    await forms.change(workspace, definitions.VISIT, FormChange(definition=definitions.visit()), reworded)
    await forms.publish(workspace, definitions.VISIT, None, reworded)


async def _poster(workspace: UUID, place: UUID, at: datetime) -> None:
    await posters.choose(workspace, place, definitions.VISIT, at)


async def _versions(workspace: UUID) -> dict[str, tuple[Version, ...]]:
    found: dict[str, tuple[Version, ...]] = {}
    for slug, name in definitions.NAMES.items():
        form = (await form_queries.row_of(workspace, slug)).id
        versions = sorted(await form_queries.versions(workspace, form), key=lambda version: version.number)
        found[slug] = tuple(
            [
                Version(
                    form, slug, name, version.number, version.published_at,
                    await form_queries.definition_of(workspace, form, version.number),
                )
                for version in versions
            ]
        )  # fmt: skip
    return found
