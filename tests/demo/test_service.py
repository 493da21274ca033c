"""A filled workspace: the same rows for the same seed, counts that agree with them, and everything linked."""

import hashlib
from typing import Any
from uuid import UUID

import pytest

from survey_service.accounts import installation_service
from survey_service.core import database as core_database
from survey_service.core.database import Database, fetch, fetch_one
from survey_service.core.settings import Settings
from survey_service.counts import rebuild
from survey_service.counts.queries import histograms
from survey_service.customers import queries as customers
from survey_service.demo import Summary, is_empty, make_demo
from survey_service.demo import service as demo
from survey_service.demo.opinions import WORST
from survey_service.demo_texts.places import ANSWERING
from survey_service.forms import posters
from survey_service.forms import queries as forms
from survey_service.invitations import queries as invitations
from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics.nps import nps
from survey_service.places import queries as places
from survey_service.responses import queries as responses
from tests import factories
from tests.demo.conftest import NOW

ANSWERS = 2_000
ROWS = """
SELECT r.client_id, r.version, r.state, r.channel, p.code, r.language, r.answers, r.score, r.comment,
  r.comment_language, r.sentiment, r.customer, r.customer_strength, r.spam_reason, r.received_at, r.day
FROM response r LEFT JOIN place p ON p.id = r.place ORDER BY r.received_at, r.client_id
"""


async def digest() -> str:
    """A hash of all answers and customers, but for ids that a database makes itself."""
    people = await fetch("SELECT id, name, language, created_at, seen_at FROM customer ORDER BY id")
    rows = [tuple(map(str, row.values())) for row in (*await fetch(ROWS), *people)]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


async def differences() -> list[Any]:
    here = await factories.workspace()
    return await rebuild.compare(
        here, await responses.counted_days(here), lambda form, day: responses.counted_responses(here, form, day)
    )


async def count(table: str, where: str = "1 = 1") -> int:
    row = await fetch_one(f"SELECT count(*) AS n FROM {table} WHERE {where}")
    assert row is not None
    return int(row["n"])


async def test_a_filled_workspace(database: Database, settings: Settings) -> None:
    """One filling, looked at from all sides: filling is what takes time."""
    assert await is_empty()
    told: list[tuple[int, int]] = []
    made = await make_demo(settings, ANSWERS, 1, lambda done, every: told.append((done, every)), NOW)
    assert made.made
    assert not await is_empty()
    assert told[-1] == (ANSWERS, ANSWERS)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert made.responses == await count("response") > ANSWERS
    assert made.customers == await count("customer") == await count("customer_identity")
    assert await count("count_delta") == 0
    assert await count("job", "state = 'ready'") == 0
    assert await differences() == []
    await the_company_stands()
    await the_figures_tell_the_story()
    await comments_are_read()
    await customers_have_a_history()
    await mails_have_a_trace(made)
    assert await make_demo(settings, ANSWERS, 1, now=NOW) == Summary()
    assert await count("response") == made.responses


async def the_company_stands() -> None:
    here = await installation_service.workspace_default()
    assert (here.name, here.time_zone) == ("Linden Flowers", "Europe/Riga")
    assert here.postal_address
    published_forms = {published.slug: published for published in await forms.published_forms_of(here.id)}
    assert {slug: published.version for slug, published in published_forms.items()} == {
        "visit": 2,
        "contact": 1,
        "callback": 1,
    }
    assert all(published.is_open and len(published.languages) == 6 for published in published_forms.values())
    revisions = {question.key: question.revision for question in published_forms["visit"].definition.questions}
    assert revisions == {"recommend": 1, "satisfaction": 2, "effort": 1, "comment": 1, "email": 1}
    for place in ANSWERING:
        row = await places.place_by_code(place.code)
        assert row is not None
        opened = await posters.form_of(row)
        assert opened is not None
        assert opened.slug == "visit"


async def the_figures_tell_the_story() -> None:
    here = await factories.workspace()
    visit = await forms.published("visit")
    first, last = (NOW.date().replace(year=2025), NOW.date())
    groups = await histograms(here, visit.id, "recommend", first, last, by="place")
    scores = {UUID(group.key): nps(group.histogram).score for group in groups}
    codes = {row.id: row.code for row in await places.places_of(here)}
    assert codes[min(scores, key=lambda place: scores[place] or 0)] == WORST
    languages = await histograms(here, visit.id, "recommend", first, last, by="language")
    assert {group.key for group in languages} == {"en", "am", "ka", "ml", "si", "ar"}
    whole = Histogram.merge(group.histogram for group in languages)
    assert whole.n == await count("response", "state = 'complete' AND score IS NOT NULL")
    satisfied = await histograms(here, visit.id, "satisfaction", first, last)
    assert [group.revision for group in satisfied] == [1, 2]
    for slug in ("contact", "callback"):
        form = await forms.published(slug)
        asked = await histograms(here, form.id, "*", first, last)
        assert sum(group.histogram.n for group in asked) > 0


async def comments_are_read() -> None:
    read = await fetch(
        "SELECT sentiment, count(*) AS n FROM response WHERE comment <> '' AND state = 'complete' GROUP BY 1"
    )
    labels = {row["sentiment"]: row["n"] for row in read}
    assert set(labels) == {"positive", "negative", "uncertain", "unsupported"}
    assert sum(labels.values()) == await count("comment_reading")
    assert await count("response", "state <> 'complete' AND sentiment <> ''") == 0
    agreeing = await count("response", "sentiment = 'positive' AND score >= 7 OR sentiment = 'negative' AND score <= 6")
    assert agreeing > 0.8 * (labels["positive"] + labels["negative"])


async def customers_have_a_history() -> None:
    here = await factories.workspace()
    known = await fetch_one(
        "SELECT customer, count(*) AS n FROM response WHERE customer_strength = 'verified' AND form = {} "
        "GROUP BY customer HAVING count(*) BETWEEN 2 AND 4 ORDER BY customer LIMIT 1",
        (await forms.published("visit")).id,
    )
    assert known is not None
    profile = await customers.profile(here, known["customer"])
    answered = [entry for entry in profile.timeline if entry.kind == "response"]
    assert len(answered) >= known["n"]
    assert len(profile.own_scores) == known["n"]
    assert profile.customer.seen_at == answered[0].occurred_at
    assert profile.customer.created_at <= answered[-1].occurred_at
    assert await count("response", "customer IS NOT NULL") == await count("timeline_entry", "kind = 'response'")


async def mails_have_a_trace(made: Summary) -> None:
    here = await factories.workspace()
    assert made.invitations == await count("invitation")
    assert await count("invitation", "answered_at IS NOT NULL") == await count("response", "invitation IS NOT NULL")
    assert await count("invitation", "state = 'sent' AND answered_at IS NULL") > 10
    for state in ("failed", "suppressed"):
        (row,) = (await invitations.page_of_invitations(here, state, "", 10)).items
        assert row.last_error
        assert row.trace[-1].what == row.last_error
    assert await customers.unsubscribed_at(here, row.customer) is not None


async def test_the_same_seed_and_moment_fill_the_same(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_demo(settings, 300, 7, now=NOW)
    first = await digest()
    await forget_everything()
    monkeypatch.setattr(demo, "PROCESSES_FROM", 0)
    await make_demo(settings, 300, 7, now=NOW)
    assert await digest() == first
    assert await differences() == []


async def forget_everything() -> None:
    for table in (
        "response", "customer", "customer_identity", "timeline_entry", "comment_reading", "invitation", "suppression",
        "count_delta", "count_cell", "count_margin", "form", "form_version", "poster",
    ):  # fmt: skip
        await core_database.execute(f"DELETE FROM {table}")


async def test_a_workspace_with_a_form_is_left_alone(settings: Settings, database: Database) -> None:
    await make_demo(settings, 0, now=NOW)
    before = await count("response")
    assert before > 0
    assert await make_demo(settings, 500, now=NOW) == Summary()
    assert await count("response") == before


async def test_a_name_that_was_given_is_kept(settings: Settings, database: Database) -> None:
    here = await installation_service.workspace_default()
    await core_database.execute(
        "UPDATE workspace SET name = 'Our own', time_zone = 'Asia/Tbilisi' WHERE id = {}", here.id
    )
    await make_demo(settings, 200, now=NOW)
    kept = await installation_service.workspace_default()
    assert (kept.name, kept.time_zone) == ("Our own", "Asia/Tbilisi")
    assert await differences() == []


async def test_fewer_than_none_is_refused(settings: Settings, database: Database) -> None:
    with pytest.raises(ValueError, match="-1"):
        await make_demo(settings, -1, now=NOW)
    assert await is_empty()
