"""Modules and functions of the package, the tests and the benchmarks are short."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("survey_service", "tests", "benchmarks", "scripts")
LONGEST_MODULE = 400
"""Lines of a file."""
LONGEST_FUNCTION = 40
"""Lines of a function, its docstring too; migrations apart, which are lists of columns."""


def modules() -> dict[str, str]:
    """The code of each module by its path; what is fetched for the tests is not ours."""
    ours = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts)
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ours}


def too_long(code: str) -> Iterator[str]:
    """What of a module is too long: the whole, or functions by their names, those inside others too."""
    if (lines := len(code.splitlines())) > LONGEST_MODULE:
        yield f"{lines} lines"
    for made in ast.walk(ast.parse(code)):
        if not isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if (lines := (made.end_lineno or made.lineno) - made.lineno + 1) > LONGEST_FUNCTION:
            yield f"{made.name}, {lines} lines"


def test_modules_and_functions_are_short() -> None:
    """Part a module by its subjects, and a function by its steps."""
    code = {name: text for name, text in modules().items() if "/piccolo_migrations/" not in name}
    assert {"survey_service/app.py", "tests/conftest.py", "benchmarks/__main__.py"} <= code.keys()
    assert [f"{name}: {what}" for name, text in code.items() for what in too_long(text)] == []


ROOMS = ("core/database", "core/i18n")
"""Rooms inside a room."""
LARGEST_SHARE = 0.1


def lines_of_rooms() -> Counter[str]:
    """The lines of each room of the package, its migrations too."""
    lines: Counter[str] = Counter()
    for name, code in modules().items():
        if name.startswith("survey_service/"):
            path = name.removeprefix("survey_service/")
            inner = next((room for room in ROOMS if path.startswith(f"{room}/")), "")
            lines[inner or path.partition("/")[0]] += len(code.splitlines())
    return lines


def test_no_room_holds_more_than_a_tenth_of_the_code() -> None:
    """One that does has become two subjects."""
    lines = lines_of_rooms()
    assert {"accounts", "core", "core/database", "dashboard"} <= lines.keys()
    assert [room for room, count in lines.items() if count > LARGEST_SHARE * lines.total()] == []


@pytest.mark.parametrize("begin", ["def f():\n", "async def f():\n", 'def f():\n    """Says it."""\n'])
def test_what_is_too_long_is_seen(begin: str) -> None:
    lines = LONGEST_FUNCTION - begin.count("\n")
    assert list(too_long(begin + "    pass\n" * lines)) == []
    longer = begin + "    pass\n" * (lines + 1)
    assert list(too_long(longer)) == [f"f, {LONGEST_FUNCTION + 1} lines"]
    inside = "class A:\n" + "".join(f"    {line}\n" for line in longer.splitlines())
    assert list(too_long(inside)) == [f"f, {LONGEST_FUNCTION + 1} lines"]
    assert list(too_long("x = 1\n" * LONGEST_MODULE)) == []
    assert list(too_long("x = 1\n" * (LONGEST_MODULE + 1))) == [f"{LONGEST_MODULE + 1} lines"]
