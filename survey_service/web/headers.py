"""What every answer carries, whichever room it comes from: said here and nowhere else."""

from survey_service.core.asgi import Headers

NO_GUESSING = (b"x-content-type-options", b"nosniff")
NOT_KEPT = (b"cache-control", b"no-store")
"""By nobody on the way and not by the browser: most of what is answered is about persons."""
HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
"""For a year browsers ask this host over https alone. Of hosts below it nothing is known here."""


def completed(headers: Headers, *, https: bool) -> Headers:
    """An answer's own headers and those that none goes without. One that may be kept says so itself."""
    whole = [*headers, NO_GUESSING]
    if not any(name == b"cache-control" for name, _ in headers):
        whole.append(NOT_KEPT)
    if https:
        whole.append(HTTPS_ONLY)
    return whole
