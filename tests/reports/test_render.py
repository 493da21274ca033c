"""The finishing of a PDF, in this process: what WeasyPrint leaves out, and that nothing is fetched."""

import io
from typing import Any

import pikepdf
import pytest
from weasyprint.urls import FatalURLFetchingError

from survey_service.reports.render import pdf_of

DOCUMENT = """<!doctype html><html lang="en"><head><title>Title</title></head><body><h1>Words</h1>{}
<table><thead><tr><th>Place</th></tr></thead><tbody><tr><th>Piassa</th><td>4</td></tr></tbody></table></body></html>"""


def elements(pdf: bytes, kind: str) -> list[Any]:
    """Copies of the structure elements of a kind, as plain dictionaries of texts."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [
            {str(name): str(value) for name, value in one.items()}
            | {"scope": str((one.get("/A") or pikepdf.Dictionary()).get("/Scope", ""))}
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem" and one.get("/S") == kind
        ]


def test_header_cells_say_what_they_head() -> None:
    scopes = sorted(cell["scope"] for cell in elements(pdf_of(DOCUMENT.format("")), "/TH"))
    assert scopes == ["/Column", "/Row"]


def test_quotations_have_their_language() -> None:
    quoted = '<blockquote dir="ltr" lang="am">ሰላም</blockquote><blockquote dir="rtl" lang="ar">سلام</blockquote>'
    found = elements(pdf_of(DOCUMENT.format(quoted)), "/BlockQuote")
    assert sorted(one["/Lang"] for one in found) == ["am", "ar"]


def test_the_document_is_tagged_has_a_language_and_a_title() -> None:
    with pikepdf.open(io.BytesIO(pdf_of(DOCUMENT.format("")))) as document:
        assert str(document.Root.Lang) == "en"
        assert bool(document.Root.MarkInfo.Marked)
        assert document.open_metadata()["pdfuaid:part"] == "1"
        assert document.open_metadata()["dc:title"] == "Title"


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1:9/a.png", "https://example.org/a.png", "ftp://example.org/a"]
)
def test_nothing_outside_is_fetched(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        pdf_of(DOCUMENT.format(f'<img src="{address}" alt="">'))


DRAWN = """<svg class="range" width="80" height="20"><line x1="0" x2="50" y1="9" y2="9" stroke="black"/></svg>
<p>48 <svg width="8" height="8" viewBox="0 0 10 10"><title>up</title><path d="M0 9h10L5 1Z"/></svg></p>"""


def test_a_drawing_has_words_or_is_decoration() -> None:
    pdf = pdf_of(DOCUMENT.format(DRAWN))
    assert [figure["/Alt"] for figure in elements(pdf, "/Figure")] == ["up"]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        parts = [part for page in document.pages for part in pikepdf.parse_content_stream(page)]
        opened = [part for part in parts if str(part.operator) in ("BDC", "BMC")]
        assert len(opened) == sum(str(part.operator) == "EMC" for part in parts)
        marks = {
            int(part.operands[1].MCID)
            for part in opened
            if str(part.operator) == "BDC" and "/MCID" in part.operands[1]  # type: ignore[operator]
        }
        owners = document.Root.StructTreeRoot.ParentTree.Nums[1]
        # Every mark that is left is owned by an element, and what is decoration is owned by none.
        assert {mark for mark, owner in enumerate(owners) if isinstance(owner, pikepdf.Dictionary)} == marks
        assert any(str(part.operands[0]) == "/Artifact" for part in opened)
