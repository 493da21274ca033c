"""What can never hold is told; what can hold is never called impossible."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.conditions.check import OPERATORS, Domain, faults
from survey_service.conditions.evaluate import Value, holds
from survey_service.conditions.reach import TRIED, expanded, is_overseen, outlook, verdict_of
from survey_service.conditions.syntax import Condition
from tests.conditions import strategies

KNOWN = {**strategies.KNOWN, "price": Domain("number")}


def read(condition: Any) -> Condition:
    return msgspec.convert(condition, Condition)


SAID = [
    ({"of": "score", "is": "gt", "to": 9}, "possible"),
    ({"all": [{"of": "score", "is": "gt", "to": 9}, {"of": "score", "is": "lt", "to": 10}]}, "never"),
    ({"all": [{"of": "price", "is": "gt", "to": 9}, {"of": "price", "is": "lt", "to": 10}]}, "possible"),
    ({"all": [{"of": "price", "is": "gt", "to": 10}, {"of": "price", "is": "lt", "to": 9}]}, "never"),
    ({"all": [{"of": "reason", "is": "is", "to": "late"}, {"of": "reason", "is": "is", "to": "wrong"}]}, "never"),
    ({"all": [{"of": "reason"}, {"not": {"of": "reason", "is": "any_of", "to": ["late", "wrong"]}}]}, "never"),
    ({"not": {"of": "reason", "is": "any_of", "to": ["late", "wrong"]}}, "possible"),
    ({"all": [{"of": "parts", "is": "count", "to": {"ge": 3}}, {"of": "parts", "is": "none_of", "to": ["iris"]}]},
     "never"),
    ({"all": [{"of": "visit", "is": "after", "to": "2026-10-01"}, {"of": "visit", "is": "before", "to": "2026-10-02"}]},
     "never"),
    ({"all": [{"of": "at", "is": "after", "to": "23:59"}, {"of": "score"}]}, "never"),
    ({"all": [{"of": "words", "is": "is", "to": "a"}, {"of": "words", "is": "is", "to": "b"}]}, "unseen"),
    ({"all": [{"of": "words", "is": "contains", "to": "a"}, {"of": "words", "is": "contains", "to": "b"}]}, "possible"),
    ({"all": [{"of": "place", "is": "is", "to": "TB01"}, {"of": "place", "is": "is", "to": "TB02"}]}, "unseen"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "wanted"), SAID)
def test_what_can_hold_is_told_apart(condition: Any, wanted: str) -> None:
    assert faults(read(condition), KNOWN) == []
    assert outlook(read(condition), KNOWN) == wanted


def test_a_value_is_there_only_if_its_own_condition_holds() -> None:
    gates = {"parts": read({"of": "reason", "is": "is", "to": "late"})}
    both = read({"all": [{"of": "parts"}, {"of": "reason", "is": "is", "to": "wrong"}]})
    assert outlook(both, KNOWN) == "possible"
    assert outlook(expanded(both, gates), KNOWN) == "never"
    neither = read({"any": [{"not": {"of": "parts"}}, {"of": "gone"}]})
    assert expanded(neither, gates) == read(
        {"any": [{"not": {"all": [{"of": "parts"}, {"of": "reason", "is": "is", "to": "late"}]}}, {"of": "gone"}]}
    )


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "score": st.integers(0, 10),
    "price": st.floats(-5, 25, allow_nan=False).map(lambda price: round(price, 2)),
    "reason": st.sampled_from(["late", "wrong"]),
    "parts": st.lists(st.sampled_from(["rose", "tulip", "iris"]), min_size=1, unique=True),
    "place": st.sampled_from(["TB01", "TB02", "elsewhere"]),
    "words": st.text("ab ", min_size=1, max_size=4),
    "visit": st.dates().map(lambda day: day.isoformat()),
    "at": st.times().map(lambda time: f"{time:%H:%M}"),
}
OPERANDS: dict[str, Any] = {
    **dict.fromkeys(("lt", "le", "gt", "ge", "number"), st.integers(0, 10)),
    "between": st.tuples(st.integers(0, 5), st.integers(5, 10)).map(list),
    "count": st.dictionaries(st.sampled_from(["lt", "ge", "is"]), st.integers(0, 4), min_size=1, max_size=2),
    "length": st.dictionaries(st.sampled_from(["lt", "ge", "is"]), st.integers(0, 4), min_size=1, max_size=2),
}


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(KNOWN)))
    operator = draw(st.sampled_from(OPERATORS[KNOWN[name].sort]))
    if operator == "answered":
        return {"of": name}
    if operator in OPERANDS:
        operand = draw(OPERANDS[operator])
    elif operator in ("any_of", "all_of", "none_of", "exactly"):
        one = VALUES[name].map(lambda value: value if isinstance(value, list) else [value])
        operand = draw(one)
    else:
        operand = draw(VALUES[name])
    return {"of": name, "is": operator, "to": operand}


CONDITIONS = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=4,
)


@given(CONDITIONS, st.fixed_dictionaries({}, optional=VALUES))
def test_nothing_that_holds_for_somebody_is_called_impossible(condition: Any, values: dict[str, Value]) -> None:
    whole = read(condition)
    if holds(whole, values):
        assert outlook(whole, KNOWN) != "never"


@given(CONDITIONS, st.fixed_dictionaries({}, optional=VALUES), st.sets(st.sampled_from(sorted(KNOWN))))
def test_what_is_told_before_all_is_known_stays_so(condition: Any, values: dict[str, Value], unknown: set[str]) -> None:
    whole = read(condition)
    early = verdict_of(whole, {name: value for name, value in values.items() if name not in unknown}, unknown)
    assert early in (None, holds(whole, values))
    assert verdict_of(whole, values, ()) == holds(whole, values)


def test_a_contradiction_among_many_names_is_found_soon_and_what_would_take_for_ever_is_left() -> None:
    """Twenty names of eleven numbers each."""
    many = {f"q{n}": Domain("number", low=0, high=10, whole=True) for n in range(20)}
    asked = [{"of": name, "is": "ge", "to": 5} for name in many]
    assert outlook(read({"all": [*asked, {"of": "q0", "is": "lt", "to": 5}]}), many) == "never"
    assert outlook(read({"all": asked}), many) == "possible"
    chain = [{"any": [{"of": name, "is": "lt", "to": 5}, {"of": name, "is": "gt", "to": 5}]} for name in many]
    assert outlook(read({"all": [*chain, {"of": "q19", "is": "is", "to": 5}]}), many) == "unseen"
    assert TRIED == 100_000


def test_what_has_too_many_comparisons_is_taken_to_be_possible() -> None:
    never = {"all": [{"of": "score", "is": "gt", "to": 9}, {"of": "score", "is": "lt", "to": 9}]}
    long = read({"all": [never, *[{"of": "score"}] * 400]})
    assert not is_overseen(long)
    assert outlook(long, KNOWN) == "possible"
