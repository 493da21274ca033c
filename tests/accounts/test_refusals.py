"""What was refused is told under What was done, so many times, and never fills the table."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from survey_service.accounts import (
    installation_service,
    key_service,
    queries,
    refusal_service,
    refusals,
    service,
    sign_in,
)
from survey_service.accounts.actions import RefusalAction
from survey_service.accounts.refusal_service import NOBODY, Refusal
from survey_service.accounts.refusals import Refusals
from survey_service.accounts.schemas import AuditRow
from survey_service.core import clock, database, passwords
from survey_service.core.errors import TooMany, Unavailable
from survey_service.core.settings import Settings
from survey_service.responses.spam import Bursts
from survey_service.responses.spam_box import SpamBox
from tests import factories
from tests.answers import Sign, an_owner, key_for, staff
from tests.conftest import app_of, browsing, opened_for, product_on, shared_by, started

__all__ = ["staff"]

RESPONDENT = "203.0.113.9"
NAMES = {action.key for action in RefusalAction}


async def told(client: httpx.AsyncClient) -> list[tuple[str, str, str, int]]:
    """(who, what, to what, how often) of the refusals, in the order of the first of each."""
    await shared_by(client).part(Refusals).write()
    return [(row.actor_name, row.action, row.subject, row.times) for row in await rows()]


async def rows() -> list[AuditRow]:
    home = await installation_service.workspace_default()
    page = await queries.audit_list(home.id, limit=200)
    return sorted((row for row in page.items if row.action in NAMES), key=lambda row: row.at)


async def test_wrong_passwords_are_told_of_whom_they_were_tried_for(client: httpx.AsyncClient, staff: Sign) -> None:
    await staff("owner")
    for email in ("owner@example.org", "Owner@example.org ", "nobody@example.org"):
        reply = await client.post("/app/sign-in", data={"email": email, "password": "not this one"})
        assert reply.status_code == 422
    assert await told(client) == [
        (NOBODY, "wrong_password", "owner@example.org, 127.0.0.1", 2),
        (NOBODY, "wrong_password", "127.0.0.1", 1),
    ]


async def test_who_is_shut_out_is_told_apart_from_who_guesses(client: httpx.AsyncClient, staff: Sign) -> None:
    await staff("owner")
    await staff("viewer")
    home = await installation_service.workspace_default()
    person = await queries.staff_with_email("viewer@example.org")
    assert person is not None
    hashed = await passwords.hashed("four calling birds")
    await database.execute("UPDATE staff SET password_hash = {} WHERE id = {}", hashed, person.id)
    await service.set_disabled(installation_service.caller(home), person.id, True)
    for password in ("four calling birds", "not this one"):
        reply = await client.post("/app/sign-in", data={"email": person.email, "password": password})
        assert reply.status_code == 422
        assert ("This account is disabled." in reply.text) == (password == "four calling birds")
    kinds = {what for _who, what, _subject, _times in await told(client)}
    assert kinds == {"account_disabled", "wrong_password"}


async def test_too_many_tries_are_told(client: httpx.AsyncClient, staff: Sign) -> None:
    await staff("owner")
    statuses = [
        (await client.post("/app/sign-in", data={"email": "owner@example.org", "password": "no"})).status_code
        for _ in range(13)
    ]
    said = {what: times for _who, what, _subject, times in await told(client)}
    assert said == {"wrong_password": statuses.count(422), "too_many": statuses.count(429)}
    assert statuses.count(429)


async def test_guesses_at_the_present_password_are_told_of_the_person(
    client: httpx.AsyncClient, staff: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = await staff("viewer")

    async def used_up(*_typed: object) -> str:
        raise TooMany("wait", retry_after=60)

    monkeypatch.setattr(sign_in, "change_password", used_up)
    assert (await viewer.post("/app/settings/password", data={"current": "guessed"})).status_code == 429
    assert await told(client) == [("Viewer", "too_many", "127.0.0.1", 1)]


async def test_keys_that_do_not_hold_are_told(client: httpx.AsyncClient) -> None:
    await factories.published()
    home = (await installation_service.workspace_default()).id
    made = await key_service.make_key(an_owner(home), "Till", ["forms:read"])
    till = {"Authorization": f"Bearer {made.key}"}
    assert (await client.get("/api/v1/customers", headers=till)).status_code == 403
    await key_service.revoke_key(an_owner(home), made.id)
    for header in (till, till, {"Authorization": "Bearer guessed"}, {"Authorization": "Basic abc"}, {}):
        assert (await client.get("/api/v1/forms", headers=header)).status_code == 401
    assert await told(client) == [
        ("Till", "wrong_scope", "customers:read, 127.0.0.1", 1),
        ("Till", "wrong_key", "127.0.0.1", 2),
        (NOBODY, "wrong_key", "127.0.0.1", 1),
    ]


async def test_what_a_role_does_not_open_is_told_of_the_person(client: httpx.AsyncClient, staff: Sign) -> None:
    viewer = await staff("viewer")
    assert (await viewer.get("/app/settings/keys")).status_code == 403
    assert await told(client) == [("Viewer", "wrong_role", "API keys, 127.0.0.1", 1)]


async def test_respondents_who_wait_are_told_by_form_and_number_and_not_by_network(client: httpx.AsyncClient) -> None:
    await factories.published()
    other = (await installation_service.add_workspace("Elsewhere")).id
    await factories.published("stay", owner=other)
    shared_by(client).put(Bursts(refused_above=1))
    shared_by(client).put(SpamBox(most=0))
    async with browsing(app_of(client), RESPONDENT) as flood:
        for slug in ("visit", "stay"):
            await flood.get(f"/s/{slug}")
            for _ in range(3):
                await factories.send(flood, factories.submission(), slug)
            await flood.post(f"/c/{slug}", data={"recommend": "9"})
            await flood.post(f"/s/{slug}", data={"recommend": "9"})
            await flood.post(f"/s/{slug}", data={"recommend": "9", "_website": "a full spam box"})
        await factories.send(flood, factories.submission(), "nothing-of-this-name")
    assert await told(client) == [(NOBODY, "too_many", "Visit", 5), (NOBODY, "too_many", "", 1)]
    theirs = (await queries.audit_list(other)).items
    assert [(row.actor_name, row.action, row.subject, row.times) for row in theirs] == [(NOBODY, "too_many", "Stay", 6)]
    kept = str(await database.fetch("SELECT * FROM audit_entry"))
    assert RESPONDENT.rpartition(".")[0] not in kept


async def guessed(app: Any) -> None:
    """Somebody is refused."""
    async with browsing(app) as browser:
        reply = await browser.get("/api/v1/forms", headers={"Authorization": "Bearer guessed"})
    assert reply.status_code == 401


async def test_what_was_refused_is_written_while_the_service_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "SECONDS", 0.01)
    app = product_on(settings)
    async with started(app):
        await factories.published()
        await guessed(app)
        async with asyncio.timeout(30):
            while not (found := await rows()):
                pass
    assert [(row.action, row.times) for row in found] == [("wrong_key", 1)]


async def test_what_was_refused_last_is_written_when_the_service_ends(settings: Settings) -> None:
    app = product_on(settings)
    async with started(app):
        await factories.published()
        await guessed(app)
        assert await rows() == []
    async with opened_for(settings):
        assert [(row.action, row.times) for row in await rows()] == [("wrong_key", 1)]


async def test_the_last_is_the_latest_in_whatever_order_they_are_put_together(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await factories.published()
    first, noted, guess = datetime(2026, 10, 5, 9, 0, tzinfo=UTC), Refusals(), Refusal(host="203.0.113.9")
    later = first + timedelta(minutes=5)

    def away() -> None:
        monkeypatch.setattr(clock, "now", lambda: later)
        noted.note(RefusalAction.WRONG_KEY, guess)
        raise Unavailable("away")

    monkeypatch.setattr(clock, "now", lambda: first)
    noted.note(RefusalAction.WRONG_KEY, guess)
    with monkeypatch.context() as held:
        held.setattr(database, "transaction", away)
        await noted.write()
    await noted.write()
    (row,) = await rows()
    assert (row.at, row.last_at, row.times) == (first, later, 2)


async def test_what_was_refused_last_stands_first_on_whichever_page(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the morning a key was refused; much was done since, and now it is refused again."""
    await factories.published()
    home, first, noted = await own(), datetime(2026, 10, 5, 9, 0, tzinfo=UTC), Refusals()
    owner = an_owner(home)

    def it_is(minutes: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: first + timedelta(minutes=minutes))

    for minutes in range(7):
        it_is(minutes)
        if minutes in (0, 1, 4):
            noted.note(RefusalAction.WRONG_KEY, Refusal(host=f"203.0.113.{minutes}"))
            await noted.write()
        else:
            await key_service.make_key(owner, f"key {minutes}", ["forms:read"])
    it_is(7)
    noted.note(RefusalAction.WRONG_KEY, Refusal(host="203.0.113.0"))
    await noted.write()
    every = (await queries.audit_list(home, limit=200)).items
    told = [row.subject.partition(":")[0] for row in every if row.at >= first and row.at.year == first.year]
    assert told == ["203.0.113.0", "key 6", "key 5", "203.0.113.4", "key 3", "key 2", "203.0.113.1"]
    for limit in (1, 2, 3):
        read, cursor = [], None
        while True:
            page = await queries.audit_list(home, cursor=cursor, limit=limit)
            read += page.items
            if not (cursor := page.next):
                break
        assert read == every


async def test_guesses_at_a_link_or_at_the_present_password_are_told(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    viewer = await staff("viewer")
    assert (await viewer.get("/app/link/guessed")).status_code == 410
    assert (await viewer.post("/app/link/guessed", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 410
    caller = await queries.staff_with_email("viewer@example.org")
    assert caller is not None
    hashed = await passwords.hashed("seven swans a swimming")
    await database.execute("UPDATE staff SET password_hash = {} WHERE id = {}", hashed, caller.id)
    guess = {"current": "guessed", "new": "x9$kQ-4vLp!2", "repeated": "x9$kQ-4vLp!2"}
    assert (await viewer.post("/app/settings/password", data=guess)).status_code == 422
    assert sorted(await told(client)) == sorted([
        (NOBODY, "wrong_link", "127.0.0.1", 2), ("Viewer", "wrong_password", "127.0.0.1", 1),
    ])  # fmt: skip


async def test_a_key_that_stopped_is_told_by_its_name_and_says_why(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    await installation_service.ensure_owner("alice@example.org")
    bea, _ = await service.add_staff(an_owner(home), "bea@example.org", "Bea", "owner")
    maker = msgspec.structs.replace(an_owner(home), actor=bea.id, name="Bea")
    made = await key_service.make_key(maker, "Till", ["forms:read"])
    till = {"Authorization": f"Bearer {made.key}"}
    await service.change_role(an_owner(home), bea.id, "viewer")
    reply = await client.get("/api/v1/forms", headers=till)
    assert (reply.status_code, reply.json()["code"]) == (401, "sign_in_required")
    assert "whoever made it is no owner here any more" in reply.json()["detail"]
    await service.change_role(an_owner(home), bea.id, "owner")
    assert (await client.get("/api/v1/forms", headers=till)).status_code == 200
    assert await told(client) == [("Till", "wrong_key", "127.0.0.1", 1)], "though it works again by then"
    await key_service.revoke_key(an_owner(home), made.id)
    assert "was revoked" in (await client.get("/api/v1/forms", headers=till)).json()["detail"]
    never = (await client.get("/api/v1/forms", headers={"Authorization": "Bearer guessed"})).json()["detail"]
    assert "Send an API key that holds" in never


async def test_repeated_ones_are_one_entry_with_the_first_and_the_last(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await factories.published()
    first, noted = datetime(2026, 10, 5, 9, 0, tzinfo=UTC), Refusals()
    for minutes in (0, 1, 5):
        monkeypatch.setattr(clock, "now", lambda after=minutes: first + timedelta(minutes=after))
        noted.note(RefusalAction.WRONG_KEY, Refusal(host="203.0.113.9"))
        await noted.write()
    (row,) = await rows()
    assert (row.at, row.last_at, row.times) == (first, first + timedelta(minutes=5), 3)
    monkeypatch.setattr(clock, "now", lambda: first + timedelta(days=1))
    noted.note(RefusalAction.WRONG_KEY, Refusal(host="203.0.113.9"))
    await noted.write()
    assert [row.times for row in await rows()] == [3, 1], "a day is an entry of its own"


async def test_an_attacker_of_many_networks_fills_nothing(client: httpx.AsyncClient) -> None:
    await factories.published()
    noted = Refusals()
    for n in range(3 * refusals.MOST_AT_ONCE):
        noted.note(RefusalAction.WRONG_KEY, Refusal(host=f"203.0.{n // 256}.{n % 256}", key_hash=str(n)))
    assert len(noted.waiting) <= refusals.MOST_AT_ONCE + 1
    await noted.write()
    for n in range(refusals.MOST_AT_ONCE):
        noted.note(RefusalAction.WRONG_KEY, Refusal(host=f"198.51.100.{n}"))
    await noted.write()
    found = await rows()
    assert len(found) <= refusal_service.MOST_A_DAY + 1
    assert sum(row.times for row in found) == 4 * refusals.MOST_AT_ONCE, "each is counted all the same"


async def test_what_cannot_be_written_waits(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await factories.published()
    noted = Refusals()
    noted.note(RefusalAction.WRONG_KEY, Refusal(host="203.0.113.9"))

    def away() -> None:
        raise Unavailable("away")

    with monkeypatch.context() as held:
        held.setattr(database, "transaction", away)
        await noted.write()
        noted.note(RefusalAction.WRONG_KEY, Refusal(host="203.0.113.9"))
        await noted.write()
    assert await rows() == []
    await noted.write()
    assert [row.times for row in await rows()] == [2]
    await noted.write()
    assert [row.times for row in await rows()] == [2]


async def test_what_a_path_holds_hides_no_other_refusal(client: httpx.AsyncClient, staff: Sign) -> None:
    """A character that PostgreSQL keeps in no text, line ends and signs that turn the direction round."""
    viewer = await staff("viewer")
    assert (await viewer.post("/app/forms/%00x%0a%E2%80%AEy/save", data={})).status_code == 403
    await client.post("/app/sign-in", data={"email": "viewer@example.org", "password": "not this one"})
    assert [(what, times) for _who, what, _subject, times in await told(client)] == [
        ("wrong_role", 1),
        ("wrong_password", 1),
    ]
    (subject,) = [subject for _who, what, subject, _times in await told(client) if what == "wrong_role"]
    assert subject.replace(", 127.0.0.1", "").isprintable()


async def test_one_that_cannot_be_written_takes_no_other_with_it(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await factories.published()
    count = refusal_service._count

    async def broken(refusal: Refusal, tally: refusal_service.Tally) -> None:
        if refusal.subject == "broken":
            raise ValueError("nothing of it can be kept")
        await count(refusal, tally)

    monkeypatch.setattr(refusal_service, "_count", broken)
    held = Refusals()
    for subject in ("one", "broken", "two"):
        held.note(RefusalAction.TOO_MANY, Refusal(subject=subject))
    await held.write()
    assert [row.subject for row in await rows()] == ["one", "two"]
    assert not held.waiting


async def test_page_and_program_read_how_often(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    owner = await staff("owner")
    for _ in range(3):
        await client.get("/api/v1/forms", headers={"Authorization": "Bearer guessed"})
    await told(client)
    page = (await owner.get("/app/settings/audit")).text
    assert "Was refused: an API key that does not hold" in page
    assert "Somebody unknown" in page
    assert "3 times, first " in page
    key = await key_for(await own(), "audit:read")
    items = (await client.get("/api/v1/audit", headers=key)).json()["items"]
    found = next(item for item in items if item["action"] == "wrong_key")
    assert found["times"] == 3
    assert found["last_at"] >= found["at"]


async def own() -> UUID:
    return (await installation_service.workspace_default()).id
