"""Every figure is as large as the list it opens: under every filter that a page offers, and under pairs of them.

The filters are those that the page itself offers, the lists those that it links to, so that what comes new is
compared too. What every list has is counted beside the product, in Python. Of each kind of list dozens are opened by
the API, and some also page by page, in their title and in their file.
"""

import subprocess
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from survey_service.accounts import key_service, sign_in
from survey_service.core import clock
from tests.conftest import Filling
from tests.dashboard import counting
from tests.dashboard.comparing import Figure, Lists, anchors, figures, options, split_rows, title_count, without_list
from tests.dashboard.shops import IN_BOTH, STATES, few, owners_session

SCOPES = ["scores:read", "reports:read", "responses:read"]


pytestmark = IN_BOTH


@pytest.fixture
async def lists(client: httpx.AsyncClient) -> Lists:
    """The owner's browser on one of the shops, and a program beside it."""
    secret = await owners_session()
    client.cookies.set(sign_in.COOKIE, secret)
    caller = await sign_in.caller_of_session(secret)
    assert caller is not None
    made = await key_service.make_key(caller, "comparing", SCOPES)
    return Lists(client, {"Authorization": f"Bearer {made.key}"}, await counting.read_rows())


async def views_of_today(lists: Lists) -> list[str]:
    """Today under every single filter that it offers and every period, and under pairs of filters."""
    first = await lists.page("/app?period=all")
    single = [(name, value) for name in ("form", "place", "channel", "language") for value in options(first, name)]
    offered = {name: [value for each, value in single if each == name] for name in ("place", "channel", "language")}
    periods = [href for href, _ in anchors(first) if href.startswith("/app?") and "period=" in href]
    pairs = [{"place": place, "channel": "qr"} for place in offered["place"][:4]]
    pairs += [{"channel": channel, "language": "en"} for channel in offered["channel"][:3]]
    chosen = [{}, *({name: value} for name, value in single), *pairs]
    return periods + [f"/app?{urlencode({'period': 'all', **each})}" for each in chosen]


async def views_of_answers(lists: Lists) -> list[str]:
    """The list under every single filter that it offers and some pairs."""
    first = await lists.page("/app/answers?form=visit")
    names = ("form", "place", "score", "channel", "language", "sentiment", "comment", "state")
    found = [{"form": "visit", name: value} for name in names for value in options(first, name)]
    found += [{name: value} for name in names if name != "score" for value in options(first, name)]
    found += [{"from": clock.now().date().isoformat()}, {"q": "a"}, {}]
    found += [{"place": place, "sentiment": "positive"} for place in list(options(first, "place"))[:4]]
    found += [{"form": "visit", "channel": "qr", "score": score} for score in options(first, "score")]
    return [f"/app/answers?{urlencode(each)}" for each in found]


async def wrong_figures(lists: Lists, view: str) -> list[str]:
    """What on a page is not as large as what it opens, or opens nothing."""
    page = await lists.page(view)
    shown = figures(page)
    compared = [(figure, await lists.counted(figure.href)) for figure in shown]
    wrong = [
        f"{view}: {figure.said} opens {found}: {figure.href}" for figure, found in compared if found != str(figure.n)
    ]
    return wrong + [f"{view}: {said} opens nothing" for said in without_list(page)]


async def test_every_figure_of_today_opens_as_many_answers(lists: Lists) -> None:
    views = await views_of_today(lists)
    wrong = [fault for view in views for fault in await wrong_figures(lists, view)]
    assert not wrong, "\n".join(wrong)
    assert len(views) > 30
    assert len(lists.known) > 100
    assert sum(lists.opened.values()) > 60


async def test_every_figure_of_answers_is_as_large_as_its_list(lists: Lists) -> None:
    for view in await views_of_answers(lists):
        page = await lists.page(view)
        found = await lists.counted(view)
        assert found.isdecimal(), f"{view}: {found}"
        assert title_count(page) in (None, int(found)), view
        assert await wrong_figures(lists, view) == []


async def test_a_place_is_one_number_in_the_table_and_in_its_own_view(lists: Lists) -> None:
    whole = await lists.page("/app?period=all")
    rows = split_rows(whole, "place")
    own = {label: value for value, label in options(whole, "place").items()}
    assert len(rows) > 5
    for name, n in rows.items():
        page = await lists.page(f"/app?{urlencode({'period': 'all', 'place': own.get(name, 'closed')})}")
        assert split_rows(page, "place")[name] == n == hero(page).n, name


async def test_the_api_says_the_numbers_of_the_page(lists: Lists) -> None:
    for view in await views_of_today(lists):
        page = await lists.page(view)
        pdf = next(href for href, _ in anchors(page) if href.startswith("/app/reports/summary.pdf"))
        asked = dict(parse_qsl(urlsplit(pdf).query))
        for by in ("place", "channel", "language"):
            rows = split_rows(page, by)
            if not rows:
                continue
            reply = await lists.browser.get("/api/v1/scores", params={**asked, "by": by}, headers=lists.key)
            assert reply.status_code == 200, reply.text
            body = reply.json()
            assert {group["label"]: group["n"] for group in body["groups"]} == rows, (view, by)


def hero(page: str) -> Figure:
    """The number of answers below the largest figure of Today."""
    return next(figure for figure in figures(page) if figure.said.endswith(("answers", "answer")))


def text_of_pdf(pdf: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    found = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, timeout=60)
    return found.stdout.decode()


async def test_the_pdf_says_the_numbers_of_the_page(lists: Lists, filling: Filling, tmp_path: Path) -> None:
    parent = next(iter(options(await lists.page("/app?period=all"), "place")))
    pairs = ({}, {"place": parent, "channel": "qr"})
    for filters in (*pairs, {"language": "en", "channel": "link"}, {"place": "-"}) if filling is few else pairs:
        page = await lists.page(f"/app?{urlencode({'period': 'all', **filters})}")
        link = next(href for href, _ in anchors(page) if href.startswith("/app/reports/summary.pdf"))
        said = text_of_pdf((await lists.browser.get(link)).content, tmp_path)
        flat = " ".join(said.split())
        for dimension in ("place", "channel", "language", "sentiment"):
            for name, n in split_rows(page, dimension).items():
                assert _tells(said.splitlines(), name, n), (filters, dimension, name, n)
        excluded = [figure.said for figure in figures(page) if "state=" in figure.href]
        assert len(excluded) == len(STATES)
        assert f"Not counted: {', '.join(excluded)}." in flat
        assert hero(page).said in flat


def _tells(lines: list[str], name: str, n: int) -> bool:
    """Whether a row begins so and has the number: in its line, or beside it where its name has two lines."""
    rows = [position for position, line in enumerate(lines) if line.split()[:1] == name.split()[:1]]
    return any(f"{n:,}" in " ".join(lines[max(position - 1, 0) : position + 2]).split() for position in rows)
