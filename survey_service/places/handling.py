"""What the handlers of places, and of the domains above, share: links, form fields, redirects, QR files."""

from typing import Any

from litestar import Request, Response

from survey_service.core.errors import ServiceError
from survey_service.places import qr
from survey_service.places.schemas import PlaceRow

AnyRequest = Request[Any, Any, Any]


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
