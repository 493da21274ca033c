"""Forms that change something show what stands, also where it can be chosen no more: a region that was put away, a
colleague who left, a time zone under its former name. Sending such a form as it is changes nothing.

The forms are taken from the route table: one that edits something is in this test by saying so on its `opt`.
"""

from datetime import UTC, datetime
from uuid import UUID

import httpx

from survey_service.builder import starters
from survey_service.core import database, edits
from survey_service.forms import posters
from survey_service.forms import queries as form_queries
from survey_service.forms import service as forms
from survey_service.forms.schemas import NewForm
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from tests.hands import Form, forms_of
from tests.route_table import Target, table
from tests.test_strangers import SLUG, World, snapshot, world

__all__ = ["table", "world"]


async def put_away(world: World) -> None:
    """All that Alice's things refer to is put away, as years do it."""
    workspace, now, place = world.alice.caller.workspace, datetime.now(UTC), world.values["place_id"]
    definition = starters.definition_of(starters.STARTERS["visit"], ["en"], "Second")
    for slug in ("second", "third"):
        await forms.create(workspace, NewForm(slug=slug, name=slug, definition=definition), now)
        await forms.publish(workspace, slug, None, now)
    await posters.choose(workspace, place, "second", now)
    region = await places.create_place(workspace, NewPlace("Former region", "region"), now)
    (bob,) = await database.fetch("SELECT id FROM staff WHERE email LIKE 'bob%'")
    for statement, *values in (
        ("UPDATE place SET parent = {}, responsible = {} WHERE workspace = {} AND id = {}", region.id, bob["id"],
         workspace, place),
        ("UPDATE place SET archived_at = {} WHERE workspace = {} AND id = {}", now, workspace, region.id),
        ("UPDATE staff SET disabled_at = {} WHERE workspace = {} AND id = {}", now, workspace, bob["id"]),
        ("UPDATE form SET state = 'archived' WHERE workspace = {} AND slug <> 'third'", workspace),
        ("UPDATE workspace SET time_zone = 'US/Eastern' WHERE id = {}", workspace),
    ):  # fmt: skip
        await database.execute(statement, *values)
    form_queries.forget()


async def edit_forms(browser: httpx.AsyncClient, table: list[Target], world: World) -> dict[str, Form]:
    """Each form that edits something, by where it is sent to."""
    edited = {target.url(world.values) for target in table if target.method == "POST" and target.opt.get("edits")}
    found: dict[str, Form] = {}
    for target in table:
        if target.method != "GET" or not target.opt.get("role") or "stream" in target.path:
            continue
        page = target.url(world.values)
        got = await browser.get(page)
        if got.status_code == 200 and got.headers["content-type"].startswith("text/html"):
            found |= {form.action: form for form in forms_of(got.text, page) if form.action in edited}
    return found


async def test_what_stands_is_selected_though_it_can_be_chosen_no_more(
    client: httpx.AsyncClient, table: list[Target], world: World
) -> None:
    await put_away(world)
    client.headers.update(world.alice.headers(Target("GET", "/app/x", {"role": "owner"})))
    found = await edit_forms(client, table, world)
    place: UUID = world.values["place_id"]
    assert set(found) >= {
        f"/app/places/{place}/edit",
        f"/app/places/{place}/form",
        f"/app/forms/{SLUG}/settings",
        f"/app/forms/{SLUG}/save",
        "/app/settings/workspace",
    }
    before = await snapshot(world.alice.caller)
    for path, form in found.items():
        shown = dict(mark.rsplit(":", 1) for mark in form.fields["_seen"].split())
        for name in set(form.options) & set(shown):
            sent = edits.marks({name: form.fields[name]})
            assert sent == f"{name}:{shown[name]}", f"{path}: “{name}” shows {form.fields[name]!r}, which is not so"
        done = await client.post(path, data=form.fields)
        assert done.status_code == 303, (path, done.text)
    assert await snapshot(world.alice.caller) == before


async def test_a_filter_in_force_is_the_filter_shown(
    client: httpx.AsyncClient, table: list[Target], world: World
) -> None:
    """An address that names an archived form and an archived place, which no list offers any more."""
    await put_away(world)
    await database.execute(
        "UPDATE place SET archived_at = {} WHERE id = {}", datetime.now(UTC), world.values["place_id"]
    )
    client.headers.update(world.alice.headers(Target("GET", "/app/x", {"role": "owner"})))
    asked = {"form": SLUG, "place": world.values["code"]}
    tried: dict[str, set[str]] = {}
    for target in table:
        if target.method != "GET" or not target.opt.get("role") or target.parameters or "stream" in target.path:
            continue
        got = await client.get(target.path, params=asked)
        if not got.headers.get("content-type", "").startswith("text/html"):
            continue
        assert got.status_code == 200, (target.path, got.text)
        for form in forms_of(got.text, target.path):
            shown = {name: form.fields[name] for name in asked if form.method == "get" and name in form.options}
            assert shown == {name: asked[name] for name in shown}, target.path
            tried[target.path] = tried.get(target.path, set()) | set(shown)
    assert {path for path, names in tried.items() if names} == {
        "/app",
        "/app/answers",
        "/app/follow-up",
        "/app/reports",
    }
