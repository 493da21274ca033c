"""The invented comments are many, repeatable, in their own script, and agree with their score."""

import string
import unicodedata
from collections import Counter
from random import Random

import pytest
from textblob import TextBlob

from survey_service.demo_texts import LANGUAGES
from survey_service.demo_texts.comments import (
    THEME_WEIGHTS,
    comment,
    score_group,
    texts,
    themes,
)

SCRIPTS = {
    "en": "LATIN",
    "am": "ETHIOPIC",
    "ka": "GEORGIAN",
    "ml": "MALAYALAM",
    "si": "SINHALA",
    "ar": "ARABIC",
}
CASES = [(language, score) for language in LANGUAGES for score in (10, 8, 3)]


def patterns(language: str) -> list[str]:
    return [p for themed in texts(language).comments.values() for some in themed.values() for p in some]


@pytest.mark.parametrize(("language", "score"), CASES)
def test_the_same_seed_gives_the_same_comments(language: str, score: int) -> None:
    first, second = Random(7), Random(7)
    once = [comment(first, language, score) for _ in range(50)]
    assert once == [comment(second, language, score) for _ in range(50)]
    assert len(set(once)) > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_at_least_four_hundred_comments_of_each_group(language: str) -> None:
    random = Random(1)
    for score in (9, 7, 0):
        assert len({comment(random, language, score) for _ in range(4_000)}) >= 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_pattern_belongs_to_two_groups_or_themes(language: str) -> None:
    assert [p for p, times in Counter(patterns(language)).items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_group_speaks_of_its_themes_with_several_patterns(language: str) -> None:
    spoken = texts(language).comments
    assert {group: set(themed) for group, themed in spoken.items()} == {
        group: set(weights) for group, weights in THEME_WEIGHTS.items()
    }
    assert all(len(some) >= 3 for themed in spoken.values() for some in themed.values())
    assert set(texts(language).endings) == set(THEME_WEIGHTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_patterns_use_known_slots_and_every_slot_is_used(language: str) -> None:
    used = {slot for p in patterns(language) for _, slot, _, _ in string.Formatter().parse(p) if slot}
    assert used == set(texts(language).slots)


@pytest.mark.parametrize(("language", "score"), CASES)
def test_comments_are_written_in_their_script_and_composed(language: str, score: int) -> None:
    random = Random(3)
    for _ in range(200):
        said = comment(random, language, score)
        letters = [sign for sign in said if sign.isalpha()]
        assert all(unicodedata.name(sign).startswith(SCRIPTS[language]) for sign in letters), said
        assert unicodedata.is_normalized("NFC", said)
        assert "{" not in said


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_other_languages_say_something_for_each_english_pattern(language: str) -> None:
    english = texts("en").comments
    there = texts(language).comments
    for group, themed in english.items():
        for theme, some in themed.items():
            assert abs(len(there[group][theme]) - len(some)) <= 1, (group, theme)


def test_english_comments_sound_like_their_score_to_textblob() -> None:
    random = Random(5)
    happy = [TextBlob(comment(random, "en", 10)).polarity for _ in range(500)]
    angry = [TextBlob(comment(random, "en", 2)).polarity for _ in range(500)]
    assert sum(polarity > 0 for polarity in happy) >= 0.8 * len(happy)
    assert sum(polarity <= 0 for polarity in angry) >= 0.8 * len(angry)


def test_some_comments_are_hard_to_read() -> None:
    unhappy = [p for some in texts("en").comments["detractor"].values() for p in some]
    assert any(TextBlob(p).polarity > 0.5 for p in unhappy)


def test_groups_of_scores() -> None:
    groups = [score_group(score) for score in range(11)]
    assert groups == ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2
    with pytest.raises(ValueError, match="between 0 and 10"):
        score_group(11)


def test_themes_are_drawn_by_their_weights() -> None:
    assert {sum(weights.values()) for weights in THEME_WEIGHTS.values()} == {100}
    assert "wrong_flowers" in themes(2)
    assert "wrong_flowers" not in themes(9)
    random = Random(11)
    by_pattern = {p.split("{")[0]: t for t, some in texts("en").comments["detractor"].items() for p in some}
    waiting = sum(by_pattern.get(said, "") == "waiting" for said in _starts(random, by_pattern))
    assert 0.15 < waiting / 2_000 < 0.35


def _starts(random: Random, by_pattern: dict[str, str]) -> list[str]:
    """The longest pattern start that each of 2,000 detractors' comments begins with."""
    starts = sorted(by_pattern, key=len, reverse=True)
    said = [comment(random, "en", 1) for _ in range(2_000)]
    return [next(start for start in starts if one.startswith(start)) for one in said]


def test_a_theme_can_be_asked_for() -> None:
    random = Random(2)
    assert any("till" in comment(random, "en", 1, "nobody_at_till") for _ in range(5))
    with pytest.raises(ValueError, match="promoters do not speak of 'nobody_at_till'"):
        comment(random, "en", 10, "nobody_at_till")


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        comment(Random(1), "fr", 10)
