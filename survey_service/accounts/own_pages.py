"""The pages of one's own account: name, language, password, light or dark."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from survey_service.accounts import queries, service, sign_in
from survey_service.accounts.entrance_pages import PASSWORD, SETTINGS, has_password, signed_in
from survey_service.accounts.frame import settings_page
from survey_service.accounts.guards import Caller
from survey_service.accounts.queries import StaffRow
from survey_service.accounts.schemas import ROLE_NAMES, ROLES
from survey_service.core import edits
from survey_service.core.edits import Differs, Shown
from survey_service.core.errors import Invalid, ServiceError, TooMany
from survey_service.core.http import AnyRequest, Html, fields_of, see
from survey_service.core.i18n import staff as words
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _

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
    return _account(caller, staff, edits.shown(_own(staff)), done=done)


def _account(
    caller: Caller, staff: StaffRow, shown: Shown, *, error: ServiceError | None = None, done: str = ""
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
        done=done,
    )


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
        return _account(caller, staff, shown, error=error)
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
        return settings_page(caller, "password", "account", error=error, has_password=await has_password(caller))
    return signed_in(request, secret, f"{SETTINGS}?done=password")


ROUTES = [account_page, change_oneself, password_page, change_password]
