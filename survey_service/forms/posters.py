"""Which form the QR code of a place opens: what was chosen for the place, else for what it belongs to. It reads and
writes the table `poster`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.core import database
from survey_service.forms import queries
from survey_service.forms.actions import FormAction
from survey_service.forms.schemas import PublishedForm
from survey_service.forms.tables import Poster
from survey_service.places import queries as places
from survey_service.places.schemas import PlaceRow


class Choice(msgspec.Struct, frozen=True):
    """A form that somebody chose for the QR code of a place, and of what belongs to it and has no choice of its own."""

    place: UUID
    form: PublishedForm


async def own_form(workspace: UUID, place: UUID) -> str:
    """The public name of the form that was chosen for the poster of this very place; empty if none was."""
    own = await queries.chosen_for(workspace, place)
    return (await queries.published_by_id(workspace, own)).slug if own else ""


async def chosen(place: PlaceRow) -> Choice | None:
    """What somebody chose for the QR code of a place: its own choice, else the nearest above."""
    for ancestor in await places.ancestors(place.workspace, place.id):
        if form := await queries.chosen_for(place.workspace, ancestor):
            return Choice(ancestor, await queries.published_by_id(place.workspace, form))
    return None


async def form_of(place: PlaceRow) -> PublishedForm | None:
    """The form that the QR code of a place opens: the chosen one, else the workspace's first published form, an open
    one before a closed one; None if nothing is published yet."""
    if choice := await chosen(place):
        return choice.form
    return first_of(await queries.published_forms_of(place.workspace))


def first_of(published_forms: Sequence[PublishedForm]) -> PublishedForm | None:
    """The form that a code opens where nobody has chosen one, of those of a workspace."""
    return next(
        (published for published in published_forms if published.is_open),
        published_forms[0] if published_forms else None,
    )


async def choose_for(caller: Caller, place_id: UUID, slug: str, now: datetime) -> None:
    """`choose`, with its line in the audit trail if that changes anything."""
    async with database.transaction():
        if slug == await own_form(caller.workspace, place_id):
            return
        await choose(caller.workspace, place_id, slug, now)
        place = await places.place(caller.workspace, place_id)
        name = await queries.name_if_known(caller.workspace, slug)
        await audit.record(caller, FormAction.POSTER_CHOSEN, f"{place.name}: {name}" if name else place.name)


async def choose(workspace: UUID, place_id: UUID, slug: str, now: datetime) -> None:
    """Sets which form the QR code of a place opens; an empty `slug` leaves it to what the place belongs to."""
    place = await places.place(workspace, place_id)
    if not slug:
        await database.execute(Poster.delete().where(Poster.workspace == workspace, Poster.place == place.id))
        return
    published = await queries.published_in_field(workspace, slug)
    chosen = Poster.insert(Poster(workspace=workspace, place=place.id, form=published.id, created_at=now))
    await database.execute(chosen.on_conflict(Poster.place, "DO UPDATE", [Poster.form]))
