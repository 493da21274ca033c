"""Rows are read in `queries.py`, and leave it as structs: `docs/decisions/0012-rows-are-structs.md`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import survey_service
from tests.project.test_writing import text_of

PACKAGE = Path(survey_service.__file__).parent
MAY_READ = re.compile(r"core/(database|batch)/.*|(.*/)?queries\.py|.*/piccolo_migrations/.*")
OTHERS = {
    "beginning/late.py": "what a removal goes by",
    "beginning/removal.py": "what a removal goes by",
    "counts/fold.py": "one statement folds and tells how much",
    "inbox/export/csv.py": "the database itself writes the lines of an export",
    "operation/backup.py": "a copy of the file, before there is a database",
}
"""Module → why it reads and is no `queries.py`."""
READERS = {"fetch", "fetch_one", "read", "read_one"}
QUERY = re.compile(r"\s*(SELECT|WITH)\s")
NOT_STRUCTS = {("responses/queries.py", "conditions"): "the WHERE of a filter and its values, for the export's SQL"}


def modules() -> dict[str, ast.Module]:
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in PACKAGE.rglob("*.py")
    }


def reads(tree: ast.Module) -> Iterator[str]:
    """Where a module asks the database, or takes a row for what it is not: a dictionary."""
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(ast.walk(node))
            inside.discard(node)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="database" | "db"), attr=name)) if name in READERS:
                yield f"{node.lineno}: database.{name}"
            case ast.Subscript(value=ast.Name(id="row"), slice=ast.Constant(value=str(name))):
                yield f'{node.lineno}: row["{name}"]'
            case ast.Constant(value=str()) | ast.JoinedStr() if node not in inside and QUERY.match(text_of(node)):
                yield f"{node.lineno}: {text_of(node)[:40]}"


def loose(tree: ast.Module) -> Iterator[str]:
    """The public functions of a module that give rows on, or say nothing of what they give.

    A dictionary of plain values (`dict[UUID, int]`: how many by form) is no row: its keys are values too, and its type
    says what they are.
    """
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
            given = ast.unparse(node.returns) if node.returns else "Any"
            if re.search(r"\b(Any|Row|object|Mapping)\b", given):
                yield node.name


def test_only_queries_and_the_named_modules_read() -> None:
    """In both ways: an exception that nobody needs any more is taken off the list."""
    found = {name: [*reads(tree)] for name, tree in modules().items() if not MAY_READ.fullmatch(name)}
    assert {name: where for name, where in found.items() if where and name not in OTHERS} == {}
    assert {name for name, where in found.items() if where} == set(OTHERS)


def test_queries_give_structs() -> None:
    found = {
        (name, function) for name, tree in modules().items() if name.endswith("queries.py") for function in loose(tree)
    }
    assert found == set(NOT_STRUCTS)


@pytest.mark.parametrize(
    "line",
    [
        'row["id"]',
        "await database.fetch(sql)",
        "await database.read_one(Place, sql)",
        "sql = 'SELECT id FROM place'",
        'sql = f"SELECT {COLUMNS} FROM place"',
        'sql = "WITH below AS (SELECT 1) SELECT 2"',
    ],
)
def test_every_way_to_read_is_seen(line: str) -> None:
    assert [*reads(ast.parse(f"async def f(): {line}"))]


@pytest.mark.parametrize("line", ["row.id", "rows[0]", "await database.execute(sql)", 'f"{place} Selected"'])
def test_what_reads_nothing_is_let_be(line: str) -> None:
    assert not [*reads(ast.parse(f"async def f(): {line}"))]


@pytest.mark.parametrize("given", [" -> dict[str, Any]", " -> list[database.Row]", " -> Row | None", ""])
def test_a_function_that_gives_rows_on_is_seen(given: str) -> None:
    assert [*loose(ast.parse(f"async def one(){given}: ..."))] == ["one"]
    for plain in ("list[PlaceRow]", "dict[UUID, int]", "dict[str, PlaceRow]"):
        assert not [*loose(ast.parse(f"async def one() -> {plain}: ..."))]
