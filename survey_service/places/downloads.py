"""A place's QR code as a file to keep."""

from litestar import Response

from survey_service.places import qr
from survey_service.places.schemas import PlaceRow


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
