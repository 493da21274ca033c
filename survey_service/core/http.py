"""What handlers share: form fields, redirects, the errors of a form, links out of the house, and whether what is
changed is still as it was read."""

import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.params import HeaderParameter

from survey_service.core import edits, form_encoding
from survey_service.core.errors import PreconditionFailed, ServiceError, Unavailable
from survey_service.core.form_encoding import Fields
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings
from survey_service.core.state import AppState, state_in

AnyRequest = Request[Any, Any, Any]
Html = Response[bytes]

Shown = TypeVar("Shown", bound=msgspec.Struct)

BUTTON_BYTES = 16 * 1024
"""The largest body of what nobody has signed in for and what carries a few short words at most."""
PAGE_BYTES = 64 * 1024
"""The largest body where nothing else is said: a page's fields, each letter of them in nine characters."""
DRAFT_BYTES = 2 * 1024 * 1024
"""The largest body with a form's draft, all words of a language or a long list, and of a sign-in that carries them."""

LARGE_FORMS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="form")
"""Reads the forms with more than PAGE_BYTES, one after the other: nobody else waits for them."""

IF_MATCH = r'^(\*|(W/)?"[!#-~]*"( ?, ?(W/)?"[!#-~]*")*)$'
"""How an `If-Match` is written, as the document of the API says it; `edits.is_wanted` takes a little more."""

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        description="The `ETag` of what was read: 412 if it was changed since. Absent: it is changed in any case.",
        schema_extra={"pattern": IF_MATCH},
    ),
]


def state_of(connection: ASGIConnection[Any, Any, Any, Any]) -> AppState:
    """What the requests of the application share."""
    return state_in(connection.app.state)


def keys_of(request: AnyRequest) -> Keyring:
    """The installation's signing keys."""
    return state_of(request).keys


def settings_of(request: AnyRequest) -> Settings:
    """The application's settings."""
    return state_of(request).settings


def public_url(request: AnyRequest) -> str:
    """The base of every link that leaves the house."""
    return settings_of(request).public_url


def see(path: str) -> Html:
    """Leads on after something was done: to a page of our own, to be fetched with GET."""
    return Response(b"", status_code=303, media_type="text/plain", headers={"Location": path})


def errors_of(error: ServiceError) -> dict[str, str]:
    """The error's sentences by field; what concerns the whole form under the empty name."""
    return {entry.field: entry.message for entry in error.errors} or {"": error.message}


async def form_fields(request: AnyRequest) -> Fields:
    """Every text of a form by the field's name, whatever encoding it was written in; files are left out.

    The only way in which forms are read. Raises Malformed, and Unavailable where memory is short.
    """
    body, kind = await request.body(), request.headers.get("content-type", "")
    if len(body) <= PAGE_BYTES:
        return form_encoding.decode(body, kind)
    read = contextvars.copy_context().run  # what cannot be read is said in the reader's language
    try:
        reading = asyncio.get_running_loop().run_in_executor(LARGE_FORMS, read, form_encoding.decode, body, kind)
    except RuntimeError as error:  # no memory for the thread
        raise Unavailable(_("Try again in a moment."), retry_after=3) from error
    return await reading


async def fields_of(request: AnyRequest) -> dict[str, str]:
    """The same of fields that come once; of one that came twice the last."""
    return {name: values[-1] for name, values in (await form_fields(request)).items()}


def tagged(shown: Shown) -> Response[Shown]:
    """What the API shows, with the entity tag that an `If-Match` names."""
    return Response(shown, headers={"ETag": edits.version_of(shown)})


def check_match(if_match: str | None, shown: msgspec.Struct) -> None:
    """Raises PreconditionFailed unless what stands now is what an `If-Match` header names, and Malformed if it names
    nothing; None is no such header."""
    if if_match is not None and not edits.is_wanted(if_match, edits.version_of(shown)):
        raise PreconditionFailed(_("This was changed meanwhile; nothing was changed now. Read it again."))
