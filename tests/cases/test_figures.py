"""How many wait is one number: on Today, in the rail, on the tab of Follow-up and in its rows, under every filter."""

import re
from urllib.parse import urlencode

import httpx
import pytest

from survey_service.accounts import sign_in
from survey_service.core import database
from tests.dashboard.comparing import anchors, options, text_of
from tests.dashboard.shops import IN_BOTH, owners_session

BADGE = re.compile(r'href="/app/follow-up"(?: aria-current="page")?>.*?</a>', re.DOTALL)


pytestmark = IN_BOTH


@pytest.fixture
async def desk(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The owner's browser; one promise is kept, so that both tabs have rows."""
    client.cookies.set(sign_in.COOKIE, await owners_session())
    client.headers["Accept"] = "text/html"
    page = (await client.get("/app/follow-up")).text
    token = page.partition('name="_csrf_token" value="')[2].partition('"')[0]
    keep = re.findall(r'action="(/app/follow-up/[0-9a-f-]+/keep)"', page)[0]
    assert (await client.post(keep, data={"_csrf_token": token})).status_code == 303
    return client


async def rows_of(desk: httpx.AsyncClient, path: str) -> int:
    """The promises of a list and of all pages that follow."""
    page = (await desk.get(path)).text
    found = page.count('<article class="promise"')
    while more := re.search(r'rel="next" href="([^"]+)"', page):
        page = (await desk.get(more[1].replace("&amp;", "&"))).text
        found += page.count('<article class="promise"')
    return found


async def stored(state: str, **asked: str) -> int:
    """Counted in Python: a place has what lies below it."""
    places = {row["id"]: (row["code"], row["parent"]) for row in await database.fetch("SELECT * FROM place")}
    forms = {row["id"]: row["slug"] for row in await database.fetch("SELECT id, slug FROM form")}
    found = 0
    for row in await database.fetch("SELECT form, place, kept_at FROM promise"):
        codes, place = [], row["place"]
        while place is not None:
            code, place = places[place]
            codes.append(code)
        here = asked.get("place", "")
        fits = not here or (here in codes if here != "-" else not codes)
        meant = (row["kept_at"] is None) == (state != "kept")
        found += meant and fits and asked.get("form", "") in ("", forms[row["form"]])
    return found


async def test_who_waits_is_one_number_under_every_filter(desk: httpx.AsyncClient) -> None:
    first = (await desk.get("/app/follow-up")).text
    offered = {name: list(options(first, name)) for name in ("form", "place")}
    assert all(offered.values())
    chosen: list[dict[str, str]] = [{}, *({name: value} for name in offered for value in offered[name])]
    chosen += [{"form": form, "place": place} for form in offered["form"][:2] for place in offered["place"][:4]]
    seen = set()
    for asked in chosen:
        path = f"/app/follow-up?{urlencode(asked)}"
        tabs = dict(re.findall(r"(Waiting|Done)\s*(\d*)", text_of((await desk.get(path)).text.partition("</nav>")[2])))
        waiting = await stored("open", **asked)
        assert await rows_of(desk, path) == waiting, asked
        assert tabs["Waiting"] == str(waiting), asked
        assert await rows_of(desk, f"{path}&state=kept") == await stored("kept", **asked), asked
        seen.add(waiting)
    assert len(seen) > 2


async def test_the_rail_says_how_many_wait_on_every_page(desk: httpx.AsyncClient) -> None:
    waiting = await stored("open")
    for path in ("/app", "/app/answers", "/app/customers", "/app/places", "/app/forms", "/app/follow-up?form=visit"):
        badges = [each for each in BADGE.findall((await desk.get(path)).text) if "<span>Follow-up</span>" in each]
        assert len(badges) == 2, path
        assert all(re.search(rf'class="count-dot">{waiting}<', badge) for badge in badges), path


async def test_the_line_of_today_opens_as_many_as_it_says(desk: httpx.AsyncClient) -> None:
    first = (await desk.get("/app?period=all")).text
    told = 0
    for place in ["", *options(first, "place")]:
        page = (await desk.get(f"/app?{urlencode({'period': 'all', 'place': place})}")).text
        lines = [
            (href, found[1])
            for href, said in anchors(page)
            if (found := re.search(r"([\d,]+) people (?:whose answer has no place )?wait", said))
        ]
        somebody = r"[Ss]omebody (?:whose answer has no place )?has waited"
        one = [said for _, said in anchors(page) if re.search(somebody, said)]
        waiting = await stored("open", place=place)
        if waiting > 1:
            ((href, n),) = lines
            assert int(n.replace(",", "")) == waiting == await rows_of(desk, href), place
        else:
            assert not lines
            assert len(one) == waiting, place
        told += bool(lines)
    assert told > 1


async def test_a_place_opens_the_answers_and_scores_that_it_names(desk: httpx.AsyncClient) -> None:
    """From each place's own page: the list and the figures are of that place and what lies below."""
    for path in {
        href for href, _ in anchors((await desk.get("/app/places?archived=1")).text) if "/app/places/" in href
    }:
        if path.endswith("/new"):
            continue
        page = (await desk.get(path)).text
        (code,) = await database.fetch("SELECT code FROM place WHERE id = {}", path.rpartition("/")[2])
        opened = [href for href, _ in anchors(page) if "place=" in href]
        assert set(opened) >= {f"/app/answers?place={code['code']}", f"/app?place={code['code']}"}, path
        assert [(await desk.get(href)).status_code for href in opened] == [200] * len(opened), path
