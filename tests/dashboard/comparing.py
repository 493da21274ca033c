"""Follows the figures of a page into the lists behind them, as somebody would who clicks every number and counts."""

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.dashboard import counting

TELLING = ("state", "sentiment")
LIST = re.compile(r"/app/answers(?:\?|$)")
ANCHOR = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<t[hd]\b.*?</t[hd]>", re.DOTALL)
NUMBER = re.compile(r"\d[\d,]*")
COUNTED_WORDS = re.compile(r"\d[\d,]* (?:answers?|with a comment|spam|test|partial|comments?)\b")


class Figure(NamedTuple):
    """A number on a page and the address that it opens."""

    n: int
    href: str
    said: str


EACH, BY_API = 2, 20
"""So many addresses of a kind are opened and counted in all ways, and so many more as the API gives them."""


class Lists:
    """What lies behind addresses of answers. Each is counted beside the product, the first of each kind also as the
    API gives it, and the very first by walking its pages, in its title and in its file."""

    def __init__(self, browser: httpx.AsyncClient, key: dict[str, str], rows: list[counting.Row]) -> None:
        self.browser = browser
        self.key = key
        self.rows = rows
        self.known: dict[str, str] = {}
        self.opened: Counter[tuple[str, ...]] = Counter()
        self.asked: Counter[tuple[str, ...]] = Counter()

    async def page(self, path: str) -> str:
        """A page as it is served."""
        reply = await self.browser.get(path)
        assert reply.status_code == 200, f"{reply.status_code} {path}"
        return reply.text

    async def counted(self, href: str) -> str:
        """How many answers a list has, in one word: `12`, or what its ways of telling disagree about."""
        if href not in self.known:
            self.known[href] = await self._count(href)
        return self.known[href]

    async def _count(self, href: str) -> str:
        rows = counting.meant(self.rows, href)
        expected, kind = len(rows), kind_of(href, rows)
        if self.opened[kind] >= EACH:
            self.asked[kind] += 1
            in_api = await self._items(href) if self.asked[kind] <= BY_API else expected
            return str(expected) if in_api == expected else f"{in_api} in the API instead of {expected}"
        if expected:
            self.opened[kind] += 1
        first = await self.page(href)
        walked, said = await self._walk(first), title_count(first)
        file = next(link for link, _ in anchors(first) if link.startswith("/app/answers.csv"))
        in_file, in_api = await self._rows(file), await self._items(href)
        if walked == in_file == in_api == expected and said in (None, walked):
            return str(walked)
        return f"{walked} rows instead of {expected}, {said} in the title, {in_file} in the file, {in_api} in the API"

    async def _walk(self, page: str) -> int:
        found = page.count('<article class="comment">')
        while older := re.search(r'rel="next" href="([^"]+)"', page):
            page = await self.page(html.unescape(older[1]))
            found += page.count('<article class="comment">')
        return found

    async def _rows(self, path: str) -> int:
        return sum(1 for _ in csv.reader(io.StringIO(await self.page(path)))) - 1

    async def _items(self, href: str) -> int:
        asked, found, cursor = dict(parse_qsl(urlsplit(href).query)), 0, ""
        while True:
            query = {**asked, "limit": "200", **({"cursor": cursor} if cursor else {})}
            reply = await self.browser.get("/api/v1/responses", params=query, headers=self.key)
            assert reply.status_code == 200, f"{reply.text} {href}"
            page = reply.json()
            found, cursor = found + len(page["items"]), page["next"]
            if not cursor:
                return found


def kind_of(href: str, rows: list[counting.Row]) -> tuple[str, ...]:
    """What an address asks for, without the values that are only names: `place`, but `state=spam`. A place with
    answers from below it and a score of one wording are kinds of their own."""
    asked = parse_qsl(urlsplit(href).query)
    kind = [f"{name}={value}" if name in TELLING or value == "-" else name for name, value in asked]
    below = any(name == "place" and row.places[:1] not in ((value,), ()) for name, value in asked for row in rows)
    worded = any(name == "score" and "." in value for name, value in asked)
    return (*kind, *(["below"] if below else []), *(["worded"] if worded else []))


def text_of(part: str) -> str:
    """The words of a piece of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def anchors(page: str) -> list[tuple[str, str]]:
    """(address, words) of every link."""
    return [(html.unescape(href), text_of(said)) for href, said in ANCHOR.findall(page)]


def number(text: str) -> int:
    """The first number in a text."""
    found = NUMBER.search(text)
    assert found, f"no number in “{text}”"
    return int(found[0].replace(",", ""))


def main_of(page: str) -> str:
    """The page without the rail, the filters and what scripts read."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r'<form\b.*?</form>|<svg\b.*?</svg>|<ul class="filters".*?</ul>', "", main, flags=re.DOTALL)


def figures(page: str) -> list[Figure]:
    """Every number of a page that opens a list of answers."""
    main = re.sub(r'<th scope="row".*?</th>', "", main_of(page), flags=re.DOTALL)
    links = [(href, said) for href, said in anchors(main) if LIST.match(href) and NUMBER.search(said)]
    return [Figure(number(said), href, said) for href, said in links if not said.startswith("From ")]


def without_list(page: str) -> list[str]:
    """What counts answers on a page and opens no list; the sentence at the top aside, which says it again."""
    main = re.sub(r'<h1\b.*?</h1>|<span class="under">.*?</span>', "", main_of(page), flags=re.DOTALL)
    dead = [said for table in tables(main) for said in _dead_cells(table)]
    return dead + COUNTED_WORDS.findall(text_of(ANCHOR.sub(" ", re.sub(r"<p class=\"next\">.*?</p>", "", main))))


def tables(page: str) -> list[str]:
    """Every table of a page."""
    return re.findall(r"<table\b.*?</table>", page, re.DOTALL)


def _dead_cells(table: str) -> Iterator[str]:
    head, *rows = ROW.findall(table)
    names = [text_of(cell) for cell in CELL.findall(head)]
    if "Answers" in names:
        cells = [CELL.findall(row)[names.index("Answers")] for row in rows]
        yield from (text_of(cell) for cell in cells if "<a " not in cell)


def title_count(page: str) -> int | None:
    """The number beside the title of a list; None for “Many answers”."""
    found = re.search(r'<h1\b[^>]*>Answers <span class="soft">([^<]*)</span>', page)
    if found is None or found[1] == "Many answers":
        return None
    return number(found[1])


def options(page: str, name: str) -> dict[str, str]:
    """What a filter offers and calls it, without the option that sets nothing."""
    found = re.search(rf'<select\b[^>]*\bname="{name}".*?</select>', page, re.DOTALL)
    offered = re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)<', found[0]) if found else []
    return {html.unescape(value): text_of(label) for value, label in offered}


def split_rows(page: str, dimension: str) -> dict[str, int]:
    """The rows of a split of Today: what each is called, and its number of answers."""
    found = re.search(rf'<section [^>]*aria-labelledby="split-{dimension}".*?</section>', page, re.DOTALL)
    rows = ROW.findall(found[0])[1:] if found else []
    cells = [
        [text_of(cell) for cell in CELL.findall(re.sub(r"<svg\b.*?</svg>", "", row, flags=re.DOTALL))] for row in rows
    ]
    named = [text_of(re.search(r"<bdi>(.*?)</bdi>", row, re.DOTALL)[1]) for row in rows]  # type: ignore[index]
    return {name: number(row[1]) for name, row in zip(named, cells, strict=True)}
