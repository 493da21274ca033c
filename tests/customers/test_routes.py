"""Customers as a program reads and adds them."""

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.core.ids import new_id
from survey_service.customers import service as customers
from tests.builder.browsing import key_of
from tests.conftest import KEYS
from tests.invitations import product


async def test_customers_through_the_api(client: httpx.AsyncClient, alice: Caller) -> None:
    key = await key_of(alice)
    body = {"email": "Hana@X.org", "name": "Ha\u0000na", "language": "am"}
    made = await client.post("/api/v1/customers", json=body, headers=key)
    assert (made.status_code, made.json()["email"], made.json()["name"]) == (201, "Hana@x.org", "Ha na")
    path = f"/api/v1/customers/{made.json()['id']}"
    profile = (await client.get(path, headers=key)).json()
    assert (profile["customer"]["strength"], profile["timeline"], profile["own_scores"]) == ("verified", [], [])
    assert len((await client.get("/api/v1/customers?search=x.org", headers=key)).json()["items"]) == 1
    token = (await client.post(f"{path}/token", headers=key)).json()["token"]
    found = await customers.customer_of_token(KEYS, token, alice.workspace)
    assert str(found) == made.json()["id"]
    for wrong, field in (({"email": "x"}, "email"), ({"email": "a@x.org", "language": "?"}, "language")):
        answer = await client.post("/api/v1/customers", json=wrong, headers=key)
        assert (answer.status_code, list(product.shown_errors(answer))) == (422, [field])
    assert (await client.get(f"/api/v1/customers/{new_id()}", headers=key)).status_code == 404
