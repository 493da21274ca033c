"""Two people in front of the same page: nobody overwrites what the other wrote.

Every form of staff, taken from the route table, either carries marks of what it showed, or is in `WITHOUT` with the
reason. A new route is in these tests by being a route: the failures say what it lacks.
"""

import asyncio
from datetime import UTC, datetime
from html import escape
from itertools import count
from typing import Any

import httpx
import pytest

from survey_service.accounts import queries as accounts
from survey_service.builder import starters
from survey_service.forms import service as forms
from survey_service.forms.schemas import NewForm
from tests.hands import Form, forms_of
from tests.route_table import Target, table
from tests.test_strangers import SLUG, World, snapshot, world

__all__ = ["table", "world"]

CREATES = "Makes something new; there is nothing to overwrite."
SAYS_WHAT = "The button names the state that it brings about; twice is as good as once."
ONCE = "Does one thing to what its address names, and nothing if that was done already."

WITHOUT = {
    "/app/sign-in": "Nobody is anybody yet.",
    "/app/sign-out": "Ends one's own session.",
    "/app/link/{secret:str}": "Signs in, once.",
    "/app/again": "Shows what was sent; writes nothing.",
    "/app/settings/password": "Whoever knows the current password is the only one who may replace it.",
    "/app/settings/sign-out": ONCE,
    "/app/settings/sign-out-elsewhere": ONCE,
    "/app/settings/forget-browser": ONCE,
    "/app/settings/staff": CREATES,
    "/app/settings/keys": CREATES,
    "/app/settings/keys/{key_id:uuid}/revoke": ONCE,
    "/app/settings/staff/{staff_id:uuid}/disable": SAYS_WHAT,
    "/app/settings/staff/{staff_id:uuid}/enable": SAYS_WHAT,
    "/app/settings/staff/{staff_id:uuid}/link": "Makes a new link and ends the former one, as it says.",
    "/app/places": CREATES,
    "/app/places/{place_id:uuid}/archive": SAYS_WHAT,
    "/app/places/{place_id:uuid}/employees": CREATES,
    "/app/employees/{employee_id:uuid}/left": SAYS_WHAT,
    "/app/forms": CREATES,
    "/app/languages": "Begins a language; one that was begun stays as it is.",
    "/app/forms/{slug:str}/open": SAYS_WHAT,
    "/app/forms/{slug:str}/close": SAYS_WHAT,
    "/app/forms/{slug:str}/archive": SAYS_WHAT,
    "/app/forms/{slug:str}/bring-back": SAYS_WHAT,
    "/app/forms/{slug:str}/delete": "Asks first; a form that was published meanwhile is not deleted.",
    "/app/invitations": CREATES,
    "/app/invitations/{invitation_id:uuid}/resend": "Only what failed is sent again.",
    "/app/invitations/{invitation_id:uuid}/take-back": "Ends only what has not gone out.",
    "/app/begin": "Replaces the demo, once, after asking; afterwards there is no demo to replace.",
    "/app/sending": SAYS_WHAT,
    "/app/spam": ONCE,
    "/app/follow-up/{promise_id:uuid}/keep": SAYS_WHAT,
    "/app/follow-up/{promise_id:uuid}/reopen": SAYS_WHAT,
}
"""Forms that carry no marks, and why."""

PRESSED = {
    "/app/places/{place_id:uuid}/archive": {"archived": "1"},
    "/app/employees/{employee_id:uuid}/left": {"left": "1"},
    "/app/settings/sign-out-elsewhere": {},
}
"""What the buttons of some of them say."""

WORDS = {
    "allowed_origins": ("https://elm.example", "https://oak.example"),
    "min_n": ("11", "12"),
    "privacy_url": ("https://elm.example/privacy", "https://oak.example/privacy"),
}
"""What two people type where not any words will do."""

BUILDER = f"/app/forms/{SLUG}"
FOUND: dict[str, str] = {}
"""The page that had the form which is sent to an address: looked at first the next time."""
COUNTED = count()
"""So that no two tries type the same."""
AT_MOST = 3
"""Fields of one form that are tried: the builder has a hundred of one kind."""


def posts(table: list[Target]) -> list[Target]:
    return [target for target in table if target.method == "POST" and (target.path + "/").startswith("/app/")]


def test_every_form_has_marks_or_a_reason(table: list[Target]) -> None:
    silent = [target.path for target in posts(table) if not target.opt.get("edits") and target.path not in WITHOUT]
    assert silent == [], "Say `edits` on its opt and carry marks (core/edits), or write the reason in WITHOUT."
    both = [target.path for target in posts(table) if target.opt.get("edits") and target.path in WITHOUT]
    assert both == []


@pytest.fixture
async def alice(client: httpx.AsyncClient, world: World) -> httpx.AsyncClient:
    """Alice's browser. Two forms are published, so that there is a choice; the colleague to be changed is Bob."""
    client.headers.update(world.alice.headers(Target("POST", "/app/x", {"role": "owner"})))
    definition = starters.definition_of(starters.STARTERS["visit"], ["en"], "Second")
    workspace, now = world.alice.caller.workspace, datetime.now(UTC)
    await forms.create(workspace, NewForm(slug="second", name="Second", definition=definition), now)
    await forms.publish(workspace, "second", None, now)
    people = (await accounts.staff_list(workspace)).items
    world.values["staff_id"] = next(person.id for person in people if person.email.startswith("bob"))
    return client


async def the_form(browser: httpx.AsyncClient, table: list[Target], world: World, path: str) -> tuple[str, Form]:
    """The page that has the form which is sent to `path`, and the form."""
    pages = [BUILDER] if path.startswith(BUILDER + "/questions/") else []
    looking = (target for target in table if target.method == "GET" and target.opt.get("role"))
    pages += [
        target.url(world.values)
        for target in looking
        if "stream" not in target.path and set(target.parameters) <= set(world.values)
    ]
    for page in (*([FOUND[path]] if path in FOUND else []), *pages):
        got = await browser.get(page)
        if got.status_code == 200 and got.headers["content-type"].startswith("text/html"):
            for form in forms_of(got.text, page):
                if form.method == "post" and (
                    form.leads_to(path)
                    or (form.action == f"{BUILDER}/save" and path.startswith(f"{BUILDER}/questions"))
                ):
                    FOUND[path] = page
                    return page, form
    raise AssertionError(f"No page has a form that is sent to {path}")


def choices(form: Form, name: str) -> tuple[str, str]:
    """Two values that differ from what stands and, where it can be, from each other."""
    if name in form.options:
        others = [value for value in form.options[name] if value != form.fields.get(name)]
        return others[0], others[-1]
    return WORDS.get(name, (f"Elm & {next(COUNTED)}", f"Oak <b> {next(COUNTED)}"))


def with_value(form: Form, name: str, value: str) -> dict[str, str]:
    return {**form.fields, name: value}


def tried(form: Form) -> list[str]:
    """Fields that say one thing to readers, no keys, no limits; first those that no button of the page moves."""
    skipped = ("_", "languages")
    names = [
        name
        for name in form.editable
        if name not in form.ticks and not name.startswith(skipped) and not name.endswith((".key", ".scale"))
    ]
    said = [name for name in names if "[" not in name or name.endswith(".en")]
    return sorted(said, key=lambda name: "[" in name)[:AT_MOST]


async def test_what_both_changed_is_asked_about(alice: httpx.AsyncClient, table: list[Target], world: World) -> None:
    """The second one's page shows both, nothing is written, and pressing again puts theirs in place."""
    wrong: list[Any] = []
    for target in posts(table):
        if not target.opt.get("edits"):
            continue
        path = target.url(world.values)
        page, form = await the_form(alice, table, world, path)
        assert form.fields.get("_seen"), f"{page}: the form that leads to {path} carries no marks"
        name = tried(form)[0]
        first, second = choices(form, name)
        done = await alice.post(path, data=with_value(form, name, first))
        assert done.status_code == 303 or "The draft is kept" in done.text, (path, done.status_code, done.text)
        if first == second:
            continue
        before = await snapshot(world.alice.caller)
        asked = await alice.post(path, data=with_value(form, name, second))
        both = asked.status_code == 409 and "It says now:" in asked.text and escape(second) in asked.text
        if not both or await snapshot(world.alice.caller) != before:
            wrong.append((path, name, asked.status_code))
            continue
        again = next(
            found for found in forms_of(asked.text, page) if any(tick.startswith("_theirs.") for tick in found.ticks)
        )
        assert again.fields[name] == second
        yielding = {**again.fields, _theirs(again): "1"}
        yielded = await alice.post(path, data=yielding)
        assert yielded.status_code == 303 or "The draft is kept" in yielded.text, (path, yielded.text)
        if not path.endswith(("/up", "/down", "/remove", "/restore", "/questions")):
            assert (await the_form(alice, table, world, path))[1].fields[name] == first, path
        pressed = await alice.post(path, data=again.fields)
        assert pressed.status_code == 303 or "The draft is kept" in pressed.text, (path, pressed.text)
    assert wrong == []


def _theirs(form: Form) -> str:
    return next(tick for tick in form.ticks if tick.startswith("_theirs."))


async def test_what_one_changed_and_the_other_did_not_holds(
    alice: httpx.AsyncClient, table: list[Target], world: World
) -> None:
    """One renames, the other restricts: both hold."""
    tried_forms = 0
    for path in ("/app/settings/workspace", f"{BUILDER}/settings", f"{BUILDER}/save", "/app/places/{}/edit"):
        path = path.format(world.values["place_id"])
        _, form = await the_form(alice, table, world, path)
        one, other = tried(form)[:2]
        typed = {name: choices(form, name)[0] for name in (other, one)}
        for name, words in typed.items():
            sent = await alice.post(path, data=with_value(form, name, words))
            assert sent.status_code == 303, (path, name, sent.text)
        now = (await the_form(alice, table, world, path))[1].fields
        assert typed.items() <= now.items(), path
        tried_forms += 1
    assert tried_forms == 4


async def test_at_the_very_same_moment_one_of_both_is_asked(
    alice: httpx.AsyncClient, table: list[Target], world: World
) -> None:
    """Five times: a race that is lost once in five is lost every day."""
    for path in ("/app/settings/workspace", f"{BUILDER}/settings", f"{BUILDER}/save", "/app/places/{}/edit"):
        path = path.format(world.values["place_id"])
        for _ in range(5):
            _, form = await the_form(alice, table, world, path)
            name = tried(form)[0]
            words = choices(form, name)
            sent = await asyncio.gather(*(alice.post(path, data=with_value(form, name, each)) for each in words))
            assert sorted(answer.status_code for answer in sent) == [303, 409], path
            kept = (await the_form(alice, table, world, path))[1].fields[name]
            assert kept == words[[answer.status_code for answer in sent].index(303)], path


async def test_a_form_without_marks_overwrites_nothing_unasked(
    alice: httpx.AsyncClient, table: list[Target], world: World
) -> None:
    for target in posts(table):
        if target.opt.get("edits"):
            path = target.url(world.values)
            _, form = await the_form(alice, table, world, path)
            before = await snapshot(world.alice.caller)  # what was looked at until here may stand in the audit trail
            name = tried(form)[0]
            fields = with_value(form, name, choices(form, name)[0]) | {"_seen": ""}
            got = await alice.post(path, data=fields)
            assert got.status_code == 409, (path, got.status_code)
            assert await snapshot(world.alice.caller) == before, path


PROGRAMS_SAY = {"/api/v1/languages/{language:str}/words": "words.send"}
"""What a program changes by another name than `name`."""


def said(path: str, value: str) -> dict[str, Any]:
    """The body that puts a value at a dotted path."""
    first, _, rest = path.partition(".")
    return {first: said(rest, value) if rest else value}


async def test_programs_say_what_they_read(client: httpx.AsyncClient, table: list[Target], world: World) -> None:
    """`If-Match` on everything of the API that can be read and changed: 412 once it was changed, and not before."""
    key = {"Authorization": f"Bearer {world.alice.key}"}
    readable = {target.path for target in table if target.method == "GET"}
    changes = [target for target in table if target.method == "PATCH" and target.path in readable]
    assert len(changes) >= 2
    for target in changes:
        url = target.url(world.values)
        tag = (await client.get(url, headers=key)).headers["etag"]
        says = PROGRAMS_SAY.get(target.path, "name")
        changed = await client.patch(url, json=said(says, "Elm"), headers={**key, "If-Match": f'"other", {tag}'})
        assert changed.status_code == 200, changed.text
        assert changed.headers["etag"] == (await client.get(url, headers=key)).headers["etag"] != tag
        before = await snapshot(world.alice.caller)
        refused = await client.patch(url, json=said(says, "Oak"), headers={**key, "If-Match": tag})
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
        assert await snapshot(world.alice.caller) == before
        for header in ({}, {"If-Match": "*"}):
            assert (await client.patch(url, json=said(says, "Oak"), headers={**key, **header})).status_code == 200


@pytest.mark.parametrize("act", ["close", "open", "archive", "bring-back", "publish"])
async def test_acts_on_forms_say_what_they_read(client: httpx.AsyncClient, world: World, act: str) -> None:
    key = {"Authorization": f"Bearer {world.alice.key}"}
    url = f"/api/v1/forms/{SLUG}"
    before = await client.get(url, headers=key)
    refused = await client.post(f"{url}/{act}", headers={**key, "If-Match": '"of-another-day"'})
    assert refused.status_code == 412
    assert (await client.get(url, headers=key)).json() == before.json()
    done = await client.post(f"{url}/{act}", headers={**key, "If-Match": before.headers["etag"]})
    assert done.status_code == 200


async def test_a_condition_that_cannot_be_read_changes_nothing(client: httpx.AsyncClient, world: World) -> None:
    """Whoever sends one does not mean “in any case”: 400 on everything that takes `If-Match`."""
    key = {"Authorization": f"Bearer {world.alice.key}"}
    paths = (await client.get("/schema/openapi.json")).json()["paths"]
    conditional = [
        (method, path.format(**world.values), set(operation["responses"]))
        for path, operations in paths.items()
        for method, operation in operations.items()
        if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", []))
    ]
    assert len(conditional) >= 10
    before = await snapshot(world.alice.caller)
    for method, path, described in conditional:
        assert {"400", "412"} <= described
        for header in ("unquoted", '*, "a"'):
            body = {} if method == "delete" else {"json": {"form": SLUG} if path.endswith("/form") else {}}
            refused = await client.request(method, path, headers={**key, "If-Match": header}, **body)
            assert (refused.status_code, refused.json()["code"]) == (400, "malformed"), (method, path, header)
            assert "If-Match" in refused.json()["detail"]
        for header in ("", ",", '""'):
            empty = await client.request(method, path, headers={**key, "If-Match": header}, **body)
            assert empty.status_code == 412, (method, path, header)
    assert await snapshot(world.alice.caller) == before


async def test_what_is_pressed_several_times_at_once_is_told_once(
    alice: httpx.AsyncClient, table: list[Target], world: World
) -> None:
    """Somebody taps again because nothing seems to happen: the trail of what was done has it once."""
    told: dict[str, int] = {}
    for target in posts(table):
        if WITHOUT.get(target.path) in (ONCE, SAYS_WHAT) and (target.parameters or target.path in PRESSED):
            path, fields = target.url(world.values), PRESSED.get(target.path, {})
            before = len((await accounts.audit_list(world.alice.caller.workspace)).items)
            sent = await asyncio.gather(*(alice.post(path, data=fields) for _ in range(4)))
            assert {answer.status_code for answer in sent} <= {200, 303, 404, 409}, path
            told[target.path] = len((await accounts.audit_list(world.alice.caller.workspace)).items) - before
    assert [path for path, lines in told.items() if lines > 1] == []
    assert sum(told.values()) >= 8
