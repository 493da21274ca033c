"""Lists under filters, by keyset in both directions, and the counts that agree with them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import pytest

from survey_service.core import clock
from survey_service.core import database as core_database
from survey_service.core.database.paging import encode_cursor
from survey_service.core.errors import Invalid, NotFound
from survey_service.counts import fold
from survey_service.forms import service as forms_service
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from survey_service.responses import known_count, queries
from survey_service.responses.filters import Filter, query, typed
from survey_service.responses.meaning import resolve
from survey_service.responses.queries import AnswerFilter
from tests import factories
from tests.answers import NOON, keep, keep_many

pytestmark = pytest.mark.usefixtures("database")


async def found(home: UUID, **asked: str) -> list[Any]:
    """The scores of the answers under a filter, newest first."""
    wanted, _ = await resolve(home, Filter(**asked))
    return [row.score for row in (await queries.responses(wanted, 50)).items]


async def test_pages_meet_without_gap_or_repetition_in_both_directions(home: UUID) -> None:
    kept = [entry.id for entry in await keep_many(7)][::-1]
    wanted = AnswerFilter(home)
    first = await queries.responses(wanted, 3)
    second = await queries.responses(wanted, 3, first.next)
    third = await queries.responses(wanted, 3, second.next)
    assert [row.id for page in (first, second, third) for row in page.items] == kept
    assert third.next is None
    above = encode_cursor(third.items[0].received_at, third.items[0].id)
    back, more = await queries.newer_responses(wanted, 3, above)
    assert ([row.id for row in back], more) == (kept[3:6], True)
    top, more = await queries.newer_responses(wanted, 3, encode_cursor(back[0].received_at, back[0].id))
    assert ([row.id for row in top], more) == (kept[:3], False)


async def test_answers_of_one_moment_are_told_apart_by_their_ids(home: UUID) -> None:
    for _ in range(5):
        await keep()
    page = await queries.responses(AnswerFilter(home), 2)
    rest = await queries.responses(AnswerFilter(home), 9, page.next)
    assert len({row.id for row in [*page.items, *rest.items]}) == 5


async def test_neighbours_stay_inside_the_filter(home: UUID) -> None:
    entries = await keep_many(5)
    wanted, _ = await resolve(home, Filter(form="visit", score="recommend:0-3"))
    row = await queries.one(home, entries[2].id)
    assert await queries.neighbours(wanted, row) == (entries[3].id, entries[1].id)
    assert await queries.neighbours(wanted, await queries.one(home, entries[3].id)) == (None, entries[2].id)
    assert await queries.neighbours(wanted, await queries.one(home, entries[0].id)) == (entries[1].id, None)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("recommend:0-3", [3, 2, 1, 0]),
        ("recommend:9-", [10, 9]),
        ("recommend:-1", [1, 0]),
        ("recommend:7", [7]),
        ("recommend:5-2", []),
        ("satisfaction", []),
    ],
)
async def test_a_range_of_scores(home: UUID, score: str, expected: list[int]) -> None:
    await keep_many(11)
    assert await found(home, form="visit", score=score) == expected


@pytest.mark.parametrize("score", ["recommend:0-6'", "recommend:a", "comment:0-6", "nothing", "recommend:1-2-3", ":5"])
async def test_a_score_names_a_scale_of_the_form(home: UUID, score: str) -> None:
    with pytest.raises(Invalid) as caught:
        await resolve(home, Filter(form="visit", score=score))
    assert caught.value.errors[0].field == "score"


async def test_another_kind_of_question_under_the_same_key_is_no_number(home: UUID) -> None:
    """Texts are neither an error nor a zero."""
    await keep(answers={"recommend": 2})
    text = {"kind": "short_text", "key": "recommend", "text": {"en": "Whom?"}}
    await factories.published("other", {"title": {"en": "O"}, "languages": ["en"], "questions": [text]}, home)
    await keep("other", {"recommend": "my aunt"})
    assert await found(home, form="visit", score="recommend:0-6") == [2]
    rows = await queries.responses(AnswerFilter(home, question="recommend", lowest=0, highest=6), 9)
    assert [row.score for row in rows.items] == [2]


async def test_days_are_local_and_included(home: UUID) -> None:
    for n in range(3):
        await keep(answers={"recommend": n}, at=NOON + timedelta(days=n))
    assert await found(home, first=date(2026, 10, 6), last=date(2026, 10, 6)) == [1]
    assert await found(home, first=date(2026, 10, 6)) == [2, 1]
    assert await found(home, last=date(2026, 10, 6)) == [1, 0]
    assert await found(home, first=date(1, 1, 1), last=date(9999, 12, 31)) == [2, 1, 0]


async def test_a_region_includes_what_lies_below_it(home: UUID) -> None:
    region = await places.create_place(home, NewPlace("South", "region", "south"), NOON)
    store = await places.create_place(home, NewPlace("Rustaveli", "store", "rust", parent=region.id), NOON)
    await keep(answers={"recommend": 1}, place=store.id)
    await keep(answers={"recommend": 2})
    assert await found(home, place="south") == await found(home, place="rust") == [1]
    with pytest.raises(NotFound):
        await found(home, place="nowhere")


@pytest.mark.parametrize(
    ("typed_words", "expected"),
    [
        ("ROSES", [1]),
        ("50%", [2]),
        ("50_", []),
        ("ÜBERRASCHT", [3]),
        ("überrascht", [3]),
        ("ጽጌረዳ", [4]),
        ("\\", []),
        ("uberrascht", [3]),
        ("кафе на невском", [5]),
        ("ГРОẞЕ", []),
        ("grosse", [6]),
        ("Große", [6]),
        ("zoe\u0308", [6]),
    ],
)
async def test_search_finds_words_in_any_script_and_takes_no_wildcards(
    home: UUID, typed_words: str, expected: list[int]
) -> None:
    comments = [
        "The roses wilted",
        "Only 50% arrived",
        "ÜBERRASCHT",
        "ጽጌረዳው ጥሩ ነበር",
        "Кафе на Невском",
        "Zoë war große Klasse",
    ]
    for n, comment in enumerate(comments, 1):
        await keep(answers={"recommend": n, "comment": comment})
    assert await found(home, q=typed_words) == expected


@pytest.mark.parametrize("part", ["{0}-{1}", "{0}{1}", " {0} {1} ", "{0}\u2011{1}", "{0} - {1}"])
async def test_search_finds_a_receipt_as_people_quote_it(home: UUID, part: str) -> None:
    entry = await keep(answers={"recommend": 1, "comment": "roses"})
    await keep(answers={"recommend": 2})
    first, last = entry.receipt.split("-")
    quoted = part.format(first, last)
    for said in (quoted, quoted.lower(), quoted.replace("0", "o").replace("1", "l")):
        assert await found(home, q=said) == [1], said
        assert await found(home, q=said, first=date(2026, 10, 6)) == []
        assert await found(home, q=said, state="spam") == []
        wanted, _ = await resolve(home, Filter(q=said))
        assert await known_count.known_count(wanted) is None


async def test_words_that_could_be_a_receipt_are_still_found_and_no_stranger_finds_one(home: UUID) -> None:
    entry = await keep(answers={"recommend": 1, "comment": "We came at Xmas2024"})
    assert await found(home, q="Xmas2024") == [1]
    assert await queries.with_receipt(home, entry.receipt) == (entry.id,)
    assert await queries.with_receipt(UUID(int=7), entry.receipt) == ()
    for nothing in ("", "-", "7KQ2", entry.receipt + "0", "UUUU-UUUU", "ⅧⅧⅧⅧ"):
        assert await queries.with_receipt(home, nothing) == ()


async def test_a_receipt_is_looked_up_in_an_index(home: UUID) -> None:
    """Reading them all would take seconds at some millions."""
    await keep_many(3)
    sql = "SELECT id FROM response WHERE workspace = {} AND receipt = {} LIMIT 20"
    if core_database.dialect() == "sqlite":
        plan = await core_database.fetch(f"EXPLAIN QUERY PLAN {sql}", home, "7KQ2-M9XD")
    else:
        await core_database.fetch("SELECT set_config('enable_seqscan', 'off', false)")
        plan = await core_database.fetch(f"EXPLAIN {sql}", home, "7KQ2-M9XD")
    assert "response_receipt" in str(plan)


async def test_what_is_not_counted_is_listed_only_when_asked_for(home: UUID) -> None:
    await keep(answers={"recommend": 1})
    for state in ("spam", "test", "partial"):
        await keep(answers={"recommend": 0}, state=state)
    assert await found(home) == [1]
    assert await found(home, state="spam") == [0]
    wanted, _ = await resolve(home, Filter(form="visit"))
    assert await queries.uncounted(wanted) == {"spam": 1, "test": 1, "partial": 1}
    wanted, _ = await resolve(home, Filter(form="visit", first=date(2026, 10, 6)))
    assert await queries.exclusions(wanted) == {"spam": 0, "test": 0, "partial": 0}


async def test_what_is_not_counted_is_counted_under_the_same_filters(home: UUID) -> None:
    shop = await places.create_place(home, NewPlace("Shop", "store", "shop"), clock.now())
    kept = await keep(state="spam", place=shop.id, channel="qr", language="ka")
    await keep(state="partial")
    day, later = kept.day, kept.day + timedelta(days=1)
    one, both = {"spam": 1}, {"spam": 1, "partial": 1}
    none: dict[str, int] = {}
    more: dict[str, Any]
    for more, found in (
        ({"from_day": day, "to_day": day}, both),
        ({}, both),
        ({"from_day": later}, none),
        ({"to_day": day - timedelta(days=1)}, none),
        ({"where": {"place": (shop.id,)}}, one),
        ({"where": {"place": (None,)}}, {"partial": 1}),
        ({"where": {"channel": ("qr",), "language": ("ka",)}}, one),
        ({"where": {"channel": ("qr",), "place": (None,)}}, none),
        ({"workspace": UUID(int=7)}, none),
        ({"form": UUID(int=7)}, none),
    ):
        wanted = queries.AnswerFilter(**{"workspace": home, "form": kept.form, **more})
        expected = {"spam": 0, "test": 0, "partial": 0} | found
        assert await queries.exclusions(wanted) == expected, more
        assert await queries.uncounted(wanted) == expected, more


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 7, 1)])
def test_no_local_day_begins_before_or_ends_after_the_moments_that_are_searched(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for name in available_timezones():
        begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(name))
        ends = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(name))
        assert midnight + queries.EARLIEST <= begins, name
        assert ends <= midnight + queries.LATEST, name


async def test_a_stranger_finds_nothing(home: UUID) -> None:
    entry = await keep()
    stranger = UUID(int=7)
    assert (await queries.responses(AnswerFilter(stranger), 9)).items == []
    for attempt in (
        queries.one(stranger, entry.id),
        queries.by_client_id(stranger, entry.form, entry.client_id),
        resolve(stranger, Filter(form="visit")),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await queries.many(stranger, [entry.id]) == {}


async def test_counts_agree_with_the_list_wherever_they_answer(home: UUID) -> None:
    shop = await places.create_place(home, NewPlace("Shop", "store", "shop"), NOON)
    for n in range(12):
        await keep(
            answers={"recommend": n % 11, **({"comment": "so"} if n % 3 == 0 else {})},
            at=NOON + timedelta(days=n % 4),
            channel="qr" if n % 2 else "link",
            place=shop.id if n % 4 == 0 else None,
        )
    await keep(state="spam")
    while await fold.fold():
        pass
    await keep(answers={"recommend": 5})
    for asked in (
        Filter(),
        Filter(form="visit"),
        Filter(form="visit", score="recommend:0-6"),
        Filter(form="visit", score="recommend:9-", channel="qr"),
        Filter(form="visit", comment=True, place="shop"),
        Filter(form="visit", first=date(2026, 10, 6), last=date(2026, 10, 7), language="en"),
    ):
        wanted, _ = await resolve(home, asked)
        rows = (await queries.responses(wanted, 50)).items
        assert await known_count.known_count(wanted) == len(rows), asked
        assert rows, asked


async def test_counts_are_silent_where_they_cannot_tell(home: UUID) -> None:
    for asked in (
        Filter(q="roses"),
        Filter(state="spam"),
        Filter(sentiment="unread"),
        Filter(sentiment="positive", channel="qr"),
        Filter(form="visit", score="recommend:0-6", comment=True),
    ):
        wanted, _ = await resolve(home, asked)
        assert await known_count.known_count(wanted) is None, asked


async def test_a_question_asked_no_more_can_still_be_filtered_by(home: UUID) -> None:
    await keep(answers={"recommend": 9, "effort": 2})
    shorter = {**factories.VISIT, "questions": factories.VISIT["questions"][:1], "hidden": []}
    await forms_service.change(home, "visit", FormChange(definition=msgspec.convert(shorter, Definition)), NOON)
    await forms_service.publish(home, "visit", None, NOON)
    assert await found(home, form="visit", score="effort:1-3") == [9]


def test_an_address_keeps_its_filters_and_nothing_else() -> None:
    asked = typed({"form": "visit", "from": "2026-10-01", "q": " a\0b ", "cursor": "x", "comment": "1"})
    assert asked == Filter(form="visit", first=date(2026, 10, 1), q="ab", comment=True)
    assert query(asked, q="", state="spam") == "form=visit&from=2026-10-01&comment=1&state=spam"
    assert query(Filter()) == ""


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (typed({"from": "2026-13-01"}), "from"),
        (typed({"to": "yesterday"}), "to"),
        (Filter(first=date(2026, 10, 2), last=date(2026, 10, 1)), "from"),
        (Filter(channel="pigeon"), "channel"),
        (Filter(sentiment="neutral"), "sentiment"),
        (Filter(state="deleted"), "state"),
        (Filter(score="recommend:0-6"), "score"),
    ],
)
async def test_what_cannot_be_meant_is_said_by_its_name(home: UUID, asked: Filter, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        await resolve(home, asked)
    assert caught.value.errors[0].field == field
