from time import perf_counter
from unicodedata import is_normalized

from hypothesis import given
from hypothesis import strategies as st

from survey_service.sentiment.splitting import normal, spans, words

ANY_TEXT = st.text(st.characters())


def test_vowel_signs_stay_in_their_words() -> None:
    assert words("വളരെ നല്ല സേവനം.") == ["വളരെ", "നല്ല", "സേവനം"]
    assert words("සේවය ඉතා හොඳයි!") == ["සේවය", "ඉතා", "හොඳයි"]
    assert words("በጣም ጥሩ ነው።") == ["በጣም", "ጥሩ", "ነው"]


def test_joiners_belong_to_words_but_are_none_alone() -> None:
    assert words("ශ්\u200dරී ලංකා") == ["ශ්\u200dරී", "ලංකා"]
    assert words("\u200d \u200c\u200d") == []


def test_both_spellings_of_a_word_are_one() -> None:
    assert words("cafe\u0301") == words("caf\u00e9") == ["caf\u00e9"]


def test_stacked_marks_are_cut_and_cost_no_quadratic_time() -> None:
    started = perf_counter()
    assert len(normal("a" + "\u0315\u0300" * 50_000)) <= 31
    assert perf_counter() - started < 1


@given(ANY_TEXT)
def test_words_are_the_normal_text_at_their_spans(text: str) -> None:
    shown = normal(text)
    assert is_normalized("NFC", shown)
    assert words(text) == [shown[start:end] for start, end in spans(shown)]
    assert all(word and not word.isspace() for word in words(text))
