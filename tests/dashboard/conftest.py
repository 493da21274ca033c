"""The product on a database with known answers, with people signed in and a program's key."""

import httpx
import pytest

from survey_service.accounts import installation_service, key_service, sign_in
from survey_service.core import database
from tests.answers import session_of
from tests.dashboard import seeding
from tests.dashboard.seeding import Shop

EMAIL = "nino@example.org"


@pytest.fixture
async def served(client: httpx.AsyncClient) -> Shop:
    """The shop behind `client`, whose browser is signed in as its owner."""
    await installation_service.ensure_owner(EMAIL)
    shop = await seeding.open_shop(database.current())
    await seeding.fill(shop)
    secret = await session_of(EMAIL)
    client.cookies.set(sign_in.COOKIE, secret)
    return shop


@pytest.fixture
async def key(client: httpx.AsyncClient, served: Shop) -> dict[str, str]:
    """The header of a key that may read scores and reports."""
    caller = await sign_in.caller_of_session(client.cookies[sign_in.COOKIE])
    assert caller is not None
    made = await key_service.make_key(caller, "dashboards", ["scores:read", "reports:read"])
    return {"Authorization": f"Bearer {made.key}"}
