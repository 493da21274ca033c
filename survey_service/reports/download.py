"""A report on its way out."""

from litestar import Response


def pdf_response(name: str, pdf: bytes) -> Response[bytes]:
    """A PDF as a download that nobody keeps on the way."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)
