"""Customers' comments that agree with their score, drawn from sentence patterns with slots.

`<language>.json` holds, for promoters, passives and detractors, patterns by theme, and endings that may follow.
A slot's words are chosen so that they are grammatical wherever the slot stands (a day comes with its case or
preposition, staff in Arabic are women, flowers are plural).
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from random import Random

import msgspec

ENDING_SHARE = 0.35

Patterns = dict[str, dict[str, list[str]]]

THEME_WEIGHTS: Mapping[str, Mapping[str, int]] = {
    "promoter": {
        "friendliness": 25,
        "freshness": 25,
        "advice": 15,
        "wrapping": 10,
        "delivery": 10,
        "waiting": 8,
        "price": 7,
    },
    "passive": {
        "waiting": 20,
        "price": 20,
        "freshness": 15,
        "delivery": 12,
        "advice": 10,
        "friendliness": 8,
        "wrapping": 8,
        "opening_hours": 7,
    },
    "detractor": {
        "waiting": 25,
        "freshness": 15,
        "nobody_at_till": 12,
        "delivery": 12,
        "friendliness": 10,
        "price": 10,
        "wrong_flowers": 6,
        "wrapping": 4,
        "advice": 3,
        "opening_hours": 3,
    },
}


class CommentTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's file: slot → words, group → theme → patterns, group → endings."""

    slots: dict[str, list[str]]
    comments: Patterns
    endings: dict[str, list[str]]


def comment(random: Random, language: str, score: int, theme: str | None = None) -> str:
    """What a customer who gave `score` (0–10) writes, about `theme` or one drawn by `themes(score)`.

    The same seed gives the same comment. ValueError if customers with that score do not speak of the theme.
    """
    group = score_group(score)
    patterns = texts(language).comments[group]
    chosen = theme or _drawn_theme(random, group)
    if chosen not in patterns:
        raise ValueError(f"{group}s do not speak of {chosen!r}; they speak of {', '.join(patterns)}")
    said = _filled(random, random.choice(patterns[chosen]), language)
    if random.random() >= ENDING_SHARE:
        return said
    return f"{said} {random.choice(texts(language).endings[group])}"


def themes(score: int) -> Mapping[str, int]:
    """The themes of which customers with this score speak, and how often in 100 comments."""
    return THEME_WEIGHTS[score_group(score)]


def score_group(score: int) -> str:
    """`promoter` from 9, `passive` from 7, else `detractor`; ValueError outside 0–10."""
    if not 0 <= score <= 10:
        raise ValueError(f"a score lies between 0 and 10, not {score}")
    if score >= 9:
        return "promoter"
    return "passive" if score >= 7 else "detractor"


@lru_cache
def texts(language: str) -> CommentTexts:
    """The patterns of one of the demo's languages; FileNotFoundError for any other."""
    source = Path(__file__).parent / f"{language}.json"
    return msgspec.json.decode(source.read_bytes(), type=CommentTexts)


def _drawn_theme(random: Random, group: str) -> str:
    weights = THEME_WEIGHTS[group]
    return random.choices(list(weights), cum_weights=_cumulative(group))[0]


@lru_cache
def _cumulative(group: str) -> list[int]:
    weights = list(THEME_WEIGHTS[group].values())
    return [sum(weights[: end + 1]) for end in range(len(weights))]


class _Draws(dict[str, str]):
    """Draws a slot's word when it is first asked for, so that only used slots move the generator."""

    def __init__(self, random: Random, slots: Mapping[str, list[str]]) -> None:
        self._random = random
        self._slots = slots

    def __missing__(self, slot: str) -> str:
        self[slot] = self._random.choice(self._slots[slot])
        return self[slot]


def _filled(random: Random, pattern: str, language: str) -> str:
    return pattern.format_map(_Draws(random, texts(language).slots))
