"""Every page is found by following links from the dashboard: nobody types addresses.

The walk reads the pages as a browser without script gets them. A new page is in it by being a route; one that people
reach in another way has a line in `OTHERWISE`, with the way.
"""

import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests.browser.product import COOKIE, Product
from tests.browser.test_every_page import APART, PAGES

pytestmark = pytest.mark.browser

OTHERWISE = {
    "/app/link/{secret:str}": "handed over by a colleague",
    "/app/sign-in": "where one is without a session",
    "/i/{token:str}": "in a mail",
    "/i/{token:str}/more": "after an answer",
    "/s/{slug:str}/more/{token:str}": "after an answer",
    "/s/{slug:str}/thanks": "after an answer",
    "/u/{token:str}": "in a mail",
}
"""Pages without a link from staff's pages, and how people get to them."""
EACH = 4
"""So many addresses of one route are opened: others are the same page about something else."""


def pattern(route: str) -> re.Pattern[str]:
    """What addresses of a route look like."""
    kinds = {"uuid": r"[0-9a-f-]{36}", "int": r"[0-9]+", "str": r"[^/]+"}
    parts = re.split(r"\{\w+:(\w+)\}", route)
    return re.compile("".join(kinds[part] if index % 2 else re.escape(part) for index, part in enumerate(parts)))


PATTERNS = {route: pattern(route) for route in sorted(PAGES, key=lambda route: route.count("{"))}


def route_of(path: str) -> str:
    """The route that an address belongs to; empty for files and programs' addresses."""
    return next((route for route, found in PATTERNS.items() if found.fullmatch(path)), "")


def links(page: str, base: str) -> list[str]:
    """The addresses that a page leads to by links and by forms that only look."""
    hrefs = re.findall(r'<a\b[^>]*?href="([^"]*)"', page)
    looking = re.findall(r'<form\b(?=[^>]*method="get")[^>]*?action="([^"]*)"', page)
    return [
        urljoin(base, unescape(each)) for each in [*hrefs, *looking] if not each.startswith(("#", "mailto:", "tel:"))
    ]


@dataclass
class Walk:
    """The pages that opened, by route and address, and those that did not, with the page that led to them."""

    opened: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    broken: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def walked(product: Product) -> Walk:
    """The owner follows every link from the dashboard."""
    product.invite(name="Sara")
    product.write("languages", {"language": "cy"})
    return walk(product)


def walk(shop: Product) -> Walk:
    """What is found by links alone."""
    found = Walk()
    waiting, seen = deque([(f"{shop.address}/app", "the beginning")]), {f"{shop.address}/app"}
    with httpx.Client(cookies={COOKIE: shop.session()}, timeout=60) as owner:
        while waiting:
            address, whence = waiting.popleft()
            route = route_of(urlsplit(address).path)
            if not route or len(found.opened[route]) >= EACH:
                continue
            answer = owner.get(address)
            found.opened[route][address] = answer.text
            if answer.status_code != 200:
                found.broken[address] = f"{answer.status_code}, from {whence}"
                continue
            for each in links(answer.text, address):
                plain = each.partition("#")[0]
                if plain not in seen and plain.startswith(shop.address + "/") and not APART.match(urlsplit(plain).path):
                    seen.add(plain)
                    waiting.append((plain, address))
    return found


def test_every_page_is_found_by_its_links(walked: Walk) -> None:
    assert walked.broken == {}
    assert set(PAGES) - {route for route, found in walked.opened.items() if found} == OTHERWISE.keys()


# Words -----------------------------------------------------------------------------------------------------------

NOT_PLAIN = re.compile(
    r"\b(anew|whoever|whichever|mightier|thereof|lest|blanks|parted by|deeds?|ways? in|tags?"
    r"|JSON|slugs?|hash(ed)?|Message-ID|scopes?|SURVEY_\w+|environment variables?|null"
    r"|workspaces?|audit trail|queued?(?! as)|snippets?|tries|names? in links|(?-i:Key|Code)|as SVG|as PNG"
    r"|n \d[\d,]*|docs/\S+|\w+\.md"
    r"|as what it belongs to)\b|\bkeys? \|",
    re.IGNORECASE,
)
"""Words that make a reader halt, or that only programmers know."""
SHORT = ("NPS", "CSAT", "CES")
"""Short names of the field: a page that uses one also says what it is, as in “Satisfaction (CSAT)”."""


def readable(page: str) -> str:
    """What a page says, hints and labels for screen readers too; nothing that customers or staff have typed."""
    bare = re.sub(r"<(script|style|bdi|code|pre|blockquote|textarea|option)\b.*?</\1>", " ", page, flags=re.DOTALL)
    labels = re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', bare)
    return unescape(" ".join([re.sub(r"<[^>]+>", " ", bare), *labels]))


def test_a_short_name_is_explained_on_its_page(walked: Walk) -> None:
    bare = {
        (route, short)
        for route, pages in walked.opened.items()
        if route.startswith("/app")
        for page in pages.values()
        for short in SHORT
        if re.search(rf"\b{short}\b", said := readable(page)) and f"({short})" not in said
    }
    assert bare == set()


def test_staff_pages_use_plain_words(walked: Walk) -> None:
    said = {
        (route, found[0].lower())
        for route, pages in walked.opened.items()
        if route.startswith("/app")
        for page in pages.values()
        for found in NOT_PLAIN.finditer(readable(page))
    }
    assert said == set()
