"""Follow-up as staff use it: the list, its acts and filters, the line on Today, and the same for programs."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from survey_service.accounts import sign_in
from survey_service.core import clock, database
from survey_service.invitations import resuming
from survey_service.places import service as places
from survey_service.places.employee_codes import signed
from survey_service.places.schemas import NewEmployee
from survey_service.worker import Worker
from tests.cases.conftest import Shop, ask_for_a_call, lost_form
from tests.conftest import KEYS

HTML = {"Accept": "text/html"}


@pytest.fixture
def desk(client: httpx.AsyncClient, shop: Shop) -> httpx.AsyncClient:
    """The owner's browser."""
    client.cookies.set(sign_in.COOKIE, shop.cookie)
    client.headers.update(HTML)
    return client


@pytest.fixture
def program(shop: Shop) -> dict[str, str]:
    return {"Authorization": f"Bearer {shop.key}", "Accept": "application/json"}


def acts(page: str) -> list[str]:
    return re.findall(r'action="(/app/follow-up/[0-9a-f-]+/\w+)"', page)


async def press(desk: httpx.AsyncClient, shop: Shop, path: str, **fields: str) -> httpx.Response:
    return await desk.post(path, data={"_csrf_token": shop.owner.csrf_token, **fields})


async def test_whom_the_customer_met_is_in_the_row(desk: httpx.AsyncClient, shop: Shop, worker: Worker) -> None:
    who = await places.create_employee(shop.workspace, NewEmployee("Dawit", shop.store.id), clock.now())
    await ask_for_a_call(desk, "harbour", employee=signed(KEYS, shop.workspace, who.code))
    await ask_for_a_call(desk, "till", employee=who.code)
    await worker.once()
    rows = (await desk.get("/app/follow-up")).text.split("<article")[1:]
    assert [("Dawit" in row, "Riga, Harbour" in row) for row in rows] == [(True, True), (False, True)]


async def test_one_press_marks_somebody_as_called_and_one_takes_it_back(
    desk: httpx.AsyncClient, shop: Shop, worker: Worker
) -> None:
    await ask_for_a_call(desk, "harbour", email="una@example.org")
    await worker.once()
    page = (await desk.get("/app/follow-up")).text
    assert 'href="tel:+37120001111"' in page
    assert 'href="mailto:una@example.org"' in page
    assert "Responsible: <bdi>Maris</bdi>" in page
    assert resuming.NO_SERVER in page
    assert '<span class="count-dot">1<span class="hidden"> waiting' in page
    (keep,) = acts(page)
    done = await press(desk, shop, keep, place="riga")
    assert done.status_code == 303
    page = (await desk.get(done.headers["Location"])).text
    assert "Marked as done." in page
    assert "Nobody waits here" in page
    (undo,) = acts(page)
    back = await press(desk, shop, undo)
    assert acts((await desk.get(back.headers["Location"])).text) == [keep]


async def test_the_audit_trail_says_whose_call_it_was(desk: httpx.AsyncClient, shop: Shop, worker: Worker) -> None:
    """By the receipt with which the answer is found, and by nothing that is personal."""
    for place in ("harbour", "till"):
        await ask_for_a_call(desk, place)
    await worker.once()
    first, second = acts((await desk.get("/app/follow-up")).text)
    receipts = [row["receipt"] for row in await database.fetch("SELECT receipt FROM response ORDER BY received_at, id")]
    for keep in (first, second):
        await press(desk, shop, keep)
    await press(desk, shop, second.replace("/keep", "/reopen"))
    said = re.findall(r"<bdi>Answer ([^<]*)</bdi>", (await desk.get("/app/settings/audit")).text)
    assert said == [receipts[1], receipts[1], receipts[0]]
    (found,) = re.findall(r'href="/app/answers/([0-9a-f-]{36})', (await desk.get(f"/app/answers?q={said[0]}")).text)
    (row,) = await database.fetch("SELECT id FROM response WHERE receipt = {}", said[0])
    assert found == str(row["id"])


async def test_a_second_press_says_that_somebody_was_first(desk: httpx.AsyncClient, shop: Shop, worker: Worker) -> None:
    await ask_for_a_call(desk)
    await worker.once()
    (keep,) = acts((await desk.get("/app/follow-up")).text)
    await press(desk, shop, keep)
    again = await press(desk, shop, keep)
    assert "Somebody else has marked it already." in (await desk.get(again.headers["Location"])).text


async def test_today_says_who_waits_and_the_line_opens_exactly_them(
    desk: httpx.AsyncClient, shop: Shop, worker: Worker
) -> None:
    assert "reply or a call" not in (await desk.get("/app")).text
    for place in ("riga", "till", "tbilisi"):
        await ask_for_a_call(desk, place)
    await worker.once()
    anywhere, riga, till = "", " at Riga", " at Till"
    for query, count, where in (
        ("", 3, anywhere),
        ("?place=riga", 2, riga),
        ("?place=till", 1, till),
        ("?channel=email&language=en", 3, anywhere),
        ("?employee=-", 3, anywhere),
        ("?period=last-year", 3, anywhere),
        ("?form=callback&channel=sms&place=riga&from=2020-01-01&to=2020-01-02", 2, riga),
        ("?place=-", 0, ""),
    ):
        page = (await desk.get(f"/app{query}")).text
        line = re.search(r'<a href="(/app/follow-up[^"]*)">([^<]*)</a>', page)
        if not count:
            assert "(whatever" not in page
            assert line is None or line[2] == "Who waits"
            continue
        assert line is not None
        said = re.match(rf"(?:(\d+) people wait|Somebody has waited) for a reply or a call{where}(?:,| for)", line[2])
        assert said is not None, line[2]
        assert line[2].endswith(f"(whatever {'else ' if where else ''}is chosen here).")
        assert int(said[1] or 1) == count
        assert len(acts((await desk.get(line[1])).text)) == count


async def test_the_answer_shows_what_was_promised(desk: httpx.AsyncClient, shop: Shop, worker: Worker) -> None:
    await ask_for_a_call(desk)
    await worker.once()
    page = (await desk.get("/app/follow-up")).text
    (href,) = re.findall(r'href="(/app/answers/[0-9a-f-]{36})"', page)
    answer = (await desk.get(href)).text
    assert "Waits for a call, for less than a minute." in answer
    assert acts(answer) == acts(page)


async def test_a_program_keeps_promises_like_a_person(
    desk: httpx.AsyncClient, shop: Shop, worker: Worker, program: dict[str, str]
) -> None:
    given = await ask_for_a_call(desk, "till")
    await worker.once()
    desk.cookies.clear()

    async def listed(**query: Any) -> list[dict[str, Any]]:
        answer = await desk.get("/api/v1/promises", headers=program, params=query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    (promise,) = await listed(place="riga")
    assert (promise["response"], promise["kind"], promise["form"]) == (given, "call", "callback")
    assert (promise["place"], promise["responsible"]) == ("till", [str(shop.manager)])
    path = f"/api/v1/promises/{promise['id']}"
    assert (await desk.post(f"{path}/keep", headers=program)).json()["kept_at"]
    assert (await desk.post(f"{path}/keep", headers=program)).status_code == 409
    assert await listed() == []
    assert [row["id"] for row in await listed(state="kept")] == [promise["id"]]
    assert (await desk.post(f"{path}/reopen", headers=program)).json()["kept_at"] is None
    assert (await desk.get("/api/v1/promises", headers=program, params={"state": "lost"})).status_code == 422


async def test_a_form_that_was_removed_takes_nobody_else_off_the_list(
    desk: httpx.AsyncClient, shop: Shop, worker: Worker, program: dict[str, str]
) -> None:
    """What it promised is removed by moments later than the form itself."""
    given = await ask_for_a_call(desk, "till")
    await lost_form(desk, shop, worker)
    (lost,) = await database.fetch(
        "SELECT id FROM promise WHERE response NOT IN (SELECT id FROM response WHERE client_id = {})", UUID(given)
    )
    page = await desk.get("/app/follow-up")
    assert page.status_code == 200
    assert len(acts(page.text)) == 1
    desk.cookies.clear()
    listed = await desk.get("/api/v1/promises", headers=program)
    assert [promise["response"] for promise in listed.json()["items"]] == [given]
    before = await written()
    for act in ("keep", "reopen"):
        assert (await desk.post(f"/api/v1/promises/{lost['id']}/{act}", headers=program)).status_code == 404
        assert await written() == before, act


async def written() -> list[list[dict[str, Any]]]:
    """All that is known of promises, and of who did what."""
    return [await database.fetch(f"SELECT * FROM {name} ORDER BY id") for name in ("promise", "audit_entry")]


async def test_a_filter_that_names_nothing_is_not_found(desk: httpx.AsyncClient, shop: Shop) -> None:
    for query in ("place=nowhere", "form=nothing"):
        assert (await desk.get(f"/app/follow-up?{query}")).status_code == 404
