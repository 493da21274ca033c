"""HTML on standard input, a tagged PDF on standard output; run as a process of its own.

WeasyPrint holds the whole document in memory and does not give it back, so it never runs in a web process. It marks
the PDF as PDF/UA-1; what it leaves out is added here: the scope of header cells and the language of quotations.
What stays: some Malayalam, Sinhala and Arabic words cannot be found by searching, though they look right, because
there is no /ActualText.
"""

import io
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf
import weasyprint
from weasyprint.urls import FatalURLFetchingError, URLFetcher

CPU_SECONDS = 60
QUOTATION = re.compile(r'<blockquote[^>]*?(?: lang="([^"]*)")?>')


class NothingOutside(URLFetcher):  # type: ignore[misc]
    """Fetches nothing: the document brings all it needs, so an address in it is a mistake or an attack."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        raise FatalURLFetchingError(f"A report fetches nothing, not even {url[:60]}")


def pdf_of(html: str) -> bytes:
    """The finished PDF of a document without any outside parts."""
    document = weasyprint.HTML(string=html, url_fetcher=NothingOutside())
    return finished(document.write_pdf(pdf_variant="pdf/ua-1"), [match[1] or "" for match in QUOTATION.finditer(html)])


def finished(pdf: bytes, quotation_languages: list[str]) -> bytes:
    """The PDF with scopes of header cells, drawings without words as decoration, and each quotation's language if
    their number agrees."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        quotations, decoration = [], []
        for element, ancestors in _elements(document.Root.StructTreeRoot, ()):
            kind = str(element.get("/S", ""))
            if kind == "/TH":
                scope = "/Column" if "/THead" in ancestors else "/Row"
                element["/A"] = pikepdf.Dictionary(O=pikepdf.Name("/Table"), Scope=pikepdf.Name(scope))
            elif kind == "/BlockQuote":
                quotations.append(element)
            elif kind == "/Figure" and "/Alt" not in element:
                decoration.append(element)
        if len(quotations) == len(quotation_languages):
            for element, language in zip(quotations, quotation_languages, strict=True):
                if language:
                    element["/Lang"] = pikepdf.String(language)
        _decorate(document, decoration)
        written = io.BytesIO()
        document.save(written)
        return written.getvalue()


def _decorate(document: pikepdf.Pdf, figures: list[Any]) -> None:
    """Takes figures out of what is read aloud: their table says the same. In the page they become artifacts."""
    marks: dict[Any, set[int]] = {}
    for figure in figures:
        marks.setdefault(figure.Pg.objgen, set()).update(int(mark) for mark in figure.K)
        parent = figure.P
        parent.K = pikepdf.Array([child for child in parent.K if child.objgen != figure.objgen])
    numbers = document.Root.StructTreeRoot.ParentTree.Nums
    for page in document.pages:
        found = marks.get(page.objgen)
        if found:
            _mark_as_artifacts(document, page, found)
            owners = _owners(numbers, int(page.StructParents))
            for mark in found:
                owners[mark] = None


def _owners(numbers: Any, page: int) -> Any:
    """The structure elements of a page's marks, by their number."""
    return next(numbers[place + 1] for place in range(0, len(numbers), 2) if int(numbers[place]) == page)


def _mark_as_artifacts(document: pikepdf.Pdf, page: pikepdf.Page, marks: set[int]) -> None:
    """Rewrites a page's content: the marked parts with these numbers are decoration."""
    written: list[Any] = []
    for part in pikepdf.parse_content_stream(page):
        operands = list(part.operands)
        properties = operands[1] if str(part.operator) == "BDC" else None
        if isinstance(properties, pikepdf.Dictionary) and int(properties.get("/MCID", -1)) in marks:
            written.append(([pikepdf.Name("/Artifact")], pikepdf.Operator("BMC")))
        else:
            written.append(part)
    page.Contents = document.make_stream(pikepdf.unparse_content_stream(written))


def _elements(node: Any, ancestors: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every structure element below `node`, in reading order, with the kinds above it."""
    children = node.get("/K")
    if isinstance(children, pikepdf.Dictionary):
        children = [children]
    if not isinstance(children, pikepdf.Array | list):
        return
    for child in children:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child, ancestors
            yield from _elements(child, (*ancestors, str(child["/S"])))


def main() -> None:
    """Reads, renders, writes; more than a minute of processor time is ended by the system."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    html = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.buffer.write(pdf_of(html))


if __name__ == "__main__":
    main()
