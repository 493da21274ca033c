"""Languages have names and directions, whoever asks."""

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
    assert {code: i18n.direction(code) for code in LANGUAGES} == {
        code: language.direction for code, language in LANGUAGES.items()
    }
    assert i18n.direction("fa-IR") == "rtl"
    assert i18n.direction("no such tag") == "ltr"


def test_names_of_languages() -> None:
    assert i18n.language_name("am", "en") == "Amharic"
    assert i18n.language_name("am-ET", "am") == "አማርኛ"
    assert i18n.language_name("ar", "ka") == "არაბული"
    assert i18n.language_name("und-Latn", "en").endswith("(Latin)")
    assert i18n.language_name("xx", "en") == "xx"
    assert i18n.language_name("en", "xx") == "English"


def test_own_names_agree_with_babel() -> None:
    for code, language in LANGUAGES.items():
        assert i18n.language_name(code, code) == language.own_name
        assert i18n.language_name(code, "en") == language.english_name
