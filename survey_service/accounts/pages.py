"""The pages under Settings: staff, keys, the workspace and the audit trail; one's own account is in `own_pages`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts import (
    acts,
    audit,
    key_service,
    queries,
    service,
    view,
    workspace_service,
)
from survey_service.accounts.actions import Actions
from survey_service.accounts.entrance_pages import SIGN_IN
from survey_service.accounts.frame import AUDIT, KEYS, STAFF, WORKSPACE, settings_page
from survey_service.accounts.guards import Caller
from survey_service.accounts.queries import KeyRow, WorkspaceRow
from survey_service.accounts.refusal_service import NOBODY
from survey_service.accounts.schemas import ROLE_NAMES, ROLES, SCOPES, WORKSPACE_LABELS, AuditRow, WorkspaceChange
from survey_service.accounts.service import AsksFirst
from survey_service.core import edits, ids, zones
from survey_service.core.addresses import older, with_query
from survey_service.core.edits import Differs, Shown
from survey_service.core.errors import Conflict, Invalid, ServiceError
from survey_service.core.http import AnyRequest, Html, fields_of, form_fields, see, settings_of, state_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import ngettext, number
from survey_service.core.moments import local_time


def _when(moment: datetime, caller: Caller) -> str:
    return local_time(moment, caller.time_zone)


# Staff -----------------------------------------------------------------------------------------------------------


async def _staff_page(
    caller: Caller,
    *,
    cursor: str | None = None,
    error: ServiceError | None = None,
    typed: dict[str, str] | None = None,
    link: str = "",
    link_for: str = "",
    clash: Mapping[UUID, Shown] = {},
    said: str = "",
) -> Html:
    page = await queries.staff_list(caller.workspace, cursor=cursor)
    return settings_page(
        caller,
        "staff",
        "staff",
        error=error,
        typed_is_kept=typed is not None,
        people=page.items,
        marked={row.id: clash.get(row.id) or edits.shown({"role": row.role}) for row in page.items},
        roles=[(role, _(name)) for role, name in ROLE_NAMES.items()],
        role_words=ROLES,
        typed={"email": "", "name": "", "role": "viewer", **(typed or {})},
        next_id=ids.new_id(),
        link=link,
        link_for=link_for,
        said=said,
        newer=STAFF if cursor else "",
        older=older(STAFF, page.next),
    )


def _link(request: AnyRequest, secret: str) -> str:
    return f"{settings_of(request).public_url}/app/link/{quote(secret)}"


def _sure_page(request: AnyRequest, caller: Caller, asked: AsksFirst, role: str = "") -> Html:
    """Asks once more, and says what follows."""
    return settings_page(
        caller,
        "sure",
        "staff",
        question=view.question(asked.staff, asked.keys, role, own=asked.staff.id == caller.actor),
        path=request.url.path,
        role=role,
        shown=edits.shown({"role": asked.staff.role}),
    )


def _done(caller: Caller, act: str, staff_id: UUID, *, is_owner: bool = False) -> Html:
    """The list again; who has given up their own access signs in again."""
    given_up = staff_id == caller.actor and not is_owner
    return see(with_query(SIGN_IN, act=act) if given_up else acts.address(STAFF, act, staff_id))


@get(STAFF, opt={"role": "owner"}, include_in_schema=False)
async def staff_list_page(
    caller: NamedDependency[Caller],
    cursor: FromQuery[str | None] = None,
    act: FromQuery[str] = "",
    who: FromQuery[str] = "",
) -> Html:
    """Who works here, with what role."""
    person = await queries.staff_if_known(caller.workspace, who) if act else None
    keys = await queries.keys_made_by(caller.workspace, person.id) if person else []
    return await _staff_page(caller, cursor=cursor, said=acts.to_staff(act, person, keys))


@post(STAFF, opt={"role": "owner"}, include_in_schema=False)
async def add_staff(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Adds a colleague and shows the link to hand over; it is not kept, so it is shown right here."""
    fields = await fields_of(request)
    try:
        staff, secret = await service.add_staff(
            caller,
            fields.get("email", ""),
            fields.get("name", ""),
            fields.get("role", ""),
            ids.id_in(fields.get("id", "")),
        )
    except Invalid as error:
        return await _staff_page(caller, error=error, typed=fields)
    except Conflict as error:
        return await _staff_page(caller, error=error)
    return await _staff_page(caller, link=_link(request, secret), link_for=staff.name)


def _role_label(name: str) -> str:
    return _("Role")


def _role_words(name: str, role: Any) -> str:
    return _(ROLE_NAMES.get(str(role), str(role)))


@post("/app/settings/staff/{staff_id:uuid}/role", opt={"role": "owner", "edits": True}, include_in_schema=False)
async def change_role(request: AnyRequest, caller: NamedDependency[Caller], staff_id: FromPath[UUID]) -> Html:
    """Gives a colleague another role."""
    fields = await fields_of(request)
    typed = {"role": fields.get("role", "")}
    try:
        async with service.held_staff(caller, staff_id) as staff:
            wanted = {"role": staff.role} | edits.reconciled(fields, typed, {"role": staff.role})
            await service.change_role(caller, staff_id, wanted["role"], sure=fields.get("sure") == "1")
    except AsksFirst as asked:
        return _sure_page(request, caller, asked, typed["role"])
    except Differs as error:
        shown = edits.shown_again(fields, typed, error, _role_label, _role_words)
        return await _staff_page(caller, error=error, clash={staff_id: shown})
    except (Conflict, Invalid) as error:
        return await _staff_page(caller, error=error)
    return _done(caller, acts.ROLE, staff_id, is_owner=wanted["role"] == "owner")


@post("/app/settings/staff/{staff_id:uuid}/disable", opt={"role": "owner"}, include_in_schema=False)
async def disable_staff(request: AnyRequest, caller: NamedDependency[Caller], staff_id: FromPath[UUID]) -> Html:
    """Shuts a colleague out at once."""
    sure = (await fields_of(request)).get("sure") == "1"
    try:
        await service.set_disabled(caller, staff_id, True, sure=sure)
    except AsksFirst as asked:
        return _sure_page(request, caller, asked)
    except Conflict as error:
        return await _staff_page(caller, error=error)
    return _done(caller, acts.DISABLED, staff_id)


@post("/app/settings/staff/{staff_id:uuid}/enable", opt={"role": "owner"}, include_in_schema=False)
async def enable_staff(caller: NamedDependency[Caller], staff_id: FromPath[UUID]) -> Html:
    """Lets a colleague in again."""
    await service.set_disabled(caller, staff_id, False)
    return see(acts.address(STAFF, acts.ENABLED, staff_id))


@post("/app/settings/staff/{staff_id:uuid}/link", opt={"role": "owner"}, include_in_schema=False)
async def renew_access(request: AnyRequest, caller: NamedDependency[Caller], staff_id: FromPath[UUID]) -> Html:
    """Forgets a colleague's password and shows a link with which they choose another."""
    shown_with = ids.id_in((await fields_of(request)).get("id", ""))
    try:
        staff, secret = await service.renew_access(caller, staff_id, shown_with)
    except Conflict as error:
        return await _staff_page(caller, error=error)
    return await _staff_page(caller, link=_link(request, secret), link_for=staff.name or staff.email)


# Keys ------------------------------------------------------------------------------------------------------------


def _made(row: KeyRow, caller: Caller) -> str:
    when = _when(row.created_at, caller)
    return _("Made %(when)s by %(who)s.", when=when, who=row.made_by) if row.made_by else _("Made %(when)s.", when=when)


async def _keys_page(
    caller: Caller,
    *,
    cursor: str | None = None,
    error: ServiceError | None = None,
    name: str = "",
    chosen: Iterable[str] = (),
    made: str = "",
    said: str = "",
) -> Html:
    page = await queries.key_list(caller.workspace, cursor=cursor)
    keys = [
        {
            **msgspec.structs.asdict(row),
            "scopes": row.scopes.split(),
            "made": _made(row, caller),
            "used": _when(row.last_used_at, caller) if row.last_used_at else "",
        }
        for row in page.items
    ]
    return settings_page(
        caller,
        "keys",
        "keys",
        error=error,
        typed_is_kept=bool(name or chosen),
        keys=keys,
        scopes=SCOPES,
        key_name=name,
        chosen=set(chosen),
        made=made,
        next_id=ids.new_id(),
        said=said,
        newer=KEYS if cursor else "",
        older=older(KEYS, page.next),
    )


@get(KEYS, opt={"role": "owner"}, include_in_schema=False)
async def keys_page(
    caller: NamedDependency[Caller],
    cursor: FromQuery[str | None] = None,
    act: FromQuery[str] = "",
    who: FromQuery[str] = "",
) -> Html:
    """The keys that programs use."""
    key = await queries.key_if_known(caller.workspace, who) if act else None
    return await _keys_page(caller, cursor=cursor, said=acts.to_key(act, key))


@post(KEYS, opt={"role": "owner"}, include_in_schema=False)
async def make_key(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Makes a key and shows it once. A page that is loaded again makes no second one."""
    fields = await form_fields(request)
    scopes, name = fields.get("scopes", []), fields.get("name", [""])[0]
    try:
        key = await key_service.make_key(caller, name, scopes, ids.id_in(fields.get("id", [""])[0]))
    except Invalid as error:
        return await _keys_page(caller, error=error, name=name, chosen=scopes)
    except Conflict as error:
        return await _keys_page(caller, error=error)
    return await _keys_page(caller, made=key.key)


@post("/app/settings/keys/{key_id:uuid}/revoke", opt={"role": "owner"}, include_in_schema=False)
async def revoke_key(caller: NamedDependency[Caller], key_id: FromPath[UUID]) -> Html:
    """Ends a key at once."""
    await key_service.revoke_key(caller, key_id)
    return see(acts.address(KEYS, acts.REVOKED, key_id))


# The workspace, and what happened in it --------------------------------------------------------------------------


def _standing(workspace: WorkspaceRow) -> dict[str, str]:
    return {name: str(getattr(workspace, name)) for name in WORKSPACE_LABELS}


def _change(wanted: Mapping[str, Any]) -> WorkspaceChange:
    number = {"min_n": workspace_service.min_n_of(wanted["min_n"])} if "min_n" in wanted else {}
    return WorkspaceChange(**{**wanted, **number})


def _workspace_page(caller: Caller, shown: Shown, *, error: ServiceError | None = None, done: bool = False) -> Html:
    choices = zones.choices(shown.values["time_zone"])
    return settings_page(
        caller, "workspace", "workspace", error=error, typed=shown.values, shown=shown, zones=choices, done=done
    )


@get(WORKSPACE, opt={"role": "owner"}, include_in_schema=False)
async def workspace_page(caller: NamedDependency[Caller], done: FromQuery[str] = "") -> Html:
    """Name, time zone, postal address, and how few answers are too few."""
    standing = _standing(await queries.workspace(caller.workspace))
    return _workspace_page(caller, edits.shown(standing), done=bool(done))


@post(WORKSPACE, opt={"role": "owner", "edits": True}, include_in_schema=False)
async def change_workspace(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Changes those that were changed on the page."""
    fields = await fields_of(request)
    typed = {name: fields.get(name, "").replace("\r\n", "\n") for name in WORKSPACE_LABELS}
    try:
        async with workspace_service.held_workspace(caller) as workspace:
            standing = _standing(workspace)
            await workspace_service.change_workspace(caller, _change(edits.reconciled(fields, typed, standing)))
    except (Invalid, Differs) as error:
        shown = edits.shown_again(fields, typed, error, lambda name: _(WORKSPACE_LABELS[name]))
        return _workspace_page(caller, shown, error=error)
    return see(f"{WORKSPACE}?done=1")


def _more(row: AuditRow, caller: Caller) -> str:
    """How often a refusal was repeated, and when first; nothing for what was done once."""
    if row.times < 2 or row.last_at is None:
        return ""
    first = _when(row.at, caller)
    return ngettext(
        "%(n)s time, first %(when)s", "%(n)s times, first %(when)s", row.times, n=number(row.times), when=first
    )


def _who(row: AuditRow) -> str:
    """Who did it; a program by its key. A key may be called anything, the installation too."""
    if row.key is None and row.actor_name in (audit.INSTALLATION, NOBODY):
        return _(row.actor_name)
    if row.actor is not None:
        return row.actor_name
    if row.key_made_by:
        return _("API key “%(key)s”, made by %(who)s", key=row.actor_name, who=row.key_made_by)
    return _("API key “%(key)s”", key=row.actor_name)


@get(AUDIT, opt={"role": "owner"}, include_in_schema=False)
async def audit_page(
    request: AnyRequest, caller: NamedDependency[Caller], cursor: FromQuery[str | None] = None
) -> Html:
    """Who did what, the newest first; refusals that are one line by the last of them."""
    actions = state_of(request).part(Actions)
    page = await queries.audit_list(caller.workspace, cursor=cursor)
    entries = [
        {
            **msgspec.structs.asdict(row),
            "action": actions.words(row.action),
            "subject": actions.subject(row.action, row.subject),
            "actor_name": _who(row),
            "when": _when(row.last_at or row.at, caller),
            "more": _more(row, caller),
            "iso": (row.last_at or row.at).isoformat(timespec="seconds"),
        }
        for row in page.items
    ]
    return settings_page(
        caller,
        "audit",
        "audit",
        entries=entries,
        newer=AUDIT if cursor else "",
        older=older(AUDIT, page.next),
    )


ROUTES = [
    staff_list_page,
    add_staff,
    change_role,
    disable_staff,
    enable_staff,
    renew_access,
    keys_page,
    make_key,
    revoke_key,
    workspace_page,
    change_workspace,
    audit_page,
]
