"""What is wrong with a condition before it is used: names, operators and operands that do not fit. Pure."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

import msgspec

from survey_service.conditions.evaluate import is_number
from survey_service.conditions.syntax import DEPTH, LEAVES, Condition, depth, leaves
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _

Sort = Literal["number", "one", "several", "text", "date", "time"]
OPERATORS: Mapping[Sort, tuple[str, ...]] = {
    "number": ("answered", "is", "lt", "le", "gt", "ge", "between"),
    "one": ("answered", "is", "any_of"),
    "several": ("answered", "any_of", "all_of", "none_of", "exactly", "count"),
    "text": ("answered", "is", "contains", "begins", "length"),
    "date": ("answered", "on", "before", "after"),
    "time": ("answered", "on", "before", "after"),
}
"""How values of a sort can be compared."""
MOMENTS = {
    "date": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"),
    "time": re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]"),
}
DIGITS = 15


class Domain(msgspec.Struct, frozen=True):
    """What a value can be. `choices` are the keys of a choice, none where any text may come; `low` and `high` the ends
    of a number's scale, which has whole numbers only if it is `whole`."""

    sort: Sort
    choices: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    whole: bool = False


class Fault(NamedTuple):
    """Where, as a path from the condition, empty for all of it; a stable code; a sentence that says what is wrong."""

    path: str
    code: str
    message: str


def faults(condition: Condition, known: Mapping[str, Domain], later: Collection[str] = ()) -> list[Fault]:
    """What keeps a condition from being used. `known` is what it may read, `later` what only comes after it."""
    found = list(_faults(condition, "", known, later))
    if depth(condition) > DEPTH:
        found.append(Fault("", "too_deep", _("Groups stand in each other %(n)s deep at most.", n=DEPTH)))
    if sum(1 for _leaf in leaves(condition)) > LEAVES:
        found.append(Fault("", "too_many", _("A rule has %(n)s comparisons at most.", n=LEAVES)))
    return found


def _faults(condition: Condition, path: str, known: Mapping[str, Domain], later: Collection[str]) -> Iterator[Fault]:
    if condition.of is not None:
        fault = _of_leaf(condition, known, later)
        if fault:
            yield Fault((path + fault.path).removeprefix("."), fault.code, fault.message)
        return
    if not condition.parts:
        yield Fault(path, "empty", _("This group has no comparison in it. Add one, or remove the group."))
    group = "all" if condition.all is not None else "any" if condition.any is not None else "not"
    for number, part in enumerate(condition.parts):
        where = f".{group}" if group == "not" else f".{group}[{number}]"
        yield from _faults(part, (path + where).removeprefix("."), known, later)


def _of_leaf(leaf: Condition, known: Mapping[str, Domain], later: Collection[str]) -> Fault | None:
    name = str(leaf.of)
    if name in later:
        return Fault(".of", "later", _("It reads what is asked only after it. Move that up first."))
    if name not in known:
        return Fault(".of", "unknown", _("What it reads is not there any more. Choose something else."))
    domain = known[name]
    if leaf.operator not in OPERATORS[domain.sort]:
        return Fault(".is", "wrong_operator", _("This cannot be compared so. Choose another comparison."))
    message = _misfit(leaf, domain)
    return Fault(".to", "wrong_operand", _(message)) if message else None


NUMBER = N_("Write a number.")
TWO_NUMBERS = N_("Write two numbers, the smaller one first.")
OUTSIDE = N_("Nobody can answer so: it is outside the scale.")
CHOICE = N_("Choose one of the answers that there are.")
WORDS = N_("Write the words to compare with.")
DAY = N_("Choose a day.")
TIME = N_("Choose a time.")
HOW_MANY = N_("Write how many.")


def _misfit(leaf: Condition, domain: Domain) -> str:
    """What is wrong with the operand, as a message; empty if it fits."""
    match leaf.operator:
        case "answered":
            return "" if leaf.to is None else WORDS
        case "count" | "length":
            return "" if _is_sized(leaf.to) else HOW_MANY
        case "between":
            return _misfit_of_range(leaf.to, domain)
        case "any_of" | "all_of" | "none_of" | "exactly":
            return "" if _are_choices(leaf.to, domain) else CHOICE
    match domain.sort:
        case "number":
            return NUMBER if not _is_plain(leaf.to) else _outside(leaf.to, domain)
        case "one":
            return "" if _are_choices([leaf.to], domain) else CHOICE
        case "text":
            return "" if isinstance(leaf.to, str) and leaf.to.strip() else WORDS
        case _:
            return "" if _is_moment(leaf.to, domain.sort) else DAY if domain.sort == "date" else TIME


def _is_plain(value: Any) -> bool:
    """A finite number that every machine keeps as it is written."""
    return is_number(value) and math.isfinite(value) and float(f"{value:.{DIGITS}g}") == value


def _is_moment(value: Any, sort: str) -> bool:
    """A day that there is, or a minute of a day."""
    if not (isinstance(value, str) and MOMENTS[sort].fullmatch(value)):
        return False
    try:
        return sort == "time" or bool(date.fromisoformat(value))
    except ValueError:
        return False


def _outside(value: Any, domain: Domain) -> str:
    return "" if domain.low <= value <= domain.high else OUTSIDE


def _misfit_of_range(value: Any, domain: Domain) -> str:
    if not (isinstance(value, list) and len(value) == 2 and all(map(_is_plain, value)) and value[0] <= value[1]):
        return TWO_NUMBERS
    return "" if value[1] >= domain.low and value[0] <= domain.high else OUTSIDE


def _is_sized(value: Any) -> bool:
    bounds = value if isinstance(value, dict) else {}
    return bool(bounds) and all(isinstance(bound, int) and 0 <= bound <= 1_000_000 for bound in bounds.values())


def _are_choices(values: Any, domain: Domain) -> bool:
    if not (isinstance(values, list) and values and all(isinstance(one, str) and one for one in values)):
        return False
    return len(set(values)) == len(values) and (not domain.choices or set(values) <= set(domain.choices))
