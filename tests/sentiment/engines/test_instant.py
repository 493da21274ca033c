from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_service.sentiment.engines.base import Engine, Reading
from survey_service.sentiment.engines.instant import InstantEngine, calibrated

INSTANT: Engine = InstantEngine()


def english(text: str) -> Reading:
    return INSTANT.score([text], "en")[0]


@pytest.mark.parametrize(
    "text",
    [
        "Great!",
        "I love it",
        "Excellent food. Excellent prices.",
        "very friendly staff",
        "good\u200f",
        "g\u200dood service",
    ],
)
def test_praise(text: str) -> None:
    reading = english(text)
    assert reading.label == "positive"
    assert reading.polarity is not None
    assert reading.polarity >= 0.2
    assert reading.confidence == reading.p_positive
    assert reading.reason is None


@pytest.mark.parametrize(
    "text",
    ["terrible service, rude staff", "The toilets are dirty", "not good", "isn’t good", "\ud800 bad", "bad\0"],
)
def test_blame(text: str) -> None:
    reading = english(text)
    assert reading.label == "negative"
    assert reading.polarity is not None
    assert reading.polarity <= -0.1
    assert reading.p_positive is not None
    assert reading.confidence == pytest.approx(1 - reading.p_positive)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no words"),
        (" \t", "no words"),
        ("😀 !!", "no words"),
        ("n/a", "says nothing either way"),
        ("Nothing.", "says nothing either way"),
        ("I don’t know", "says nothing either way"),
        ("hm", "too short to tell"),
        ("waited 45 minutes", "no word that carries a tone"),
        ("no complaints", "no word that carries a tone"),
    ],
)
def test_what_was_not_read_has_no_figures(text: str, reason: str) -> None:
    reading = english(text)
    assert (reading.label, reading.reason) == ("uncertain", reason)
    assert (reading.polarity, reading.p_positive, reading.confidence) == (None, None, None)


@pytest.mark.parametrize(
    "text",
    ["could be better", "was hoping for more", "thanks for nothing", "not the greatest", "should be quicker, nice"],
)
def test_doubtful_praise_is_not_believed(text: str) -> None:
    reading = english(text)
    assert reading.label == "uncertain"
    assert reading.polarity is not None
    assert reading.polarity > 0
    assert reading.p_positive == calibrated(reading.polarity, in_doubt=True) < calibrated(reading.polarity)
    assert reading.confidence is None
    assert "often not meant" in (reading.reason or "")


def test_a_weak_tone_keeps_its_polarity_without_a_label() -> None:
    reading = english("The staff were certain about the main entrance")
    assert (reading.label, reading.reason) == ("uncertain", "the tone is too weak to tell")
    assert reading.polarity is not None
    assert reading.p_positive is not None


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("am", "no reader for Amharic yet"),
        ("si", "no reader for Sinhala yet"),
        ("pt-BR", "no reader for Portuguese yet"),
        ("qqq", "no reader for qqq yet"),
        ("und", "the language was not recognised"),
        ("und-Latn", "written in Latin letters, in a language that was not recognised"),
    ],
)
def test_an_unread_language_is_never_zero(language: str, reason: str) -> None:
    assert not INSTANT.reads(language)
    [reading] = INSTANT.score(["good and great"], language)
    assert (reading.label, reading.reason, reading.language) == ("unsupported", reason, language)
    assert (reading.polarity, reading.p_positive, reading.confidence) == (None, None, None)


def test_a_reading_says_who_read_what() -> None:
    reading = INSTANT.score(["good"], "en-GB")[0]
    assert (reading.engine, reading.language, reading.script) == ("instant", "en-GB", "Latn")
    assert reading.version.startswith("textblob-")
    assert max(len(reading.engine), len(reading.version)) <= 40
    assert msgspec.convert(msgspec.to_builtins(reading), Reading) == reading


@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5), st.booleans())
def test_the_calibration_never_falls(one: float, other: float, in_doubt: bool) -> None:
    low, high = sorted((one, other))
    assert 0 < calibrated(low, in_doubt=in_doubt) <= calibrated(high, in_doubt=in_doubt) < 1
    assert calibrated(one, in_doubt=True) <= calibrated(one)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters()), st.sampled_from(["en", "en-US", "am", "und", ""]))
def test_any_string_gets_a_consistent_reading(text: str, language: str) -> None:
    [reading] = INSTANT.score([text], language)
    labelled = reading.label in {"positive", "negative"}
    assert (reading.confidence is not None) == (reading.reason is None) == labelled
    assert (reading.polarity is None) == (reading.p_positive is None)
    assert (reading.label == "unsupported") == (not INSTANT.reads(language))
    assert reading.polarity is None or -1 <= reading.polarity <= 1
    assert not labelled or (reading.confidence or 0) > 0.65


@pytest.mark.parametrize("fragment", ["!", "(:", "=)", "a.b.", "not good ", "\0", "\ud800", "\u202e", "a\u0315\u0300"])
def test_pathological_texts_take_no_time(fragment: str) -> None:
    english("good")
    started = perf_counter()
    english(fragment * (100_000 // len(fragment)))
    assert perf_counter() - started < 1


def test_batches_in_several_threads_agree_with_one() -> None:
    texts = ["Great food and friendly staff", "terrible, dirty and slow", "waited 45 minutes"] * 50
    alone = INSTANT.score(texts, "en")
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: InstantEngine().score(texts, "en"), range(4)))
    assert together == [alone] * 4
