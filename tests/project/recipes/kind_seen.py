"""What a copy of the product with the toy of a kind has: `tests/project/test_recipes.py` runs this there."""

import httpx

from survey_service.core import database
from tests import factories
from tests.answers import Sign, staff

__all__ = ["staff"]
ASKED = {"kind": "amount", "key": "roses", "text": {"en": "How many roses?"}, "unit": {"en": "roses"}, "required": True}
FORM = {"title": {"en": "Roses"}, "languages": ["en"], "questions": [ASKED]}


async def test_a_respondent_is_asked_and_told_what_is_missing(client: httpx.AsyncClient) -> None:
    await factories.published("roses", FORM)
    page = (await client.get("/s/roses")).text
    assert "How many roses?" in page
    refused = await client.post("/s/roses", data=factories.page_fields(page))
    assert (refused.status_code, "Write the number in digits." in refused.text) == (422, True)


async def test_its_author_sets_it_and_staff_read_it(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published("roses", FORM)
    manager = await staff("manager")
    builder = (await manager.get("/app/forms/roses")).text
    assert [name for name in ("unit.en", "most") if f'name="questions[0].{name}"' not in builder] == []
    assert (await factories.send(client, factories.submission({"roses": 12}), "roses")).status_code == 201
    (kept,) = await database.fetch("SELECT id FROM response")
    assert "12 roses" in (await manager.get(f"/app/answers/{kept['id']}")).text
