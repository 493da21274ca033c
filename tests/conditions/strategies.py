"""Conditions and values by chance: such as fit each other, and such as do not."""

from typing import Any

from hypothesis import strategies as st

from survey_service.conditions.check import Domain

KNOWN = {
    "score": Domain("number", low=0, high=10, whole=True),
    "reason": Domain("one", choices=("late", "wrong")),
    "parts": Domain("several", choices=("rose", "tulip", "iris")),
    "words": Domain("text"),
    "visit": Domain("date"),
    "at": Domain("time"),
    "place": Domain("one"),
}
"""What conditions may read, and what it can be."""

NAMES = ("score", "reason", "parts", "words", "day", "hour", "hidden.ref", "constructor")
CHOICES = ("late", "wrong", "broken", "other")
NUMBERS = st.integers(-3, 12) | st.sampled_from([0.5, 2.25, -0.0, 1e15 - 1, 0.1])
TEXTS = st.sampled_from(
    ["", "a", "A", "Straße", "STRASSE", "ΣΊΣΥΦΟΣ", "İzmir", "ამბავი", "ᲐᲛᲑᲐᲕᲘ", "😀a", "10", "9"]
) | st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6)
DAYS = st.dates().map(lambda day: day.isoformat())
HOURS = st.times().map(lambda time: f"{time:%H:%M}")
SEVERAL = st.lists(st.sampled_from(CHOICES), max_size=4, unique=True)
VALUES = st.dictionaries(
    st.sampled_from(NAMES), NUMBERS | st.sampled_from(CHOICES) | TEXTS | DAYS | HOURS | SEVERAL, max_size=6
)
BOUNDS = st.dictionaries(st.sampled_from(["is", "lt", "le", "gt", "ge"]), st.integers(0, 5), min_size=1, max_size=2)
OPERANDS: dict[str, st.SearchStrategy[Any]] = {
    "answered": st.none(),
    "is": NUMBERS | TEXTS | st.sampled_from(CHOICES),
    **dict.fromkeys(("lt", "le", "gt", "ge"), NUMBERS),
    "between": st.tuples(NUMBERS, NUMBERS).map(list),
    **dict.fromkeys(("any_of", "all_of", "none_of", "exactly"), SEVERAL),
    **dict.fromkeys(("contains", "begins"), TEXTS),
    **dict.fromkeys(("on", "before", "after"), DAYS | HOURS),
    **dict.fromkeys(("count", "length"), BOUNDS),
}


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    """A comparison as JSON has it."""
    operator = draw(st.sampled_from(sorted(OPERANDS)))
    operand = draw(
        OPERANDS[draw(st.sampled_from(sorted(OPERANDS)))] if draw(st.integers(0, 5)) == 0 else OPERANDS[operator]
    )
    named = {"of": draw(st.sampled_from(NAMES)), "is": operator}
    return named if operand is None else named | {"to": operand}


CONDITIONS = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)
"""A condition as JSON has it."""
