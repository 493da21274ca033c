"""Every error becomes an answer here: problem details (RFC 9457) for programs, a page for people."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect

from survey_service.accounts import entrance_pages
from survey_service.accounts.actions import RefusalAction
from survey_service.accounts.refusals import refusal_of, refused, respondent_waits
from survey_service.core import logs, misfits, templates
from survey_service.core.errors import (
    FieldError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    PageFromBefore,
    ServiceError,
    SignInRequired,
    TooLarge,
    TooMany,
    Unavailable,
    UnsupportedType,
)
from survey_service.core.http import AnyRequest, state_of
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.unsent import Unsent
from survey_service.forms import queries as forms
from survey_service.survey import pages as respondent_pages
from survey_service.survey import rendering
from survey_service.web.parameters import parameters_of
from survey_service.web.paths import Paths

log = logs.get(__name__)
PROBLEM = "application/problem+json"
BODY = "data"
BY_STATUS: dict[int, type[ServiceError]] = {
    400: Malformed,
    401: SignInRequired,
    403: Forbidden,
    404: NotFound,
    413: TooLarge,
    415: UnsupportedType,
    422: Invalid,
    429: TooMany,
    503: Unavailable,
}
SENTENCES = {
    400: N_("The request could not be read. Check that its body is what the address expects."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not take that method."),
    413: N_("That is more than is taken at once."),
    415: N_("Send the body in the format that this address expects."),
}
REFUSED = N_("Refused")
PASSING = (429, 500, 503)
"""What may be over in a moment: a button that was pressed can be pressed again on the page that says so."""

ODD_ADDRESS = N_("The end of this address cannot be read. Open the page from its link instead.")
FOR_PEOPLE = {
    405: SENTENCES[404],
    413: N_("What you wrote is too long. Go back, make it shorter, and send it again."),
    422: ODD_ADDRESS,
}
"""What people read where a program reads which method, size or parameter is wrong, and how."""


class Problem(msgspec.Struct, omit_defaults=True):
    """An error for programs: RFC 9457 problem details, with the request's id and the errors of single fields."""

    title: str
    status: int
    detail: str
    code: str
    type: str = "about:blank"
    errors: list[dict[str, str]] = []
    request_id: str = ""


def service_error(request: AnyRequest, error: ServiceError) -> Response[Any]:
    """An expected refusal."""
    if isinstance(error, TooMany):
        _note_wait(request)
    if wants_problem(request):
        return problem(request, error)
    path = request.url.path
    if path.startswith(state_of(request).part(Paths).respondent):
        return _respondent_page(request, error)
    if entering := request.scope["state"].get("entering"):
        return entrance_pages.still_outside(entering, error, _number(request, error))
    if kept := request.scope["state"].get("unsent"):
        return _with_what_was_sent(request, error, kept)
    if isinstance(error, SignInRequired) and request.method in ("GET", "HEAD"):
        target = path + (f"?{request.url.query}" if request.url.query else "")
        return Redirect(f"/app/sign-in?{urlencode({'next': target})}", status_code=303)
    return _staff_page(request, error)


def _note_wait(request: AnyRequest) -> None:
    """Who is asked to wait is told in the audit trail: staff and programs by name, and of respondents the form alone,
    if it is known without asking the database."""
    if caller := request.scope["state"].get("caller"):
        refused(request, RefusalAction.TOO_MANY, refusal_of(caller))
        return
    published = forms.remembered(str(request.scope.get("path_params", {}).get("slug", "")))
    respondent_waits(request, published.workspace if published else None, published.name if published else "")


def http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """The framework's own refusals, in our words."""
    status = _status(error)
    if status >= 500:
        return unexpected(request, error)
    kind = BY_STATUS.get(status, ServiceError)
    for_people = status in FOR_PEOPLE and not wants_problem(request)
    for_people = for_people and (status != 422 or isinstance(error, ValidationException))
    sentence = _(FOR_PEOPLE[status]) if for_people else _sentence(status, error)
    ours = kind(sentence, errors=_fields(request, error) if status == 422 and not for_people else [])
    ours.status = status
    if status == 405 and for_people:
        ours.title = NotFound.title
    elif kind is ServiceError:
        ours.code, ours.title = "method_not_allowed" if status == 405 else "refused", SENTENCES.get(status, REFUSED)
    answer = service_error(request, ours)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = _with_head(value) if name.lower() == "allow" else value
    return answer


def _with_head(allowed: str) -> str:
    """The methods of an `Allow` header, with the HEAD that every GET answers and the framework does not know of."""
    methods = {method.strip() for method in allowed.split(",")}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _status(error: HTTPException) -> int:
    """An address that nothing can have is not found; the rest of what cannot be is invalid."""
    if not isinstance(error, ValidationException):
        return error.status_code
    return 404 if any(entry.get("source") == "path" for entry in _entries(error)) else 422


def _sentence(status: int, error: HTTPException) -> str:
    if status == 422:
        return _("Some fields need another look.")
    return _(SENTENCES[status]) if status in SENTENCES else error.detail


def _fields(request: AnyRequest, error: HTTPException) -> list[FieldError]:
    """The framework's list of wrong parameters as field errors, each by its name in the address."""
    handler = request.scope.get("route_handler")
    names = parameters_of(request.app, handler).by_code if handler else {}
    found = [(str(entry.get("key", BODY)), str(entry.get("message", ""))) for entry in _entries(error)]
    return [_field(name, names.get(name, name), message) for name, message in found]


def _entries(error: HTTPException) -> list[dict[str, Any]]:
    extra = error.extra if isinstance(error.extra, list) else []
    return [entry for entry in extra if isinstance(entry, dict)]


def _field(name: str, shown: str, message: str) -> FieldError:
    """One of them. The framework calls the body `data`, and names what is absent by its name alone."""
    absent = message.strip("'") in (name, BODY) or message.startswith("Missing required")
    shown = "body" if shown == BODY else shown
    return FieldError(shown, "invalid", _("This is missing.") if absent else misfits.said(message))


def unexpected(request: AnyRequest, error: Exception) -> Response[Any]:
    """Our own fault: logged with its trace, and told with the request's id."""
    request_id = request.scope["state"].get("request_id", "")
    log.error("unexpected", path=request.url.path, method=request.method, exc_info=error, request_id=request_id)
    return service_error(
        request,
        ServiceError(
            _("That is our fault, not yours. Nothing that was acknowledged is lost."),
            what_to_do=_("Try again in a moment."),
        ),
    )


def wants_problem(request: AnyRequest) -> bool:
    """Programs are answered with problem details: the API's paths, those about the service itself, and whoever accepts
    JSON rather than HTML."""
    path = request.url.path
    if path.startswith(("/api/", "/schema")) or path in state_of(request).part(Paths).about_itself:
        return True
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def problem(request: AnyRequest, error: ServiceError) -> Response[Problem]:
    """An error as problem details."""
    handler = request.scope.get("route_handler")
    name = handler.opt.get("error_field", "field") if handler else "field"
    content = Problem(
        title=_(error.title),
        status=error.status,
        detail=error.message,
        code=error.code,
        errors=[{name: e.field, "code": e.code, "message": e.message} for e in error.errors],
        request_id=request.scope["state"].get("request_id", ""),
    )
    headers = _headers(error)
    if request.url.path.endswith("/responses"):
        headers["Access-Control-Allow-Origin"] = "*"
    return Response(content, status_code=error.status, media_type=PROBLEM, headers=headers)


def _headers(error: ServiceError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, SignInRequired):
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return headers


def _respondent_page(request: AnyRequest, error: ServiceError) -> Response[bytes]:
    """A respondent reads what happened in their own language."""
    key = {404: "not_found", 405: "not_found", 410: "closed"}.get(error.status)
    if error.status in (429, 503):  # what was sent is not on this page, but on the one before
        key = "unread" if request.method == "POST" else "busy" if error.status == 429 else "trouble"
    key = key or ("unread" if error.status < 500 else "trouble")
    number = _number(request, error) or None
    before = "too_long" if error.status == 413 else ""
    page = respondent_pages.notice(request, key, status_code=error.status, number=number, before=before)
    page.headers.update(_headers(error))
    if request.url.path.startswith(state_of(request).part(Paths).private):
        page.headers.update(respondent_pages.PRIVATE_HEADERS)
        page.headers["Content-Security-Policy"] = rendering.policy("")
    return page


def _with_what_was_sent(request: AnyRequest, error: ServiceError, kept: Unsent) -> Response[bytes]:
    """Nothing that somebody typed on a page of ours is lost by what kept it from being taken."""
    if isinstance(error, SignInRequired):
        return entrance_pages.sign_in_on_the_spot(request, kept)
    if not kept.given and (kept.secret or not (error.status in PASSING or isinstance(error, PageFromBefore))):
        return _staff_page(request, error, type_again=kept.path if kept.secret else "")
    token = error.csrf_token if isinstance(error, PageFromBefore) else kept.csrf_token
    message = _("This page is from before you signed in.") if isinstance(error, PageFromBefore) else error.message
    number, title = _number(request, error), _(error.title)
    answer = entrance_pages.again(
        request, kept, token, status=error.status, title=title, message=message, request_id=number
    )
    answer.headers.update(_headers(error))
    return answer


def _number(request: AnyRequest, error: ServiceError) -> str:
    """The request's id, by which our own fault is found in the log; empty for other errors."""
    return str(request.scope["state"].get("request_id", "")) if error.status >= 500 else ""


def _staff_page(request: AnyRequest, error: ServiceError, *, type_again: str = "") -> Response[bytes]:
    """What happened, for people. `type_again` is the page of a secret that was not taken: such is never given back.
    What only was looked for is asked for again, with all that was chosen, where that will do soon."""
    home = {"href": "/app", "label": _("To today’s figures")}
    if type_again:
        home = {"href": type_again, "label": _("Type it again")}
    elif request.method == "GET" and error.status in PASSING:
        asked = request.url.query
        home = {"href": request.url.path + (f"?{asked}" if asked else ""), "label": _("Try again")}
    return templates.page(
        "page_error.html",
        status_code=error.status,
        headers=_headers(error),
        title=_(error.title),
        message=" ".join([error.message, *(e.message for e in error.errors if e.message != error.message)]),
        advice=_("A password is never kept: you are asked for it again.") if type_again else error.what_to_do,
        request_id=_number(request, error),
        home=home,
    )


HANDLERS: dict[Any, Any] = {ServiceError: service_error, HTTPException: http_error, Exception: unexpected}
