"""What differs between the databases is said in few places: CONTRIBUTING.md names them."""

import re
from pathlib import Path

import survey_service

PACKAGE = Path(survey_service.__file__).parent
ALLOWED = re.compile(
    r"core/(database|batch)/.*|(.*/)?queries\.py|inbox/export/csv\.py|counts/fold\.py|.*/piccolo_migrations/.*"
)
DIFFERS = re.compile(r"\bdialect\(\)|\bFOR UPDATE\b|\bLOCK TABLE\b|\bSKIP LOCKED\b|\bTRANSACTION ISOLATION\b|\bjsonb_")


def modules() -> dict[str, str]:
    return {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def test_only_the_named_modules_ask_which_database_it_is() -> None:
    assert not [name for name, code in modules().items() if DIFFERS.search(code) and not ALLOWED.fullmatch(name)]


def test_each_module_that_may_ask_does() -> None:
    """An exception that nobody needs any more is taken off the list."""
    code = modules()
    for name in ("inbox/export/csv.py", "counts/fold.py"):
        assert DIFFERS.search(code[name]), name
