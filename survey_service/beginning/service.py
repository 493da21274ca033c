"""Beginning with one's own: the demo goes, and three things are asked; all of it happens, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.accounts import audit, introducing, workspace_service
from survey_service.accounts import queries as accounts
from survey_service.accounts.schemas import MISSING, Caller, WorkspaceChange
from survey_service.beginning import late, queries, removal
from survey_service.beginning.actions import BeginningAction
from survey_service.builder.starters import STARTERS, definition_of
from survey_service.core import database, i18n, text, zones
from survey_service.core.errors import Conflict, Invalid
from survey_service.core.i18n.staff import every_language
from survey_service.core.i18n.staff import gettext as _
from survey_service.demo_texts.forms import FORMS
from survey_service.demo_texts.places import PLACES
from survey_service.forms import queries as forms
from survey_service.forms import service as form_service
from survey_service.forms.schemas import NewForm

FIRST_FORM = "visit"
COUNTED: Mapping[str, str] = {"response": "answers", "customer": "customers", "invitation": "invitations"}
MIN_N = 10

Report = Callable[[int, int], None]


class Beginning(msgspec.Struct, frozen=True):
    """The three things as typed: the owner (without a password one is chosen later), the shop, and the languages of the
    first form, its own first."""

    owner_name: str = ""
    email: str = ""
    password: str | None = ""
    shop: str = ""
    time_zone: str = ""
    languages: Sequence[str] = ()


class Demo(msgspec.Struct, frozen=True):
    """What goes: counts by name; and what stays: names of forms and places that staff made themselves, and of
    the employees there."""

    goes: Mapping[str, int]
    own_forms: Sequence[str]
    own_places: Sequence[str]
    own_employees: Sequence[str]


async def demo_of(workspace: UUID) -> Demo | None:
    """What a workspace has of the demo, None if it is none."""
    if not (await accounts.workspace(workspace)).is_demo:
        return None
    goes = {name: await queries.count(table, workspace) for table, name in COUNTED.items()}
    made_up = {"form": list(FORMS), "place": [place.code for place in PLACES]}
    named = await queries.names("form", "slug", made_up["form"], workspace, own=False)
    places = await queries.names("place", "code", made_up["place"], workspace, own=False)
    people = await queries.people_at(made_up["place"], workspace, own=False)
    return Demo(
        goes | {"places": len(places), "employees": len(people), "forms": len(named)},
        await queries.names("form", "slug", made_up["form"], workspace, own=True),
        await queries.names("place", "code", made_up["place"], workspace, own=True),
        await queries.people_at(made_up["place"], workspace, own=True),
    )


async def begin(caller: Caller, wanted: Beginning, now: datetime, report: Report = lambda done, total: None) -> str:
    """Removes the demo, and names the owner and the shop; gives the public name of the first form, which is published
    in the languages. The caller's session goes on.

    Raises Invalid naming each field, and Conflict where there is no demo (any more).
    """
    if not (await accounts.workspace(caller.workspace)).is_demo:
        raise _begun_already()
    form = _first_form(wanted)
    who = await introducing.checked(caller, wanted.owner_name, wanted.email, wanted.password)
    async with database.transaction():
        if not await workspace_service.end_demo(caller):
            raise _begun_already()
        database.allow(database.PATIENT_SECONDS)
        made_up = await queries.forms_called(caller.workspace, list(FORMS))
        await _remove(caller.workspace, report)
        await late.leave_jobs(caller.workspace, made_up, now)
        own = WorkspaceChange(wanted.shop, wanted.time_zone, "", MIN_N, "", "")
        await workspace_service.change_workspace(caller, own)
        await introducing.introduce(caller, who)
        await form_service.create(caller.workspace, form, now)
        await form_service.publish(caller.workspace, form.slug, caller.actor, now)
        await audit.record(caller, BeginningAction.BEGUN, wanted.shop)
    forms.forget()
    await database.after_bulk()
    return form.slug


def _begun_already() -> Conflict:
    return Conflict(_("There are no made-up answers here."), what_to_do=_("You have begun with your own already."))


def _first_form(wanted: Beginning) -> NewForm:
    """The form to begin with; Invalid for languages that it has no words in (`also`: another
    than the first), and where there is no shop's name."""
    languages = list(dict.fromkeys(wanted.languages))
    if not languages:
        raise Invalid.field("languages", "required", _("Choose at least one language."))
    unknown = [tag not in i18n.LANGUAGES for tag in languages]
    if any(unknown):
        raise Invalid.field(
            "languages" if unknown[0] else "also",
            "unknown",
            _("Choose among %(languages)s.", languages=every_language()),
        )
    text.checked_line("shop", wanted.shop, MISSING)
    if wanted.time_zone not in zones.time_zones():
        raise Invalid.field("time_zone", "unknown", _("Choose one of the time zones."))
    starter = STARTERS[FIRST_FORM]
    return NewForm(FIRST_FORM, _(starter.name), definition_of(starter, languages, _(starter.name)))


async def _remove(workspace: UUID, report: Report) -> None:
    every = removal.statements(workspace)
    for done, (sql, values) in enumerate(every):
        report(done, len(every))
        await database.execute(sql, *values)
    report(len(every), len(every))
