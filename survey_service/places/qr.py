"""QR codes of a poster's address. Pure.

Error correction is M or better (a scratched poster still reads) and the quiet zone the four modules that
ISO/IEC 18004 asks for.
"""

import io
from ipaddress import ip_address
from urllib.parse import urlsplit

import segno

QUIET_ZONE = 4
MIN_PNG_PIXELS = 1000


def survey_url(public_url: str, code: str) -> str:
    """What the QR code of the place `code` opens."""
    return f"{public_url}/q/{code}"


def employee_url(public_url: str, place: str, signed_code: str) -> str:
    """What the QR code of an employee at `place` opens."""
    return f"{survey_url(public_url, place)}?_employee={signed_code}"


def employee_link(public_url: str, slug: str, signed_code: str) -> str:
    """The link of an employee to the form `slug`."""
    return f"{public_url}/s/{slug}?_employee={signed_code}"


def svg(text: str, title: str = "") -> str:
    """`text` as an SVG document without an XML declaration, so that it can stand in a page too."""
    sink = io.BytesIO()
    _code(text).save(
        sink, kind="svg", border=QUIET_ZONE, xmldecl=False, light="#fff", title=title or None, omitsize=True, nl=False
    )
    return sink.getvalue().decode()


def png(text: str) -> bytes:
    """`text` as a PNG of at least 1000 pixels a side, sharp on A4."""
    code = _code(text)
    modules = code.symbol_size(scale=1, border=QUIET_ZONE)[0]
    sink = io.BytesIO()
    code.save(sink, kind="png", border=QUIET_ZONE, scale=-(-MIN_PNG_PIXELS // int(modules)))
    return sink.getvalue()


def is_loopback(public_url: str) -> bool:
    """Whether only this machine can open the address, so that a printed code would lead customers nowhere."""
    host = (urlsplit(public_url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False, boost_error=True)
