"""Figures as words: the only place where a number is rounded, and only to be shown."""

import math
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from survey_service.core.moments import hour
from survey_service.nps.scores import BETTER, Change, Metric, Score
from survey_service.responses.labels import CHANNELS

MINUS = "−"
NAMES: dict[Metric, str] = {
    "nps": "Recommendation (NPS)",
    "csat": "Satisfaction (CSAT)",
    "ces": "Ease (CES)",
    "ces_share": "Ease (CES)",
}
SUBJECTS: dict[Metric, str] = {"nps": "NPS", "csat": "Satisfaction", "ces": "Ease", "ces_share": "Ease"}
BEST = "very easy"
"""What the highest answer about ease means where its author has no words for it."""
SMALL_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def rounded(value: float, digits: int = 0) -> str:
    """Half away from zero, a true minus, no negative zero: −9, 38, 5.6."""
    scale = 10**digits
    # The exact decimal 5.65 is a hair below in binary; the nudge is far below any digit shown.
    whole = math.floor(abs(value) * scale + 0.5 + 1e-9)
    sign = MINUS if value < 0 and whole else ""
    return f"{sign}{whole / scale:,.{digits}f}"


def digits_of(metric: Metric) -> int:
    """Digits after the point: means have one."""
    return 1 if metric == "ces" else 0


def value(score: Score) -> str:
    """The score itself; a dash without answers. A share of too few answers is told as their number: `2` (of 3)."""
    if score.score is None:
        return "–"
    if score.state == "too_few" and score.counted_from is not None:
        return count(score.histogram.count(score.counted_from, score.scale[1]))
    return rounded(score.score, digits_of(score.metric))


def unit(score: Score) -> str:
    """What follows the figure: nothing for NPS, `%` for shares (`of 3` of too few answers), `of 7` for means."""
    if score.metric == "nps":
        return ""
    if score.metric == "ces":
        return f"of {score.scale[1]}"
    return f"of {count(score.n)}" if score.state == "too_few" else "%"


def in_table(score: Score) -> str:
    """The score in a column: without its unit, unless the number alone would be taken for a share."""
    few_of = score.state == "too_few" and score.counted_from is not None
    return with_unit(score) if few_of else value(score)


def with_unit(score: Score) -> str:
    """`38`, `84 %`, `5.6 of 7`."""
    return f"{value(score)} {unit(score)}".strip()


def interval(score: Score) -> str:
    """`33 to 43`; empty without answers."""
    if score.low is None or score.high is None:
        return ""
    digits = digits_of(score.metric)
    return f"{rounded(score.low, digits)} to {rounded(score.high, digits)}"


def chart_interval(score: Score) -> str:
    """`33–43` as in charts; with a minus the dash would not be read, so it stays `−22 to 5`."""
    text = interval(score)
    return text if MINUS in text else text.replace(" to ", "–")


def count(n: int) -> str:
    """`1,204`."""
    return f"{n:,}"


def plural(n: int, one: str, many: str = "") -> str:
    """`1,204 answers`, `1 answer`."""
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


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
    return [f"{percent} %" for percent in percents(parts)] if any(parts) else ["–"] * len(parts)


def too_few(score: Score, min_n: int) -> str:
    """What is said instead of a range."""
    return f"Too few answers: {count(score.n)} of the {min_n} needed"


def by(change: Change, metric: Metric) -> str:
    """The size of a change without its sign: `8`, `0.4`."""
    return "" if change.delta is None else rounded(abs(change.delta), digits_of(metric))


def hue(change: Change, metric: Metric) -> str:
    """`promoter` for a change to the better, `detractor` for one to the worse, nothing for no clear change."""
    if change.direction == "none":
        return ""
    return "promoter" if change.direction == BETTER[metric] else "detractor"


def best(score: Score, said: str = "") -> str:
    """`(7 = very easy)`, in the form's own words, where a number alone does not say which end is good; else empty."""
    return f"({score.scale[1]} = {said or BEST})" if score.metric == "ces" else ""


def points(change: Change, metric: Metric) -> str:
    """A change in words: `eight points`, `one point`, `0.4`."""
    size = by(change, metric)
    if metric == "ces":
        return size
    word = SMALL_NUMBERS[int(size)] if size.isdecimal() and int(size) < len(SMALL_NUMBERS) else size
    return f"{word} point" if size == "1" else f"{word} points"


def chance(p_value: float) -> str:
    """A p-value as a frequency: `2 of 100`, `fewer than 1 of 100`."""
    hundredths = math.floor(p_value * 100 + 0.5)
    return f"{hundredths} of 100" if hundredths else "fewer than 1 of 100"


def clock(moment: datetime, time_zone: str) -> str:
    """`2 November 2026, 08:30`, in the workspace's time zone."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{local.day} {local:%B} {local.year}, {hour(local)}"


def when(moment: datetime, now: datetime, time_zone: str) -> str:
    """`today, 08:12`, `yesterday, 13:12`, `5 October, 09:00`, with the year if it is another one."""
    local, here = moment.astimezone(ZoneInfo(time_zone)), now.astimezone(ZoneInfo(time_zone))
    days = (here.date() - local.date()).days
    named = {0: "today", 1: "yesterday"}.get(days, f"{local.day} {local:%B}")
    year = f" {local.year}" if days > 1 and local.year != here.year else ""
    return f"{named}{year}, {hour(local)}"


def channel(code: str) -> str:
    """A channel's name; its code if it has none."""
    return CHANNELS.get(code, code)
