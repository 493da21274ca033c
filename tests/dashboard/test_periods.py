"""Periods, their names, and the dashboard's address."""

from datetime import date

import pytest

from survey_service.core.errors import Invalid
from survey_service.dashboard import periods
from survey_service.dashboard.parameters import asked
from survey_service.nps.trend import Period

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize("name", [name for name in periods.PRESETS if name != "all"])
def test_every_preset_ends_today_or_before(name: str) -> None:
    found = periods.preset(name, TODAY)
    assert found is not None
    assert found.first <= found.last <= TODAY


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2024, 2, 29), date(2026, 12, 31), TODAY])
def test_presets_hold_what_they_are_called(today: date) -> None:
    days = {name: periods.preset(name, today) for name in periods.PRESETS}
    lengths = {name: found.days for name, found in days.items() if found}
    assert (lengths["today"], lengths["last-7-days"], lengths["last-30-days"]) == (1, 7, 30)
    month, year = days["last-month"], days["last-year"]
    assert month is not None
    assert periods.is_month(month)
    assert year is not None
    assert periods.is_year(year)
    twelve = days["last-12-months"]
    assert twelve is not None
    assert lengths["last-12-months"] in (365, 366)
    assert twelve.last == today


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 27), date(2025, 11, 28)),
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2025, 2, 28), date(2024, 2, 29)),
        (date(2026, 12, 31), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2025, 1, 2)),
    ],
)
def test_the_last_twelve_months_are_a_year_up_to_today(today: date, first: date) -> None:
    assert periods.preset("last-12-months", today) == Period(first, today)


def test_what_begins_with_last_and_does_not_end_today_has_no_length() -> None:
    named = {name: periods.preset(name, TODAY) for name in periods.PRESETS}
    said = {name: periods.recent(period, TODAY) for name, period in named.items() if period}
    assert {name: length for name, length in said.items() if length} == {
        "last-7-days": "7 days",
        "last-30-days": "30 days",
        "last-12-months": "12 months",
    }


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), "October 2026"),
        (date(2025, 1, 1), date(2025, 12, 31), "2025"),
        (date(2026, 10, 5), date(2026, 10, 5), "5 October 2026"),
        (date(2026, 10, 1), date(2026, 10, 21), "1–21 October 2026"),
        (date(2025, 10, 1), date(2026, 3, 31), "October 2025 to March 2026"),
        (date(2026, 9, 28), date(2026, 10, 4), "28 September to 4 October 2026"),
        (date(2025, 12, 28), date(2026, 1, 4), "28 December 2025 to 4 January 2026"),
    ],
)
def test_labels(first: date, last: date, said: str) -> None:
    assert periods.label(Period(first, last)) == said


def test_the_year_is_said_once() -> None:
    september, october = Period(date(2026, 9, 1), date(2026, 9, 30)), Period(date(2026, 10, 1), date(2026, 10, 31))
    december, january = Period(date(2025, 12, 1), date(2025, 12, 31)), Period(date(2026, 1, 1), date(2026, 1, 31))
    assert periods.short_label(september, october) == "September"
    assert periods.short_label(december, january) == "December 2025"


def test_a_month_s_trend_shows_the_twelve_before_it() -> None:
    shown = periods.trend_period(Period(date(2026, 10, 1), date(2026, 10, 31)))
    assert shown == Period(date(2025, 10, 1), date(2026, 10, 31))
    week = Period(date(2026, 10, 5), date(2026, 10, 11))
    assert periods.trend_period(week) == week


def test_an_address_becomes_filters() -> None:
    found = asked(
        {"form": "visit", "from": "2026-10-01", "to": "2026-10-31", "channel": "qr", "period": "today"}, TODAY
    )
    assert (found.filters.first, found.filters.last, found.preset) == (date(2026, 10, 1), date(2026, 10, 31), "")
    assert (found.filters.form, found.filters.channel, found.filters.place) == ("visit", "qr", "")


def test_without_days_the_default_or_the_preset_decides() -> None:
    assert asked({}, TODAY).filters.first == date(2026, 10, 4)
    assert asked({"period": "last-month"}, TODAY).filters.last == date(2026, 10, 31)
    everything = asked({"period": "all"}, TODAY).filters
    assert (everything.first, everything.last) == (None, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "31.10.2026"),
        ("period", "soon"),
        ("form", "a\x00b"),
        ("place", "A b"),
        ("channel", "QR"),
        ("language", "a/b"),
    ],
)
def test_nonsense_is_named(name: str, value: str) -> None:
    with pytest.raises(Invalid) as found:
        asked({name: value}, TODAY)
    assert found.value.errors[0].field == name
