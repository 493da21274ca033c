"""What no font draws is told, not guessed from names of fonts."""

from survey_service.operation.check import SCRIPTS
from survey_service.reports.fonts import undrawn


def test_a_sign_without_a_glyph_is_found() -> None:
    nobody_draws = "\U000f1234"  # for private use
    assert undrawn({"letters": "Roses", "private": f"Roses {nobody_draws}"}) == ["private"]


def test_every_script_of_customers_is_drawn_here() -> None:
    assert undrawn(SCRIPTS) == []
