"""Whether a condition holds. Pure; `static/js/conditions.js` says the same of every condition and all values.

A comparison with nothing is false, `not` is plain negation, and nothing is taken for something else: a number is never
compared as a text, nor a text as a number.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from survey_service.conditions.syntax import Condition

Value = int | float | str | list[str]
Values = Mapping[str, Value]
"""What is there by name. A blank text and an empty list are left out: they are nothing."""

_CAPITALS = re.compile(
    "[A-Z\u00c0-\u00de\u0100-\u024f\u0370-\u03ff\u0400-\u052f\u0531-\u0556\u10a0-\u10cd\u1c90-\u1cbf\u1e00-\u1fff]"
)
"""The letters that have a small form which every browser and every Python agree on."""


class Reason(NamedTuple):
    """Why: a comparison, the value that it found (None for nothing), and whether it held."""

    leaf: Condition
    value: Value | None
    held: bool


def holds(condition: Condition, values: Values) -> bool:
    """Whether it holds for these values."""
    if condition.all is not None:
        return all(holds(part, values) for part in condition.all)
    if condition.any is not None:
        return any(holds(part, values) for part in condition.any)
    if condition.not_ is not None:
        return not holds(condition.not_, values)
    value = values.get(str(condition.of))
    return value is not None and _OPERATORS[condition.operator](value, condition.to)


def reasons(condition: Condition, values: Values) -> list[Reason]:
    """Every comparison with what it found, from left to right, also where the rest decides nothing any more."""
    if condition.of is not None:
        return [Reason(condition, values.get(condition.of), holds(condition, values))]
    return [reason for part in condition.parts for reason in reasons(part, values)]


def lowered(text: str) -> str:
    """A text as it is searched: small letters for capitals, one by one."""
    return _CAPITALS.sub(lambda found: found[0].lower(), text)


def is_number(value: Any) -> bool:
    """Whether it is a number; truth values are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


Compared = Callable[[Any, Any], bool]
_ORDER: dict[str, Compared] = {
    "is": lambda value, to: bool(value == to),
    "lt": lambda value, to: bool(value < to),
    "le": lambda value, to: bool(value <= to),
    "gt": lambda value, to: bool(value > to),
    "ge": lambda value, to: bool(value >= to),
}


def _number(compared: Compared) -> Compared:
    return lambda value, to: is_number(value) and is_number(to) and compared(value, to)


def _text(compared: Compared) -> Compared:
    return lambda value, to: isinstance(value, str) and isinstance(to, str) and compared(value, to)


def _list(compared: Compared) -> Compared:
    return lambda value, to: isinstance(value, list) and isinstance(to, list) and compared(value, to)


def _is(value: Any, to: Any) -> bool:
    """The same number, or the same text."""
    alike = (is_number(value) and is_number(to)) or (isinstance(value, str) and isinstance(to, str))
    return alike and bool(value == to)


def _between(value: Any, to: Any) -> bool:
    ends = to if isinstance(to, list) and len(to) == 2 and all(map(is_number, to)) else None
    return ends is not None and is_number(value) and bool(ends[0] <= value <= ends[1])


def _any_of(value: Any, to: Any) -> bool:
    """The choice is one of these, or one of several is."""
    chosen = value if isinstance(value, list) else [value]
    return isinstance(to, list) and any(one in to for one in chosen)


def _sized(value: int, bounds: Any) -> bool:
    return isinstance(bounds, dict) and all(_ORDER[name](value, bound) for name, bound in bounds.items())


_OPERATORS: dict[str, Compared] = {
    "answered": lambda _value, _to: True,
    **{name: _number(_ORDER[name]) for name in ("lt", "le", "gt", "ge")},
    "is": _is,
    "between": _between,
    "any_of": _any_of,
    "all_of": _list(lambda value, to: all(one in value for one in to)),
    "none_of": _list(lambda value, to: not any(one in value for one in to)),
    "exactly": _list(lambda value, to: len(value) == len(to) and all(one in value for one in to)),
    "contains": _text(lambda value, to: lowered(to) in lowered(value)),
    "begins": _text(lambda value, to: lowered(value).startswith(lowered(to))),
    "on": _text(_ORDER["is"]),
    "before": _text(_ORDER["lt"]),
    "after": _text(_ORDER["gt"]),
    "count": lambda value, to: isinstance(value, list) and _sized(len(value), to),
    "length": lambda value, to: isinstance(value, str) and _sized(len(value), to),
}
