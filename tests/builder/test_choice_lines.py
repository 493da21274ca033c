"""Authors type words only, and each choice keeps the key that its answers are stored under."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.builder.choice_lines import with_keys, words_of

KEPT = "roses | Roses\ntulips | Tulips\nother | Something else"


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("Roses\nTulips\nSomething else", ["roses", "tulips", "other"]),
        ("Roses\r\nTulips\r\nSomething else\r\n", ["roses", "tulips", "other"]),
        ("Something else\nTulips\nRoses", ["other", "tulips", "roses"]),
        ("Roses\nLilies\nTulips\nSomething else", ["roses", "", "tulips", "other"]),
        ("Red roses\nTulips\nSomething else", ["roses", "tulips", "other"]),
        ("Roses\nSomething else", ["roses", "other"]),
        ("Roses\n\nSomething else", ["roses", "other"]),
        ("Rosen\nTulpen\nEtwas anderes", ["roses", "tulips", "other"]),
        ("Roses\nTulips\nSomething else\nRoses", ["roses", "tulips", "other", ""]),
        ("a | b\nTulips\nSomething else", ["roses", "tulips", "other"]),
        ("", []),
    ],
)
def test_lines_find_their_keys(typed: str, keys: list[str]) -> None:
    assert [line.partition(" | ")[0] for line in with_keys(typed, KEPT).split("\n") if line] == keys


def test_translations_belong_to_the_choice_in_the_same_place() -> None:
    assert with_keys("ጽጌረዳ\n\nሌላ", "roses | \ntulips | \nother | ") == "roses | ጽጌረዳ\nother | ሌላ"


LINE = (
    st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=8)
    .map(str.strip)
    .filter(bool)
)


@given(st.lists(LINE, max_size=8, unique=True))
def test_whatever_is_moved_or_taken_out_keeps_its_key_and_no_key_is_twice(lines: list[str]) -> None:
    kept = "\n".join(f"k{number} | {line}" for number, line in enumerate(lines))
    assert with_keys(words_of(kept), kept) == kept
    some = lines[::-1][:5]
    again = dict(line.partition(" | ")[::2] for line in with_keys("\n".join(some), kept).split("\n") if line)
    assert again == {f"k{lines.index(line)}": line for line in some}
