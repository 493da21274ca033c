"""The staff's pages of places: the list, adding, changing, archiving, and the files of a code."""

import re
from pathlib import Path

import httpx

from survey_service.accounts import service as accounts
from survey_service.accounts.schemas import Caller
from survey_service.core import clock, edits
from survey_service.core.settings import Settings
from survey_service.places import queries as places_read
from survey_service.places import service
from survey_service.places.schemas import NewPlace
from tests import factories
from tests.invitations import product
from tests.places.test_qr import decoded


async def test_a_place_is_added_changed_and_archived(client: httpx.AsyncClient, alice: Caller) -> None:
    assert "No places yet" in (await client.get("/app/places")).text
    fields = {"name": "Piassa", "kind": "store", "code": "piassa", "own_name": "ፒያሳ"}
    added = await client.post("/app/places", data=fields)
    assert added.status_code == 303
    page = await client.get(added.headers["location"])
    assert (page.status_code, "ፒያሳ" in page.text, "/q/piassa" in page.text) == (200, True, True)
    place = added.headers["location"].partition("?")[0]
    edit = f"{place}/edit"
    shown = (await client.get(edit)).text
    assert 'value="Piassa"' in shown
    seen = re.findall(r'name="_seen" value="([^"]+)"', shown)[0]
    changed = await client.post(edit, data={"name": "Piassa old", "kind": "region", "own_name": "", "_seen": seen})
    assert changed.status_code == 303
    listed = (await client.get("/app/places")).text
    assert "Piassa old" in listed
    archived = await client.post(f"{place}/archive")
    assert archived.status_code == 303
    assert "Piassa old" not in (await client.get("/app/places")).text
    assert "Piassa old" in (await client.get("/app/places?archived=1")).text


async def test_what_was_typed_is_kept(client: httpx.AsyncClient, alice: Caller) -> None:
    await factories.place(alice.workspace)
    wrong = await client.post("/app/places", data={"name": "<b>Bole</b>", "kind": "store", "code": "piassa"})
    assert wrong.status_code == 422
    assert "&lt;b&gt;Bole&lt;/b&gt;" in wrong.text
    assert "<b>Bole</b>" not in wrong.text
    assert "Another poster’s address ends like this already" in wrong.text
    nonsense = await client.post("/app/places", data={"name": "Bole", "kind": "store", "parent": "x"})
    assert nonsense.status_code == 422


async def test_without_our_token_nothing_changes(client: httpx.AsyncClient, alice: Caller) -> None:
    client.headers.pop("X-CSRF-Token")
    assert (await client.post("/app/places", data={"name": "Bole", "kind": "store"})).status_code == 403
    assert "Bole" not in (await client.get("/app/places")).text


async def test_both_qr_files_open_the_places_survey(
    client: httpx.AsyncClient, alice: Caller, settings: Settings, tmp_path: Path
) -> None:
    place = await factories.place(alice.workspace)
    svg = await client.get(f"/app/places/{place.id}/qr.svg")
    png = await client.get(f"/app/places/{place.id}/qr.png")
    assert (svg.headers["content-type"].partition(";")[0], png.headers["content-type"]) == (
        "image/svg+xml",
        "image/png",
    )
    (tmp_path / "qr.png").write_bytes(png.content)
    assert decoded(tmp_path / "qr.png") == f"{settings.public_url}/q/piassa"
    assert "attachment" in svg.headers["content-disposition"]


async def test_what_was_done_to_a_place_is_said(client: httpx.AsyncClient, alice: Caller) -> None:
    await product.publish(alice.workspace)

    async def after(path: str, **fields: str) -> str:
        done = await client.post(path, data=fields)
        assert done.status_code == 303, done.text
        page = (await client.get(done.headers["location"])).text
        (said,) = re.findall(r'<span role="status">([^<]*)</span>', page)
        return str(said)

    typed = {"name": "Market", "kind": "store", "code": "market"}
    assert await after("/app/places", **typed) == "Market is added. Its poster is below."
    (row,) = [row for row in await places_read.places_of(alice.workspace) if row.code == "market"]
    assert (await after(f"/app/places/{row.id}/archive", archived="1")).startswith("Market is archived.")
    assert await after(f"/app/places/{row.id}/archive", archived="0") == "Market is back in lists and choices."
    shown = (await client.get(f"/app/places/{row.id}/edit")).text
    seen = re.findall(r'name="_seen" value="([^"]+)"', shown)[0]
    assert (
        await after(f"/app/places/{row.id}/edit", _seen=seen, **typed | {"name": "Old market"})
        == "Old market is changed."
    )
    assert (
        await after(f"/app/places/{row.id}/form", form="visit", _seen=edits.marks({"form": ""}))
        == "Its code opens the chosen form from now on."
    )
    other = (await client.get(f"/app/places?archived_now={row.id}")).text
    assert 'role="status"' not in other.partition("<main")[2].partition("</header>")[2].partition("<section")[0]


async def test_what_is_chosen_and_not_offered_any_more_is_named_as_such(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    """An archived place of an archived region, for which somebody answers who may not sign in any more."""
    now, (bob, _link) = clock.now(), await accounts.add_staff(alice, "bob@linden.example", "Bob", "manager")
    region = await service.create_place(alice.workspace, NewPlace("Shewa", "region"), now)
    store = await service.create_place(alice.workspace, NewPlace("Piassa", parent=region.id, responsible=bob.id), now)
    for place in (store, region):
        assert (await client.post(f"/app/places/{place.id}/archive", data={"archived": "1"})).status_code == 303
    await accounts.set_disabled(alice, bob.id, True)
    page = (await client.get(f"/app/places/{store.id}/edit")).text
    assert f'<option value="{region.id}" selected>Shewa (archived)</option>' in page
    assert f'<option value="{bob.id}" selected>Bob (may not sign in any more)</option>' in page
