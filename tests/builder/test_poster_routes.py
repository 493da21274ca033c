"""The form that a code opens, as a program reads and chooses it."""

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.core.ids import new_id
from tests import factories
from tests.builder.browsing import key_of
from tests.invitations import product


async def test_the_form_of_a_poster_through_the_api(client: httpx.AsyncClient, alice: Caller) -> None:
    key, place = await key_of(alice), await factories.place(alice.workspace)
    path = f"/api/v1/places/{place.id}/form"
    assert (await client.get(path, headers=key)).json() == {"form": "", "opens": None}
    await product.publish(alice.workspace)
    await product.publish(alice.workspace, "contact")
    read = await client.get(path, headers=key)
    chosen = await client.put(path, json={"form": "contact"}, headers={**key, "If-Match": read.headers["ETag"]})
    assert (chosen.status_code, chosen.json()) == (200, {"form": "contact", "opens": "contact"})
    assert (await client.get(path, headers=key)).headers["ETag"] == chosen.headers["ETag"]
    late = await client.put(path, json={"form": "visit"}, headers={**key, "If-Match": read.headers["ETag"]})
    assert late.status_code == 412
    wrong = await client.put(path, json={"form": "nowhere"}, headers=key)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "form")
    assert (await client.get(path, headers=key)).json() == chosen.json()
    assert (await client.put(path, json={"form": ""}, headers=key)).json()["form"] == ""
    assert (await client.get(f"/api/v1/places/{new_id()}/form", headers=key)).status_code == 404
