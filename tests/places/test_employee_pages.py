"""The staff's pages of who works at a place, and what is noted of what is done there."""

import re

import httpx

from survey_service import joined
from survey_service.accounts.schemas import Caller
from survey_service.core import database
from tests import factories
from tests.static.samples import words


async def noted(workspace: object) -> list[str]:
    """What the audit trail says of places and employees, the oldest first."""
    sql = "SELECT action, subject FROM audit_entry WHERE workspace = {} ORDER BY at, id"
    rows = await database.fetch(sql, workspace)
    rows = [row for row in rows if row["action"].startswith(("place_", "employee_"))]
    return [f"{joined.ACTIONS.words(row['action'])}: {row['subject']}" for row in rows]


async def change(client: httpx.AsyncClient, form: str, **fields: str) -> httpx.Response:
    """Sends the form at an address with what it shows and these other values."""
    page = (await client.get(form)).text
    (seen,) = re.findall(r'name="_seen" value="([^"]+)"', page)
    return await client.post(form, data={"_seen": seen, **fields})


async def test_what_is_done_to_places_and_employees_is_noted(client: httpx.AsyncClient, alice: Caller) -> None:
    added = await client.post("/app/places", data={"name": "Bole", "kind": "store"})
    bole = added.headers["location"].partition("?")[0]
    piassa = await factories.place(alice.workspace)
    assert (await client.post("/app/places", data={"name": "", "kind": "store"})).status_code == 422
    hana = (await client.post(f"{bole}/employees", data={"name": "Hana"})).headers["location"].partition("?")[0]
    place = {"name": "Bole Road", "kind": "store", "own_name": "", "parent": "", "responsible": ""}
    for _again in range(2):
        assert (await change(client, f"{bole}/edit", **place)).status_code == 303
    refused = await client.post(f"{bole}/archive")
    assert refused.status_code == 409
    assert "1 person works here. Move them, or note that they left, first." in words(refused.text)
    moved = await change(client, f"{hana}/edit", name="Hana T.", place=str(piassa.id))
    assert moved.status_code == 303
    for path in (f"{hana}/left", f"{bole}/archive"):
        assert (await client.post(path)).status_code == 303
    for path, field in ((f"{hana}/left", "left"), (f"{bole}/archive", "archived")):
        assert (await client.post(path, data={field: "0"})).status_code == 303
    assert await noted(alice.workspace) == [
        "Added a place: Bole",
        "Added an employee: Hana, Bole",
        "Changed a place: Bole → Bole Road",
        "Changed an employee: Hana, Bole Road → Hana T., Piassa",
        "Noted that an employee left: Hana T., Piassa",
        "Archived a place: Bole Road",
        "Noted that an employee is back: Hana T., Piassa",
        "Brought a place back: Bole Road",
    ]


async def test_nobody_comes_back_to_an_archived_place(client: httpx.AsyncClient, alice: Caller) -> None:
    place = await factories.place(alice.workspace)
    path = f"/app/places/{place.id}"
    hana = (await client.post(f"{path}/employees", data={"name": "Hana"})).headers["location"].partition("?")[0]
    for act in (f"{hana}/left", f"{path}/archive"):
        assert (await client.post(act)).status_code == 303
    back = await client.post(f"{hana}/left", data={"left": "0"})
    assert back.status_code == 422
    assert "is archived. Bring it back first, or choose another." in words(back.text)
    assert 'value="Hana"' in back.text
