"""Conditions mean what `docs` says of them, in Python and in the browser alike."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.conditions.evaluate import holds, lowered, reasons
from survey_service.conditions.syntax import Condition, depth, leaves, names
from survey_service.core.text import is_blank, many_lines
from tests.conditions import twin
from tests.conditions.strategies import CONDITIONS, VALUES


@pytest.fixture(scope="module")
def browser() -> Iterator[twin.Twin]:
    with twin.running() as one:
        yield one


def read(condition: Any) -> Condition:
    return msgspec.convert(condition, Condition)


def told(asked: list[tuple[Any, dict[str, Any]]]) -> list[bool]:
    return [holds(read(condition), values) for condition, values in asked]


@given(st.lists(st.tuples(CONDITIONS, VALUES), min_size=1, max_size=20))
def test_both_say_the_same(browser: twin.Twin, asked: list[tuple[Any, dict[str, Any]]]) -> None:
    assert browser.holds(asked) == told(asked)


SAID = [
    ({"of": "a"}, {}, False),
    ({"of": "a"}, {"a": 0}, True),
    ({"not": {"of": "a", "is": "is", "to": "price"}}, {}, True),
    ({"of": "a", "is": "is", "to": 10}, {"a": "10"}, False),
    ({"of": "a", "is": "is", "to": "10"}, {"a": 10}, False),
    ({"of": "a", "is": "lt", "to": 9}, {"a": "10"}, False),
    ({"of": "a", "is": "between", "to": [0, 6]}, {"a": 6}, True),
    ({"of": "a", "is": "between", "to": [0, 6]}, {"a": 6.5}, False),
    ({"of": "a", "is": "any_of", "to": ["x", "y"]}, {"a": "y"}, True),
    ({"of": "a", "is": "any_of", "to": ["x", "y"]}, {"a": ["z", "x"]}, True),
    ({"of": "a", "is": "all_of", "to": ["x", "y"]}, {"a": ["y", "x", "z"]}, True),
    ({"of": "a", "is": "none_of", "to": ["x"]}, {"a": ["y"]}, True),
    ({"of": "a", "is": "none_of", "to": ["x"]}, {}, False),
    ({"of": "a", "is": "exactly", "to": ["x", "y"]}, {"a": ["y", "x"]}, True),
    ({"of": "a", "is": "exactly", "to": ["x", "y"]}, {"a": ["x"]}, False),
    ({"of": "a", "is": "count", "to": {"ge": 2, "lt": 3}}, {"a": ["x", "y"]}, True),
    ({"of": "a", "is": "length", "to": {"is": 2}}, {"a": "😀a"}, True),
    ({"of": "a", "is": "contains", "to": "GROSS"}, {"a": "sehr gross"}, True),
    ({"of": "a", "is": "contains", "to": "ß"}, {"a": "ẞ"}, True),
    ({"of": "a", "is": "begins", "to": "ამ"}, {"a": "ᲐᲛᲑᲐᲕᲘ"}, True),
    ({"of": "a", "is": "before", "to": "2026-10-01"}, {"a": "2026-09-30"}, True),
    ({"of": "a", "is": "on", "to": "09:30"}, {"a": "09:30"}, True),
    ({"all": []}, {}, True),
    ({"any": []}, {}, False),
    ({"of": "constructor"}, {}, False),
]


@pytest.mark.parametrize(("condition", "values", "wanted"), SAID)
def test_what_is_written_down(browser: twin.Twin, condition: Any, values: dict[str, Any], wanted: bool) -> None:
    assert told([(condition, values)]) == [wanted] == browser.holds([(condition, values)])


@given(CONDITIONS, VALUES)
def test_reasons_name_every_comparison_and_decide_alike(condition: Any, values: dict[str, Any]) -> None:
    whole = read(condition)
    given_reasons = reasons(whole, values)
    assert [reason.leaf for reason in given_reasons] == list(leaves(whole))
    assert all(reason.held == holds(reason.leaf, values) for reason in given_reasons)
    assert {reason.leaf.of for reason in given_reasons} == set(names(whole))
    assert depth(whole) <= 9


@given(CONDITIONS)
def test_a_condition_is_written_as_it_was_read(condition: Any) -> None:
    whole = read(condition)
    assert msgspec.convert(msgspec.to_builtins(whole), Condition) == whole


@pytest.mark.parametrize(
    "wrong",
    [{}, {"all": [], "any": []}, {"of": "a", "not": {"of": "b"}}, {"all": [], "to": 1}, {"of": "A"}, {"of": "a\n"},
     {"of": "a", "is": "like"}, {"of": "a", "where": 1}],
)  # fmt: skip
def test_what_is_no_condition_is_refused(wrong: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(wrong)


@given(st.text())
def test_small_letters_stay(text: str) -> None:
    assert lowered(lowered(text)) == lowered(text)


TYPED = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"])
    | st.sampled_from("\r\n\x0b\x85\u2028\ufeff\u200d\u202e\u2800\u0301\u115f\ufdd0\U0001fffe\U000e0001 \t\x1c\xa0")
)


@given(
    st.lists(TYPED | st.sampled_from(["a" + "\u0301" * 40, "\u2800", "\u115f", "\ufeffa\x85"]), min_size=1, max_size=20)
)
def test_both_read_the_same_words(browser: twin.Twin, texts: list[str]) -> None:
    assert browser.words(texts) == [many_lines(text) if not is_blank(text) else None for text in texts]
