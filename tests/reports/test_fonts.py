"""What no font draws is told, not guessed from names of fonts."""

import unicodedata

from survey_service.core import i18n
from survey_service.operation.check import SCRIPTS
from survey_service.reports.fonts import undrawn


def test_a_sign_without_a_glyph_is_found() -> None:
    nobody_draws = "\U000f1234"  # for private use
    assert undrawn({"letters": "Roses", "private": f"Roses {nobody_draws}"}) == ["private"]


def test_every_script_of_customers_is_drawn_here() -> None:
    assert undrawn(SCRIPTS) == []


def test_the_words_of_every_language_are_drawn() -> None:
    said = {code: str([*i18n.messages(code).values(), language.own_name]) for code, language in i18n.LANGUAGES.items()}
    assert undrawn(said) == []


def test_a_machine_is_asked_about_the_script_of_every_language() -> None:
    written = {
        name.split()[0] for sample in SCRIPTS.values() for sign in sample if (name := unicodedata.name(sign, ""))
    }
    for code in i18n.LANGUAGES:
        sign = next(sign for sign in i18n.text("thanks_text", code) if sign.isalpha())
        assert unicodedata.name(sign).split()[0] in written, code
