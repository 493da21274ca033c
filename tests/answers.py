"""Staff in a browser, programs with a key, and answers of every state."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from survey_service.accounts import installation_service, key_service, sign_in
from survey_service.accounts import service as accounts
from survey_service.accounts.schemas import SCOPES, Caller
from survey_service.core import database
from survey_service.core.ids import id_at
from survey_service.counts import fold, rebuild
from survey_service.forms import queries as forms
from survey_service.forms import validation
from survey_service.responses import plans, queries, service
from survey_service.responses.schemas import PreparedResponse

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
Sign = Callable[[str], Awaitable[httpx.AsyncClient]]


def _ids_in_order() -> Iterator[UUID]:
    """Ids of which each is later than the one before, also within a millisecond: rows come in the order of the test."""
    moment = 0
    while True:
        moment = max(moment + 1, time.time_ns() // 1_000_000)
        yield id_at(moment)


_later_ids = _ids_in_order()


async def keep(slug: str = "visit", answers: dict[str, Any] | None = None, **more: Any) -> PreparedResponse:
    """One response, written by the product's own plan: at noon of 5 October 2026 if nothing else is said."""
    published = await forms.published(slug)
    checked = validation.check(published.definition, {"recommend": 9} if answers is None else answers, "en")
    assert not checked.errors
    client_id, at = more.pop("client_id", uuid4()), more.pop("at", NOON)
    entry = PreparedResponse(
        id=next(_later_ids),
        client_id=client_id,
        workspace=published.workspace,
        form=published.id,
        form_slug=slug,
        form_name=published.name,
        version=published.version,
        state=more.pop("state", "complete"),
        channel=more.pop("channel", "link"),
        place=more.pop("place", None),
        language=more.pop("language", "en"),
        answers=msgspec.json.encode(checked.answers).decode(),
        hidden=more.pop("hidden", "{}"),
        fingerprint=validation.fingerprint(checked.answers),
        receipt=service.receipt_of(published.id, client_id),
        received_at=at,
        day=at.date(),
        score=service.first_score(checked.scores),
        comment=checked.comment,
        scores=tuple(checked.scores),
        claimed_email=checked.email or "",
        **more,
    )
    await database.current().run(plans.write([entry]))
    return entry


async def keep_many(count: int, slug: str = "visit") -> list[PreparedResponse]:
    """So many responses, a minute apart, oldest first; their scores run through 0 to 10."""
    return [await keep(slug, {"recommend": n % 11}, at=NOON + timedelta(minutes=n)) for n in range(count)]


async def rows(state: str = "complete") -> list[dict[str, Any]]:
    """The responses of this state, oldest first."""
    return await database.fetch("SELECT * FROM response WHERE state = {} ORDER BY received_at, id", state)


async def differences(home: UUID) -> list[Any]:
    """Where the counts, with all that waits for them, are not what the responses give."""
    days = await queries.counted_days(home)
    while await fold.fold():
        pass
    return await rebuild.compare(home, days, lambda f, d: queries.counted_responses(home, f, d))


async def session_of(email: str) -> str:
    """The secret of a session that the person with this address has just begun, by a fresh link."""
    return await sign_in.use_link(await installation_service.issue_sign_in_link(email))


async def signed_in(email: str) -> tuple[Caller, str]:
    """Who that is, and the secret of a session that they have just begun."""
    secret = await session_of(email)
    caller = await sign_in.caller_of_session(secret)
    assert caller is not None
    return caller, secret


@pytest.fixture
async def staff(client: httpx.AsyncClient) -> AsyncIterator[Sign]:
    """Signs somebody of the default workspace in, by role; gives their browser."""
    opened: list[httpx.AsyncClient] = []

    async def sign(role: str) -> httpx.AsyncClient:
        home = (await installation_service.workspace_default()).id
        email = f"{role}@example.org"
        await accounts.insert_staff(home, email, role.title(), role, "")
        caller, secret = await signed_in(email)
        browser = httpx.AsyncClient(transport=client._transport, base_url=client.base_url)
        browser.cookies.set(sign_in.COOKIE, secret)
        browser.headers["X-CSRF-Token"] = caller.csrf_token
        opened.append(browser)
        return browser

    yield sign
    for browser in opened:
        browser.cookies.clear()


def an_owner(workspace: UUID) -> Caller:
    """A program that may do everything in a workspace."""
    return Caller(workspace, "", "UTC", 10, None, "Tests", "owner", "key", frozenset(SCOPES))


async def release(workspace: UUID, *chosen: UUID) -> int:
    """Takes answers out of the spam box; gives how many lay in it."""
    return await service.release(an_owner(workspace), chosen)


def once_before_a_plan(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Awaitable[object]], times: int = 1) -> None:
    """Somebody else does the act just before the next plan is written, or the next few."""
    write, left = database.current().run, times

    async def interrupted(plan: Any) -> Any:
        nonlocal left
        if left:
            left -= 1
            monkeypatch.setattr(database.current(), "run", write)
            await act()
            monkeypatch.setattr(database.current(), "run", interrupted)
        return await write(plan)

    monkeypatch.setattr(database.current(), "run", interrupted)


async def key_for(workspace: UUID, *scopes: str) -> dict[str, str]:
    """The header of a fresh key with these scopes."""
    made = await key_service.make_key(an_owner(workspace), "tests", list(scopes))
    return {"Authorization": f"Bearer {made.key}"}


class Killed(Exception):
    """The process has ended here."""


def killed_after_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next plan is committed, and nothing after it is done."""
    write = database.current().run

    async def last(plan: Any) -> Any:
        await write(plan)
        raise Killed

    monkeypatch.setattr(database.current(), "run", last)
