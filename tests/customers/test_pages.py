"""The customers' pages say what the rows behind them say: one page for all, and each person's own."""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from survey_service.accounts import sign_in
from survey_service.core import database
from survey_service.core.moments import local_time
from survey_service.core.text import fold
from tests.conftest import Filling
from tests.dashboard.comparing import anchors, text_of
from tests.dashboard.shops import IN_BOTH, demo, few, owners_session

ZONE: dict[Filling, str] = {few: "UTC", demo: "Europe/Riga"}


pytestmark = IN_BOTH


@pytest.fixture
async def desk(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The owner's browser."""
    client.cookies.set(sign_in.COOKIE, await owners_session())
    return client


async def walked(desk: httpx.AsyncClient, path: str) -> list[str]:
    """A page and all that follow it."""
    pages = [(await desk.get(path)).text]
    while older := re.search(r'rel="next" href="([^"]+)"', pages[-1]):
        pages.append((await desk.get(older[1].replace("&amp;", "&"))).text)
    return pages


async def listed(desk: httpx.AsyncClient, path: str) -> dict[str, str]:
    """The rows of the list by the address that each opens."""
    rows = [
        row for page in await walked(desk, path) for row in re.findall(r'<tr><th scope="row">.*?</tr>', page, re.DOTALL)
    ]
    found = {anchors(row)[0][0]: row for row in rows}
    assert len(found) == len(rows)
    return found


async def test_the_list_has_everybody_and_a_search_those_whom_it_means(desk: httpx.AsyncClient) -> None:
    everybody = await database.fetch(
        "SELECT c.id, c.name, i.value FROM customer c LEFT JOIN customer_identity i ON i.customer = c.id"
    )
    assert len(everybody) >= 3
    assert set(await listed(desk, "/app/customers")) == {f"/app/customers/{row['id']}" for row in everybody}
    for search in {"example", *(fold(row["name"] or row["value"])[:3] for row in everybody[:8])}:
        meant = {row["id"] for row in everybody if search in fold(row["name"]) or search in fold(row["value"] or "")}
        found = await listed(desk, f"/app/customers?search={quote(search)}")
        assert set(found) == {f"/app/customers/{customer}" for customer in meant}, search


async def test_each_person_is_told_alike_on_every_page(desk: httpx.AsyncClient, filling: Filling) -> None:
    answers = await _by_customer(
        "SELECT id, customer, score, comment, customer_strength, received_at FROM response "
        "WHERE customer IS NOT NULL AND state IN ('complete', 'erased') ORDER BY received_at DESC"
    )
    invitations = await _by_customer("SELECT id, customer FROM invitation")
    rows = await listed(desk, "/app/customers")
    assert set(answers) <= {path.rpartition("/")[2] for path in rows}
    for path, row in rows.items():
        customer = path.rpartition("/")[2]
        pages = await walked(desk, path)
        await _same_answers(desk, path, pages, answers[customer])
        hrefs = {href for page in pages for href, _ in anchors(page) if href.startswith("/app/invitations/")}
        assert hrefs == {f"/app/invitations/{each['id']}" for each in invitations[customer]}, path
        _same_scores(pages[0], [each for each in answers[customer] if each["customer_strength"] == "verified"])
        (known,) = await database.fetch("SELECT created_at, seen_at FROM customer WHERE id = {}", customer)
        last: datetime = max([known["created_at"], *(each["received_at"] for each in answers[customer])])
        seen = local_time(last, ZONE[filling])
        assert f"<dt>Last seen</dt><dd>{seen}</dd>" in pages[0], path
        assert seen in text_of(row), path
        for word in ("Verified", "Claimed"):
            assert (word in row) == (
                word in pages[0].partition('id="who"')[2].partition("<br>")[2].partition("</dd>")[0]
            )


async def _by_customer(sql: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in await database.fetch(sql):
        found[str(row["customer"])].append(row)
    return found


async def _same_answers(desk: httpx.AsyncClient, path: str, pages: list[str], answers: list[dict[str, Any]]) -> None:
    """The timeline has every counted answer once, with the score, the mood and the doubt of the answer's own page."""
    events = [each for page in pages for each in re.findall(r'<li class="event">.*?</li>', page, re.DOTALL)]
    told = {anchors(event)[0][0]: event for event in events if anchors(event)[0][0].startswith("/app/answers/")}
    assert set(told) == {f"/app/answers/{answer['id']}" for answer in answers}, path
    scores = {f"/app/answers/{answer['id']}": answer["score"] for answer in answers}
    for href, event in told.items():
        own = (await desk.get(href)).text
        assert f'href="{path}"' in own
        assert (">Claimed</span>" in event) == ("typed into the form, not proven" in own), href
        score = re.search(r"Score </span>(\d+)", event)
        assert (int(score[1]) if score else None) == scores[href], href
        assert _mood(event) == _mood(own), href
        if score:
            assert f'Score </span>{score[1]}<span class="hidden">' in own, href


def _mood(page: str) -> str:
    found = re.search(r'<span class="mood">(.*?)</span>', page, re.DOTALL)
    return text_of(found[1]) if found else ""


def _same_scores(page: str, answers: list[dict[str, Any]]) -> None:
    """The person's own scores open the answers that they stand in, the newest first."""
    card = page.partition('id="scores"')[2].partition("</section>")[0]
    shown = [(href, re.search(r"\d+", said)) for href, said in anchors(card)]
    scored = [each for each in answers if each["score"] is not None][:12]
    assert [(href, int(said[0]) if said else None) for href, said in shown] == [
        (f"/app/answers/{each['id']}", each["score"]) for each in scored
    ]
    lead = re.search(r'<p class="lead lead--small">Last score (.*?)\.</p>', page)
    assert [int(n) for n in re.findall(r"\d+", lead[1] if lead else "")] == [each["score"] for each in scored[:4]]
