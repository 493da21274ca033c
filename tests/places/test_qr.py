import subprocess
from pathlib import Path

import pytest
from weasyprint import HTML

from survey_service.places import qr

URL = "https://feedback.linden-flowers.example/q/rustaveli-12"


def decoded(picture: Path) -> str:
    """What zbar, an independent reader, sees in a picture."""
    result = subprocess.run(["zbarimg", "--quiet", "--raw", str(picture)], capture_output=True, text=True, timeout=60)
    return result.stdout.strip()


def test_zbar_reads_the_png(tmp_path: Path) -> None:
    picture = tmp_path / "qr.png"
    picture.write_bytes(qr.png(URL))
    assert decoded(picture) == URL


def test_the_png_is_large_enough_to_print() -> None:
    width, height = (int.from_bytes(qr.png(URL)[at : at + 4], "big") for at in (16, 20))
    assert width == height >= 1000


def test_zbar_reads_the_svg_as_printed(tmp_path: Path) -> None:
    """Drawn by the PDF engine and turned into a picture, as a poster is."""
    page = tmp_path / "poster.pdf"
    style = "<style>@page { size: 12cm 12cm; margin: 1cm } svg { width: 10cm; height: 10cm }</style>"
    HTML(string=style + qr.svg(URL, "Rustaveli")).write_pdf(page)
    subprocess.run(["pdftoppm", "-png", "-r", "200", "-singlefile", page, tmp_path / "poster"], check=True, timeout=60)
    assert decoded(tmp_path / "poster.png") == URL


def test_the_svg_escapes_its_title() -> None:
    assert "<script>" not in qr.svg(URL, "<script>alert(1)</script>")


def test_a_scratched_poster_still_reads() -> None:
    assert qr._code(URL).error in ("M", "Q", "H")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:1", "http://a.localhost", "http://0.0.0.0:80"],
)
def test_loopback_addresses_are_known(address: str) -> None:
    assert qr.is_loopback(address)


@pytest.mark.parametrize(
    "address", ["https://feedback.example.org", "http://192.168.1.4:8000", "http://localhost.example"]
)
def test_other_addresses_are_not_loopback(address: str) -> None:
    assert not qr.is_loopback(address)
