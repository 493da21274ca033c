"""Whether a condition can ever hold: the situations that differ for it are tried, or so many of them. Pure."""

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from survey_service.conditions.check import Domain
from survey_service.conditions.evaluate import Value, Values, holds
from survey_service.conditions.syntax import Condition, leaves, names

TRIED = 100_000
"""So many choices of values are tried for a condition."""
SUBSETS = 12
"""Of so many choices every selection is tried."""
EXPANDED = 400
"""So many comparisons are looked at together; what has more is taken to be possible."""
Outlook = Literal["never", "unseen", "possible"]
"""Holds in no situation; in none of those that were tried; in some."""


def expanded(condition: Condition, gates: Mapping[str, Condition]) -> Condition:
    """The condition with what has to hold for each value to be there at all: `gates` says it of some names."""
    if condition.of is not None:
        gate = gates.get(condition.of)
        return condition if gate is None else Condition(all=[condition, gate])
    if condition.not_ is not None:
        return Condition(not_=expanded(condition.not_, gates))
    parts = [expanded(part, gates) for part in condition.parts]
    return Condition(all=parts) if condition.all is not None else Condition(any=parts)


def is_overseen(condition: Condition) -> bool:
    """Whether it has few enough comparisons to be looked at."""
    return sum(1 for _leaf in itertools.islice(leaves(condition), EXPANDED + 1)) <= EXPANDED


def outlook(condition: Condition, known: Mapping[str, Domain]) -> Outlook:
    """Whether anybody could make it hold. The names that it reads are all `known`."""
    if not is_overseen(condition):
        return "possible"
    compared, read = list(leaves(condition)), names(condition)
    search = _Search(
        condition, {name: situations(known[name], [leaf for leaf in compared if leaf.of == name]) for name in read}
    )
    if search.finds({}, read):
        return "possible"
    return "never" if search.tried < TRIED and all(_is_exact(known[name]) for name in read) else "unseen"


class _Search:
    """Looks for values under which a condition holds, name by name: where those that are chosen decide already, the
    others are not tried. Gives up after `TRIED` choices."""

    def __init__(self, condition: Condition, choices: Mapping[str, Sequence[Value | None]]) -> None:
        self.condition = condition
        self.choices = choices
        self.tried = 0

    def finds(self, chosen: Mapping[str, Value], left: Sequence[str]) -> bool:
        """Whether it holds for some values of the names that are `left`, beside those that are chosen."""
        verdict = verdict_of(self.condition, chosen, left)
        if verdict is not None or not left:
            return bool(verdict)
        name, *others = left
        for value in self.choices[name]:
            self.tried += 1
            if self.tried >= TRIED:
                return False
            if self.finds(chosen if value is None else {**chosen, name: value}, others):
                return True
        return False


def verdict_of(condition: Condition, values: Values, unknown: Collection[str]) -> bool | None:
    """Whether it holds, as far as that can be told without the values of the names that are `unknown`; else None."""
    if condition.of is not None:
        return None if condition.of in unknown else holds(condition, values)
    if condition.not_ is not None:
        verdict = verdict_of(condition.not_, values, unknown)
        return None if verdict is None else not verdict
    decisive, undecided = condition.any is not None, False
    for part in condition.parts:
        verdict = verdict_of(part, values, unknown)
        if verdict is decisive:
            return decisive
        undecided = undecided or verdict is None
    return None if undecided else not decisive


def situations(domain: Domain, compared: Sequence[Condition]) -> list[Value | None]:
    """Values of a domain, one for each way in which these comparisons can come out; None is nothing."""
    match domain.sort:
        case "one":
            return [None, *(domain.choices or _texts(compared))]
        case "several":
            return [None, *_selections(domain.choices or tuple(_texts(compared)))]
        case "number":
            return [None, *_numbers(domain, compared)]
        case "date":
            return [None, *_days(compared)]
        case "time":
            return [None, *_minutes(compared)]
    return [None, *_words(compared)]


def _is_exact(domain: Domain) -> bool:
    """Whether `situations` leaves out none that differs."""
    if domain.sort == "several":
        return 0 < len(domain.choices) <= SUBSETS
    return domain.sort in ("number", "date", "time") or (domain.sort == "one" and bool(domain.choices))


def _operands(compared: Iterable[Condition]) -> Iterator[Any]:
    for leaf in compared:
        yield from leaf.to if isinstance(leaf.to, list) else [leaf.to]


def _texts(compared: Iterable[Condition]) -> list[str]:
    """The choices that are named, and one that is not."""
    named = dict.fromkeys(one for one in _operands(compared) if isinstance(one, str))
    return [*named, "another"]


def _selections(choices: Sequence[str]) -> Iterator[list[str]]:
    """Every selection of a few choices; of many, each alone, each pair, and all."""
    sizes = range(1, len(choices) + 1) if len(choices) <= SUBSETS else (1, 2, len(choices))
    for size in sizes:
        yield from map(list, itertools.combinations(choices, size))


def _numbers(domain: Domain, compared: Iterable[Condition]) -> list[float]:
    """A number at each bound, one between each two, and one beyond both ends, as far as the scale goes."""
    bounds = {float(one) for one in _operands(compared) if isinstance(one, int | float)}
    marks = sorted(bounds | {end for end in (domain.low, domain.high) if math.isfinite(end)}) or [0.0]
    if domain.whole:
        tried = {float(math.floor(mark) + step) for mark in marks for step in (-1, 0, 1, 2)}
    else:
        between = ((low + high) / 2 for low, high in itertools.pairwise(marks))
        tried = {*marks, *between, marks[0] - 1, marks[-1] + 1}
    return [number for number in sorted(tried) if domain.low <= number <= domain.high]


def _days(compared: Iterable[Condition]) -> list[str]:
    days = {date.fromisoformat(one) for one in _operands(compared) if isinstance(one, str)} or {date(2000, 1, 1)}
    around = {day + timedelta(days=step) for day in days for step in (-1, 0, 1) if date.min < day < date.max}
    return [day.isoformat() for day in sorted(around)]


def _minutes(compared: Iterable[Condition]) -> list[str]:
    marks = {int(one[:2]) * 60 + int(one[3:]) for one in _operands(compared) if isinstance(one, str)} or {0}
    around = {mark + step for mark in marks for step in (-1, 0, 1)}
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in sorted(around) if 0 <= minute < 24 * 60]


def _words(compared: Iterable[Condition]) -> list[str]:
    """Texts that are compared with, together and apart, short and long: never all that there could be."""
    compared = list(compared)
    texts = [one for one in _operands(compared) if isinstance(one, str)]
    sizes = {bound for leaf in compared if isinstance(leaf.to, dict) for bound in leaf.to.values()}
    lengths = {max(0, int(size) + step) for size in sizes for step in (-1, 0, 1)}
    joined = [" ".join(order) for order in itertools.permutations(texts[:4])]
    return [*texts, *joined, "another", *("x" * min(length, 10_000) for length in lengths if length)]
