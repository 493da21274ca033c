"""What the handlers of places, and of the domains above, share: links, form fields, redirects, QR files."""

from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.params import HeaderParameter

from survey_service.core import edits
from survey_service.core.errors import PreconditionFailed, ServiceError
from survey_service.core.http import fields_of as fields_of
from survey_service.places import qr
from survey_service.places.schemas import PlaceRow

AnyRequest = Request[Any, Any, Any]
Shown = TypeVar("Shown", bound=msgspec.Struct)

IfMatch = Annotated[
    str,
    HeaderParameter(
        name="If-Match",
        description="The `ETag` of what was read: 412 if it was changed since. Absent: it is changed in any case.",
    ),
]


def tagged(shown: Shown) -> Response[Shown]:
    """What the API shows, with the entity tag that an `If-Match` names."""
    return Response(shown, headers={"ETag": edits.version_of(shown)})


def check_match(if_match: str, shown: msgspec.Struct) -> None:
    """Raises PreconditionFailed unless what stands now is what an `If-Match` header names."""
    if not edits.is_wanted(if_match, edits.version_of(shown)):
        raise PreconditionFailed("This was changed meanwhile; nothing was changed now. Read it again.")


def public_url(request: AnyRequest) -> str:
    """The base of every link that leaves the house."""
    url: str = request.app.state.settings.public_url
    return url


def see(path: str) -> Response[bytes]:
    """Leads on after something was done."""
    return Response(
        b"", status_code=303, media_type="text/plain", headers={"Location": path, "Cache-Control": "no-store"}
    )


def errors_of(error: ServiceError) -> dict[str, str]:
    """The error's sentences by field; what concerns the whole form under the empty name."""
    return {entry.field: entry.message for entry in error.errors} or {"": error.message}


def picture(place: PlaceRow, base_url: str, kind: str) -> Response[bytes]:
    """The place's QR code as a file to keep."""
    url = qr.survey_url(base_url, place.code)
    content = qr.png(url) if kind == "png" else qr.svg(url, place.name).encode()
    return Response(
        content,
        media_type="image/png" if kind == "png" else "image/svg+xml",
        headers={
            "Content-Disposition": f'attachment; filename="qr-{place.code}.{kind}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "Cache-Control": "no-store",
        },
    )
