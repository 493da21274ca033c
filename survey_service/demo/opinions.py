"""What customers of each place think, and what they say about it. Pure.

The story that a manager can find: the Station Counter is bad all year, because people wait and nobody is at the
till; Harbour Street gained some twenty points two months ago, when the queue went away; feasts cost everyone some.
"""

import math
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from random import Random
from typing import NamedTuple

from survey_service.demo.chance import Urn
from survey_service.demo.seasons import is_busy
from survey_service.demo_texts.comments import score_group

WORST = "riga-station"
IMPROVED = "riga-harbour"
IMPROVED_DAYS = 61
"""So long ago, before the last day, Harbour Street began to be better."""
IMPROVEMENT = 24.0
BUSY_COST = 9.0
WAVE = 3.0
"""Points by which a place drifts up and down over months, for no reason that anybody knows."""

BASE: Mapping[str, float] = {
    "riga-harbour": 29,
    "riga-station": -14,
    "tbilisi-rustaveli": 53,
    "tbilisi-vake": 45,
    "colombo-galle-road": 46,
    "colombo-pettah": 35,
    "kochi-mg-road": 41,
    "kochi-fort": 48,
    "addis-piassa": 34,
    "addis-bole": 42,
    "amman-rainbow": 46,
    "amman-hospital": 52,
}
"""The NPS of a place, in points, before season and channel."""
PHASE: Mapping[str, int] = {place: number for number, place in enumerate(BASE)}
BY_CHANNEL: Mapping[str, float] = {"email": 3, "kiosk": -3, "embed": -4, "phone": -18}

PASSIVES = 0.24
PROMOTERS = {10: 60, 9: 40}
PASSIVE_SCORES = {8: 60, 7: 40}
DETRACTORS = {6: 27, 5: 25, 4: 14, 3: 12, 2: 9, 1: 5, 0: 8}

SATISFACTION_ANSWERED, EFFORT_ANSWERED = 0.88, 0.8
COMMENTED: Mapping[str, float] = {"promoter": 0.26, "passive": 0.25, "detractor": 0.48}


class Opinion(NamedTuple):
    """Scores of one answer, None where a question was skipped; `theme` is what a comment is about (None: anything
    that goes with the score), if there is one."""

    recommend: int
    satisfaction: int | None
    effort: int | None
    commented: bool
    theme: str | None


def opinion(random: Random, place: str, channel: str, day: date, days_before_last: int) -> Opinion:
    """What one customer thinks who answers about `place` on `day`, so many days before the last one."""
    points = expected(place, channel, day, days_before_last)
    recommend = _scores(round(points)).draw(random)
    group = score_group(recommend)
    theme = _theme(random, group, place, waiting=is_busy(day), better=_is_better(place, days_before_last))
    slow = theme in ("waiting", "nobody_at_till") and group != "promoter"
    return Opinion(
        recommend,
        _beside(random, recommend, SATISFACTION_ANSWERED, 5, 0.0),
        _beside(random, recommend, EFFORT_ANSWERED, 7, 1.0 if slow else 0.0),
        random.random() < COMMENTED[group],
        theme,
    )


def expected(place: str, channel: str, day: date, days_before_last: int) -> float:
    """The NPS that answers of this place, channel and day have on average, in points."""
    points = BASE[place] + BY_CHANNEL.get(channel, 0.0)
    points += IMPROVEMENT if _is_better(place, days_before_last) else 0.0
    points -= BUSY_COST if is_busy(day) else 0.0
    phase = PHASE[place]
    return points + WAVE * math.sin(2 * math.pi * (day.toordinal() / (150 + 9 * phase) + phase / len(BASE)))


def _is_better(place: str, days_before_last: int) -> bool:
    return place == IMPROVED and days_before_last < IMPROVED_DAYS


def _theme(random: Random, group: str, place: str, *, waiting: bool, better: bool) -> str | None:
    """What moves the customer most; always draws once, so that a seed's later draws stay where they are."""
    drawn = random.random()
    if group == "promoter":
        return "waiting" if better and drawn < 0.3 else None
    share = 0.55 if place == WORST else 0.45 if waiting or (place == IMPROVED and not better) else 0.0
    if drawn < share:
        return "waiting"
    return "nobody_at_till" if place == WORST and group == "detractor" and drawn < share + 0.25 else None


@lru_cache(maxsize=512)
def _scores(points: int) -> Urn[int]:
    """The scores 0…10 with weights by which the NPS is `points`."""
    detractors = min(max((1 - PASSIVES - points / 100) / 2, 0.02), 0.9)
    groups = ((DETRACTORS, detractors), (PASSIVE_SCORES, PASSIVES), (PROMOTERS, 1 - PASSIVES - detractors))
    weights = [0.0] * 11
    for scores, share in groups:
        for score, weight in scores.items():
            weights[score] = share * weight / 100
    return Urn(range(11), weights)


def _beside(random: Random, recommend: int, answered: float, highest: int, lower: float) -> int | None:
    """The answer to another scale 1…`highest`, which goes with the score; None if the question was skipped."""
    given = random.random() < answered
    number = _numbers(recommend, highest, lower).draw(random)
    return number if given else None


@lru_cache(maxsize=512)
def _numbers(recommend: int, highest: int, lower: float) -> Urn[int]:
    """1…`highest` with the weights of a bell around what the score suggests."""
    middle = 1.35 + (highest - 1.5) * recommend / 10 - lower
    spread = 0.17 * highest
    scale = range(1, highest + 1)
    return Urn(scale, [math.exp(-(((number - middle) / spread) ** 2) / 2) for number in scale])
