"""Every route of the product, taken from its route table, tried as nobody, as a viewer, and as a stranger.

A new route is in these tests by being a route. What it may need is a line in `PUBLIC`, `OWN` or `BODIES`, or,
for a new kind of path parameter, a row in `world`: the failures say which.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from survey_service import piccolo_conf
from survey_service.accounts import installation_service, key_service, sign_in
from survey_service.accounts import service as accounts
from survey_service.accounts.schemas import ROLES, SCOPES, Caller
from survey_service.builder import starters
from survey_service.cases import service as cases
from survey_service.core import database
from survey_service.customers import service as customers
from survey_service.forms import queries as form_queries
from survey_service.forms import service as forms
from survey_service.forms import wording
from survey_service.forms.schemas import FormChange, NewForm
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import NewInvitation
from survey_service.places import service as places
from survey_service.places.schemas import NewEmployee, NewPlace
from tests.answers import signed_in
from tests.conftest import KEYS
from tests.route_table import Target, table

__all__ = ["table"]

MARK = "zebra-of-alice"
"""It is in the name of all that Alice has; no stranger's answer may hold it."""

SLUG = "alices-form"

PUBLIC = {
    ("GET", "/app/sign-in"),
    ("POST", "/app/sign-in"),
    ("GET", "/app/link/{secret:str}"),
    ("POST", "/app/link/{secret:str}"),
    ("POST", "/app/again"),
    ("POST", "/api/v1/forms/{slug:str}/responses"),
}
"""Staff and API addresses that are meant for everybody."""

OWN = {
    ("POST", "/app/sign-out"),
    ("POST", "/app/settings/password"),
    ("POST", "/app/settings/name"),
    ("POST", "/app/settings/sign-out"),
    ("POST", "/app/settings/sign-out-elsewhere"),
    ("POST", "/app/settings/forget-browser"),
    ("POST", "/api/v1/forms/{slug:str}/preview"),
}
"""What a viewer changes: nothing but what is their own; to try answers changes nothing."""

ENDLESS = {"/app/stream"}
"""Answers that do not end by themselves; their guard is tried, their content has tests of its own."""

BODIES: dict[tuple[str, str], Any] = {("PUT", "/api/v1/places/{place_id:uuid}/form"): {"form": ""}}
"""Bodies without which a request would be refused before anybody looks at whose row it is about."""


# What the table itself says --------------------------------------------------------------------------------------


def test_every_route_says_who_may_call_it(table: list[Target]) -> None:
    silent = [
        target.key
        for target in table
        if [target.opt.get("role") in ROLES, target.opt.get("scope") in SCOPES, not target.guarded].count(True) != 1
    ]
    assert silent == []


def test_staff_routes_ask_for_roles_and_api_routes_for_scopes(table: list[Target]) -> None:
    wrong = [
        target.key
        for target in table
        if ("role" in target.opt and not (target.path + "/").startswith("/app/"))
        or ("scope" in target.opt and not target.path.startswith("/api/v1/"))
    ]
    assert wrong == []


def test_only_what_is_meant_to_be_is_public(table: list[Target]) -> None:
    public = {
        target.key
        for target in table
        if not target.guarded and target.path.startswith(("/app", "/api")) and target.key not in PUBLIC
    }
    assert public == set()
    assert {target.key for target in table} >= PUBLIC


def test_what_changes_something_asks_for_more_than_looking(table: list[Target]) -> None:
    weak = [
        target.key
        for target in table
        if target.method != "GET"
        and target.guarded
        and target.key not in OWN
        and (target.opt.get("role") == "viewer" or str(target.opt.get("scope", "")).endswith(":read"))
    ]
    assert weak == []


# Who calls -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, and a key of their workspace with every scope."""

    caller: Caller
    cookie: str
    key: str

    def headers(self, target: Target) -> dict[str, str]:
        if "scope" in target.opt:
            return {"Authorization": f"Bearer {self.key}"}
        return {"Cookie": f"{sign_in.COOKIE}={self.cookie}", "X-CSRF-Token": self.caller.csrf_token}


@dataclass(frozen=True)
class World:
    """Alice has one of everything; Bob looks at it; Mona manages it; Charlie has an empty workspace of his own."""

    alice: Person
    bob: Person
    mona: Person
    charlie: Person
    values: dict[str, Any]


async def person(email: str, key: str = "") -> Person:
    caller, secret = await signed_in(email)
    return Person(caller, secret, key or (await key_service.make_key(caller, f"Key of {email}", SCOPES)).key)


@pytest.fixture
async def world(client: httpx.AsyncClient) -> World:
    await installation_service.ensure_owner("alice@example.org")
    alice = await person("alice@example.org")
    for name, role in (("bob", "viewer"), ("mona", "manager")):
        await accounts.add_staff(alice.caller, f"{name}@example.org", f"{name} {MARK}", role)
    other = await installation_service.add_workspace("Elsewhere")
    await accounts.insert_staff(other.id, "charlie@example.net", "Charlie", "owner", "")
    bob, mona = await person("bob@example.org", alice.key), await person("mona@example.org", alice.key)
    return World(alice, bob, mona, await person("charlie@example.net"), await belongings(client, alice.caller))


async def belongings(client: httpx.AsyncClient, alice: Caller) -> dict[str, Any]:
    """One of everything, by the name of the path parameter that leads to it."""
    workspace, now = alice.workspace, datetime.now(UTC)
    definition = starters.definition_of(starters.STARTERS["visit"], ["en"], MARK)
    await forms.create(workspace, NewForm(slug=SLUG, name=MARK, definition=definition), now)
    await forms.change(workspace, SLUG, FormChange(promise="reply"), now)
    await forms.publish(workspace, SLUG, alice.actor, now)
    place = await places.create_place(workspace, NewPlace(name=MARK), now)
    employee = await places.create_employee(workspace, NewEmployee(MARK, place.id), now)
    email = f"{MARK}@example.org"
    customer = await customers.customer_for_email(workspace, email, MARK, "en", "staff", now)
    invitation = await invitations.queue_invitation(KEYS, workspace, NewInvitation(form=SLUG, email=email), now)
    answers = {"recommend": 3, "comment": f"{MARK} said so"}
    response = {"id": str(uuid4()), "answers": answers, "place": place.code}
    sent = await client.post(f"/api/v1/forms/{SLUG}/responses", json=response)
    assert sent.status_code == 201, sent.text
    rows = await database.fetch("SELECT id FROM response WHERE workspace = {}", workspace)
    (promise,) = await cases.note(workspace, await form_queries.published(SLUG), [rows[0]["id"]])
    await wording.begin(workspace, "cy", now)
    await wording.write(workspace, "cy", lambda known: {"send": MARK}, now)
    key = await key_service.make_key(alice, MARK, ["forms:read"])
    return {
        "slug": SLUG,
        "language": "cy",
        "place_id": place.id,
        "employee_id": employee.id,
        "code": place.code,
        "customer_id": customer,
        "invitation_id": invitation.id,
        "response_id": response["id"],
        "row_id": rows[0]["id"],
        "staff_id": alice.actor,
        "key_id": key.id,
        "promise_id": promise.id,
        "name": "trend",
        "number": 1,
    }


async def call(client: httpx.AsyncClient, target: Target, world: World, who: Person | None) -> httpx.Response:
    """The target's answer to this person, about what Alice has."""
    headers = who.headers(target) if who else {}
    sent: dict[str, Any] = {}
    if target.method in ("POST", "PUT", "PATCH"):
        body = BODIES.get(target.key, {})
        sent = {"json": body} if "scope" in target.opt else {"data": {name: str(text) for name, text in body.items()}}
    client.cookies.clear()
    return await client.request(target.method, target.url(world.values), headers=headers, **sent)


async def snapshot(caller: Caller) -> dict[str, list[str]]:
    """Every row of the caller's workspace, but the moments at which their session and key were last used."""
    found = {}
    for app in piccolo_conf.APPS:
        for table_class in piccolo_conf.APP_REGISTRY.get_table_classes(app):
            name = table_class._meta.tablename
            if any(column._meta.name == "workspace" for column in table_class._meta.columns):
                rows = await database.fetch(f"SELECT * FROM {name} WHERE workspace = {{}}", caller.workspace)
                changing = {"last_used_at", "expires_at"}
                found[name] = sorted(str({k: v for k, v in row.items() if k not in changing}) for row in rows)
    return found


async def test_the_world_has_every_path_parameter(world: World, table: list[Target]) -> None:
    assert [target.key for target in table if target.guarded and set(target.parameters) - set(world.values)] == []


async def test_nobody_enters_unannounced(client: httpx.AsyncClient, world: World, table: list[Target]) -> None:
    entered = []
    before = await snapshot(world.alice.caller)
    for target in table:
        if not target.guarded:
            continue
        got = await call(client, target, world, None)
        page = "role" in target.opt and target.method == "GET"
        refused = got.status_code == (303 if page else 401) and MARK not in got.text
        if page:
            refused = refused and got.headers["location"].startswith("/app/sign-in?next=")
        elif "scope" in target.opt:
            refused = refused and got.headers["www-authenticate"].startswith("Bearer")
        if not refused:
            entered.append((*target.key, got.status_code))
    assert entered == []
    assert await snapshot(world.alice.caller) == before


async def test_a_session_opens_no_api_and_a_key_no_page(
    client: httpx.AsyncClient, world: World, table: list[Target]
) -> None:
    entered = []
    for target in table:
        if not target.guarded:
            continue
        turned = Target(target.method, target.path, {"role": 1} if "scope" in target.opt else {"scope": 1})
        got = await client.request(target.method, target.url(world.values), headers=world.alice.headers(turned))
        if got.status_code not in (401, 303) or MARK in got.text:
            entered.append((*target.key, got.status_code))
    assert entered == []


async def test_a_role_opens_what_is_for_it_and_no_more(
    client: httpx.AsyncClient, world: World, table: list[Target]
) -> None:
    order, wrong = list(ROLES), []
    before = await snapshot(world.alice.caller)
    for target in table:
        for who in (world.bob, world.mona):
            role = target.opt.get("role")
            if role is None or order.index(who.caller.role) <= order.index(role):
                continue
            got = await call(client, target, world, who)
            if got.status_code != 403 or MARK in got.text:
                wrong.append((*target.key, who.caller.role, got.status_code))
    assert wrong == []
    assert await snapshot(world.alice.caller) == before


async def test_without_the_sessions_token_no_page_changes_anything(
    client: httpx.AsyncClient, world: World, table: list[Target]
) -> None:
    changed = []
    before = await snapshot(world.alice.caller)
    for target in table:
        if "role" in target.opt and target.method != "GET":
            headers = {**world.alice.headers(target), "X-CSRF-Token": "0" * 64}
            got = await client.request(target.method, target.url(world.values), headers=headers)
            if got.status_code != 403:
                changed.append((*target.key, got.status_code))
    assert changed == []
    assert await snapshot(world.alice.caller) == before


async def test_a_key_without_the_scope_is_refused(client: httpx.AsyncClient, world: World, table: list[Target]) -> None:
    wrong = []
    for target in table:
        if "scope" in target.opt:
            others = [scope for scope in SCOPES if scope != target.opt["scope"]]
            key = (await key_service.make_key(world.alice.caller, "lacking", others)).key
            got = await call(client, target, world, Person(world.alice.caller, "", key))
            if got.status_code != 403:
                wrong.append((*target.key, got.status_code))
    assert wrong == []


async def test_what_belongs_to_another_workspace_does_not_exist(
    client: httpx.AsyncClient, world: World, table: list[Target]
) -> None:
    seen = []
    before = await snapshot(world.alice.caller)
    for target in table:
        if target.guarded and target.parameters:
            got = await call(client, target, world, world.charlie)
            if got.status_code != 404 or MARK in got.text:
                seen.append((*target.key, got.status_code))
    assert seen == []
    assert await snapshot(world.alice.caller) == before


@pytest.mark.parametrize("asked", [False, True])
async def test_no_list_shows_another_workspaces_rows(
    client: httpx.AsyncClient, world: World, table: list[Target], asked: bool
) -> None:
    """Neither by itself nor when it is asked for them by name."""
    seen = []
    values = world.values
    names = {"form": values["slug"], "place": values["code"], "customer": values["customer_id"], "comment": 1}
    for target in table:
        if target.guarded and not target.parameters and target.method == "GET" and target.path not in ENDLESS:
            headers = world.charlie.headers(target)
            got = await client.get(target.path, headers=headers, params=names if asked else {})
            if got.status_code >= 500 or MARK in got.text:
                seen.append((*target.key, got.status_code))
    assert seen == []


async def test_nothing_of_ones_own_refers_to_another_workspaces(client: httpx.AsyncClient, world: World) -> None:
    before = await snapshot(world.alice.caller)
    headers = {"Authorization": f"Bearer {world.charlie.key}"}
    references: dict[str, dict[str, Any]] = {
        "/api/v1/places": {"name": "Mine", "parent": str(world.values["place_id"])},
        "/api/v1/employees": {"name": "Mine", "place": str(world.values["place_id"])},
        "/api/v1/invitations": {"form": SLUG, "email": "dana@example.org"},
    }
    for path, body in references.items():
        got = await client.post(path, json=body, headers=headers)
        assert got.status_code in (404, 422), (path, got.text)
        assert MARK not in got.text
    assert await snapshot(world.alice.caller) == before


async def test_the_owner_finds_what_strangers_do_not(
    client: httpx.AsyncClient, world: World, table: list[Target]
) -> None:
    """Without this, a route that knows nobody's rows would pass for one that hides them."""
    missed = []
    for target in table:
        if target.guarded and target.parameters and target.method == "GET":
            got = await call(client, target, world, world.alice)
            if got.status_code != 200:
                missed.append((*target.key, got.status_code))
    assert missed == []
