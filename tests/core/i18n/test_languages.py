"""Languages have names and directions, whoever asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import i18n
from survey_service.core.i18n import LANGUAGES


@given(st.text(max_size=20))
def test_any_tag_has_a_direction_and_a_name(tag: str) -> None:
    assert i18n.direction(tag) in {"ltr", "rtl"}
    assert isinstance(i18n.language_name(tag, "en"), str)
    assert i18n.chrome_language(tag) in LANGUAGES


def test_directions() -> None:
    right_to_left = {code for code, language in LANGUAGES.items() if language.direction == "rtl"}
    assert right_to_left == {"ar", "fa", "he", "ur"}
    assert i18n.direction("fa-IR") == "rtl"
    assert i18n.direction("no such tag") == "ltr"


def test_names_of_languages() -> None:
    assert i18n.language_name("am", "en") == "Amharic"
    assert i18n.language_name("am-ET", "am") == "አማርኛ"
    assert i18n.language_name("ar", "ka") == "არაბული"
    assert i18n.language_name("und-Latn", "en").endswith("(Latin)")
    assert i18n.language_name("xx", "en") == "xx"
    assert i18n.language_name("en", "xx") == "English"


WRITTEN_OTHERWISE = {"id", "zh-Hans"}
"""CLDR calls them by the country, and by the language with its script in brackets."""


@pytest.mark.parametrize("code", LANGUAGES)
def test_names_agree_with_cldr(code: str) -> None:
    language = LANGUAGES[code]
    assert i18n.language_name(code, "en") == language.english_name
    if code not in WRITTEN_OTHERWISE:
        assert i18n.language_name(code, code).casefold() == language.own_name.casefold()


def test_own_names() -> None:
    asked = ("ja", "id", "zh-Hans", "fr", "ka", "cy", "pt-BR", "zh-Hant", "am-ET", "qq", "no such tag")
    assert [i18n.own_name(tag) for tag in asked] == [
        "日本語", "Bahasa Indonesia", "简体中文", "Français", "ქართული",
        "Cymraeg", "Português", "繁體中文", "አማርኛ", "qq", "no such tag",
    ]  # fmt: skip


def test_languages_stand_in_the_order_of_their_english_names() -> None:
    first, *others = (language.english_name for language in LANGUAGES.values())
    assert (first, others) == ("English", sorted(others))
