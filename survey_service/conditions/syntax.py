"""Conditions as they are stored and sent: `{"all": […]}`, `{"any": […]}`, `{"not": …}`, or a leaf `{"of": name, "is":
operator, "to": operand}`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

DEPTH, LEAVES = 5, 50
"""Groups stand in groups so deep at most, and so many comparisons in one condition."""
NAME_PATTERN = r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$(?!\n)"

Operator = Literal[
    "answered", "is", "lt", "le", "gt", "ge", "between", "any_of", "all_of", "none_of", "exactly",
    "contains", "begins", "on", "before", "after", "count", "length",
]  # fmt: skip
Number = int | float
Bounds = dict[Literal["is", "lt", "le", "gt", "ge"], Number]
"""What a count or a length is compared with: `{"ge": 2}`, one or two of them."""
Operand = Number | str | list[Number | str] | Bounds | None
Name = Annotated[str, Meta(pattern=NAME_PATTERN, description="A question's key, or `hidden.name`, `language`, …")]


class Condition(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    rename={"not_": "not", "operator": "is"},
):
    """A group of conditions, or a comparison of the value that is called `of`. Exactly one of the four is there."""

    all: list[Condition] | None = None
    any: list[Condition] | None = None
    not_: Condition | None = None
    of: Name | None = None
    operator: Operator = "answered"
    to: Operand = None

    def __post_init__(self) -> None:
        there = [part for part in (self.all, self.any, self.not_, self.of) if part is not None]
        if len(there) != 1:
            raise ValueError("A condition has one of `all`, `any`, `not` and `of`.")
        if self.of is None and (self.to is not None or self.operator != "answered"):
            raise ValueError("Only a comparison has `is` and `to`.")

    @property
    def parts(self) -> list[Condition]:
        """The conditions that it is made of; none for a comparison."""
        return self.all or self.any or ([self.not_] if self.not_ else [])


def leaves(condition: Condition) -> Iterator[Condition]:
    """Every comparison, from left to right."""
    if condition.of is not None:
        yield condition
    for part in condition.parts:
        yield from leaves(part)


def depth(condition: Condition) -> int:
    """How deep groups stand in groups: 0 for a comparison by itself."""
    return 0 if condition.of is not None else 1 + max(map(depth, condition.parts), default=0)


def names(condition: Condition) -> list[str]:
    """What it reads, each once, in the order in which it is named."""
    return list(dict.fromkeys(leaf.of for leaf in leaves(condition) if leaf.of is not None))
