"""The entrance: signing in with a password or a link, and out; and what its pages share with those behind it."""

from urllib.parse import unquote

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts import acts, queries, session_service, sign_in
from survey_service.accounts.actions import RefusalAction
from survey_service.accounts.guards import Caller, called, from_own_page
from survey_service.accounts.refusal_service import Refusal
from survey_service.accounts.refusals import refused
from survey_service.accounts.schemas import ROLE_NAMES, SCOPES
from survey_service.accounts.sign_in import Disabled
from survey_service.core import cookies
from survey_service.core.addresses import came_from
from survey_service.core.browsers import browser_of
from survey_service.core.email_address import MAX_EMAIL
from survey_service.core.errors import Gone, Invalid, ServiceError, TooLarge, TooMany
from survey_service.core.http import BUTTON_BYTES, DRAFT_BYTES, AnyRequest, Html, fields_of, see, settings_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.templates import page
from survey_service.core.unsent import Unsent, unpacked

HOME = "/app"
SIGN_IN = "/app/sign-in"
SIGN_OUT = "/app/sign-out"
SETTINGS = "/app/settings"
PASSWORD = "/app/settings/password"  # noqa: S105  (a path)
PUBLIC_PATHS = (SIGN_IN, "/app/again", SIGN_OUT)
"""What is never sent again after a sign-in."""
CARRIED = "_carried"
BY_LINK = {"public": True, "secret_part": "secret"}
NO_REFERRER = {"Referrer-Policy": "no-referrer"}
REFUSED_FOR = {TooMany: RefusalAction.TOO_MANY, Disabled: RefusalAction.DISABLED}
"""What stands in the audit trail where it is not a wrong password."""


async def signed_in(request: AnyRequest, secret: str, path: str) -> Html:
    """A redirect that carries the session."""
    return await with_session(request, secret, see(path))


async def with_session(request: AnyRequest, secret: str, response: Html) -> Html:
    """The answer with the session, and with what the browser is known by from now on. The session's age in the browser
    is the longest; the server ends it sooner."""
    agent, known = request.headers.get("User-Agent", ""), device_of(request)
    device = await session_service.remember_browser(secret, browser_of(agent, host_of(request), known))
    for name, value, lasts in (
        (sign_in.COOKIE, secret, sign_in.SESSION_AT_MOST),
        (session_service.COOKIE, device, session_service.DEVICE_LASTS),
    ):
        response.set_cookie(cookies.cookie(settings_of(request), name, value, seconds=int(lasts.total_seconds())))
    return response


def device_of(request: AnyRequest) -> str:
    """The secret by which the browser is known, if it has one."""
    return cookies.value_of(request, session_service.COOKIE)


def local_path(text: str) -> str:
    """`text` if it is a path of our staff pages, else the first of them: no other place is ever led to."""
    path = unquote(text.partition("?")[0])
    said = text.isascii() and text.isprintable()
    plain = said and not any(sign in both for both in (text, path) for sign in ("\\", "//", "/."))
    return text if plain and (path == HOME or path.startswith(HOME + "/")) else HOME


def host_of(request: AnyRequest) -> str:
    """The network address that the request came from."""
    return request.client.host if request.client else ""


@get(SIGN_IN, opt={"public": True}, include_in_schema=False)
async def sign_in_page(request: AnyRequest, next: FromQuery[str] = HOME, act: FromQuery[str] = "") -> Html:
    """The form; who is signed in already is led on. `act` is what they did that signed them out."""
    if await sign_in.caller_of_session(cookies.value_of(request, sign_in.COOKIE)):
        return see(local_path(next))
    return _sign_in_form(local_path(next), said=acts.to_oneself(act))


def _sign_in_form(
    following: str,
    email: str = "",
    error: ServiceError | None = None,
    kept: Unsent | None = None,
    status: int = 200,
    request_id: str = "",
    said: str = "",
    pressed: str | None = None,
) -> Html:
    headers = {"Retry-After": str(error.retry_after)} if error and error.retry_after else None
    return page(
        "accounts/sign_in.html",
        status_code=error.status if error else status,
        headers=headers,
        email=email[:MAX_EMAIL],
        next=following,
        error=error,
        kept=kept,
        request_id=request_id,
        said=said,
        pressed=pressed,
    )


class Entering(msgspec.Struct, frozen=True):
    """What a form of the entrance held but the password, for the page that says why nobody could be let in."""

    following: str
    email: str
    kept: Unsent | None


def still_outside(entering: Entering, error: ServiceError, request_id: str) -> Html:
    """The form of the entrance again, where we could not tell who comes. A password is never given back."""
    return _sign_in_form(entering.following, entering.email, error, entering.kept, request_id=request_id)


def sign_in_on_the_spot(request: AnyRequest, kept: Unsent) -> Html:
    """In place of a page that nobody is signed in for: what was sent to it is carried over the sign-in."""
    before = local_path(_came_from(request))
    if kept.path == SIGN_OUT:
        return see(SIGN_IN)
    if kept.given:
        return _sign_in_form(before, kept=kept, status=401, pressed=None if kept.typed else _page_of(request))
    return _sign_in_form(before, status=401, pressed=_page_of(request))


def _came_from(request: AnyRequest) -> str:
    """The path of the page that a form was sent from, as the browser says; empty where it does not."""
    return came_from(request.headers.get("Referer", ""))[0].removeprefix(settings_of(request).public_path)


def _page_of(request: AnyRequest, path: str = "") -> str:
    """What the page is called that a form was sent from, in the reader's language; empty for one without a name. `path`
    is that page's, where the browser does not say it any more."""
    name = called(request, path or _came_from(request))
    return _(name) if name else ""


def _chosen(kept: Unsent) -> list[str]:
    """What somebody chose from a list that gives people rights, in words: nobody sends that again unseen."""
    words = {"role": ROLE_NAMES, "scopes": SCOPES}
    return [_(words[name][text]) for name, text in kept.fields if text in words.get(name, {})]


def again(
    request: AnyRequest,
    kept: Unsent,
    csrf_token: str,
    *,
    status: int,
    title: str,
    message: str,
    who: str = "",
    request_id: str = "",
    page_before: str = "",
) -> Html:
    """What was not taken, to be read and sent once more with one press."""
    return page(
        "accounts/again.html",
        status_code=status,
        kept=kept,
        of_page=_page_of(request, page_before),
        shown=[*kept.typed, *_chosen(kept)],
        csrf_token=csrf_token,
        title=title,
        message=message,
        who=who,
        request_id=request_id,
    )


async def _typed(request: AnyRequest) -> dict[str, str]:
    """The fields of a sign-in form. Only what is carried may be long: the rest comes from strangers and is a few words.
    Raises TooLarge."""
    fields = await fields_of(request)
    if sum(len(name) + len(text) for name, text in fields.items() if name != CARRIED) > BUTTON_BYTES:
        raise TooLarge(_("That is more than is taken at once."))
    return fields


def _kept(fields: dict[str, str]) -> Unsent | None:
    """What a sign-in form carries, if it is for a page of staff."""
    path = fields.get("_to", "")
    plain = unquote(path.partition("#")[0].partition("?")[0]).rstrip("/")
    return unpacked(path, fields.get(CARRIED, "")) if local_path(path) == path and plain not in PUBLIC_PATHS else None


@post(SIGN_IN, opt={"public": True}, guards=[from_own_page], include_in_schema=False, request_max_body_size=DRAFT_BYTES)
async def do_sign_in(request: AnyRequest) -> Html:
    """Signs in and leads on, or shows the form again with what was typed but the password. What the form carries is
    shown to whoever is signed in now, who may send it."""
    fields = await _typed(request)
    email, following = fields.get("email", ""), local_path(fields.get("next", HOME))
    former, kept = cookies.value_of(request, sign_in.COOKIE), _kept(fields)
    request.scope["state"]["entering"] = Entering(following, email, kept)
    try:
        secret = await sign_in.sign_in(email, fields.get("password", ""), host_of(request), former, device_of(request))
    except (Invalid, TooMany) as error:
        refused(
            request,
            REFUSED_FOR.get(type(error), RefusalAction.WRONG_PASSWORD),
            Refusal(email=email.strip()[:MAX_EMAIL]),
        )
        return _sign_in_form(following, email, error, kept)
    caller = await sign_in.caller_of_session(secret) if kept else None
    if kept and caller:
        return await with_session(request, secret, _not_sent_yet(request, kept, caller, following))
    return await signed_in(request, secret, following)


def _not_sent_yet(request: AnyRequest, kept: Unsent, caller: Caller, page_before: str) -> Html:
    return again(
        request,
        kept,
        caller.csrf_token,
        status=200,
        title=_("Not sent yet"),
        message=_("What you typed is here.") if kept.typed else "",
        who=caller.name,
        page_before=page_before if page_before != HOME else "",  # it stands for any
    )


@post(
    "/app/again",
    opt={"public": True},
    guards=[from_own_page],
    include_in_schema=False,
    request_max_body_size=DRAFT_BYTES,
)
async def try_again(request: AnyRequest) -> Html:
    """For those who signed in meanwhile in another tab, by a link for instance. Writes nothing."""
    typed = await _typed(request)
    kept = _kept(typed)
    if kept is None:
        return see(HOME)
    request.scope["state"]["entering"] = Entering(HOME, "", kept)
    caller = await sign_in.caller_of_session(cookies.value_of(request, sign_in.COOKIE))
    if caller is None:
        return sign_in_on_the_spot(request, kept)
    return _not_sent_yet(request, kept, caller, local_path(typed.get("next", HOME)))


@post(SIGN_OUT, opt={"role": "viewer"}, include_in_schema=False)
async def do_sign_out(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Ends the session, here and on the server."""
    await sign_in.sign_out(caller, cookies.value_of(request, sign_in.COOKIE))
    response = see(SIGN_IN)
    for name in (sign_in.COOKIE, cookies.LANGUAGE):
        response.set_cookie(cookies.ended(settings_of(request), name))
    return response


def _no_link(request: AnyRequest, error: Gone) -> Html:
    refused(request, RefusalAction.WRONG_LINK)
    return page("accounts/link.html", status_code=error.status, headers=NO_REFERRER, error=error)


@get("/app/link/{secret:str}", opt=BY_LINK, include_in_schema=False)
async def link_page(request: AnyRequest, secret: FromPath[str]) -> Html:
    """Shows a button. Mail scanners and previews look at links, so looking uses nothing up."""
    try:
        name, workspace_name = await sign_in.look_at_link(secret)
    except Gone as error:
        return _no_link(request, error)
    return page("accounts/link.html", headers=NO_REFERRER, error=None, who=name, where=workspace_name)


@post(
    "/app/link/{secret:str}",
    opt=BY_LINK,
    guards=[from_own_page],
    include_in_schema=False,
    request_max_body_size=BUTTON_BYTES,
)
async def use_link(request: AnyRequest, secret: FromPath[str]) -> Html:
    """Signs in, once."""
    request.scope["state"]["unsent"] = Unsent(request.url.path, ())
    try:
        session = await sign_in.use_link(secret, cookies.value_of(request, sign_in.COOKIE))
    except Gone as error:
        return _no_link(request, error)
    caller = await sign_in.caller_of_session(session)
    knows_password = caller is not None and await has_password(caller)
    return await signed_in(request, session, HOME if knows_password else PASSWORD)


async def has_password(caller: Caller) -> bool:
    """Whether the person has chosen a password yet."""
    assert caller.actor is not None, "a session is a person's"
    return (await queries.staff_member(caller.workspace, caller.actor)).has_password


ROUTES = [sign_in_page, do_sign_in, try_again, do_sign_out, link_page, use_link]
