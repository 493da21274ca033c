"""One table is the query builder's, SQL earns its keep: `docs/decisions/0014-one-table-by-the-query-builder.md`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import survey_service
from tests.project.test_writing import tables, text_of

PACKAGE = Path(survey_service.__file__).parent
BELOW = re.compile(r"core/(database|batch)/.*|operation/.*|.*/piccolo_migrations/.*")
"""What makes statements, or works on a file before there is a database."""
STATEMENT = re.compile(r"\s*(SELECT|WITH|INSERT INTO|UPDATE|DELETE FROM)\s")
WRITES = re.compile(r"\b(INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b")
EARNS = re.compile(
    r"\b(JOIN|UNION|RECURSIVE|GROUP BY|COALESCE|OVER|EXISTS)\b|\b(count|sum|min|max|string_agg)\(|\(\s*SELECT\b",
    re.IGNORECASE,
)
"""Several tables, what many rows add up to, or an expression over columns."""
HOT = "with each answer, or each page of a survey, poster or invitation"
PAGED = "a list that is put together of filters and a cursor"
INDEX = "the index is used for a state that is written out"
REASONS = {
    "accounts/queries.py staff_list": PAGED,
    "accounts/queries.py key_list": PAGED,
    "accounts/queries.py audit_list": PAGED,
    "accounts/queries.py identity": "PostgreSQL's own tables",
    "beginning/queries.py names": "tables of other rooms, by their names",
    "beginning/queries.py forms_called": "a table of another room",
    "cases/queries.py promises": PAGED,
    "customers/queries.py TIMELINE": PAGED,
    "forms/queries.py _read_published": HOT,
    "forms/queries.py wordings": HOT,
    "forms/queries.py chosen_for": HOT,
    "forms/queries.py definition_of": HOT,
    "forms/queries.py published_forms_of": HOT,
    "forms/queries.py known": HOT,
    "forms/queries.py published_by_id": HOT,
    "forms/queries.py form_list": PAGED,
    "forms/queries.py version_list": PAGED,
    "invitations/queries.py invitation_by_token": HOT,
    "invitations/queries.py page_of_invitations": PAGED,
    "jobs/queries.py stream_after": "PostgreSQL's snapshots say what is settled",
    "jobs/queries.py _newest_error": INDEX,
    "messaging/queries.py EVERY": "also asked of a file that is no database of this process",
    "places/queries.py place_by_code": HOT,
    "places/queries.py page_of_places": PAGED,
    "responses/queries.py _beside": PAGED,
    "responses/queries.py by_client_id": HOT,
    "responses/queries.py commented": HOT,
    "responses/queries.py verified_customers": HOT,
}
"""A statement of one table, by its module and function or constant → why it is SQL."""
WHOLE = {
    "beginning/late.py": "removes from the tables of every room",
    "beginning/removal.py": "removes from the tables of every room",
    "counts/fold.py": "sums in the database, one statement or three",
    "counts/queries.py": "sums over rows that are folded and rows that are not",
    "counts/rebuild.py": "a thousand rows in one statement, while the tables are held",
    "inbox/export/csv.py": "the database itself writes the lines of an export",
}
"""Module → why its statements are SQL."""
WRITERS = {"jobs/queries.py take_jobs": "locks, leases and counts attempts in one statement"}
"""SQL that writes, outside of WHOLE."""


def statements(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each SQL statement of a module, with the function or constant that it stands in."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                where = name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                where = name
            case _:
                where = ""
        inside = {inner for text in ast.walk(node) if isinstance(text, ast.JoinedStr) for inner in _parts(text)}
        for text in ast.walk(node):
            whole = isinstance(text, (ast.Constant, ast.JoinedStr)) and text not in inside
            if whole and STATEMENT.match(said := text_of(text)):
                yield where, said


def _parts(text: ast.JoinedStr) -> Iterator[ast.AST]:
    return (inner for inner in ast.walk(text) if inner is not text)


def modules() -> dict[str, ast.Module]:
    every = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    return {name: ast.parse(path.read_text("utf-8")) for name, path in every.items() if not BELOW.fullmatch(name)}


def test_sql_stands_where_it_earns_its_keep() -> None:
    """In both ways: a reason that nobody needs any more is taken off the list."""
    found = {name: [*statements(tree)] for name, tree in modules().items()}
    plain = {
        f"{name} {where}"
        for name, said in found.items()
        for where, text in said
        if name not in WHOLE and not EARNS.search(text) and not WRITES.search(text)
    }
    assert plain == set(REASONS)
    assert {name for name, said in found.items() if said and not name.endswith("queries.py")} <= set(WHOLE)
    assert {name for name in WHOLE if not found[name]} == set()


def test_sql_that_writes_is_in_batches_and_where_it_is_named() -> None:
    found = {
        f"{name} {where}"
        for name, tree in modules().items()
        for where, text in statements(tree)
        if WRITES.search(text) and name not in WHOLE
    }
    assert found == set(WRITERS)


def awaited(tree: ast.Module) -> list[str]:
    """Queries of the builder that are awaited by themselves."""
    ours = tables(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Await):
            root: ast.AST = node.value
            while isinstance(root, (ast.Call, ast.Attribute)):
                root = root.func if isinstance(root, ast.Call) else root.value
            if isinstance(root, ast.Name) and root.id in ours:
                found.append(ast.unparse(node))
    return found


def test_queries_go_through_the_database_that_may_be_away() -> None:
    """`database.execute` and its sisters say so by one error; a query that is awaited says it in the driver's words."""
    assert {name: found for name, tree in modules().items() if (found := awaited(tree))} == {}


@pytest.mark.parametrize(
    ("line", "earns"),
    [
        ("SELECT a FROM place WHERE id = {}", False),
        ("SELECT p.a FROM place p JOIN form f ON f.id = p.form", True),
        ("SELECT count(*) AS n FROM place", True),
        ("SELECT a FROM place WHERE id IN (SELECT place FROM poster)", True),
        ("SELECT a FROM place WHERE id IN ({}, {}) ORDER BY maximum", False),
    ],
)
def test_what_earns_its_keep_is_told_apart(line: str, earns: bool) -> None:
    assert bool(EARNS.search(line)) is earns


def test_every_statement_is_seen() -> None:
    code = (
        "from a.tables import Place\n"
        "ALL = 'SELECT a FROM place'\n"
        "async def f():\n    await Place.update({})\n    return f'DELETE FROM place WHERE {x}'\n"
    )
    tree = ast.parse(code)
    assert [*statements(tree)] == [("ALL", "SELECT a FROM place"), ("f", "DELETE FROM place WHERE it")]
    assert awaited(tree) == ["await Place.update({})"]
