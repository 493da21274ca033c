"""Figures as words: the only place where a number is rounded, and only to be shown."""

import math
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from survey_service.core.i18n.staff import N_, SOURCE, day_of_year, language, long_day, minus, ngettext, number, percent
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.moments import at, hour
from survey_service.nps.metrics import METRICS
from survey_service.nps.scores import Change, Score

BY_STEP = {"day": N_("%(name)s by day"), "week": N_("%(name)s by week"), "month": N_("%(name)s by month")}
TOO_FEW_BY_STEP = {
    "day": N_("Too few answers in every day for a line"),
    "week": N_("Too few answers in every week for a line"),
    "month": N_("Too few answers in every month for a line"),
}
SMALL_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def rounded(value: float, digits: int = 0) -> str:
    """Half away from zero, a true minus, no negative zero: −9, 38, 5.6."""
    scale = 10**digits
    whole = round_half_up(value * scale)
    sign = minus() if value < 0 and whole else ""
    return f"{sign}{number(whole / scale, digits)}"


def round_half_up(value: float) -> int:
    """Half away from zero, without its sign."""
    # The exact decimal 5.65 is a hair below in binary; the nudge is far below any digit shown.
    return math.floor(abs(value) + 0.5 + 1e-9)


def value(score: Score) -> str:
    """The score itself; a dash without answers. A share of too few answers is told as their number: `2` (of 3)."""
    if score.score is None:
        return "–"
    if score.state == "too_few" and score.counted_from is not None:
        return count(score.histogram.count(score.counted_from, score.scale[1]))
    return rounded(score.score, METRICS[score.metric].digits)


def unit(score: Score) -> str:
    """What follows the figure: nothing for points, `%` for shares (`of 3` of too few answers), `of 7` for means."""
    kind = METRICS[score.metric].unit
    if kind == "points":
        return ""
    if kind == "mean":
        return _("of %(most)s", most=score.scale[1])
    return _("of %(most)s", most=count(score.n)) if score.state == "too_few" else "%"


def in_table(score: Score) -> str:
    """The score in a column: without its unit, unless the number alone would be taken for a share."""
    few_of = score.state == "too_few" and score.counted_from is not None
    return with_unit(score) if few_of else value(score)


def with_unit(score: Score) -> str:
    """`38`, `84 %`, `5.6 of 7`."""
    said = unit(score)
    return percent(value(score)) if said == "%" else f"{value(score)} {said}".strip()


def interval(score: Score) -> str:
    """`33 to 43`; empty without answers."""
    if score.low is None or score.high is None:
        return ""
    digits = METRICS[score.metric].digits
    return _("%(low)s to %(high)s", low=rounded(score.low, digits), high=rounded(score.high, digits))


def chart_interval(score: Score) -> str:
    """`33–43` as in charts; with a minus the dash would not be read, so it stays `−22 to 5`."""
    if score.low is None or score.high is None:
        return ""
    digits = METRICS[score.metric].digits
    text = f"{rounded(score.low, digits)}–{rounded(score.high, digits)}"
    return interval(score) if minus() in text else text


def count(n: int) -> str:
    """`1,204`."""
    return number(n)


def answers(n: int) -> str:
    """`1,204 answers`, `1 answer`."""
    return ngettext("%(n)s answer", "%(n)s answers", n, n=count(n))


def by_step(metric: str, step: str) -> str:
    """`Recommendation (NPS) by month`"""
    return _(BY_STEP[step], name=_(METRICS[metric].words.name))


def percents(parts: Sequence[int]) -> list[int]:
    """Whole percents of the parts of a whole that add up to 100: the largest remainders are rounded up.

    All zero for a whole of nothing. Raises ValueError for a part below zero.
    """
    if any(part < 0 for part in parts):
        raise ValueError(f"parts of a whole are never below zero: {parts}")
    whole = sum(parts)
    if not whole:
        return [0] * len(parts)
    floors = [100 * part // whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: (-(100 * parts[place] % whole), -parts[place], place))
    for place in by_remainder[: 100 - sum(floors)]:
        floors[place] += 1
    return floors


def shares(parts: Sequence[int]) -> list[str]:
    """`61 %`, `16 %`, `23 %` of the parts of a whole; dashes of nothing."""
    return [percent(part) for part in percents(parts)] if any(parts) else ["–"] * len(parts)


def too_few(score: Score, min_n: int) -> str:
    """What is said instead of a range."""
    return _("Too few answers: %(n)s of the %(needed)s needed", n=count(score.n), needed=min_n)


def by(change: Change, metric: str) -> str:
    """The size of a change without its sign: `8`, `0.4`."""
    return "" if change.delta is None else rounded(abs(change.delta), METRICS[metric].digits)


def hue(change: Change, metric: str) -> str:
    """`promoter` for a change to the better, `detractor` for one to the worse, nothing for no clear change."""
    if change.direction == "none":
        return ""
    return "promoter" if change.direction == METRICS[metric].better else "detractor"


def best(score: Score, said: str = "") -> str:
    """`(7 = very easy)`, in the form's own words, where a number alone does not say which end is good; else empty."""
    usual = METRICS[score.metric].words.best
    return f"({score.scale[1]} = {said or _(usual)})" if usual else ""


def points(change: Change, metric: str) -> str:
    """A change in words: `eight points`, `one point`, `0.4`."""
    size = by(change, metric)
    if METRICS[metric].unit == "mean":
        return size
    n = int(round_half_up(change.delta or 0))
    in_words = language() == SOURCE and n < len(SMALL_NUMBERS)
    return ngettext("%(n)s point", "%(n)s points", n, n=SMALL_NUMBERS[n] if in_words else size)


def chance(p_value: float) -> str:
    """A p-value as a frequency: `2 of 100`, `fewer than 1 of 100`."""
    hundredths = math.floor(p_value * 100 + 0.5)
    return _("%(n)s of 100", n=hundredths) if hundredths else _("fewer than 1 of 100")


def clock(moment: datetime, time_zone: str) -> str:
    """`2 November 2026, 08:30`, in the workspace's time zone."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return at(long_day(local), local)


def when(moment: datetime, now: datetime, time_zone: str) -> str:
    """`today, 08:12`, `yesterday, 13:12`, `5 October, 09:00`, with the year if it is another one."""
    local, here = moment.astimezone(ZoneInfo(time_zone)), now.astimezone(ZoneInfo(time_zone))
    days = (here.date() - local.date()).days
    if days == 0:
        return _("today, %(hour)s", hour=hour(local))
    if days == 1:
        return _("yesterday, %(hour)s", hour=hour(local))
    named = day_of_year(local, long=True) if days < 1 or local.year == here.year else long_day(local)
    return at(named, local)
