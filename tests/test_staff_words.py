"""Every page of staff in a made language: what is not a message, and so would stay English, is found.

In the made catalogue each message stands in ⟦ ⟧, and dates and names of languages are Arabic: of Latin letters only
what people typed is left.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import httpx
import msgspec
import pytest

from survey_service.core.i18n import languages
from survey_service.core.i18n.staff import SOURCE
from survey_service.forms import queries as forms
from tests.core.i18n import catalogues
from tests.route_table import Target, table
from tests.test_strangers import SLUG, World, world

__all__ = ["table", "world"]

MADE = "ar"
SAID = re.compile(f"{catalogues.OPENS}[^{catalogues.OPENS}{catalogues.CLOSES}]*{catalogues.CLOSES}")
WORD = re.compile(r"[A-Za-z]{2,}")
UNSPOKEN = {"script", "style", "code", "svg", "title", "bdi"}
"""Elements whose text is no words for people, or data: of a page's title the heading says the same. What is marked as
another language is data too."""
SPOKEN = ("title", "aria-label", "placeholder", "alt")
MADE_HERE = re.compile(
    r"\S+@\S+|https?:\S+|[A-Z0-9]{4}-[A-Z0-9]{4}|[0-9a-f-]{36}|zebra-of-alice( said so)?|Our company|bob|mona|Key of"
)
"""What people and programs made: addresses, receipts, names."""
NAMES = {"NPS", "PDF", "CSV", "API", "UTC", "QR", "CSAT", "CES", "SVG", "PNG"}


INLINE = {"a", "abbr", "b", "bdi", "em", "i", "label", "small", "span", "strong", "time", "br", "wbr"}
EMPTY = {"br", "hr", "img", "input", "link", "meta", "wbr", "path", "circle", "rect", "line", "ellipse"}


class Texts(HTMLParser):
    """What a page says: its texts, a line for each block, and those attributes that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.attributes: list[str] = []
        self._inside: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.attributes += [text for name in SPOKEN if (text := named.get(name))]
        self.said.append("" if tag in INLINE else "\n")
        if tag not in EMPTY:
            self._inside.append(
                (tag, tag in UNSPOKEN or named.get("name") == "time_zone" or named.get("lang", MADE) != MADE)
            )

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and any(tag == opened for opened, _ in self._inside):
            while self._inside.pop()[0] != tag:
                pass
        self.said.append("" if tag in INLINE else "\n")

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self._inside):
            self.said.append(data)


def english_in(page: str, data: Sequence[str]) -> Iterator[str]:
    """What a page says in Latin letters outside ⟦ ⟧ that is no data."""
    parser = Texts()
    parser.feed(page)
    whole = "\n".join(["".join(parser.said), *parser.attributes])
    for known in data:
        whole = whole.replace(known, " ")
    before = ""
    while before != whole:
        before, whole = whole, SAID.sub(" ", whole)
    for line in MADE_HERE.sub(" ", whole).split("\n"):
        if set(WORD.findall(line)) - NAMES:
            yield " ".join(line.split())


@pytest.fixture
async def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    folder = tmp_path / "catalogues"
    folder.mkdir()
    catalogues.marked(folder, MADE)
    catalogues.use(folder, monkeypatch)
    yield
    monkeypatch.undo()
    catalogues.forget()


def texts_of(value: object) -> Iterator[str]:
    """Every text in what JSON holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)


async def data_of() -> Sequence[str]:
    """What Alice's form says, and what languages call themselves."""
    definition = msgspec.to_builtins((await forms.published(SLUG)).definition)
    told = {text for text in texts_of(definition) if len(text) > 3 and WORD.search(text)}
    return sorted({*told, *languages.OWN_NAMES.values()}, key=len, reverse=True)


def pages(table: list[Target], world: World) -> Iterator[str]:
    """The address of every page of staff; a preview is a page of respondents."""
    for target in table:
        shown = target.path.startswith("/app") and "{secret" not in target.path and "stream" not in target.path
        if target.method == "GET" and shown and not target.path.endswith(("/preview", "/versions/{number:int}")):
            yield target.url(world.values)


async def test_staff_pages_say_nothing_that_is_no_message(
    client: httpx.AsyncClient, world: World, table: list[Target], made: None
) -> None:
    data = await data_of()
    left = {}
    for url in [*pages(table, world), "/app?period=all", "/app/answers?state=partial&from=2026-01-01"]:
        headers = {**world.alice.headers(Target("GET", url, {"role": "owner"})), "Accept-Language": MADE}
        got = await client.get(url, headers=headers)
        if got.headers.get("content-type", "").startswith("text/html"):
            assert f'<html lang="{MADE}" dir="rtl">' in got.text, url
            if found := list(dict.fromkeys(english_in(got.text, data))):
                left[url] = found
    assert not left, "\n".join(f"{url}: {found}" for url, found in left.items())


def test_english_is_found() -> None:
    page = '<p title="A title">⟦One ⟦two⟧ three⟧ four</p><code>five</code><option>Alice-Form</option>'
    assert list(english_in(page, ["Alice-Form"])) == ["four", "A title"]
    assert SOURCE == "en"
