"""docs/operating.md documents every setting, and nothing that is none."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

from survey_service.core.settings import SECRETS, Settings

PAGE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(SURVEY_[A-Z_]+)` \| (.*) \|$", PAGE, flags=re.MULTILINE))


def _variable(name: str) -> str:
    return f"SURVEY_{name.upper()}"


def test_every_setting_has_its_row_in_order() -> None:
    assert list(ROWS) == [_variable(field.name) for field in fields(Settings)]


def test_the_defaults_are_the_true_ones() -> None:
    for field in fields(Settings):
        if field.default is MISSING or field.default in ("", ()):
            continue
        shown = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        assert ROWS[_variable(field.name)].startswith(f"`{shown}` |"), field.name


def test_exactly_the_secrets_are_marked_as_such() -> None:
    assert {name for name, row in ROWS.items() if "*Secret.*" in row} == set(map(_variable, SECRETS))


def test_every_setting_named_anywhere_in_the_page_exists() -> None:
    known = set(ROWS) | {f"{_variable(name)}_FILE" for name in SECRETS}
    assert {name.rstrip("_") for name in re.findall(r"SURVEY_[A-Z_]+", PAGE)} <= known
