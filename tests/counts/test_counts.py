"""Counts: what responses add, how it is folded, read, rebuilt and checked, on both databases."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from survey_service.core import database as db
from survey_service.core.batch.statements import Batch
from survey_service.core.database import Database
from survey_service.core.ids import new_id
from survey_service.counts import fold, rebuild
from survey_service.counts.deltas import COLUMNS, append_deltas, append_sentiment_deltas, deltas_for, sentiment_deltas
from survey_service.counts.queries import histograms
from survey_service.counts.schemas import ALL, CountedResponse, DeltaRow, Group, NotCounted, ScoreGiven
from survey_service.nps.histogram import Histogram

HERE, ELSEWHERE = new_id(), new_id()
FORM = new_id()
SHOPS = [new_id() for _ in range(3)]
OCTOBER = date(2026, 10, 1)


def response(
    score: int | None = 9,
    *,
    day: date = OCTOBER,
    place: UUID | None = None,
    channel: str = "link",
    language: str = "en",
    revision: int = 1,
    **more: object,
) -> CountedResponse:
    scores = () if score is None else (ScoreGiven("recommend", revision, score),)
    fields: dict[str, Any] = {"workspace": HERE, "form": FORM, "scores": scores, **more}
    return CountedResponse(day=day, place=place, channel=channel, language=language, **fields)


def many(seed: int, n: int = 300) -> list[CountedResponse]:
    """Responses over a month, all places, channels, languages and sentiments, two revisions."""
    chance = random.Random(seed)
    return [
        response(
            chance.choice([None, *range(11)]),
            day=OCTOBER + timedelta(days=chance.randrange(31)),
            place=chance.choice([None, *SHOPS]),
            channel=chance.choice(["link", "qr", "email"]),
            language=chance.choice(["en", "am", "ka"]),
            revision=chance.choice([1, 2]),
            commented=(commented := chance.random() < 0.5),
            sentiment=chance.choice(["", "positive", "negative", "unsupported"]) if commented else "",
        )
        for _ in range(n)
    ]


async def append(database: Database, responses: list[CountedResponse], amount: int = 1) -> None:
    def plan() -> Batch[None]:
        yield from append_deltas(deltas_for(responses, amount))
        moves = [(r, r.sentiment) for r in responses if r.sentiment]
        blank = [(msgspec.structs.replace(r, sentiment=""), label) for r, label in moves]
        yield from append_sentiment_deltas(blank)

    await database.run(plan())


async def fold_all() -> int:
    total = 0
    while folded := await fold.fold(100):
        total += folded
    return total


def by_value(groups: list[Group]) -> dict[str, Histogram]:
    merged: defaultdict[str, Histogram] = defaultdict(Histogram)
    for group in groups:
        merged[group.key] += group.histogram
    return dict(merged)


def counted(responses: list[CountedResponse], name: str = "") -> dict[str, Histogram]:
    """The same counts made one by one, to compare with."""
    scores: defaultdict[str, list[int]] = defaultdict(list)
    for one in responses:
        key = str(getattr(one, name) or "") if name else ""
        scores[key] += [given.score for given in one.scores]
    return {key: Histogram.from_scores(values) for key, values in scores.items() if values}


async def read(by: str | None = None, **chosen: object) -> list[Group]:
    last = OCTOBER + timedelta(days=30)
    where = {name: value if isinstance(value, list) else [value] for name, value in chosen.items()}
    return await histograms(HERE, FORM, "recommend", OCTOBER, last, where=where, by=by)


def named(row: DeltaRow) -> dict[str, object]:
    """A delta by the names of its columns."""
    return dict(zip([column.name for column in COLUMNS], row, strict=True))


def bins(row: DeltaRow) -> DeltaRow:
    """The eleven numbers of a delta."""
    return row[-11:]


def test_deltas_are_summed_and_sorted() -> None:
    rows = deltas_for([response(9), response(9), response(3, language="am")])
    recommend = [row for row in rows if row[2] == "recommend"]
    assert [named(row)["language"] for row in recommend] == ["am", "en"]
    assert [bins(row) for row in recommend] == [
        (0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0),
        (0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0),
    ]
    assert rows == sorted(rows)


def test_every_response_counts_in_the_question_of_all() -> None:
    rows = deltas_for([response(None), response(5, commented=True), response(6, commented=True)])
    (everything,) = [row for row in rows if row[2] == ALL]
    assert (named(everything)["revision"], *bins(everything)[:2]) == (0, 1, 2)


def test_what_is_added_and_taken_away_leaves_no_row() -> None:
    rows = deltas_for(many(1)) + deltas_for(many(1), -1)
    assert sum(sum(bins(row)) for row in rows) == 0
    assert sentiment_deltas([(response(sentiment="positive"), "positive")]) == []


def test_a_new_reading_moves_the_sentiment() -> None:
    rows = sentiment_deltas([(response(9, sentiment="negative", commented=True), "positive")])
    moved = {(row[2], named(row)["sentiment"]): sum(bins(row)) for row in rows}
    assert moved == {
        (ALL, "negative"): -1,
        (ALL, "positive"): 1,
        ("recommend", "negative"): -1,
        ("recommend", "positive"): 1,
    }


def test_a_score_beyond_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="11"):
        deltas_for([response(11)])


@pytest.mark.parametrize("folded", [False, True])
async def test_every_filter_and_group_counts_as_by_hand(database: Database, folded: bool) -> None:
    responses = many(2)
    await append(database, responses)
    if folded:
        assert await fold_all() > 0
    assert by_value(await read()) == counted(responses)
    for name in ("place", "channel", "language"):
        assert by_value(await read(by=name)) == counted(responses, name)
    read_only = [r for r in responses if r.sentiment]
    assert by_value(await read(by="sentiment")) == counted(read_only, "sentiment")
    assert by_value(await read(sentiment="positive")) == counted([r for r in responses if r.sentiment == "positive"])


@pytest.mark.parametrize("folded", [False, True])
async def test_filters_together(database: Database, folded: bool) -> None:
    responses = many(3)
    await append(database, responses)
    if folded:
        await fold_all()
    region = SHOPS[:2]
    inside = [r for r in responses if r.place in region]
    assert by_value(await read(place=region)) == counted(inside)
    assert by_value(await read(place=region, by="place")) == counted(inside, "place")
    both = [r for r in inside if r.channel == "qr"]
    assert by_value(await read(place=region, channel="qr")) == counted(both)
    three = [r for r in both if r.language == "am"]
    chosen = await read(place=region, channel="qr", language="am", by="place")
    assert by_value(chosen) == counted(three, "place")
    days = await read(channel="qr", language="am", by="day")
    assert by_value(days) == counted([r for r in responses if r.channel == "qr" and r.language == "am"], "day")
    assert [group.day for group in days] == sorted(group.day for group in days)  # type: ignore[type-var]


@pytest.mark.parametrize("folded", [False, True])
async def test_parts_of_a_question_are_counted_apart_and_together(database: Database, folded: bool) -> None:
    """Several choices (1: chosen), the rows of a matrix and ranks are counted like scores."""
    chosen = [("roses", "lilies"), ("roses",), ("tulips", "roses"), ()]
    responses = [
        response(
            channel="qr" if len(mine) > 1 else "link",
            scores=tuple(ScoreGiven("bought", 1, 1, part) for part in mine),
        )
        for mine in chosen
    ]
    await append(database, responses)
    if folded:
        await fold_all()

    async def numbers(**asked: Any) -> dict[str, int]:
        groups = await histograms(HERE, FORM, "bought", OCTOBER, OCTOBER, **asked)
        return {key: histogram.n for key, histogram in by_value(groups).items()}

    assert await numbers(by="part") == {"lilies": 1, "roses": 3, "tulips": 1}
    assert await numbers(by="part", where={"channel": ["qr"]}) == {"lilies": 1, "roses": 2, "tulips": 1}
    assert await numbers(part="roses", by="channel") == {"qr": 2, "link": 1}
    assert await numbers(part="roses", where={"channel": ["qr"], "language": ["en"]}) == {"": 2}
    assert await numbers() == {"": 5}
    days = {(FORM, OCTOBER)}
    assert await rebuild.compare(HERE, days, reader(responses)) == []
    others = await rebuild.compare(HERE, days, reader(responses[1:]))
    assert {one.key.part for one in others} == {"", "roses", "lilies"}


async def test_a_region_without_places_has_nothing(database: Database) -> None:
    await append(database, many(4))
    assert await read(place=[]) == []


async def test_sentiment_with_another_filter_is_not_counted(database: Database) -> None:
    with pytest.raises(NotCounted):
        await read(sentiment="positive", by="place")
    with pytest.raises(NotCounted):
        await read(by="sentiment", channel="qr")


async def test_a_stranger_sees_nothing(database: Database) -> None:
    await append(database, many(5))
    assert await histograms(ELSEWHERE, FORM, "recommend", OCTOBER, OCTOBER + timedelta(days=30)) == []


async def test_days_outside_do_not_count(database: Database) -> None:
    await append(database, [response(9), response(8, day=OCTOBER + timedelta(days=1))])
    (group,) = await histograms(HERE, FORM, "recommend", OCTOBER, OCTOBER)
    assert group.histogram == Histogram.from_scores([9])


async def waiting_deltas() -> int:
    """How many deltas are not folded yet."""
    return len(await db.fetch("SELECT id FROM count_delta"))


async def test_folding_by_several_workers_counts_each_delta_once(database: Database) -> None:
    responses = many(6)
    for start in range(0, len(responses), 50):
        await append(database, responses[start : start + 50])
    before = await waiting_deltas()
    folded = await asyncio.gather(*(fold.fold(200) for _ in range(4)))
    assert sum(folded) + await waiting_deltas() == before
    assert sum(folded) + await fold_all() == before
    assert await waiting_deltas() == 0
    assert by_value(await read(by="place")) == counted(responses, "place")


async def test_folding_nothing_is_nothing(database: Database) -> None:
    assert await fold.fold() == 0


def reader(responses: list[CountedResponse]) -> rebuild.DayReader:
    async def of_day(form: UUID, day: date) -> AsyncIterator[CountedResponse]:
        for one in responses:
            if (one.form, one.day) == (form, day):
                yield one

    return of_day


async def test_compare_agrees_and_finds_what_was_changed(database: Database) -> None:
    responses = many(7, 120)
    days = sorted({(r.form, r.day) for r in responses})
    await append(database, responses)
    await fold.fold(60)
    assert await rebuild.compare(HERE, days, reader(responses)) == []
    lost = responses[0]
    found = await rebuild.compare(HERE, days, reader(responses[1:]))
    assert {(one.form, one.day) for one in found} == {(FORM, lost.day)}
    assert {(ALL, "total"), (ALL, "cell"), (ALL, "channel")} <= {(one.key.question, one.key.dimension) for one in found}
    assert all(one.counted != one.stored for one in found)


async def test_rebuild_heals_every_kind_of_damage(database: Database) -> None:
    responses = many(8, 120)
    days = sorted({(r.form, r.day) for r in responses})
    await append(database, responses)
    await fold_all()
    await db.execute("UPDATE count_margin SET b9 = b9 + 7 WHERE workspace = {}", HERE)
    await db.execute("DELETE FROM count_cell WHERE workspace = {} AND channel = {}", HERE, "qr")
    await append(database, [response(3, day=date(2020, 1, 1))])
    assert await rebuild.compare(HERE, days, reader(responses)) != []
    assert await rebuild.rebuild(HERE, days, reader(responses)) == len(days) + 1
    assert await rebuild.compare(HERE, days, reader(responses)) == []
    await fold_all()
    assert await rebuild.compare(HERE, days, reader(responses)) == []
    assert by_value(await read(channel="qr", by="place")) == counted(
        [r for r in responses if r.channel == "qr"], "place"
    )
