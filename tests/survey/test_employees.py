"""Whom an answer counts for: believed from a signed code, an invitation or staff, else kept as claimed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from survey_service.accounts import installation_service
from survey_service.core import clock, database, tokens
from survey_service.forms import posters
from survey_service.invitations import queries as invitations_read
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import NewInvitation
from survey_service.places import employee_codes, qr
from survey_service.places import service as places
from survey_service.places.schemas import EmployeeChange, EmployeeRow, NewEmployee, NewPlace, PlaceRow
from tests import factories
from tests.answers import key_for, release
from tests.conftest import KEYS
from tests.short_cuts import watched, without

PATH = "/api/v1/forms/visit/responses"


class Shop(msgspec.Struct, frozen=True):
    home: UUID
    place: PlaceRow
    ilze: EmployeeRow

    @property
    def signed(self) -> str:
        return employee_codes.signed(KEYS, self.home, "ilze")

    @property
    def believed(self) -> tuple[UUID | None, ...]:
        """Employee, claimed employee and place of an answer that counts for Ilze."""
        return self.ilze.id, None, self.place.id

    @property
    def claimed(self) -> tuple[UUID | None, ...]:
        return None, self.ilze.id, None


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    home, now = await factories.published(), clock.now()
    place = await places.create_place(home, NewPlace("Harbour Street", code="harbour"), now)
    await posters.choose(home, place.id, "visit", now)
    return Shop(home, place, await places.create_employee(home, NewEmployee("Ilze", place.id, "ilze"), now))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody takes ten seconds to fill in a page."""

    class Earlier:
        @staticmethod
        def now() -> datetime:
            return clock.now() - timedelta(seconds=10)

    monkeypatch.setattr("survey_service.survey.pages.clock", Earlier)


async def about() -> tuple[UUID | None, ...]:
    """Employee, claimed employee and place of the only answer."""
    (row,) = await database.fetch("SELECT employee, claimed_employee, place FROM response")
    return row["employee"], row["claimed_employee"], row["place"]


async def answer(client: httpx.AsyncClient, address: str, **more: str) -> httpx.Response:
    """Opens a page and sends it."""
    page = await client.get(address)
    assert page.status_code == 200, page.text
    path = address.partition("?")[0].replace("/q/harbour", "/s/visit")
    return await client.post(path, data={**factories.page_fields(page.text), "recommend": "9", **more})


# Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quick", [True, False])
async def test_a_link_with_a_signed_code_is_believed(client: httpx.AsyncClient, shop: Shop, quick: bool) -> None:
    link = qr.employee_link("", "visit", shop.signed)
    if quick:
        with watched(client) as ways:
            sent = await answer(client, link)
        assert ways.answered == 1
    else:
        with without(client):
            sent = await answer(client, link)
    assert sent.status_code == 303
    assert await about() == shop.believed


async def test_the_card_counts_for_its_place_and_the_link_for_where_they_work(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    card, link = qr.employee_url("", "harbour", shop.signed), qr.employee_link("", "visit", shop.signed)
    station = await places.create_place(shop.home, NewPlace("Station"), clock.now())
    await places.change_employee(shop.home, shop.ilze.id, EmployeeChange(place=station.id), clock.now())
    await answer(client, card)
    assert await about() == shop.believed
    await database.execute("DELETE FROM response")
    await answer(client, link)
    assert await about() == (shop.ilze.id, None, station.id)


async def test_a_card_keeps_its_channel_and_offers_the_next_answer_for_the_same_person(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    sent = await answer(client, qr.employee_url("", "harbour", shop.signed))
    thanks = await client.get(sent.headers["location"])
    assert f"/q/harbour?lang=en&amp;_employee={shop.signed}" in thanks.text
    (row,) = await database.fetch("SELECT channel FROM response")
    assert row["channel"] == "qr"


@pytest.mark.parametrize("address", ["/s/visit", "/s/visit?_embed=1", "/q/harbour"])
async def test_a_code_alone_is_kept_as_claimed(client: httpx.AsyncClient, shop: Shop, address: str) -> None:
    forged = shop.signed[:-1] + ("0" if shop.signed[-1] != "0" else "1")
    for code in ("ilze", forged):
        await answer(client, f"{address}{'&' if '?' in address else '?'}_employee={code}")
        assert (await about())[:2] == shop.claimed[:2]
        await database.execute("DELETE FROM response")


@pytest.mark.parametrize("code", ["nobody", "x" * 200, "%00", "ILZE", "."])
async def test_nobody_of_ours_is_passed_over_on_pages(client: httpx.AsyncClient, shop: Shop, code: str) -> None:
    assert (await answer(client, f"/s/visit?_employee={code}")).status_code == 303
    assert await about() == (None, None, None)


async def test_what_the_form_says_of_itself_is_not_heard(client: httpx.AsyncClient, shop: Shop) -> None:
    await answer(client, "/s/visit", _employee=shop.signed)
    assert await about() == (None, None, None)


async def test_another_look_keeps_whom_it_was_about(client: httpx.AsyncClient, shop: Shop) -> None:
    page = await client.get(qr.employee_link("", "visit", shop.signed))
    again = await client.post("/s/visit", data={**factories.page_fields(page.text), "recommend": "eleven"})
    assert again.status_code == 422
    await client.post("/s/visit", data={**factories.page_fields(again.text), "recommend": "9"})
    assert await about() == shop.believed


async def test_a_plain_form_may_name_a_signed_code(client: httpx.AsyncClient, shop: Shop) -> None:
    await client.post("/c/visit", data={"recommend": "9", "_employee": shop.signed})
    assert await about() == shop.believed
    await database.execute("DELETE FROM response")
    await client.post("/c/visit", data={"recommend": "9", "_employee": "ilze"})
    assert await about() == shop.claimed


async def test_whoever_has_left_is_still_named_by_their_card(client: httpx.AsyncClient, shop: Shop) -> None:
    await places.change_employee(shop.home, shop.ilze.id, EmployeeChange(left=True), clock.now())
    await answer(client, qr.employee_url("", "harbour", shop.signed))
    assert await about() == shop.believed


# Invitations -----------------------------------------------------------------------------------------------------


async def test_an_invitation_says_whom_it_is_about(client: httpx.AsyncClient, shop: Shop) -> None:
    new = NewInvitation("visit", "una@customers.example", "Una", "en", employee="ilze")
    row = await invitations.queue_invitation(KEYS, shop.home, new, clock.now())
    assert (row.employee_code, row.place_code) == ("ilze", "harbour")
    link = f"/i/{tokens.sign_id(KEYS, invitations_read.INVITATION_TOKEN, row.id)}"
    await answer(client, link)
    assert await about() == shop.believed


# Programs --------------------------------------------------------------------------------------------------------


async def submit(client: httpx.AsyncClient, employee: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    return await client.post(PATH, json=factories.submission() | {"employee": employee}, headers=headers)


@pytest.mark.parametrize("quick", [True, False])
async def test_json_is_believed_if_the_code_is_signed(client: httpx.AsyncClient, shop: Shop, quick: bool) -> None:
    for code, expected in ((shop.signed, shop.believed), ("ilze", shop.claimed)):
        if quick:
            with watched(client) as ways:
                sent = await submit(client, code)
            assert ways.answered == 1
        else:
            with without(client):
                sent = await submit(client, code)
        assert sent.status_code == 201
        assert await about() == expected
        await database.execute("DELETE FROM response")


async def test_a_key_of_staff_stands_for_a_code(client: httpx.AsyncClient, shop: Shop) -> None:
    key = await key_for(shop.home, "responses:write")
    assert (await submit(client, "ilze", key)).status_code == 201
    assert await about() == shop.believed


async def test_a_strangers_key_stands_for_nobody_here(client: httpx.AsyncClient, shop: Shop) -> None:
    stranger = (await installation_service.add_workspace("Elsewhere")).id
    assert (await submit(client, "ilze", await key_for(stranger, "responses:write"))).status_code == 201
    assert await about() == shop.claimed


@pytest.mark.parametrize("header", ["Bearer nothing", "Bearer", "Basic c2hvcDpzZWNyZXQ=", "", "reader"])
async def test_a_header_that_is_no_key_for_it_loses_no_answer(
    client: httpx.AsyncClient, shop: Shop, header: str
) -> None:
    """A proxy's, another service's, or a key that may not: a signed code needs none, and a plain one is a claim."""
    headers = await key_for(shop.home, "responses:read") if header == "reader" else {"Authorization": header}
    for code, expected in ((shop.signed, shop.believed), ("ilze", shop.claimed)):
        assert (await submit(client, code, headers)).status_code == 201
        assert await about() == expected
        await database.execute("DELETE FROM response")


async def test_who_tries_again_is_told_that_the_first_try_stands(client: httpx.AsyncClient, shop: Shop) -> None:
    """Also where a code was signed in between, or another one is named: only answers are compared."""
    body = factories.submission() | {"employee": "ilze"}
    told = [await client.post(PATH, json=body | {"employee": code}) for code in ("ilze", shop.signed, "ilze", None)]
    assert [reply.status_code for reply in told] == [201, 200, 200, 200]
    assert len({reply.text for reply in told}) == 1
    assert await about() == shop.claimed


@pytest.mark.parametrize("code", ["nobody", "x.y", "ILZE"])
async def test_json_names_the_member_that_means_nobody(client: httpx.AsyncClient, shop: Shop, code: str) -> None:
    told = await submit(client, code)
    assert told.status_code == 422
    assert [(error["question"], error["code"]) for error in told.json()["errors"]] == [("employee", "unknown")]
    with without(client):
        assert (await submit(client, code)).json()["errors"] == told.json()["errors"]


# Afterwards ------------------------------------------------------------------------------------------------------


async def test_the_api_tells_whom_an_answer_is_about(client: httpx.AsyncClient, shop: Shop) -> None:
    headers = await key_for(shop.home, "responses:read")
    for code, expected in ((shop.signed, ("ilze", None)), ("ilze", (None, "ilze"))):
        identity = (await submit(client, code)).json()["id"]
        whole = (await client.get(f"{PATH}/{identity}", headers=headers)).json()
        listed = (await client.get("/api/v1/responses", headers=headers)).json()["items"][0]
        for told in (whole, listed):
            assert (told["employee"], told["claimed_employee"]) == expected


async def test_a_changed_answer_stays_about_the_same_person(client: httpx.AsyncClient, shop: Shop) -> None:
    page = await client.get(qr.employee_link("", "visit", shop.signed))
    fields = factories.page_fields(page.text)
    for more in ({"recommend": "9"}, {"recommend": "2", "_again": "change"}):
        assert (await client.post("/s/visit", data={**fields, **more})).status_code == 303
    (row,) = await database.fetch("SELECT score FROM response")
    assert row["score"] == 2
    assert await about() == shop.believed


async def test_a_released_answer_stays_about_the_same_person(client: httpx.AsyncClient, shop: Shop) -> None:
    await answer(client, qr.employee_link("", "visit", shop.signed), _website="https://spam.example")
    (row,) = await database.fetch("SELECT id FROM response WHERE state = 'spam'")
    await release(shop.home, row["id"])
    assert await about() == shop.believed
