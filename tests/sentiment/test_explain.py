from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_service.sentiment.engines.base import Reading
from survey_service.sentiment.engines.instant import InstantEngine
from survey_service.sentiment.explain import explain

INSTANT = InstantEngine()


class CountingEngine(InstantEngine):
    """The instant engine, counting the texts that it is given."""

    def __init__(self) -> None:
        self.scored = 0

    def score(self, texts: Sequence[str], language: str) -> list[Reading]:
        self.scored += len(texts)
        return super().score(texts, language)


def test_both_sides_are_named_with_their_direction() -> None:
    moved = explain("The staff was very friendly but the food was awful", INSTANT)
    assert [fragment for fragment, _ in moved] == ["awful", "very friendly"]
    assert moved[0][1] < 0 < moved[1][1]


@pytest.mark.parametrize(("text", "fragment"), [("It was not good", "not good"), ("It isn’t good", "isn’t good")])
def test_a_negation_stays_with_its_word(text: str, fragment: str) -> None:
    [(found, weight)] = explain(text, INSTANT)
    assert found == fragment
    assert weight < 0


def test_a_repeated_word_is_left_out_everywhere() -> None:
    [(fragment, weight)] = explain("Excellent food. EXCELLENT prices.", INSTANT)
    assert fragment == "Excellent"
    assert weight == pytest.approx(1.0)


def test_blame_beside_worse_blame_is_not_called_praise() -> None:
    moved = dict(explain("terrible service, rude staff", INSTANT))
    assert moved["terrible"] < 0
    assert moved.get("rude", -1) < 0


@pytest.mark.parametrize("text", ["", "waited 45 minutes", "n/a", "ጥሩ"])
def test_nothing_moved_what_has_no_polarity(text: str) -> None:
    assert explain(text, INSTANT) == []


def test_a_language_that_is_not_read_has_no_explanation() -> None:
    assert explain("good and great", INSTANT, "fr") == []


def test_a_long_text_is_explained_within_bounds() -> None:
    engine = CountingEngine()
    assert explain("good awful fine bad happy sad " * 20_000, engine)
    assert engine.scored <= 181


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["good", "awful", "not", "very", "n't", "!", "\ud800", "a", "’", "\n"])).map(" ".join))
def test_fragments_come_from_the_text_strongest_first(text: str) -> None:
    moved = explain(text, INSTANT)
    weights = [abs(weight) for _, weight in moved]
    assert weights == sorted(weights, reverse=True)
    assert all(fragment in text for fragment, _ in moved)
