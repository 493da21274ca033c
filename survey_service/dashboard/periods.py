"""Periods that people ask for, and what they are called. Days are the workspace's; `today` is an argument."""

from calendar import month_name, monthrange
from datetime import date, timedelta

from survey_service.core.i18n import staff
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.nps.trend import Period, bucket_of

DEFAULT = "last-30-days"
PRESETS = {
    "today": N_("Today"),
    "yesterday": N_("Yesterday"),
    "last-7-days": N_("Last 7 days"),
    "last-30-days": N_("Last 30 days"),
    "this-month": N_("This month"),
    "last-month": N_("Last month"),
    "last-12-months": N_("Last 12 months"),
    "this-year": N_("This year"),
    "last-year": N_("Last year"),
    "all": N_("All time"),
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


def is_named(period: Period) -> bool:
    """Whether the period is a month or a year, whose name is short enough to repeat."""
    return is_month(period) or is_year(period)


def trend_period(period: Period) -> Period:
    """The days a trend shows: a month among the twelve before it, anything longer or shorter by itself."""
    if is_month(period):
        return Period(months_before(period.first, 12), period.last)
    return period


def label(period: Period) -> str:
    """`October 2026`, `2026`, `October 2025 to March 2026`, `5 October 2026`, `1–21 October 2026`."""
    first, last = period.first, period.last
    if is_year(period):
        return str(first.year)
    if staff.language() != staff.SOURCE:
        return staff.span(first, last, months=_is_of_months(period))
    if is_month(period):
        return f"{month_name[first.month]} {first.year}"
    if first == last:
        return day_label(first)
    if _is_of_months(period):
        return f"{month_name[first.month]} {first.year} to {month_name[last.month]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_label(last)}"
    if first.year == last.year:
        return f"{first.day} {month_name[first.month]} to {day_label(last)}"
    return f"{day_label(first)} to {day_label(last)}"


def _is_of_months(period: Period) -> bool:
    last = period.last
    return period.first.day == 1 and last.day == monthrange(last.year, last.month)[1]


def short_label(period: Period, beside: Period) -> str:
    """The label without a year that `beside`, told next to it, has too: `September` beside October 2026."""
    same = period.first.year == period.last.year == beside.last.year
    if not same or is_year(period):
        return label(period)
    if staff.language() != staff.SOURCE:
        return staff.span(period.first, period.last, months=_is_of_months(period), year=False)
    return label(period).removesuffix(f" {period.last.year}")


def within(text: str, period: Period) -> str:
    """What a label of the period becomes in a sentence: `on 5 October`, `in October`, `from 5 to 11 October`."""
    if period.first == period.last:
        return _("on %(day)s", day=text)
    if is_month(period) or is_year(period):
        return _("in %(period)s", period=text)
    english = staff.language() == staff.SOURCE
    return _("from %(period)s", period=text.replace("–", " to ") if english else text)


def day_label(day: date) -> str:
    """`5 October 2026`."""
    return staff.long_day(day)


def bucket_label(key: str, first: date, *, with_year: bool) -> str:
    """What an axis calls a bucket: `Oct`, `Oct 2026`, `5 Oct`."""
    is_a_month = len(key) == len("2026-10")
    if staff.language() != staff.SOURCE:
        return staff.bucket(first, month=is_a_month, year=with_year)
    month = month_name[first.month][:3]
    text = month if is_a_month else f"{first.day} {month}"
    return f"{text} {first.year}" if with_year else text
