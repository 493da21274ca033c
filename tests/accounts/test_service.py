"""The installation, staff and settings, below the pages."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from survey_service.accounts import installation_service, key_service, queries, service, sign_in, workspace_service
from survey_service.accounts.schemas import SCOPES, WorkspaceChange
from survey_service.core import database
from survey_service.core.errors import Conflict, Invalid, NotFound, SignInRequired
from survey_service.core.ids import new_id
from survey_service.core.settings import Settings
from tests.accounts.conftest import HOST, PASSWORD, Cast, actions
from tests.answers import session_of

API_KEY = "a key of the settings that is long enough"


async def test_the_first_owner_is_made_once(database: database.Database, settings: Settings) -> None:
    wanted = replace(settings, admin_email="Flora@Example.org", admin_password=PASSWORD)
    assert await installation_service.ensure_first_owner(settings) is None
    made = await asyncio.gather(*(installation_service.ensure_first_owner(wanted) for _ in range(4)))
    assert {staff.id for staff in made if staff} == {made[0].id if made[0] else None}
    again = await installation_service.ensure_first_owner(replace(wanted, admin_password="another password"))
    assert again is not None
    assert (again.email, again.role) == ("Flora@example.org", "owner")
    assert await sign_in.sign_in("flora@example.org", PASSWORD, HOST)
    default = await queries.default_workspace()
    assert default is not None
    assert default.id == again.workspace


@pytest.mark.parametrize("password", ["password1234", "FloraExample"])
async def test_the_first_owner_gets_no_password_that_is_easy_to_guess(
    database: database.Database, settings: Settings, password: str
) -> None:
    wanted = replace(settings, admin_email="flora@example.org", admin_password=password)
    with pytest.raises(Invalid) as refusal:
        await installation_service.ensure_first_owner(wanted)
    assert [error.field for error in refusal.value.errors] == ["password"]
    assert await queries.staff_with_email("flora@example.org") is None


async def test_the_settings_key_is_made_once_and_stays_revoked(cast: Cast, settings: Settings) -> None:
    wanted = replace(settings, api_key=API_KEY)
    await asyncio.gather(*(installation_service.ensure_api_key(wanted) for _ in range(3)))
    caller = await key_service.caller_of_key(API_KEY)
    assert caller is not None
    assert caller.scopes == frozenset(SCOPES)
    assert caller.workspace == cast.alice.workspace
    rows = (await queries.key_list(cast.alice.workspace)).items
    await key_service.revoke_key(cast.alice, rows[0].id)
    await installation_service.ensure_api_key(wanted)
    assert await key_service.caller_of_key(API_KEY) is None
    assert len((await queries.key_list(cast.alice.workspace)).items) == 1


async def test_there_is_one_default_workspace(database: database.Database) -> None:
    made = await asyncio.gather(*(installation_service.workspace_default() for _ in range(4)))
    assert len({workspace.id for workspace in made}) == 1
    assert (made[0].time_zone, made[0].min_n) == ("UTC", 10)


async def test_no_link_for_nobody(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await installation_service.issue_sign_in_link("nobody@example.org")
    assert cast.bob.actor is not None
    await service.set_disabled(cast.alice, cast.bob.actor, True)
    with pytest.raises(NotFound):
        await installation_service.issue_sign_in_link("bob@example.org")


@pytest.mark.parametrize(
    ("email", "name", "role", "field"),
    [
        ("no address", "Dana", "viewer", "email"),
        ("BOB@example.org", "Dana", "viewer", "email"),
        ("charlie@example.net", "Dana", "viewer", "email"),
        ("dana@example.org", " \x00\t ", "viewer", "name"),
        ("dana@example.org", "D" * 201, "viewer", "name"),
        ("dana@example.org", "Dana", "king", "role"),
    ],
)
async def test_a_colleague_is_not_added_with(cast: Cast, email: str, name: str, role: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await service.add_staff(cast.alice, email, name, role)
    assert [error.field for error in refusal.value.errors] == [field]
    assert len((await queries.staff_list(cast.alice.workspace)).items) == 2


async def test_the_last_owner_stays(cast: Cast) -> None:
    assert cast.alice.actor is not None
    with pytest.raises(Conflict):
        await service.change_role(cast.alice, cast.alice.actor, "viewer")
    with pytest.raises(Conflict):
        await service.set_disabled(cast.alice, cast.alice.actor, True)
    assert await queries.owners(cast.alice.workspace) == {cast.alice.actor}


async def test_of_two_owners_who_shut_each_other_out_one_stays(cast: Cast) -> None:
    """Whose turn comes later is no owner any more, though others are; nor may they do anything else to colleagues."""
    await service.add_staff(cast.alice, "third@example.org", "Third", "owner")
    assert cast.alice.actor is not None
    assert cast.bob.actor is not None
    await service.change_role(cast.alice, cast.bob.actor, "owner")
    results = await asyncio.gather(
        service.change_role(cast.alice, cast.bob.actor, "viewer"),
        service.set_disabled(cast.bob, cast.alice.actor, True),
        return_exceptions=True,
    )
    assert sum(isinstance(result, SignInRequired) for result in results) == 1
    assert len(await queries.owners(cast.alice.workspace)) == 2
    loser = cast.alice if isinstance(results[0], SignInRequired) else cast.bob
    with pytest.raises(SignInRequired):
        await service.add_staff(loser, "friend@example.org", "Friend", "owner")
    with pytest.raises(SignInRequired):
        await service.renew_access(loser, loser.actor)


async def test_another_role_ends_the_sessions(cast: Cast) -> None:
    assert cast.bob.actor is not None
    secret = await session_of("bob@example.org")
    await service.change_role(cast.alice, cast.bob.actor, "viewer")
    assert await sign_in.caller_of_session(secret) is not None
    await service.change_role(cast.alice, cast.bob.actor, "manager")
    assert await sign_in.caller_of_session(secret) is None
    assert (await actions(cast.alice))[0] == "role_changed"


async def test_a_new_link_forgets_the_password(cast: Cast) -> None:
    assert cast.bob.actor is not None
    await sign_in.change_password(cast.bob, "", PASSWORD, PASSWORD)
    session = await sign_in.sign_in("bob@example.org", PASSWORD, HOST)
    _, secret = await service.renew_access(cast.alice, cast.bob.actor)
    assert await sign_in.caller_of_session(session) is None
    with pytest.raises(Invalid):
        await sign_in.sign_in("bob@example.org", PASSWORD, HOST)
    assert await sign_in.use_link(secret)


async def test_a_link_is_for_others_and_made_once_from_a_page(cast: Cast) -> None:
    """What a colleague chose meanwhile stays, whoever loads the page of the link again."""
    assert cast.alice.actor is not None
    assert cast.bob.actor is not None
    with pytest.raises(Conflict, match="lock yourself out"):
        await service.renew_access(cast.alice, cast.alice.actor)
    page = new_id()
    _, secret = await service.renew_access(cast.alice, cast.bob.actor, page)
    await sign_in.use_link(secret)
    await sign_in.change_password(cast.bob, "", PASSWORD, PASSWORD)
    with pytest.raises(Conflict, match="is made already"):
        await service.renew_access(cast.alice, cast.bob.actor, page)
    assert await sign_in.sign_in("bob@example.org", PASSWORD, HOST)
    await service.renew_access(cast.alice, cast.bob.actor, new_id())


async def test_a_page_that_adds_a_colleague_adds_one(cast: Cast) -> None:
    page = new_id()
    added, _ = await service.add_staff(cast.alice, "dana@example.org", "Dana", "viewer", page)
    assert added.id == page
    with pytest.raises(Conflict, match="is added already"):
        await service.add_staff(cast.alice, "DANA@example.org", "Dana", "viewer", page)
    with pytest.raises(Invalid):
        await service.add_staff(cast.alice, "dana@example.org", "Dana", "viewer", new_id())
    other, _ = await service.add_staff(cast.alice, "emil@example.org", "Emil", "viewer", page)
    assert other.id != page


async def test_a_stranger_reaches_nobody_and_no_key(cast: Cast) -> None:
    assert cast.bob.actor is not None
    key = await key_service.make_key(cast.alice, "till", ["forms:read"])
    for act in (
        service.change_role(cast.charlie, cast.bob.actor, "owner"),
        service.set_disabled(cast.charlie, cast.bob.actor, True),
        service.renew_access(cast.charlie, cast.bob.actor),
        key_service.revoke_key(cast.charlie, key.id),
        key_service.revoke_key(cast.alice, uuid4()),
    ):
        with pytest.raises(NotFound):
            await act
    assert await key_service.caller_of_key(key.key) is not None
    assert len((await queries.staff_list(cast.charlie.workspace)).items) == 1
    assert (await queries.key_list(cast.charlie.workspace)).items == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", "\0"),
        ("min_n", 0),
        ("min_n", -1),
        ("min_n", 1001),
        ("min_n", 10**30),
        ("postal_address", "x" * 1001),
        ("privacy_url", "linden.example/privacy"),
        ("privacy_url", "javascript:alert(1)"),
        ("privacy_url", "https://linden.example/a b"),
        ("privacy_url", "https://" + "x" * 500),
        ("privacy_url", "https://linden.example/\0"),
        ("privacy_url", "https://linden.example/\x1b[2J"),
        ("reply_to", "hello"),
        ("reply_to", "a@x.example, b@x.example"),
        ("reply_to", "a@x.example\r\nBcc: b@x.example"),
        ("reply_to", "x" * 65 + "@example.org"),
    ],
)
async def test_settings_are_refused_with_the_field(cast: Cast, field: str, value: Any) -> None:
    before = await queries.workspace(cast.alice.workspace)
    with pytest.raises(Invalid) as refusal:
        await workspace_service.change_workspace(cast.alice, WorkspaceChange(**{"name": "Linden", field: value}))
    assert [error.field for error in refusal.value.errors] == [field]
    assert await queries.workspace(cast.alice.workspace) == before


@pytest.mark.parametrize("typed", ["", "ten", "²", "1.5", "-1", "0", "1001", "9" * 5000])
def test_what_is_typed_for_a_number_is_one(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        workspace_service.min_n_of(typed)
    assert [error.field for error in refusal.value.errors] == ["min_n"]
    assert workspace_service.min_n_of("012") == 12


async def test_settings_change_one_workspace(cast: Cast) -> None:
    changed = await workspace_service.change_workspace(
        cast.alice,
        WorkspaceChange(
            " Linden ",
            "Asia/Tbilisi",
            "Street 1\nTbilisi",
            12,
            " shop@linden.example ",
            " https://linden.example/privacy ",
        ),
    )
    assert msgspec.to_builtins(changed) == {
        "id": str(cast.alice.workspace),
        "name": "Linden",
        "time_zone": "Asia/Tbilisi",
        "postal_address": "Street 1\nTbilisi",
        "min_n": 12,
        "reply_to": "shop@linden.example",
        "sending_paused_at": None,
        "is_demo": False,
        "privacy_url": "https://linden.example/privacy",
    }
    assert (await queries.workspace(cast.charlie.workspace)).name == "Elsewhere"
    assert (await actions(cast.alice))[0] == "settings_changed"


async def test_lists_are_paged_without_gaps_or_repeats(cast: Cast) -> None:
    for n in range(7):
        await key_service.make_key(cast.alice, f"key {n}", ["forms:read"])
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(10):
        page = await queries.key_list(cast.alice.workspace, cursor=cursor, limit=3)
        seen, cursor = [*seen, *(row.name for row in page.items)], page.next
        if cursor is None:
            break
    assert seen == [f"key {n}" for n in reversed(range(7))]
    with pytest.raises(Invalid):
        await queries.audit_list(cast.alice.workspace, cursor="nonsense")
