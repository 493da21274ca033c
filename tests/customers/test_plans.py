import asyncio
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import msgspec
import pytest

from survey_service.core import database as core_database
from survey_service.core.batch import postgres, sqlite
from survey_service.core.database import Database
from survey_service.core.ids import new_id
from survey_service.customers import queries, service
from survey_service.customers.plans import append_timeline, attach_claims, move_entry
from survey_service.customers.schemas import CLAIMED, VERIFIED, Claim, Details, TimelineRow
from survey_service.responses.timeline import ANSWERED

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def claim(workspace: UUID, email: str, name: str = "", language: str = "am") -> Claim:
    return Claim(workspace, email, name, language, NOW)


async def test_a_claim_makes_a_customer_once(database: Database) -> None:
    here, there = new_id(), new_id()
    claims = [
        claim(here, "a@x.org", "Hana"),
        claim(here, "b@x.org"),
        claim(here, "a@x.org", "Other"),
        claim(there, "a@x.org"),
    ]
    first = await database.run(attach_claims(claims))
    again = await database.run(attach_claims(claims[::-1]))
    assert first == again
    assert set(first) == {(here, "a@x.org"), (here, "b@x.org"), (there, "a@x.org")}
    assert len(set(first.values())) == 3
    known = await queries.customer(here, first[here, "a@x.org"])
    assert (known.name, known.language, known.strength) == ("Hana", "am", CLAIMED)
    assert len((await queries.customer_list(here, "", "", 50)).items) == 2


async def test_a_claim_changes_nothing_of_a_known_customer(database: Database) -> None:
    here = new_id()
    customer = await service.customer_for_email(here, "A@x.org", "Hana", "am", "invitation", NOW)
    attached = await database.run(attach_claims([claim(here, "a@x.org", "Mallory", "en")]))
    assert attached == {(here, "a@x.org"): customer}
    known = await queries.customer(here, customer)
    assert (known.name, known.language, known.strength, known.seen_at) == ("Hana", "am", VERIFIED, NOW)


async def test_groups_that_claim_the_same_addresses_at_once(database: Database) -> None:
    here = new_id()
    claims = [claim(here, f"{n}@x.org") for n in range(40)]
    results = await asyncio.gather(*(database.run(attach_claims(claims[::step])) for step in (1, -1) * 4))
    assert all(result == results[0] for result in results)
    rows = await core_database.fetch("SELECT count(*) AS n FROM customer WHERE workspace = {}", here)
    assert rows[0]["n"] == 40


async def test_nothing_to_do_needs_no_statement(database: Database) -> None:
    assert await database.run(attach_claims([])) == {}
    await database.run(append_timeline([]))


async def test_the_timeline_is_newest_first_and_paged(database: Database) -> None:
    here, customer = new_id(), new_id()
    rows = [
        TimelineRow(here, customer, ANSWERED, VERIFIED, new_id(), Details(score=n), NOW + timedelta(minutes=n // 2))
        for n in range(5)
    ]
    await database.run(append_timeline(rows))
    seen = []
    cursor = ""
    while True:
        page = await queries.timeline(here, customer, cursor, 2)
        seen += [entry.details.score for entry in page.items]
        if not page.next:
            break
        cursor = page.next
    assert {*seen} == {0, 1, 2, 3, 4}
    assert len(seen) == 5
    assert (seen[0], set(seen[1:3])) == (4, {2, 3})
    assert (await queries.timeline(new_id(), customer, "", 10)).items == []


@pytest.mark.parametrize(("strength", "own"), [(VERIFIED, [9]), (CLAIMED, [])])
async def test_own_scores_are_verified_ones(database: Database, strength: str, own: list[int]) -> None:
    here, customer = new_id(), new_id()
    await database.run(
        append_timeline(
            [
                TimelineRow(here, customer, ANSWERED, strength, new_id(), Details(score=9), NOW),
                TimelineRow(here, customer, ANSWERED, strength, new_id(), Details(comment="no score"), NOW),
            ]
        )
    )
    assert await queries.own_scores(here, customer) == own


async def test_an_entry_moves_from_the_one_customer_only(database: Database) -> None:
    here, there, former, now, subject = (new_id() for _ in range(5))
    mine = TimelineRow(here, former, ANSWERED, CLAIMED, subject, Details(score=3), NOW)
    others = [msgspec.structs.replace(mine, workspace=there), msgspec.structs.replace(mine, customer=new_id())]
    await database.run(append_timeline([mine, *others]))
    await database.run(move_entry(here, former, subject, now, Details(score=9)))
    (moved,) = (await queries.timeline(here, now, "", 10)).items
    assert moved.details.score == 9
    for other in others:
        (kept,) = (await queries.timeline(other.workspace, other.customer, "", 10)).items
        assert kept.details.score == 3


async def test_an_entry_that_moves_is_found_by_an_index(database: Database) -> None:
    """By the planner's word, on a table that is still small: so it is told not to read all of it."""
    (statement,) = move_entry(new_id(), new_id(), new_id(), new_id(), Details())
    if core_database.dialect() == "sqlite":
        given: list[str] = []
        fake = SimpleNamespace(execute=lambda sql, _: given.append(sql) or SimpleNamespace(rowcount=0))
        sqlite.execute(fake, statement)  # type: ignore[arg-type]
        rows = await core_database.fetch("EXPLAIN QUERY PLAN " + given[0].replace("?", "NULL"))
    else:
        sql = re.sub(r"\$\d", "NULL", postgres.sql_of(statement))
        async with core_database.transaction():
            await core_database.execute("SET LOCAL enable_seqscan = off")
            rows = await core_database.fetch("EXPLAIN " + sql)
    assert "timeline_entry_customer" in str(rows)
