"""Keys of the API: what they may do, how long they work, and that each is made once."""

import asyncio
from uuid import UUID

import pytest

from survey_service.accounts import key_service, queries, service
from survey_service.accounts.schemas import Caller
from survey_service.core import database
from survey_service.core.errors import Forbidden, Invalid
from survey_service.core.ids import new_id
from tests.accounts.conftest import Cast, actions, caller_for


async def test_a_key_is_stored_as_a_hash_and_can_be_revoked(cast: Cast) -> None:
    made = await key_service.make_key(cast.alice, "till", ["scores:read", "forms:read", "forms:read"])
    assert made.scopes == ["forms:read", "scores:read"]
    stored = await database.fetch("SELECT shown, hash FROM api_key")
    assert made.key not in str(stored)
    assert made.key.startswith(stored[0]["shown"])
    caller = await key_service.caller_of_key(made.key)
    assert caller is not None
    assert (caller.name, caller.via, caller.actor, caller.role) == ("till", "key", None, "")
    await key_service.revoke_key(cast.alice, made.id)
    await key_service.revoke_key(cast.alice, made.id)
    assert await key_service.caller_of_key(made.key) is None
    assert (await actions(cast.alice))[:2] == ["key_revoked", "key_made"]
    (latest, *_former) = (await queries.audit_list(cast.alice.workspace)).items
    assert latest.subject == f"till ({made.shown}…)"


async def test_a_key_that_two_revoke_at_once_is_told_once(cast: Cast) -> None:
    made = await key_service.make_key(cast.alice, "till", ["forms:read"])
    await asyncio.gather(*(key_service.revoke_key(cast.alice, made.id) for _ in range(4)))
    assert (await actions(cast.alice))[:2] == ["key_revoked", "key_made"]


async def test_a_key_that_is_asked_for_twice_at_once_is_made_once(cast: Cast) -> None:
    identity = new_id()
    asked = [key_service.make_key(cast.alice, "till", ["forms:read"], identity) for _ in range(4)]
    made = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(type(one).__name__ for one in made) == ["Conflict", "Conflict", "Conflict", "NewKey"]
    assert [key.id for key in (await queries.key_list(cast.alice.workspace)).items] == [identity]
    assert (await actions(cast.alice)).count("key_made") == 1
    other = await key_service.make_key(cast.alice, "another", ["forms:read"], identity)
    assert other.id != identity


async def test_a_key_makes_no_mightier_key(cast: Cast) -> None:
    made = await key_service.make_key(cast.alice, "maker", ["keys:write", "forms:read"])
    caller = await key_service.caller_of_key(made.key)
    assert caller is not None
    with pytest.raises(Forbidden):
        await key_service.make_key(caller, "more", ["forms:read", "responses:read"])
    assert (await key_service.make_key(caller, "less", ["forms:read"])).scopes == ["forms:read"]


async def test_a_key_revokes_no_mightier_key(cast: Cast) -> None:
    """Else whoever finds the key of a till ends every other program's."""
    made = await key_service.make_key(cast.alice, "maker", ["keys:write", "forms:read"])
    less = await key_service.make_key(cast.alice, "less", ["forms:read"])
    more = await key_service.make_key(cast.alice, "more", ["forms:read", "responses:read"])
    caller = await key_service.caller_of_key(made.key)
    assert caller is not None
    with pytest.raises(Forbidden):
        await key_service.revoke_key(caller, more.id)
    assert await key_service.caller_of_key(more.key)
    for its in (less, made):
        await key_service.revoke_key(caller, its.id)
        assert await key_service.caller_of_key(its.key) is None
    await key_service.revoke_key(cast.alice, more.id)
    assert await key_service.caller_of_key(more.key) is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["forms:read", "forms:reed"]])
async def test_scopes_come_from_the_table(cast: Cast, scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        await key_service.make_key(cast.alice, "till", scopes)


async def second_owner(cast: Cast) -> Caller:
    await service.add_staff(cast.alice, "second@example.org", "Second", "owner")
    return await caller_for("second@example.org")


async def shut_out(cast: Cast, person: UUID, how: str) -> None:
    """Takes away what a person needs to make keys."""
    if how == "disabled":
        await service.set_disabled(cast.alice, person, True)
    elif how == "role":
        await service.change_role(cast.alice, person, "manager")
    else:
        await database.execute("DELETE FROM staff WHERE id = {}", person)


@pytest.mark.parametrize("how", ["disabled", "role", "removed"])
async def test_a_key_ends_with_the_access_of_who_made_it_and_the_list_says_so(cast: Cast, how: str) -> None:
    """So do the keys that the key made: or a program would go on for somebody who may not."""
    second = await second_owner(cast)
    assert second.actor is not None
    made = await key_service.make_key(second, "till", ["keys:write", "forms:read"])
    program = await key_service.caller_of_key(made.key)
    assert program is not None
    grandchild = await key_service.make_key(program, "more", ["forms:read"])
    kept = await key_service.make_key(cast.alice, "kept", ["forms:read"])
    await shut_out(cast, second.actor, how)
    assert await key_service.caller_of_key(made.key) is None
    assert await key_service.caller_of_key(grandchild.key) is None
    assert await key_service.caller_of_key(kept.key) is not None
    late = await key_service.make_key(program, "late", ["forms:read"])
    assert await key_service.caller_of_key(late.key) is None, "made by a request that was under way"
    listed = await queries.key_list(cast.alice.workspace)
    assert {row.name: row.works for row in listed.items} == {
        "late": False, "more": False, "till": False, "kept": True,
    }  # fmt: skip


async def test_a_key_works_again_with_the_access_of_who_made_it_but_not_once_it_is_revoked(cast: Cast) -> None:
    second = await second_owner(cast)
    assert second.actor is not None
    one, other = [await key_service.make_key(second, name, ["forms:read"]) for name in ("one", "other")]
    await service.set_disabled(cast.alice, second.actor, True)
    await key_service.revoke_key(cast.alice, other.id)
    await service.set_disabled(cast.alice, second.actor, False)
    assert await key_service.caller_of_key(one.key) is not None
    assert await key_service.caller_of_key(other.key) is None
    found = [await queries.key_if_known(cast.alice.workspace, str(key.id)) for key in (one, other)]
    assert [key.works for key in found if key] == [True, False]


async def test_the_use_of_a_key_is_written_once_a_minute(cast: Cast) -> None:
    made = await key_service.make_key(cast.alice, "till", ["forms:read"])

    async def used() -> object:
        return (await database.fetch("SELECT last_used_at FROM api_key"))[0]["last_used_at"]

    assert await used() is None
    await key_service.caller_of_key(made.key)
    first = None
    for _ in range(400):  # a note is not waited for on a busy machine
        first = first or await used()
        await asyncio.sleep(0 if first else 0.05)
    assert first is not None
    await key_service.caller_of_key(made.key)
    assert await used() == first
