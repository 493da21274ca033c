from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey_service.sentiment import language
from survey_service.sentiment.language import base, recognise, script_of

FORM = ("en", "am", "ka", "ml", "si", "ar")
PATHOLOGICAL = (
    "a" * 100_000,
    "a@" * 50_000,
    "@" * 100_000,
    "!" * 100_000,
    "http://" * 15_000,
    "a" + "\u0315\u0300" * 50_000,
    "\0" * 100_000,
    "\ud800" * 100_000,
    "\u200f\u202e" * 50_000,
    " " * 100_000 + "fine",
)


@pytest.mark.parametrize(
    ("text", "expected", "script"),
    [
        ("አገልግሎቱ በጣም ጥሩ ነው", "am", "Ethi"),
        ("ጥሩ", "am", "Ethi"),
        ("#ኢትዮጵያ የ Ethio telecom አገልግሎት http://example.org/abcdefghijklmnop", "am", "Ethi"),
        ("მომსახურება კარგი იყო", "ka", "Geor"),
        ("ᲙᲐᲠᲒᲘ", "ka", "Geor"),
        ("നല്ല service ആയിരുന്നു, staff friendly", "ml", "Mlym"),
        ("හොඳ service එකක්", "si", "Sinh"),
        ("الخدمة ممتازة والموظفون لطفاء", "ar", "Arab"),
        ("The queue was long and nobody helped", "en", "Latn"),
        ("GREAT PLACE", "en", "Latn"),
        ("Great service", "en", "Latn"),
        ("무엇이든 좋아요", "ko", "Hang"),
        ("とても良い接客でした", "ja", "Jpan"),
        ("服务很好", "zh", "Hani"),
    ],
)
def test_scripts_and_candidates(text: str, expected: str, script: str) -> None:
    found = recognise(text, FORM)
    assert (found.language, found.script) == (expected, script)
    assert 0.3 < found.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "betam tiru new ameseginalehu",
        "agelgilotu betam dehna new",
        "serategnochu tilik nachew gin lerejim gize tebekin",
        "nalla service aayirunnu",
        "enikku ishtapettu pakshe vila kooduthal aanu",
        "hari hodai machan",
        "sewaya hodai namuth mila wadi",
        "dzalian kargi momsakhureba",
        "kargi gundi iyo, madloba",
        "khedma mumtaza shukran",
    ],
)
def test_romanised_text_is_not_taken_for_english(text: str) -> None:
    assert recognise(text, FORM).language == "und-Latn"
    assert recognise(text, FORM[1:]).language == "und-Latn"


def test_latin_languages_are_told_apart_among_the_candidates() -> None:
    candidates = ("en", "fr", "de", "es", "tr")
    texts = {
        "fr": "Le personnel était très aimable mais l'attente trop longue",
        "de": "Das Personal war sehr freundlich, aber es war teuer",
        "es": "El personal fue muy amable y el precio justo",
        "tr": "Personel çok yardımcı oldu, teşekkür ederim",
        "en": "The staff were very kind but the wait was too long",
    }
    assert {code: recognise(text, candidates).language for code, text in texts.items()} == {c: c for c in texts}


def test_a_near_relative_of_a_candidate_does_not_count_against_it() -> None:
    danish = "Personalet var meget venligt og hjalp os med det hele, men der var lang kø ved kassen"
    assert recognise(danish, ["nb", "am"]).language == "nb"


def test_a_clearly_foreign_latin_text_is_no_candidate() -> None:
    spanish = "El personal fue muy amable y el precio justo, volveremos"
    assert recognise(spanish, ["en"]).language == "und-Latn"
    assert recognise(spanish, []).language == "es"


def test_english_is_recognised_unasked_only_when_it_is_clear() -> None:
    assert recognise("The queue was long and nobody helped us at the counter", ["am"]).language == "en"
    assert recognise("zut", ["am"]).language == "und-Latn"


@pytest.mark.parametrize(
    ("text", "candidates", "expected"),
    [
        ("ኣገልግሎት ጽቡቕ እዩ", ["ti", "en"], "ti"),
        ("ኣገልግሎት ጽቡቕ እዩ", ["am", "ti"], "ti"),
        ("አገልግሎቱ በጣም ጥሩ ነው", ["ti", "am"], "am"),
        ("خدمات بسیار خوب بود و کارکنان مهربان بودند", ["fa"], "fa"),
        ("خدمات بسیار خوب بود و کارکنان مهربان بودند", ["ar", "fa", "ur"], "fa"),
        ("سروس بہت اچھی تھی اور عملہ مددگار تھا", ["ar", "fa", "ur"], "ur"),
        ("الخدمة ممتازة والموظفون لطفاء", ["ar", "fa", "ur"], "ar"),
        ("Обслуживание было отличным, спасибо", ["ru", "kk"], "ru"),
        ("Қызмет көрсету өте жақсы болды, рахмет", ["ru", "kk"], "kk"),
        ("Обслуговування було чудове, дякую вам", ["en"], "uk"),
        ("良い", ["ja", "en"], "ja"),
        ("Usluga je bila odlična, hvala", ["sr-Cyrl", "sr-Latn"], "sr-Latn"),
        ("Услуга је била одлична, хвала", ["sr-Latn", "sr-Cyrl"], "sr-Cyrl"),
    ],
)
def test_shared_scripts_are_decided_by_the_candidates(text: str, candidates: Sequence[str], expected: str) -> None:
    assert recognise(text, candidates).language == expected


def test_a_candidate_comes_back_as_it_was_written() -> None:
    assert recognise("The staff were very kind", ["en-GB", "fr"]).language == "en-GB"
    assert recognise("O atendimento foi muito bom, obrigado", ["en", "pt_BR"]).language == "pt_BR"
    assert recognise("აქ კარგია", ["ka-GE"]).language == "ka-GE"


@pytest.mark.parametrize("text", ["", "   ", "12345", "😀👍", "!!!", "ok", ":)", "\u200f", "x", "ᎣᏏᏲ"])
def test_too_little_to_tell_is_undetermined(text: str) -> None:
    found = recognise(text, FORM)
    assert (found.language, found.confidence) == ("und", 0.0)


def test_candidates_that_no_model_knows_do_no_harm() -> None:
    assert recognise("He pai te ratonga", ["mi", "xx-Qaaa", ""]).language in {"und-Latn", "mi"}
    assert recognise("The queue was long and nobody helped", ["mi", "en"]).language == "en"


def test_base_maps_regions_and_narrow_codes() -> None:
    assert [base(tag) for tag in ("pt-BR", "zh_Hant", "NB", "fil", "")] == ["pt", "zh", "no", "tl", ""]


def test_script_of() -> None:
    assert [script_of(text) for text in ("good", "ጥሩ", "12 😀", "ᎣᏏᏲ")] == ["Latn", "Ethi", "Zyyy", "Zzzz"]


@pytest.mark.parametrize("text", PATHOLOGICAL, ids=lambda text: repr(text[:6]))
def test_pathological_texts_take_no_time(text: str) -> None:
    recognise("warm up the recogniser", FORM)
    started = perf_counter()
    recognise(text, FORM)
    assert perf_counter() - started < 1


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters()), st.lists(st.sampled_from([*FORM, "ti", "fa", "mi", "zh-Hant", "", "-", "x-y"])))
@example("\udcff abc", ["en"])
@example("ªªª", ["en"])
@example("ーーー", ["ja"])
@example("⁣𝒜𝒷𝒸", [])
def test_any_string_is_answered(text: str, candidates: list[str]) -> None:
    found = recognise(text, candidates)
    assert found.language == found.language.strip()
    assert 0 <= found.confidence <= 1
    assert (found.language == "und") == (found.confidence == 0) or found.confidence < 1e-6
    assert recognise(text, candidates) == found


def test_threads_share_one_recogniser() -> None:
    language._load.cache_clear()
    texts = ["The queue was long and nobody helped", "Le personnel était très aimable"] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: recognise(text, ["en", "fr"]).language, texts))
    assert found == ["en", "fr"] * 20
    assert language._load.cache_info().misses == 1
