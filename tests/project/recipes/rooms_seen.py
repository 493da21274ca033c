"""What a copy of the product with all toys says of those that rooms declare."""

import httpx
from survey_service.inbox.toy_service import send_toy  # type: ignore[import-not-found]

from survey_service.accounts.schemas import Caller
from survey_service.cases.service import play  # type: ignore[attr-defined]
from survey_service.core import clock
from survey_service.core.ids import new_id
from survey_service.customers import service as customers
from tests.answers import Sign, staff
from tests.customers.conftest import alice
from tests.static.samples import words

__all__ = ["alice", "staff"]


async def test_a_section_and_its_tab(client: httpx.AsyncClient, staff: Sign) -> None:
    viewer = await staff("viewer")
    assert (await viewer.get("/app")).text.count('href="/app/chest"') == 2
    assert 'href="/app/chest/toys"' in (await viewer.get("/app/spam")).text


async def test_an_audit_action(client: httpx.AsyncClient, alice: Caller) -> None:
    await send_toy(alice)
    assert "Send a ball" in words((await client.get("/app/settings/audit")).text)


async def test_an_entry_of_a_history(client: httpx.AsyncClient, alice: Caller) -> None:
    now, answer = clock.now(), new_id()
    customer = await customers.customer_for_email(alice.workspace, "h@x.org", "Hana", "am", "staff", now)
    await play(alice.workspace, customer, answer, now)
    assert f'<a href="/app/answers/{answer}">Today</a>' in (await client.get(f"/app/customers/{customer}")).text
