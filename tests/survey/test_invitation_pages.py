"""Personal invitations: opening one records nothing, one tap is an answer, a word may follow within a day."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from survey_service.core import clock, database, tokens
from survey_service.core.ids import new_id
from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings
from survey_service.forms import service as forms
from survey_service.invitations import queries as invitations_read
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import InvitationRow, NewInvitation
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from survey_service.responses import service
from survey_service.responses.group_commit import GroupCommit
from survey_service.survey import invitation_pages
from survey_service.worker import Worker
from tests import factories
from tests.answers import differences
from tests.conftest import KEYS, shared_by

EMAIL = "hana@customers.example"


class Invited:
    """A customer with a link, and the browser it is opened in."""

    def __init__(self, browser: httpx.AsyncClient, home: UUID, row: InvitationRow, place: UUID) -> None:
        self.browser = browser
        self.home = home
        self.row = row
        self.place = place
        self.link = f"/i/{tokens.sign_id(KEYS, invitations_read.INVITATION_TOKEN, row.id)}"

    async def fields(self, path: str = "") -> dict[str, str]:
        return factories.page_fields((await self.browser.get(path or self.link)).text)

    async def tap(self, score: int = 9) -> httpx.Response:
        """One tap in the mail, and a person's hand on the page behind it."""
        fields = await self.fields(f"{self.link}?recommend={score}")
        return await self.browser.post(self.link, data={**fields, "recommend": str(score)})

    async def amend(self, **answers: Any) -> httpx.Response:
        fields = await self.fields(f"{self.link}/more")
        return await self.browser.post(f"{self.link}/more", data={**fields, **answers})


@pytest.fixture
async def invited(client: httpx.AsyncClient) -> Invited:
    home = await factories.published()
    place = await places.create_place(home, NewPlace("Piassa", code="piassa"), clock.now())
    row = await invitations.queue_invitation(
        KEYS, home, NewInvitation("visit", EMAIL, "Hana", "en", "piassa"), clock.now()
    )
    return Invited(client, home, row, place.id)


async def everything() -> dict[str, list[str]]:
    """Every row of every table, as text."""
    if database.dialect() == "sqlite":
        names = await database.fetch("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    else:
        names = await database.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    every = sorted(row["name"] for row in names)
    return {name: sorted(map(repr, await database.fetch(f"SELECT * FROM {name}"))) for name in every}


async def the_answer() -> dict[str, Any]:
    (row,) = await database.fetch("SELECT * FROM response")
    return row


def assert_private(reply: httpx.Response) -> None:
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("query", ["", "?recommend=9", "?recommend=0&lang=am", "?recommend=11", "?comment=x", "?x=%00"])
async def test_opening_records_nothing_whoever_opens(invited: Invited, query: str) -> None:
    before = await everything()
    assert len(before) > 15
    for method in ("GET", "HEAD", "GET"):
        reply = await invited.browser.request(method, invited.link + query)
        assert reply.status_code == 200
        assert_private(reply)
        assert (reply.content == b"") == (method == "HEAD")
    await invited.browser.options(invited.link + query)
    await invited.browser.get(f"{invited.link}/more")
    assert await everything() == before


async def test_the_score_of_the_mail_is_chosen(invited: Invited) -> None:
    page = await invited.browser.get(f"{invited.link}?recommend=7")
    assert 'value="7" checked' in page.text
    assert re.findall(r'value="(\d+)" checked', page.text) == ["7"]
    assert 'name="_partial"' in page.text
    amharic = await invited.browser.get(f"{invited.link}?recommend=7&lang=am")
    assert '<html lang="am"' in amharic.text
    nonsense = await invited.browser.get(f"{invited.link}?recommend=eleven")
    assert not re.findall(r'value="(\d+)" checked', nonsense.text)


async def test_an_answer_is_the_customers_own(invited: Invited) -> None:
    reply = await invited.tap(9)
    assert reply.status_code == 303
    assert reply.headers["location"] == f"{invited.link}/more"
    row = await the_answer()
    assert (row["channel"], row["score"], row["state"]) == ("email", 9, "complete")
    assert (row["customer"], row["customer_strength"]) == (invited.row.customer, "verified")
    assert (row["place"], row["invitation"], row["client_id"]) == (invited.place, invited.row.id, invited.row.id)
    kept = await invitations_read.invitation(invited.home, invited.row.id)
    assert kept.response == row["id"]
    assert kept.answered_at == row["received_at"]
    entries = await database.fetch("SELECT strength, customer FROM timeline_entry WHERE subject = {}", row["id"])
    assert entries == [{"strength": "verified", "customer": invited.row.customer}]
    assert await differences(invited.home) == []


async def test_what_a_form_says_of_itself_does_not_count(invited: Invited) -> None:
    fields = {"recommend": "9", "_id": str(uuid.uuid4()), "_place": "elsewhere", "_time": "forged", "_website": "x"}
    assert (await invited.browser.post(invited.link, data=fields)).status_code == 303
    row = await the_answer()
    assert (row["client_id"], row["place"], row["channel"]) == (invited.row.id, invited.place, "email")
    assert (row["state"], row["spam_reason"]) == ("complete", "")


async def test_the_whole_form_leads_to_thanks(invited: Invited) -> None:
    fields = await invited.fields()
    answers = {"recommend": "8", "bought": ["roses"], "comment": "Lovely", "email": "somebody@else.example"}
    reply = await invited.browser.post(invited.link, data={**fields, **answers})
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/s/visit/thanks?")
    row = await the_answer()
    assert (row["customer"], row["customer_strength"]) == (invited.row.customer, "verified")
    assert len(await database.fetch("SELECT id FROM customer")) == 1


async def test_a_wrong_answer_is_shown_again_in_private(invited: Invited) -> None:
    reply = await invited.browser.post(invited.link, data={**await invited.fields(), "comment": "<i>Lovely</i>"})
    assert reply.status_code == 422
    assert "&lt;i&gt;Lovely&lt;/i&gt;" in reply.text
    assert f'action="{invited.link}"' in reply.text
    assert_private(reply)
    assert await database.fetch("SELECT id FROM response") == []


async def test_a_second_answer_shows_that_the_first_is_kept(invited: Invited) -> None:
    await invited.tap(9)
    same = await invited.browser.post(invited.link, data={"recommend": "9", "_language": "en"})
    assert same.status_code == 303
    other = await invited.browser.post(invited.link, data={"recommend": "2", "_language": "en"})
    assert other.status_code == 200
    assert "Your first answer is kept" in other.text
    assert 'value="2" checked' in other.text
    assert_private(other)
    assert (await the_answer())["score"] == 9
    again = await invited.browser.get(invited.link)
    assert again.status_code == 200
    assert 'value="9" checked' in again.text
    assert_private(again)


async def test_a_second_tap_in_the_mail_offers_a_change(invited: Invited) -> None:
    await invited.tap(9)
    await invited.amend(recommend="9", comment="Words to keep")
    before = await everything()
    page = await invited.browser.get(f"{invited.link}?recommend=3")
    assert page.status_code == 200
    assert_private(page)
    assert re.findall(r'value="(\d+)" checked', page.text) == ["3"]
    assert "Words to keep" in page.text
    assert re.search("Change my answer to \u2068?3", page.text)
    assert await everything() == before
    other = await invited.browser.post(invited.link, data={"recommend": "4", "_partial": "0", "_language": "en"})
    assert other.status_code == 200
    assert "Words to keep" in other.text
    assert await everything() == before
    fields = factories.page_fields(page.text)
    changed = await invited.browser.post(
        f"{invited.link}/more", data={**fields, "recommend": "3", "comment": "Words to keep"}
    )
    assert changed.status_code == 303
    row = await the_answer()
    assert (row["score"], row["comment"]) == (3, "Words to keep")
    assert await differences(invited.home) == []


async def test_a_word_may_follow_and_the_number_may_change(invited: Invited, settings: Settings) -> None:
    await invited.tap(9)
    worker = Worker(settings, KEYS)
    await worker.drain()
    before = await the_answer()
    more = await invited.browser.get(f"{invited.link}/more")
    assert more.status_code == 200
    assert 'value="9" checked' in more.text
    assert_private(more)
    reply = await invited.amend(recommend="3", comment="Terrible, rude and horrible", bought=["tulips"])
    assert reply.status_code == 303
    row = await the_answer()
    assert (row["score"], row["comment"], row["sentiment"]) == (3, "Terrible, rude and horrible", "")
    assert row["answers"] == '{"recommend":3,"bought":["tulips"],"comment":"Terrible, rude and horrible"}'
    for unchanged in ("id", "client_id", "received_at", "day", "place", "receipt", "customer", "channel", "language"):
        assert row[unchanged] == before[unchanged]
    assert await differences(invited.home) == []
    await worker.drain()
    assert (await the_answer())["sentiment"] == "negative"
    assert await differences(invited.home) == []
    (entry,) = await database.fetch("SELECT details FROM timeline_entry WHERE subject = {}", row["id"])
    assert '"score":3' in entry["details"]
    assert "Terrible" in entry["details"]
    assert "negative" in entry["details"]
    kinds = {event["kind"] for event in await database.fetch("SELECT kind FROM event WHERE subject = {}", row["id"])}
    assert kinds == {"response.received", "response.amended"}


async def test_amending_again_and_again_counts_once(invited: Invited, settings: Settings) -> None:
    await invited.tap(9)
    worker = Worker(settings, KEYS)
    for score, comment in ((3, "Terrible and horrible"), (3, "Terrible and horrible"), (10, "I love it"), (10, "")):
        assert (await invited.amend(recommend=str(score), comment=comment)).status_code == 303
        await worker.drain()
        assert await differences(invited.home) == []
    row = await the_answer()
    assert (row["score"], row["comment"], row["sentiment"]) == (10, "", "")


async def test_a_wrong_amendment_is_shown_again_and_changes_nothing(invited: Invited) -> None:
    await invited.tap(9)
    before = await the_answer()
    reply = await invited.amend(recommend="", comment="kept here")
    assert reply.status_code == 422
    assert "kept here" in reply.text
    assert f'action="{invited.link}/more"' in reply.text
    assert_private(reply)
    assert await the_answer() == before


async def test_after_a_day_an_answer_stays_as_it_is(invited: Invited, monkeypatch: pytest.MonkeyPatch) -> None:
    await invited.tap(9)
    now = clock.now() + service.AMENDABLE_FOR + timedelta(minutes=1)

    class Tomorrow:
        @staticmethod
        def now() -> datetime:
            return now

    monkeypatch.setattr(invitation_pages, "clock", Tomorrow)
    gone = await invited.browser.get(f"{invited.link}/more")
    assert gone.status_code == 410
    assert_private(gone)
    reply = await invited.browser.post(f"{invited.link}/more", data={"recommend": "1"})
    assert reply.status_code == 410
    assert_private(reply)
    assert (await the_answer())["score"] == 9


async def test_nothing_is_amended_before_there_is_an_answer(invited: Invited) -> None:
    for method in ("GET", "POST"):
        reply = await invited.browser.request(method, f"{invited.link}/more", data={"recommend": "1"})
        assert reply.status_code == 410
    assert await database.fetch("SELECT id FROM response") == []


@pytest.mark.parametrize("rest", ["", "?recommend=9", "/more"])
async def test_an_unknown_link_is_no_link_of_ours(invited: Invited, rest: str) -> None:
    forged = [
        "x",
        "%00",
        invited.link.removeprefix("/i/")[:-3] + "abc",
        tokens.sign_id(KEYS, invitations_read.UNSUBSCRIBE_TOKEN, invited.row.id),
        tokens.sign_id(Keyring("of another installation"), invitations_read.INVITATION_TOKEN, invited.row.id),
        tokens.sign_id(KEYS, invitations_read.INVITATION_TOKEN, new_id()),
    ]
    for token in forged:
        for method in ("GET", "HEAD", "POST"):
            reply = await invited.browser.request(method, f"/i/{token}{rest}", data={"recommend": "9"})
            assert reply.status_code == 404
            assert_private(reply)
    assert await database.fetch("SELECT id FROM response") == []


async def test_a_closed_form_takes_nothing(invited: Invited) -> None:
    await forms.set_open(invited.home, "visit", False, clock.now())
    for method in ("GET", "HEAD", "POST"):
        reply = await invited.browser.request(method, invited.link, data={"recommend": "9"})
        assert reply.status_code == 410
        assert_private(reply)
    assert await database.fetch("SELECT id FROM response") == []


async def test_a_full_queue_says_so_in_private(invited: Invited) -> None:
    shared_by(invited.browser).part(GroupCommit).max_waiting = 0
    reply = await invited.browser.post(invited.link, data={"recommend": "9"})
    assert reply.status_code == 503
    assert int(reply.headers["retry-after"]) > 0
    assert_private(reply)


async def test_an_archived_place_still_takes_its_answers(invited: Invited) -> None:
    await database.execute("UPDATE place SET archived_at = {}", clock.now())
    assert (await invited.tap()).status_code == 303
    assert (await the_answer())["place"] == invited.place
