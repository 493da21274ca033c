"""What was done in the house is told under What was done: by whom, what, to what; whichever way it was done."""

import httpx

from survey_service.accounts import installation_service, queries
from survey_service.accounts.schemas import AuditRow
from tests import factories
from tests.answers import NOON, Sign, keep, key_for, staff
from tests.static.samples import words

__all__ = ["staff"]

ADA = "ada@customers.example"


async def told() -> list[AuditRow]:
    """What was done since everybody signed in, the oldest first."""
    home = await installation_service.workspace_default()
    page = await queries.audit_list(home.id)
    return [row for row in reversed(page.items) if not row.action.startswith(("signed_in", "link_made", "key_made"))]


async def test_what_is_taken_out_is_told_by_page_and_by_program(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    await keep(at=NOON)
    viewer = await staff("viewer")
    key = await key_for((await installation_service.workspace_default()).id, "responses:read", "reports:read")
    for path in ("answers.csv", "reports/summary.pdf"):
        days = "?form=visit&from=2026-10-01&to=2026-10-31"
        assert (await viewer.get(f"/app/{path}{days}")).status_code == 200
    assert (await client.get("/api/v1/responses.csv", headers=key)).status_code == 200
    assert (await client.get("/api/v1/reports/summary.pdf?form=visit", headers=key)).status_code == 200
    rows = await told()
    assert [(row.actor_name, row.action) for row in rows] == [
        ("Viewer", "answers_exported"), ("Viewer", "report_made"),
        ("tests", "answers_exported"), ("tests", "report_made"),
    ]  # fmt: skip
    assert rows[0].subject == "Visit, CSV, 2026-10-01 – 2026-10-31"
    assert rows[1].subject == "Visit, 2026-10-01 – 2026-10-31"
    page = words((await (await staff("owner")).get("/app/settings/audit")).text)
    assert "Exported answers Visit, CSV, 1 Oct 2026 – 31 Oct 2026" in page
    assert "Made a PDF summary Visit, 1 Oct 2026 – 31 Oct 2026 Viewer" in page
    assert "API key “tests”" in page


async def test_a_refused_export_is_none(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    viewer = await staff("viewer")
    assert (await viewer.get("/app/answers.csv?form=none")).status_code == 404
    assert await told() == []


async def test_invitations_and_customers_are_told_without_naming_them(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    manager = await staff("manager")
    key = await key_for((await installation_service.workspace_default()).id, "invitations:write", "customers:write")
    reply = await manager.post("/app/invitations", data={"form": "visit", "email": ADA})
    path = reply.headers["location"].partition("?")[0]
    await manager.post(f"{path}/take-back")
    await manager.post(f"{path}/resend", data={"again": "1"})
    new = {"form": "visit", "email": "bo@customers.example"}
    sent = (await client.post("/api/v1/invitations", json=new, headers=key)).json()
    assert (await client.post(f"/api/v1/invitations/{sent['id']}/take-back", headers=key)).status_code == 200
    customer = (await client.post("/api/v1/customers", json={"email": ADA, "name": "Ada"}, headers=key)).json()
    assert (await client.post(f"/api/v1/customers/{customer['id']}/token", headers=key)).status_code == 201
    assert [(row.actor_name, row.action, row.subject) for row in await told()] == [
        ("Manager", "invitation_added", "a…@customers.example"),
        ("Manager", "invitation_taken_back", "a…@customers.example"),
        ("Manager", "invitation_added_again", "a…@customers.example"),
        ("tests", "invitation_added", "b…@customers.example"),
        ("tests", "invitation_taken_back", "b…@customers.example"),
        ("tests", "customer_kept", "a…@customers.example"),
        ("tests", "customer_token_made", ""),
    ]


async def test_a_refused_invitation_is_none(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    manager = await staff("manager")
    assert (await manager.post("/app/invitations", data={"form": "visit", "email": "no"})).status_code == 422
    assert await told() == []
