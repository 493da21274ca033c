"""Places as a program reads and writes them."""

import httpx

from survey_service.accounts.schemas import Caller
from tests.builder.browsing import key_of
from tests.invitations import product


async def test_places_through_the_api(client: httpx.AsyncClient, alice: Caller) -> None:
    key = await key_of(alice)
    made = await client.post("/api/v1/places", json={"name": "Piassa", "code": "piassa"}, headers=key)
    assert (made.status_code, made.json()["survey_url"]) == (201, "http://testserver.local/q/piassa")
    path = f"/api/v1/places/{made.json()['id']}"
    changed = await client.patch(path, json={"own_name": "ፒያሳ", "archived": True}, headers=key)
    assert (changed.json()["own_name"], changed.json()["archived"]) == ("ፒያሳ", True)
    assert (await client.get(path, headers=key)).json() == changed.json()
    listed = (await client.get("/api/v1/places?limit=1", headers=key)).json()
    assert listed == {"items": [changed.json()], "next": None}
    assert (await client.get(f"{path}/qr.png", headers=key)).content.startswith(b"\x89PNG")
    assert (await client.get(f"{path}/qr.svg", headers=key)).text.startswith("<svg")
    taken = await client.post("/api/v1/places", json={"name": "B", "code": "piassa"}, headers=key)
    assert (taken.status_code, product.shown_errors(taken)) == (422, {"code": "taken"})
    for bad in ("/api/v1/places?limit=0", "/api/v1/places?cursor=x"):
        assert (await client.get(bad, headers=key)).status_code == 422
    assert (await client.get("/api/v1/places")).status_code == 401
