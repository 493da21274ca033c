"""Periods that people ask for, and what they are called. Days are the workspace's; `today` is an argument."""

from calendar import month_name, monthrange
from datetime import date, timedelta

from survey_service.nps.trend import Period, bucket_of

DEFAULT = "last-30-days"
PRESETS = {
    "today": "Today",
    "yesterday": "Yesterday",
    "last-7-days": "Last 7 days",
    "last-30-days": "Last 30 days",
    "this-month": "This month",
    "last-month": "Last month",
    "last-12-months": "Last 12 months",
    "this-year": "This year",
    "last-year": "Last year",
    "all": "All time",
}


def preset(name: str, today: date) -> Period | None:
    """The days of a preset; None for all time and for names that are none."""
    month = date(today.year, today.month, 1)
    before = month - timedelta(days=1)
    periods = {
        "today": Period(today, today),
        "yesterday": Period(today - timedelta(days=1), today - timedelta(days=1)),
        "last-7-days": Period(today - timedelta(days=6), today),
        "last-30-days": Period(today - timedelta(days=29), today),
        "this-month": Period(month, today),
        "last-month": Period(before.replace(day=1), before),
        "last-12-months": Period(_a_year_before(today) + timedelta(days=1), today),
        "this-year": Period(date(today.year, 1, 1), today),
        "last-year": Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }
    return periods.get(name)


def recent(period: Period, today: date) -> str:
    """How long a period is that ends today and is called by its length: `7 days`, `12 months`; empty for others."""
    names = (name for name in PRESETS if name.startswith("last-") and preset(name, today) == period)
    return next((" ".join(name.split("-")[1:]) for name in names if period.last == today), "")


def _a_year_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, monthrange(day.year - 1, day.month)[1]))


def months_before(month: date, count: int) -> date:
    """The first day of the month that lies `count` months before the one of `month`, the year 1 at the earliest."""
    number = max(month.year * 12 + month.month - 1 - count, 12)
    return date(number // 12, number % 12 + 1, 1)


def is_month(period: Period) -> bool:
    """Whether the period is one whole calendar month."""
    return period.first.day == 1 and period.last == bucket_of(period.first, "month").last


def is_year(period: Period) -> bool:
    """Whether the period is one whole calendar year."""
    return (period.first.month, period.first.day) == (1, 1) and period.last == date(period.first.year, 12, 31)


def trend_period(period: Period) -> Period:
    """The days a trend shows: a month among the twelve before it, anything longer or shorter by itself."""
    if is_month(period):
        return Period(months_before(period.first, 12), period.last)
    return period


def label(period: Period) -> str:
    """`October 2026`, `2026`, `October 2025 to March 2026`, `5 October 2026`, `1–21 October 2026`."""
    first, last = period.first, period.last
    if is_month(period):
        return f"{month_name[first.month]} {first.year}"
    if is_year(period):
        return str(first.year)
    if first == last:
        return day_label(first)
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return f"{month_name[first.month]} {first.year} to {month_name[last.month]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_label(last)}"
    if first.year == last.year:
        return f"{first.day} {month_name[first.month]} to {day_label(last)}"
    return f"{day_label(first)} to {day_label(last)}"


def short_label(period: Period, beside: Period) -> str:
    """The label without a year that `beside`, told next to it, has too: `September` beside October 2026."""
    text = label(period)
    year = f" {period.last.year}"
    same = period.first.year == period.last.year == beside.last.year
    return text.removesuffix(year) if same and not is_year(period) else text


def within(text: str, period: Period) -> str:
    """What a label of the period becomes in a sentence: `on 5 October`, `in October`, `from 5 to 11 October`."""
    if period.first == period.last:
        return f"on {text}"
    return f"in {text}" if is_month(period) or is_year(period) else f"from {text.replace('–', ' to ')}"


def day_label(day: date) -> str:
    """`5 October 2026`."""
    return f"{day.day} {month_name[day.month]} {day.year}"


def bucket_label(key: str, first: date, *, with_year: bool) -> str:
    """What an axis calls a bucket: `Oct`, `Oct 2026`, `5 Oct`."""
    month = month_name[first.month][:3]
    text = month if len(key) == len("2026-10") else f"{first.day} {month}"
    return f"{text} {first.year}" if with_year else text
