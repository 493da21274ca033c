"""Names of settings are for who runs the service: on a terminal and in its guide, in no error that staff read."""

import ast
from pathlib import Path

import pytest

import survey_service

ROOT = Path(survey_service.__file__).parent
FOR_OPERATORS = {
    "accounts/signing_service.py",
    "cli/group.py",
    "cli/serving.py",
    "core/settings.py",
    "operation/backup.py",
    "operation/keys.py",
    "web/standing.py",
}
"""What a terminal says, and what beside each finding names the setting for the API and the command `check`."""


def texts_of(source: str) -> list[str]:
    """Every text that the code makes, without docstrings and notes."""
    tree = ast.parse(source)
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
    ]


@pytest.mark.parametrize(
    "module",
    [name for path in sorted(ROOT.rglob("*.py")) if (name := str(path.relative_to(ROOT))) not in FOR_OPERATORS],
)
def test_no_error_names_a_setting(module: str) -> None:
    assert [text for text in texts_of((ROOT / module).read_text(encoding="utf-8")) if "SURVEY_" in text] == []


def test_a_setting_in_an_error_is_found() -> None:
    assert texts_of('"""SURVEY_A"""\nraise ValueError(f"Set SURVEY_B, {x}.")') == ["Set SURVEY_B, ", "."]
