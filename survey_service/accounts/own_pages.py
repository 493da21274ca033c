"""The pages of one's own account: name, language, password, where one is signed in, light or dark."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from survey_service.accounts import queries, service, session_service, sign_in
from survey_service.accounts.actions import RefusalAction
from survey_service.accounts.entrance_pages import PASSWORD, SETTINGS, has_password, signed_in
from survey_service.accounts.frame import settings_page
from survey_service.accounts.guards import Caller
from survey_service.accounts.queries import StaffRow
from survey_service.accounts.refusals import refusal_of, refused
from survey_service.accounts.schemas import ROLE_NAMES, ROLES, OwnDevice, OwnSession
from survey_service.core import edits
from survey_service.core.edits import Differs, Shown
from survey_service.core.errors import Invalid, ServiceError, TooMany
from survey_service.core.http import AnyRequest, Html, fields_of, see
from survey_service.core.i18n import staff as words
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import id_in
from survey_service.core.moments import local_time

LABELS = {"name": N_("Name"), "language": N_("Language of these pages")}


def _own(staff: StaffRow) -> dict[str, str]:
    """What a person says of themselves; the language where there is a choice."""
    return {"name": staff.name} | ({"language": staff.language} if len(words.available()) > 1 else {})


def _languages() -> list[tuple[str, str]]:
    """(code, its name in itself) to choose from, the browser's wish first; nothing where there is no choice."""
    codes = words.available()
    return [("", _("As my browser says")), *((code, words.own_name(code)) for code in codes)] if len(codes) > 1 else []


@get(SETTINGS, opt={"role": "viewer"}, include_in_schema=False)
async def account_page(caller: NamedDependency[Caller], done: FromQuery[str] = "") -> Html:
    """Who one is here, and light or dark."""
    assert caller.actor is not None, "a session is a person's"
    staff = await queries.staff_member(caller.workspace, caller.actor)
    return await _account(caller, staff, edits.shown(_own(staff)), done=done)


async def _account(
    caller: Caller,
    staff: StaffRow,
    shown: Shown,
    *,
    error: ServiceError | None = None,
    done: str = "",
) -> Html:
    return settings_page(
        caller,
        "account",
        "account",
        error=error,
        staff_member=staff,
        shown=shown,
        role=f"{_(ROLE_NAMES[staff.role])}: {_(ROLES[staff.role])}",
        languages=_languages(),
        signed_in=await _browsers(caller),
        done=done,
    )


async def _browsers(caller: Caller) -> list[dict[str, str | bool]]:
    """Where the caller is signed in, this browser first, and then the browsers that they are only known to use."""
    sessions = sorted(await session_service.sessions(caller), key=lambda session: session.id != caller.session)
    signed_in = {session.device for session in sessions}
    known = [device for device in await session_service.devices(caller) if device.device not in signed_in]
    return [*(_browser(one, caller) for one in sessions), *(_browser(one, caller) for one in known)]


def _browser(found: OwnSession | OwnDevice, caller: Caller) -> dict[str, str | bool]:
    return {
        "id": str(found.id),
        "is_here": found.id == caller.session,
        "is_signed_in": isinstance(found, OwnSession),
        "browser": _browser_in_words(found.browser, found.system),
        "network": found.network,
        "since": local_time(found.created_at, caller.time_zone),
        "used": local_time(found.used_at, caller.time_zone) if found.used_at else "",
    }


def _browser_in_words(browser: str, system: str) -> str:
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("A browser that does not say which")


@post(f"{SETTINGS}/sign-out", opt={"role": "viewer"}, include_in_schema=False)
async def end_session(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Signs out in one other browser. No key has a twin of this: keys are signed in nowhere."""
    await session_service.end_session(caller, (await fields_of(request)).get("id", ""))
    return see(f"{SETTINGS}?done=ended")


@post(f"{SETTINGS}/sign-out-elsewhere", opt={"role": "viewer"}, include_in_schema=False)
async def end_other_sessions(caller: NamedDependency[Caller]) -> Html:
    """Signs out everywhere else."""
    await session_service.end_other_sessions(caller)
    return see(f"{SETTINGS}?done=alone")


@post(f"{SETTINGS}/forget-browser", opt={"role": "viewer"}, include_in_schema=False)
async def forget_browser(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Forgets a browser in which nobody is signed in; one that is not the caller's, or is gone, is no matter."""
    device = id_in((await fields_of(request)).get("id", ""))
    if device is None:
        return see(SETTINGS)
    await session_service.forget_device(caller, device)
    return see(f"{SETTINGS}?done=forgotten")


@post("/app/settings/name", opt={"role": "viewer", "edits": True}, include_in_schema=False)
async def change_oneself(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Changes one's own name and language. No key has a twin of this: keys are no persons."""
    assert caller.actor is not None, "a session is a person's"
    fields = await fields_of(request)
    try:
        async with service.held_staff(caller, caller.actor) as staff:
            standing = _own(staff)
            wanted = edits.reconciled(fields, {name: fields.get(name, "") for name in standing}, standing)
            if "name" in wanted:
                await service.rename_oneself(caller, wanted["name"])
            if "language" in wanted:
                await service.choose_language(caller, wanted["language"])
    except (Invalid, Differs) as error:
        staff = await queries.staff_member(caller.workspace, caller.actor)
        typed = {name: fields.get(name, "") for name in _own(staff)}
        shown = edits.shown_again(fields, typed, error, lambda name: _(LABELS[name]), _in_words)
        return await _account(caller, staff, shown, error=error)
    return see(f"{SETTINGS}?done={'language' if list(wanted) == ['language'] else 'name'}")


def _in_words(name: str, value: str) -> str:
    return dict(_languages()).get(value, value) if name == "language" else value


@get(PASSWORD, opt={"role": "viewer"}, include_in_schema=False)
async def password_page(caller: NamedDependency[Caller]) -> Html:
    """The form for another password, or for the first."""
    return settings_page(caller, "password", "account", has_password=await has_password(caller))


@post(PASSWORD, opt={"role": "viewer", "secret": ("current", "new", "repeated")}, include_in_schema=False)
async def change_password(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Sets the password, ends the person's sessions everywhere else, and renews this one."""
    fields = await fields_of(request)
    try:
        secret = await sign_in.change_password(
            caller, fields.get("current", ""), fields.get("new", ""), fields.get("repeated", "")
        )
    except (Invalid, TooMany) as error:
        if isinstance(error, TooMany):
            refused(request, RefusalAction.TOO_MANY, refusal_of(caller))
        elif any(fault.code == sign_in.NOT_CURRENT for fault in error.errors):
            refused(request, RefusalAction.WRONG_PASSWORD, refusal_of(caller))
        known = await has_password(caller)
        return settings_page(caller, "password", "account", error=error, typed_is_kept=False, has_password=known)
    return await signed_in(request, secret, f"{SETTINGS}?done=password")


ROUTES = [
    account_page,
    change_oneself,
    password_page,
    change_password,
    end_session,
    end_other_sessions,
    forget_browser,
]
