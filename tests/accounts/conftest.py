"""Two workspaces with an owner, a colleague and a stranger, and the pages of accounts on a small application."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from litestar import Litestar, Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException

from survey_service.accounts import (
    entrance_pages,
    frame,
    installation_service,
    own_pages,
    pages,
    queries,
    routes,
    service,
    session_service,
)
from survey_service.accounts.actions import Actions, StaffAction
from survey_service.accounts.guards import DEPENDENCIES, Caller, authorise
from survey_service.core import database, passwords, rail
from survey_service.core.browsers import Browser
from survey_service.core.database import Database
from survey_service.core.errors import ServiceError
from survey_service.core.panels import OfRooms
from survey_service.core.settings import Settings
from survey_service.core.state import AppState, kept
from tests.answers import session_of, signed_in
from tests.conftest import browsing

PASSWORD = "seven swans a swimming"
NEW = "eight maids a milking"
"""What somebody changes it to."""
HOST = "192.0.2.7"
TILL = Browser("Firefox", "Windows", HOST)


@dataclass
class Cast:
    """Who plays: Alice owns one workspace, Bob looks at it, Charlie owns another."""

    alice: Caller
    bob: Caller
    charlie: Caller


async def keep_former_hash(email: str) -> str:
    """Lets the person's password have a hash of other parameters than today's; gives it."""
    former = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    await database.execute("UPDATE staff SET password_hash = {} WHERE email = {}", former, email)
    return former


async def begun(email: str, browser: Browser = TILL) -> tuple[str, str]:
    """(a session's secret, what its browser is known by)."""
    secret = await session_of(email)
    return secret, await session_service.remember_browser(secret, browser)


async def caller_for(email: str) -> Caller:
    """Signs in with a fresh link and gives who that is."""
    return (await signed_in(email))[0]


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords that cost little; how much they cost is tested where they are."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=1_024, parallelism=1))
    passwords._decoy.cache_clear()
    yield
    passwords._decoy.cache_clear()


@pytest.fixture
async def cast(database: Database, quick_hashes: None) -> Cast:
    await installation_service.ensure_owner("alice@example.org", PASSWORD)
    alice = await caller_for("alice@example.org")
    await service.add_staff(alice, "bob@example.org", "Bob", "viewer")
    other = await installation_service.add_workspace("Elsewhere")
    await service.insert_staff(other.id, "charlie@example.net", "Charlie", "owner", "")
    return Cast(alice, await caller_for("bob@example.org"), await caller_for("charlie@example.net"))


@get("/app", opt={"role": "viewer"})
async def home(caller: NamedDependency[Caller]) -> str:
    return caller.name


@post("/app/change", opt={"role": "manager"})
async def change(caller: NamedDependency[Caller]) -> str:
    return caller.name


@get("/app/forgotten")
async def forgotten() -> str:
    return "open to everybody?"


@get("/api/v1/scoped", opt={"scope": "scores:read"})
async def scoped(caller: NamedDependency[Caller]) -> str:
    return caller.name


def _plainly(_: Request[Any, Any, Any], error: ServiceError) -> Response[str]:
    return Response(error.message, status_code=error.status, media_type="text/plain")


def _invalid(_: Request[Any, Any, Any], error: ValidationException) -> Response[str]:
    return Response(error.detail, status_code=422, media_type="text/plain")


async def actions(caller: Caller) -> list[str]:
    """What was done in the caller's workspace, the newest first."""
    page = await queries.audit_list(caller.workspace)
    return [row.action for row in page.items]


@cache
def _rooms() -> Any:
    """The application of these rooms, put together once; each test gives it a state of its own."""
    rooms = (entrance_pages, own_pages, pages, routes)
    handlers = [home, change, forgotten, scoped, *(handler for room in rooms for handler in room.ROUTES)]
    return Litestar(
        [Router("/", route_handlers=handlers, guards=[authorise], dependencies=DEPENDENCIES)],
        exception_handlers={ServiceError: _plainly, ValidationException: _invalid},
    )


@pytest.fixture
async def browser(cast: Cast, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without cookies on the pages and routes of accounts, with errors said plainly."""
    app, actions = _rooms(), Actions(StaffAction)
    app.state = kept(AppState(settings, OfRooms({}, rail.joined([frame.RAIL_SECTION], frame.TABS), {}), actions))
    async with browsing(app, HOST) as client:
        yield client
