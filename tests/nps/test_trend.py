from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics.nps import nps
from survey_service.nps.trend import (
    MAX_BUCKETS,
    Bucket,
    DayCount,
    Period,
    Step,
    breaks,
    bucket_of,
    buckets,
    choose_step,
    grouped,
    previous_period,
    readable_step,
    series,
    span,
)

STEPS: tuple[Step, ...] = ("day", "week", "month")
steps = st.sampled_from(STEPS)
all_days = st.dates()
days_of_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
one = Histogram.from_scores([9])


@st.composite
def periods(draw: st.DrawFn) -> Period:
    ends = sorted(draw(st.tuples(days_of_2026, days_of_2026)))
    return Period(ends[0], ends[1])


counts = st.lists(
    st.builds(
        DayCount,
        days_of_2026,
        st.integers(1, 3),
        st.lists(st.integers(0, 10), max_size=3).map(Histogram.from_scores),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("day", "step", "key", "first", "last"),
    [
        (date(2026, 10, 5), "day", "2026-10-05", date(2026, 10, 5), date(2026, 10, 5)),
        (date(2026, 10, 28), "week", "2026-W44", date(2026, 10, 26), date(2026, 11, 1)),
        (date(2027, 1, 3), "week", "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        (date(2024, 12, 30), "week", "2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        (date(2024, 2, 10), "month", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (date(9999, 12, 31), "week", "9999-W52", date(9999, 12, 27), date(9999, 12, 31)),
        (date(1, 1, 1), "week", "0001-W01", date(1, 1, 1), date(1, 1, 7)),
    ],
)
def test_buckets_have_their_keys(day: date, step: Step, key: str, first: date, last: date) -> None:
    assert bucket_of(day, step) == Bucket(key, first, last)


@given(all_days, steps)
def test_a_day_lies_in_its_bucket(day: date, step: Step) -> None:
    key, first, last = bucket_of(day, step)
    assert first <= day <= last
    assert bucket_of(first, step).key == bucket_of(last, step).key == key


@given(periods(), steps)
def test_buckets_tile_the_period(period: Period, step: Step) -> None:
    found = buckets(period, step)
    assert (found[0].first, found[-1].last) == (period.first, period.last)
    for before, after in pairwise(found):
        assert after.first == before.last + timedelta(days=1)
    assert len({bucket.key for bucket in found}) == len(found)


def test_buckets_at_the_end_of_the_calendar() -> None:
    end = Period(date(9999, 12, 20), date.max)
    assert [bucket.key for bucket in buckets(end, "week")] == ["9999-W51", "9999-W52"]
    assert buckets(end, "month") == [Bucket("9999-12", end.first, end.last)]


@pytest.mark.parametrize("step", STEPS)
def test_absurd_periods_are_refused(step: Step) -> None:
    with pytest.raises(ValueError, match="too many"):
        buckets(Period(date.min, date.max), step)


def test_ten_years_of_days_can_be_shown() -> None:
    decade = Period(date(2016, 1, 1), date(2025, 12, 31))
    assert len(buckets(decade, "day")) == decade.days == 3653 <= MAX_BUCKETS


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("days", "step"),
    [(1, "day"), (7, "day"), (31, "day"), (45, "day"), (92, "week"), (184, "week"), (365, "month")],
)
def test_the_step_suits_the_period(days: int, step: Step) -> None:
    first = date(2025, 1, 1)
    assert choose_step(Period(first, first + timedelta(days=days - 1))) == step


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-01-01", "2026-01-31"), ("2025-12-01", "2025-12-31")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
        (("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31")),
        (("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30")),
        (("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        (("2024-02-01", "2024-02-28"), ("2024-01-04", "2024-01-31")),
        (("2026-10-05", "2026-10-11"), ("2026-09-28", "2026-10-04")),
        (("2026-10-05", "2026-10-05"), ("2026-10-04", "2026-10-04")),
        (("2026-03-01", "2026-03-30"), ("2026-01-30", "2026-02-28")),
    ],
)
def test_the_period_before(period: tuple[str, str], before: tuple[str, str]) -> None:
    found = previous_period(Period(*map(date.fromisoformat, period)))
    assert found == Period(*map(date.fromisoformat, before))


def test_before_the_calendar_there_is_no_period() -> None:
    assert previous_period(Period(date.min, date(2026, 5, 5))) is None
    assert previous_period(Period(date.min, date(1, 1, 31))) is None
    assert previous_period(Period(date(1, 2, 1), date(1, 2, 28))) == Period(date.min, date(1, 1, 31))


@given(periods())
def test_the_period_before_ends_the_day_before(period: Period) -> None:
    before = previous_period(period)
    assert before is not None
    assert before.last + timedelta(days=1) == period.first
    whole = period.first.day == 1 and (period.last + timedelta(days=1)).day == 1
    assert before.days == period.days or whole


def test_grouped_by_week_in_order_of_time() -> None:
    found = grouped(
        [
            DayCount(date(2027, 1, 4), 1, one),
            DayCount(date(2027, 1, 3), 1, one),
            DayCount(date(2026, 12, 28), 2, one),
            DayCount(date(2026, 12, 1), 2, Histogram()),
        ],
        "week",
    )
    assert list(found.items()) == [("2026-W53", one + one), ("2027-W01", one)]


@given(counts, steps)
def test_grouping_loses_nothing(days: list[DayCount], step: Step) -> None:
    found = grouped(days, step)
    assert Histogram.merge(found.values()) == Histogram.merge(day.histogram for day in days)
    assert all(histogram.n for histogram in found.values())


def test_span_is_from_the_first_to_the_last_answer() -> None:
    days = [DayCount(date(2026, 5, d), 1, Histogram() if d == 9 else one) for d in (9, 3, 7)]
    assert span(days) == Period(date(2026, 5, 3), date(2026, 5, 7))
    assert span([]) is None


def test_gaps_are_points_without_a_score() -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 4))
    days = [DayCount(date(2026, 10, 2), 1, one), DayCount(date(2026, 10, 2), 1, one)]
    (segment,) = series(days, period, "day")
    assert [point.key for point in segment.points] == ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"]
    assert [nps(point.histogram).state for point in segment.points] == ["none", "too_few", "none", "none"]
    assert segment.points[1].histogram.n == 2


def test_without_answers_there_is_one_empty_segment() -> None:
    (segment,) = series([], Period(date(2026, 10, 1), date(2026, 12, 31)), "month")
    assert segment.revision is None
    assert [point.key for point in segment.points] == ["2026-10", "2026-11", "2026-12"]


def test_a_new_revision_breaks_the_trend() -> None:
    period = Period(date(2026, 1, 10), date(2026, 6, 20))
    days = [
        DayCount(date(2026, 2, 3), 1, one),
        DayCount(date(2026, 4, 3), 1, one),
        DayCount(date(2026, 4, 9), 2, one),
        DayCount(date(2026, 5, 1), 2, one),
    ]
    old, new = series(days, period, "month")
    assert (old.revision, [point.key for point in old.points]) == (
        1,
        ["2026-01", "2026-02", "2026-03", "2026-04"],
    )
    assert (new.revision, [point.key for point in new.points]) == (2, ["2026-04", "2026-05", "2026-06"])
    assert breaks([old, new]) == ["2026-04"]
    assert (old.points[0].first, new.points[-1].last) == (period.first, period.last)


def test_a_gap_at_a_break_belongs_to_the_earlier_revision() -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 5))
    days = [DayCount(date(2026, 10, 1), 1, one), DayCount(date(2026, 10, 4), 2, one)]
    old, new = series(days, period, "day")
    assert [point.histogram.n for point in old.points] == [1, 0, 0]
    assert [point.key for point in new.points] == ["2026-10-04", "2026-10-05"]


def test_answers_taken_away_again_leave_no_trace() -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 3))
    days = [
        DayCount(date(2026, 10, 1), 1, one),
        DayCount(date(2026, 10, 2), 2, one),
        DayCount(date(2026, 10, 2), 2, -one),
        DayCount(date(2026, 10, 3), 3, Histogram()),
    ]
    assert [segment.revision for segment in series(days, period, "day")] == [1]
    assert list(grouped(days, "day")) == ["2026-10-01"]
    assert span(days) == Period(date(2026, 10, 1), date(2026, 10, 1))


def test_late_answers_to_the_old_wording_stay_with_it() -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 4))
    days = [DayCount(date(2026, 10, d), revision, one) for d, revision in ((1, 1), (2, 2), (4, 1))]
    old, new = series(days, period, "day")
    assert [point.histogram.n for point in old.points] == [1, 0, 0, 1]
    assert [point.histogram.n for point in new.points] == [1, 0, 0]


@given(counts, periods(), steps)
def test_a_series_is_complete(days: list[DayCount], period: Period, step: Step) -> None:
    segments = series(days, period, step)
    keys = [bucket.key for bucket in buckets(period, step)]
    inside = [count for count in days if period.first <= count.day <= period.last]
    for segment in segments:
        own = [point.key for point in segment.points]
        start = keys.index(own[0])
        assert own == keys[start : start + len(own)]
        expected = Histogram.merge(c.histogram for c in inside if c.revision == segment.revision)
        assert Histogram.merge(point.histogram for point in segment.points) == expected
    assert {point.key for segment in segments for point in segment.points} == set(keys)
    assert len(breaks(segments)) == len(segments) - 1


@given(counts, periods(), steps)
def test_a_series_does_not_depend_on_the_order_of_its_days(days: list[DayCount], period: Period, step: Step) -> None:
    assert series(days, period, step) == series(days[::-1], period, step)


@pytest.mark.parametrize(("a_day", "step"), [(10, "day"), (9, "week"), (0, "day")])
def test_points_with_too_few_answers_are_drawn_together(a_day: int, step: str) -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 31))
    days = [DayCount(date(2026, 10, n), 1, Histogram.from_scores([9] * a_day)) for n in range(1, 32)]
    assert readable_step(days, period, 10) == step
