"""A report on its way out."""

from litestar import Response


def pdf_response(name: str, pdf: bytes) -> Response[bytes]:
    """A PDF as a download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)
