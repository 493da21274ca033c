"""Joining what two people changed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import edits
from survey_service.core.errors import Malformed

VALUES: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(["name", "title.en", "title.pt-BR", "questions.a.choices"]),
    st.one_of(st.text(max_size=3), st.booleans(), st.lists(st.text(max_size=2), max_size=2)),
)


def page(values: dict[str, Any]) -> dict[str, str]:
    return {edits.SEEN: edits.marks(values)}


@given(VALUES, VALUES)
def test_nobody_else_changed_anything(seen: dict[str, Any], typed: dict[str, Any]) -> None:
    merged = edits.merge(page(seen), typed, seen)
    assert merged.values == typed
    assert (merged.clashes, merged.theirs) == ((), ())


@given(VALUES, VALUES)
def test_what_was_not_touched_stays_as_the_other_left_it(seen: dict[str, Any], now: dict[str, Any]) -> None:
    merged = edits.merge(page(seen), seen, now)
    assert merged.values == now
    assert (merged.changed, merged.clashes) == ((), ())


@given(VALUES, VALUES, VALUES)
def test_each_field_is_one_of_both_and_no_change_is_lost_unasked(
    seen: dict[str, Any], typed: dict[str, Any], now: dict[str, Any]
) -> None:
    merged = edits.merge(page(seen), typed, now)
    for name in {*seen, *typed, *now}:
        before, mine, stands = (values.get(name, None) for values in (seen, typed, now))
        after = merged.values.get(name, None)
        if mine == before:
            assert after == stands
        elif stands == before:
            assert after == mine
        else:
            assert after == mine
            assert (name in merged.clashes) == (mine != stands)


@given(VALUES, VALUES)
def test_without_marks_every_difference_is_asked_about(typed: dict[str, Any], now: dict[str, Any]) -> None:
    merged = edits.merge({}, typed, now)
    assert set(merged.clashes) >= {name for name in typed if name in now and typed[name] != now[name]}


@given(VALUES, VALUES, VALUES)
def test_pressing_again_writes_ones_own_and_giving_way_the_others(
    seen: dict[str, Any], typed: dict[str, Any], now: dict[str, Any]
) -> None:
    merged = edits.merge(page(seen), typed, now)
    again = edits.merge(page(now), merged.values, now)
    assert (again.values, again.clashes) == (merged.values, ())
    yielding = page(now) | {edits.THEIRS + name: "1" for name in merged.clashes}
    given_way = edits.merge(yielding, merged.values, now).values
    for name in merged.clashes:
        assert given_way.get(name) == now.get(name)


def test_a_clash_is_raised_with_both() -> None:
    with pytest.raises(edits.Differs) as raised:
        edits.reconciled(page({"a": "0", "b": "0"}), {"a": "mine", "b": "0"}, {"a": "theirs", "b": "theirs"})
    shown = edits.shown_again({}, {}, raised.value, str.upper)
    assert shown.values == {"a": "mine", "b": "theirs"}
    assert [(clash.label, clash.mine, clash.now) for clash in shown.clashes] == [("A", "mine", "theirs")]


@pytest.mark.parametrize("text", ["", "nonsense", ":", "a:b:c name:", "name:" + "f" * 999, "\x00:\x00", "é:ü"])
def test_marks_that_are_none_change_nothing_unasked(text: str) -> None:
    assert edits.merge({edits.SEEN: text}, {"name": "mine"}, {"name": "theirs"}).clashes == ("name",)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("*", True), (" * ", True), ('"a"', True), ('"b", "a"', True), ('"b","a"', True), (', "b" ,, "a",', True),
        ('"b"', False), ('W/"a"', False), ('""', False), ('"b,", "é"', False),
        ("", False), (" ", False), (",", False), (", ,", False),
    ],
)  # fmt: skip
def test_if_match_is_compared_strongly(header: str, wanted: bool) -> None:
    assert edits.is_wanted(header, '"a"') is wanted


@pytest.mark.parametrize(
    "header",
    ["a", "'a'", '"a', 'a"', '"a" "b"', '*, "a"', '"a", *', "**", 'w/"a"', '"a b"', '"\x00"'],
)
def test_a_condition_that_cannot_be_read_is_not_taken_for_none(header: str) -> None:
    with pytest.raises(Malformed):
        edits.is_wanted(header, '"a"')
