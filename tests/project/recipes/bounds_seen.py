"""What a copy of the product with these toys has: `tests/project/test_recipes.py` runs this there."""

import httpx

from tests import factories
from tests.answers import key_for


async def test_a_cap(client: httpx.AsyncClient) -> None:
    key = await key_for(await factories.workspace(), "places:write")
    told = [
        await client.post("/api/v1/places", headers=key, json={"name": name, "kind": "store"})
        for name in ("Ball", "Kite", "Top")
    ]
    assert [each.status_code for each in told] == [201, 201, 429], told[0].text
    assert told[2].headers["retry-after"] == "60"
