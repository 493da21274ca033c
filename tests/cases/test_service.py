"""Who was promised a call waits until somebody has called, and whoever is responsible is told once."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import httpx
import pytest
from piccolo.querystring import QueryString

from survey_service.accounts import installation_service
from survey_service.accounts import service as accounts
from survey_service.accounts.queries import FIRST_EMAIL
from survey_service.cases import queries, routes, service
from survey_service.cases.queries import PromiseFilter
from survey_service.core import clock, database
from survey_service.core.errors import Conflict, Invalid, NotFound
from survey_service.core.settings import Settings
from survey_service.forms import service as forms
from survey_service.forms.schemas import FormChange
from survey_service.jobs import service as jobs
from survey_service.places import queries as places
from survey_service.places import service as places_service
from survey_service.places.schemas import NewPlace, PlaceChange
from survey_service.worker import Worker
from tests import factories
from tests.answers import release
from tests.cases.conftest import MANAGER, OWNER, Shop, ask_for_a_call, lost_form
from tests.conftest import KEYS
from tests.messaging.mailbox import Mailbox, serving


async def waiting(shop: Shop) -> int:
    return (await queries.waiting(PromiseFilter(shop.workspace))).count


# Who waits -------------------------------------------------------------------------------------------------------


async def test_whoever_was_promised_a_call_waits_until_somebody_has_called(
    client: httpx.AsyncClient, shop: Shop, worker: Worker
) -> None:
    await ask_for_a_call(client, "harbour")
    await worker.once()
    (promise,) = (await queries.promises(PromiseFilter(shop.workspace), 10, None)).items
    assert (promise.kind, promise.place) == ("call", shop.store.id)
    await service.keep(shop.workspace, promise.id, shop.owner.actor, clock.now())
    assert await waiting(shop) == 0
    with pytest.raises(Conflict):
        await service.keep(shop.workspace, promise.id, shop.owner.actor, clock.now())
    await service.reopen(shop.workspace, promise.id)
    assert await waiting(shop) == 1
    with pytest.raises(Conflict):
        await service.reopen(shop.workspace, promise.id)


async def test_a_form_that_promises_nothing_leaves_nobody_waiting(
    client: httpx.AsyncClient, shop: Shop, worker: Worker
) -> None:
    await factories.published("visit", owner=shop.workspace)
    assert (await factories.send(client, factories.submission())).status_code == 201
    await worker.once()
    assert await waiting(shop) == 0


async def test_events_that_come_twice_make_one_promise(client: httpx.AsyncClient, shop: Shop, worker: Worker) -> None:
    await ask_for_a_call(client)
    await worker.once()
    await database.execute("UPDATE event SET handled_at = NULL")
    await worker.once()
    assert await waiting(shop) == 1


async def test_a_crowd_waits_whole(client: httpx.AsyncClient, shop: Shop, worker: Worker) -> None:
    await asyncio.gather(*[ask_for_a_call(client, "till") for _ in range(130)])
    await worker.drain()
    assert await waiting(shop) == 130
    first = await queries.promises(PromiseFilter(shop.workspace), 100, None)
    rest = await queries.promises(PromiseFilter(shop.workspace), 100, first.next)
    moments = [promise.made_at for promise in [*first.items, *rest.items]]
    assert len(moments) == 130
    assert moments == sorted(moments)


async def test_a_crowd_is_read_in_as_many_steps_as_one(
    client: httpx.AsyncClient, shop: Shop, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    engine = database.current().engine
    run = engine.run_querystring

    async def counted(asked: QueryString, *more: object, **named: object) -> list[database.Row]:
        read.append(asked.template)
        rows: list[database.Row] = await run(asked, *more, **named)
        return rows

    async def steps() -> int:
        found = (await queries.promises(PromiseFilter(shop.workspace), 100, None)).items
        read.clear()
        told = await routes.shown(shop.workspace, found)
        assert [one.id for one in told] == [one.id for one in found]
        return len(read)

    monkeypatch.setattr(engine, "run_querystring", counted)
    await ask_for_a_call(client, "till")
    await worker.drain()
    alone = await steps()
    for place in ("till", "", "till"):
        await ask_for_a_call(client, place)
    await worker.drain()
    assert await waiting(shop) == 4
    assert await steps() == alone > 0


async def test_what_is_released_from_the_spam_box_waits_too(
    client: httpx.AsyncClient, shop: Shop, worker: Worker
) -> None:
    sent = await client.post("/c/callback", data={"phone": "+371 2000 1111", "_website": "http://spam.example"})
    assert sent.status_code == 303
    await worker.once()
    assert await waiting(shop) == 0
    (row,) = await database.fetch("SELECT id FROM response WHERE state = 'spam'")
    await release(shop.workspace, row["id"])
    await worker.once()
    assert await waiting(shop) == 1


async def test_a_place_includes_those_who_wait_below_it(client: httpx.AsyncClient, shop: Shop, worker: Worker) -> None:
    for place in ("riga", "harbour", "till", "tbilisi", ""):
        await ask_for_a_call(client, place)
    await worker.once()
    for place, count in ((shop.region, 3), (shop.store, 2), (shop.counter, 1), (shop.elsewhere, 1)):
        below = tuple(await places.subtree(shop.workspace, place.id))
        assert (await queries.waiting(PromiseFilter(shop.workspace, places=below))).count == count
    assert await waiting(shop) == 5


async def test_nobody_reads_or_keeps_the_promises_of_others(
    client: httpx.AsyncClient, shop: Shop, worker: Worker
) -> None:
    await ask_for_a_call(client)
    await worker.once()
    (promise,) = (await queries.promises(PromiseFilter(shop.workspace), 10, None)).items
    other = await installation_service.add_workspace("Elsewhere")
    assert (await queries.waiting(PromiseFilter(other.id))).count == 0
    for act in (service.keep(other.id, promise.id, None, clock.now()), service.reopen(other.id, promise.id)):
        with pytest.raises(NotFound):
            await act
    assert await waiting(shop) == 1


# Who is responsible ----------------------------------------------------------------------------------------------


async def test_the_nearest_place_that_names_somebody_decides(shop: Shop) -> None:
    named = {place.id: [shop.manager] for place in (shop.region, shop.store, shop.counter)}
    unnamed = {nobody: [shop.owner.actor] for nobody in (shop.elsewhere.id, None)}
    assert await places.responsible_staff(shop.workspace, [*named, *unnamed]) == named | unnamed
    change = PlaceChange(responsible=shop.owner.actor)
    await places_service.change_place(shop.workspace, shop.store.id, change, clock.now())
    assert await places.responsible_staff(shop.workspace, [shop.counter.id]) == {shop.counter.id: [shop.owner.actor]}


async def test_whoever_may_not_sign_in_any_more_is_passed_over(shop: Shop) -> None:
    await accounts.set_disabled(shop.owner, shop.manager, True)
    assert await places.responsible_staff(shop.workspace, [shop.counter.id]) == {shop.counter.id: [shop.owner.actor]}


async def test_only_people_of_the_workspace_can_be_responsible(shop: Shop) -> None:
    other = await installation_service.add_workspace("Elsewhere")
    stranger = await accounts.insert_staff(other.id, "charlie@example.net", "Charlie", "owner", "")
    new = NewPlace("Nowhere", responsible=stranger)
    with pytest.raises(Invalid) as refused:
        await places_service.create_place(shop.workspace, new, clock.now())
    assert [error.field for error in refused.value.errors] == ["responsible"]


# Who is told -----------------------------------------------------------------------------------------------------


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the clock of everybody on."""
    now, ahead = clock.now, timedelta()

    def moved() -> datetime:
        return now() + ahead

    def move(by: timedelta) -> None:
        nonlocal ahead
        ahead += by

    monkeypatch.setattr(clock, "now", moved)
    return move


@asynccontextmanager
async def sending(mailing: Settings) -> AsyncIterator[tuple[Worker, Mailbox]]:
    """A worker, and the mailbox that its mails come to."""
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        yield Worker(dataclasses.replace(mailing, smtp_url=f"smtp://127.0.0.1:{port}"), KEYS), mailbox


def sent_to(mailbox: Mailbox) -> list[tuple[str, str]]:
    return [(str(mail["To"]).rpartition("<")[2].rstrip(">"), str(mail["Subject"])) for mail in mailbox.mails]


async def test_whoever_is_responsible_is_told_once_and_of_the_next_ones_together(
    client: httpx.AsyncClient, shop: Shop, mailing: Settings, later: Callable[[timedelta], None]
) -> None:
    async with sending(mailing) as (worker, mailbox):
        await ask_for_a_call(client, "till")
        await worker.drain()
        assert sent_to(mailbox) == [(MANAGER, "Somebody waits for a call")]
        for place in ("till", "harbour", "tbilisi"):
            await ask_for_a_call(client, place)
            await worker.drain()
        assert sent_to(mailbox)[1:] == [(OWNER, "Somebody waits for a call")]
        later(service.TOLD_EVERY)
        await worker.drain()
        assert sent_to(mailbox)[2:] == [(MANAGER, "2 people wait for you")]
        later(2 * service.TOLD_EVERY)
        await worker.drain()
        assert len(mailbox.mails) == 3


async def test_a_clock_that_is_set_back_keeps_no_mail_back(
    client: httpx.AsyncClient, shop: Shop, mailing: Settings, later: Callable[[timedelta], None]
) -> None:
    async with sending(mailing) as (worker, mailbox):
        for _ in range(3):
            await ask_for_a_call(client, "till")
            await worker.drain()
            later(service.TOLD_EVERY)
        later(-3 * service.TOLD_EVERY)
        before = len(mailbox.mails)
        for _ in range(3):
            await ask_for_a_call(client, "till")
            await worker.drain()
        later(service.TOLD_EVERY)
        await worker.drain()
        assert len(mailbox.mails) == before + 2


async def test_of_a_crowd_that_is_too_much_for_one_mail_the_next_one_tells(
    client: httpx.AsyncClient, shop: Shop, worker: Worker, mailing: Settings,
    later: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(service, "TOLD_AT_ONCE", 1)
    await asyncio.gather(*[ask_for_a_call(client, "till") for _ in range(13)])
    await worker.drain()
    async with sending(mailing) as (sender, mailbox):
        await sender.drain()
        later(service.TOLD_EVERY)
        await sender.drain()
    assert [subject for _, subject in sent_to(mailbox)] == ["10 people wait for you", "3 people wait for you"]


async def test_the_mail_holds_nothing_that_the_customer_wrote(
    client: httpx.AsyncClient, shop: Shop, mailing: Settings
) -> None:
    async with sending(mailing) as (worker, mailbox):
        await ask_for_a_call(client, "harbour", name="Zebra", phone="+371 9999 8888")
        await worker.drain()
    (mail,) = mailbox.mails
    whole = "".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    assert "A call · Callback · Harbour · since" in whole
    assert "http://testserver.local/app/follow-up" in whole
    assert not [word for word in ("Zebra", "9999", "roses") if word in whole]


async def test_who_was_called_before_the_mail_went_out_is_not_told_of(
    client: httpx.AsyncClient, shop: Shop, worker: Worker, mailing: Settings
) -> None:
    await ask_for_a_call(client, "till")
    await worker.drain()
    (promise,) = (await queries.promises(PromiseFilter(shop.workspace), 10, None)).items
    await service.keep(shop.workspace, promise.id, shop.manager, clock.now())
    async with sending(mailing) as (sender, mailbox):
        await sender.drain()
    assert mailbox.mails == []


async def test_a_form_that_was_removed_keeps_no_mail_back(
    client: httpx.AsyncClient, shop: Shop, worker: Worker, mailing: Settings
) -> None:
    await ask_for_a_call(client, "till")
    await lost_form(client, shop, worker)
    async with sending(mailing) as (sender, mailbox):
        await sender.drain()
    assert sent_to(mailbox) == [(MANAGER, "Somebody waits for a call")]


async def test_nothing_is_mailed_to_an_owner_whose_address_was_made_up(
    client: httpx.AsyncClient, shop: Shop, mailing: Settings
) -> None:
    await installation_service.ensure_owner(FIRST_EMAIL)
    await ask_for_a_call(client, "tbilisi")
    async with sending(mailing) as (sender, mailbox):
        await sender.drain()
    assert sent_to(mailbox) == [(OWNER, "Somebody waits for a call")]


async def test_without_a_mail_server_the_mail_waits(client: httpx.AsyncClient, shop: Shop, worker: Worker) -> None:
    await ask_for_a_call(client, "till")
    await worker.drain()
    rows = await database.fetch("SELECT state, attempts FROM job WHERE kind = {}", service.TELL_STAFF)
    assert rows == [{"state": "ready", "attempts": 0}]


async def test_turning_a_promise_on_makes_nobody_of_the_past_wait(
    client: httpx.AsyncClient, shop: Shop, worker: Worker
) -> None:
    await forms.change(shop.workspace, "callback", FormChange(promise=""), clock.now())
    await ask_for_a_call(client)
    await worker.drain()
    await forms.change(shop.workspace, "callback", FormChange(promise="call"), clock.now())
    await worker.drain()
    assert await waiting(shop) == 0
    assert await jobs.claim([service.TELL_STAFF], 1, clock.now()) == []
