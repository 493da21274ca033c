"""What does not fit is named where it stands, before a condition is used."""

from typing import Any

import msgspec
import pytest

from survey_service.conditions.check import faults
from survey_service.conditions.syntax import DEPTH, LEAVES, Condition
from tests.conditions.strategies import KNOWN


def found(condition: Any) -> list[tuple[str, str]]:
    whole = msgspec.convert(condition, Condition)
    return [(fault.path, fault.code) for fault in faults(whole, KNOWN, ["comment"])]


FINE = [
    {"of": "score"},
    {"of": "score", "is": "between", "to": [0, 6]},
    {"of": "score", "is": "is", "to": 10},
    {"of": "reason", "is": "is", "to": "late"},
    {"of": "reason", "is": "any_of", "to": ["late", "wrong"]},
    {"of": "place", "is": "any_of", "to": ["TB01"]},
    {"of": "parts", "is": "exactly", "to": ["rose"]},
    {"of": "parts", "is": "count", "to": {"ge": 2}},
    {"of": "words", "is": "contains", "to": "late"},
    {"of": "words", "is": "length", "to": {"gt": 0, "le": 10}},
    {"of": "visit", "is": "before", "to": "2026-10-01"},
    {"of": "at", "is": "after", "to": "09:30"},
    {"not": {"any": [{"of": "score", "is": "lt", "to": 7}, {"all": [{"of": "parts"}, {"of": "words"}]}]}},
]


@pytest.mark.parametrize("condition", FINE)
def test_what_fits_has_no_fault(condition: Any) -> None:
    assert found(condition) == []


WRONG = [
    ({"of": "comment"}, [("of", "later")]),
    ({"of": "gone"}, [("of", "unknown")]),
    ({"of": "score", "is": "contains", "to": "9"}, [("is", "wrong_operator")]),
    ({"of": "reason", "is": "ge", "to": 3}, [("is", "wrong_operator")]),
    ({"of": "score", "to": 3}, [("to", "wrong_operand")]),
    ({"of": "score", "is": "is", "to": "3"}, [("to", "wrong_operand")]),
    ({"of": "score", "is": "is", "to": 11}, [("to", "wrong_operand")]),
    ({"of": "score", "is": "is", "to": 0.1234567890123456}, [("to", "wrong_operand")]),
    ({"of": "score", "is": "between", "to": [6, 0]}, [("to", "wrong_operand")]),
    ({"of": "score", "is": "between", "to": [11, 12]}, [("to", "wrong_operand")]),
    ({"of": "score", "is": "between", "to": [1]}, [("to", "wrong_operand")]),
    ({"of": "reason", "is": "is", "to": "price"}, [("to", "wrong_operand")]),
    ({"of": "reason", "is": "any_of", "to": []}, [("to", "wrong_operand")]),
    ({"of": "reason", "is": "any_of", "to": ["late", "late"]}, [("to", "wrong_operand")]),
    ({"of": "parts", "is": "any_of", "to": "rose"}, [("to", "wrong_operand")]),
    ({"of": "parts", "is": "count", "to": 2}, [("to", "wrong_operand")]),
    ({"of": "parts", "is": "count", "to": {"ge": 1.5}}, [("to", "wrong_operand")]),
    ({"of": "words", "is": "contains", "to": " "}, [("to", "wrong_operand")]),
    ({"of": "visit", "is": "on", "to": "1 October"}, [("to", "wrong_operand")]),
    ({"of": "visit", "is": "on", "to": "2026-02-30"}, [("to", "wrong_operand")]),
    ({"of": "visit", "is": "on", "to": "2026-10-01\n"}, [("to", "wrong_operand")]),
    ({"of": "visit", "is": "on", "to": "٢٠٢٦-١٠-٠١"}, [("to", "wrong_operand")]),
    ({"of": "at", "is": "before", "to": "24:00"}, [("to", "wrong_operand")]),
    ({"all": []}, [("", "empty")]),
    ({"any": [{"of": "score"}, {"not": {"of": "gone"}}]}, [("any[1].not.of", "unknown")]),
    ({"all": [{"any": []}, {"of": "gone"}]}, [("all[0]", "empty"), ("all[1].of", "unknown")]),
]


@pytest.mark.parametrize(("condition", "wanted"), WRONG)
def test_what_does_not_fit_is_named_where_it_stands(condition: Any, wanted: list[tuple[str, str]]) -> None:
    assert found(condition) == wanted


def test_too_deep_and_too_many_are_told() -> None:
    deep: Any = {"of": "score"}
    for _ in range(DEPTH):
        deep = {"not": deep}
    assert found(deep) == []
    assert found({"not": deep}) == [("", "too_deep")]
    assert found({"all": [{"of": "score"}] * LEAVES}) == []
    assert found({"all": [{"of": "score"}] * (LEAVES + 1)}) == [("", "too_many")]
