"""An address that no mail server takes is refused wherever one is typed, by name, not found out by the worker."""

import httpx
import pytest

from survey_service.accounts import sign_in
from survey_service.core import database
from survey_service.core.errors import Invalid
from survey_service.forms.definition import Definition
from survey_service.operation import owners
from survey_service.questions.email import EmailQuestion
from tests.invitations import product
from tests.test_strangers import SLUG, World, world

__all__ = ["world"]

LONG = [
    "a" * 80 + "@example.org", "é" * 40 + "@example.org", "ጽ" * 22 + "@example.org", "a@" + "b" * 64 + ".org",
    "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".example",
]  # fmt: skip
KEPT = ("customer", "customer_identity", "invitation", "staff", "response")


async def kept() -> dict[str, int]:
    rows = {table: await database.fetch_one(f"SELECT count(*) AS n FROM {table}") for table in KEPT}
    return {table: row["n"] if row else -1 for table, row in rows.items()}


@pytest.mark.parametrize("email", LONG)
async def test_it_is_refused_by_name(client: httpx.AsyncClient, world: World, email: str) -> None:
    alice, key = world.alice, {"Authorization": f"Bearer {world.alice.key}"}
    before = await kept()
    bodies = {"/api/v1/invitations": {"form": SLUG, "email": email}, "/api/v1/customers": {"email": email}}
    for path, body in bodies.items():
        refused = await client.post(path, json=body, headers=key)
        assert (refused.status_code, list(product.shown_errors(refused))) == (422, ["email"]), path
        assert "too long for mail" in refused.text
    client.cookies.set(sign_in.COOKIE, alice.cookie)
    token = {"_csrf_token": alice.caller.csrf_token}
    await database.execute("UPDATE workspace SET is_demo = {} WHERE id = {}", True, alice.caller.workspace)
    pages = {
        "/app/invitations": {"form": SLUG, "name": "Hana"},
        "/app/settings/staff": {"name": "Bo", "role": "viewer"},
        "/app/begin": {
            "owner_name": "Ida", "password": "twelve roses in a vase", "shop": "Rose", "time_zone": "Europe/Riga",
            "language": "en",
        },
    }  # fmt: skip
    for path, fields in pages.items():
        refused = await client.post(path, data={**token, **fields, "email": email})
        assert refused.status_code == 422, path
        assert "too long for mail" in refused.text, path
        assert f'value="{email}"' in refused.text
    with pytest.raises(Invalid) as command:
        await owners.make_admin(email, "Bo", "")
    assert command.value.errors[0].field == "email"
    assert await kept() == before


@pytest.mark.parametrize("email", LONG)
async def test_it_is_no_answer(client: httpx.AsyncClient, world: World, email: str) -> None:
    workspace = world.alice.caller.workspace
    definition = Definition(
        title={"en": "Write"}, languages=["en"], questions=[EmailQuestion(key="mail", text={"en": "Your e-mail"})]
    )
    await product.publish(workspace, "write", definition)
    before = await kept()
    sent = await client.post("/api/v1/forms/write/responses", json={"answers": {"mail": email}})
    assert sent.status_code == 422
    assert [(error["question"], error["code"]) for error in sent.json()["errors"]] == [("mail", "malformed_email")]
    assert await kept() == before
