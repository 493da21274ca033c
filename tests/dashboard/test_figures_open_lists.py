"""Every figure is as large as the list it opens, as the file and as the API: under every filter that a page offers.

The filters are those that the page itself offers, the lists those that it links to, so that what comes new is
compared too.
"""

import copy
import subprocess
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import msgspec
import pytest

from survey_service.accounts import service as accounts
from survey_service.accounts import sign_in
from survey_service.core import clock, database
from survey_service.core.settings import Settings
from survey_service.demo import make_demo
from survey_service.forms import queries as forms
from survey_service.forms import service as form_service
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange
from survey_service.nps import rollups
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace, PlaceChange
from tests import factories
from tests.dashboard import seeding
from tests.dashboard.comparing import Figure, Lists, anchors, figures, options, split_rows, title_count, without_list
from tests.dashboard.seeding import NOW, Shop

EMAIL = "nino@example.org"
SCOPES = ["scores:read", "reports:read", "responses:read"]
STATES = ("spam", "test", "partial")
Fill = Callable[[Settings], Awaitable[None]]


async def few(settings: Settings) -> None:
    """A chain of three levels, one store moved and one closed, with answers of every state, wording and scale."""
    shop = await seeding.open_shop(database.current())
    await _grow(shop)
    today = clock.now().date()
    for number, (place, channel, language) in enumerate(
        [
            ("rustaveli", "qr", "ka"), ("rustaveli", "link", "en"), ("counter-1", "kiosk", "ka"),
            ("counter-2", "qr", "en"), ("mg-road", "qr", "ml"), ("closed", "email", "en"), ("piassa", "link", "am"),
            ("", "link", "en"), ("", "api", "am"), ("east", "qr", "en"),
        ]
    ):  # fmt: skip
        await _answers(shop, number, today, place=place or None, channel=channel, language=language)
    region = await places.create_place(
        shop.workspace, NewPlace("Far East", "region", "far", "", shop.places["east"].id), NOW
    )
    await places.change_place(shop.workspace, shop.places["mg-road"].id, PlaceChange(parent=region.id), NOW)
    await places.change_place(shop.workspace, shop.places["closed"].id, PlaceChange(archived=True), NOW)
    await _reword(shop)
    await _answers(shop, 11, today, place="counter-1", channel="qr", language="en")


async def _grow(shop: Shop) -> None:
    rustaveli = shop.places["rustaveli"].id
    for new in (
        NewPlace("Counter 1", "counter", "counter-1", "", rustaveli),
        NewPlace("Counter 2", "counter", "counter-2", "", rustaveli),
        NewPlace("Closed Shop", "store", "closed", "", shop.places["east"].id),
    ):
        shop.places[new.code] = await places.create_place(shop.workspace, new, NOW)


async def _answers(shop: Shop, number: int, today: date, **where: Any) -> None:
    """Some answers from one place, today and before, with those that are not counted and one that was erased."""
    days = [today - timedelta(days=back) for back in (0, 0, 1, 10, 45, 400)]
    given = [{"recommend": (number * 3 + back) % 11, "satisfaction": 1 + (number + back) % 5} for back in range(6)]
    entries = [shop.entry(answers, day, **where) for answers, day in zip(given, days, strict=True)]
    said = {"recommend": number % 11, "comment": f"Said at number {number}"}
    entries += [shop.entry(said, days[2], **where), shop.entry({"effort": 1 + number % 7}, today, **where)]
    entries += [shop.entry({"recommend": 0}, today, state=state, **where) for state in STATES[: 1 + number % 3]]
    entries.append(shop.entry({"recommend": 5}, days[3], state="erased", **where))
    await seeding.write(shop.database, entries)


async def _reword(shop: Shop) -> None:
    """The main question in other words, and satisfaction on another scale."""
    definition = copy.deepcopy(factories.VISIT)
    definition["questions"][0]["text"]["en"] = "Would you send a friend to us?"
    definition["questions"][1]["scale"] = 7
    changed = FormChange(definition=msgspec.convert(definition, Definition))
    await form_service.change(shop.workspace, "visit", changed, clock.now())
    await form_service.publish(shop.workspace, "visit", None, clock.now())
    forms.forget()
    shop.head = await forms.head("visit")


async def demo(settings: Settings) -> None:
    """Three hundred answers of the demo's year."""
    await make_demo(settings, 300)
    while await rollups.fold():
        pass


@pytest.fixture(params=[few, demo], ids=["few", "demo"])
async def lists(request: pytest.FixtureRequest, client: httpx.AsyncClient, settings: Settings) -> Lists:
    """The owner's browser on one of the shops, and a program beside it."""
    await accounts.ensure_owner(EMAIL)
    fill: Fill = request.param
    await fill(settings)
    secret = await sign_in.use_link(await accounts.issue_sign_in_link(EMAIL))
    client.cookies.set(sign_in.COOKIE, secret)
    caller = await sign_in.caller_of_session(secret)
    assert caller is not None
    made = await accounts.make_key(caller, "comparing", SCOPES)
    return Lists(client, {"Authorization": f"Bearer {made.key}"})


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


async def test_the_pdf_says_the_numbers_of_the_page(lists: Lists, tmp_path: Path) -> None:
    parent = next(iter(options(await lists.page("/app?period=all"), "place")))
    for filters in (
        {},
        {"place": parent},
        {"channel": "qr"},
        {"language": "en", "channel": "link"},
        {"place": "-"},
    ):
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
    rows = [place for place, line in enumerate(lines) if line.split()[:1] == name.split()[:1]]
    return any(f"{n:,}" in " ".join(lines[max(place - 1, 0) : place + 2]).split() for place in rows)
