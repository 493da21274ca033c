"""The transaction of a submission: everything for what was really inserted, nothing for what was not."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from survey_service.core import database as db
from survey_service.counts import queries as counts
from survey_service.counts.schemas import ALL
from survey_service.forms import queries as forms
from survey_service.responses import plans, queries
from tests.answers import keep

pytestmark = pytest.mark.usefixtures("database")


async def size(table: str) -> int:
    """Rows of a table; of events, those about answers."""
    where = "WHERE kind = 'response.received'" if table == "event" else ""
    row = await db.fetch_one(f"SELECT count(*) AS n FROM {table} {where}")
    assert row
    return int(row["n"])


async def everything() -> dict[str, int]:
    return {table: await size(table) for table in ("response", "count_delta", "event", "job", "timeline_entry")}


async def write(*entries: Any) -> list[str]:
    return [outcome.status for outcome in await db.current().run(plans.write(list(entries)))]


async def test_a_replay_adds_nothing_and_other_answers_conflict(home: UUID) -> None:
    first = await keep(answers={"recommend": 3, "comment": "slow", "email": "a@example.org"})
    before = await everything()
    again = msgspec.structs.replace(first, id=uuid4())
    other = msgspec.structs.replace(again, fingerprint="other")
    assert await write(again) == ["replayed"]
    (conflict,) = await db.current().run(plans.write([other]))
    assert (conflict.status, conflict.id, conflict.receipt) == ("conflict", first.id, first.receipt)
    assert await everything() == before


async def test_twins_in_one_group_count_once(home: UUID) -> None:
    entry = await keep(answers={"recommend": 3})
    twins = [msgspec.structs.replace(entry, id=uuid4(), client_id=UUID(int=5)) for _ in range(3)]
    assert sorted(await write(*twins)) == ["created", "replayed", "replayed"]
    assert await size("response") == 2
    assert await size("event") == 2


async def test_outcomes_come_in_the_order_of_the_entries(home: UUID) -> None:
    entry = await keep()
    ids = [uuid4() for _ in range(20)]
    group = [msgspec.structs.replace(entry, id=uuid4(), client_id=client_id) for client_id in ids]
    outcomes = await db.current().run(plans.write(group))
    assert [outcome.client_id for outcome in outcomes] == ids


@pytest.mark.parametrize("state", ["spam", "test", "partial"])
async def test_what_does_not_count_is_kept_and_brings_nothing_along(home: UUID, state: str) -> None:
    await keep(answers={"recommend": 3, "comment": "slow", "email": "a@example.org"}, state=state)
    found = await everything()
    assert found == {"response": 1, "count_delta": 0, "event": 0, "job": 0, "timeline_entry": 0}


async def test_two_claims_of_one_address_are_one_customer_and_the_timeline_tells_the_answer(home: UUID) -> None:
    published = await forms.published("visit")
    for score in (3, 8):
        await keep(answers={"recommend": score, "comment": f"said {score}", "email": "a@example.org"}, channel="qr")
    rows = (await queries.responses(queries.AnswerFilter(home), 9)).items
    assert len({row.customer for row in rows}) == 1
    assert {row.customer_strength for row in rows} == {"claimed"}
    details = [msgspec.json.decode(row["details"]) for row in await db.fetch("SELECT details FROM timeline_entry")]
    told = sorted((one["form"], one["channel"], one["score"], one["comment"]) for one in details)
    assert told == [(published.name, "qr", 3, "said 3"), (published.name, "qr", 8, "said 8")]


async def test_counts_come_with_the_answer(home: UUID) -> None:
    entry = await keep(answers={"recommend": 3, "effort": 7})
    for question, score in (("recommend", 3), ("effort", 7), (ALL, 0)):
        (group,) = await counts.histograms(home, entry.form, question, entry.day, entry.day)
        assert group.histogram.counts[score] == group.histogram.n == 1
