"""One table is the query builder's, SQL earns its keep: `docs/decisions/0014-one-table-by-the-query-builder.md`."""

import ast
import re
from collections.abc import Iterator, Sequence
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
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
QUERY = re.compile(r"(Query|Select|Insert|Update|Delete)\b")
"""How the builder calls the types of its queries."""
HOT = "with each answer, or each page of a survey, poster or invitation"
PAGED = "a list that is put together of filters and a cursor"
INDEX = "the index is used for a state that is written out"
REASONS = {
    "accounts/queries.py staff_list": PAGED,
    "accounts/queries.py key_list": PAGED,
    "accounts/queries.py AUDIT_PART": PAGED,
    "accounts/queries.py TRIED": "a key by whether the person who made it is still an owner",
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
WRITERS = {
    "jobs/queries.py take_jobs": "locks, leases and counts attempts in one statement",
    "jobs/queries.py settle_copied": "PostgreSQL's own column, which the table does not have",
}
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
    """Queries of the builder that are awaited by themselves, also under a name that they were given before."""
    ours = tables(tree) | {"database.select", "database.kept"}
    ours |= {made.name for made in tree.body if isinstance(made, ast.FunctionDef) and _gives_query(made)}
    ours |= _named(ours, [node for node in tree.body if not isinstance(node, (*FUNCTIONS, ast.ClassDef))])
    found = []
    for top in tree.body:
        queries = ours | _named(ours, [top]) if isinstance(top, (*FUNCTIONS, ast.ClassDef)) else ours
        waits = [node for node in ast.walk(top) if isinstance(node, ast.Await)]
        found += [ast.unparse(node) for node in waits if _is_query(node.value, queries)]
    return found


def _gives_query(made: ast.FunctionDef) -> bool:
    return made.returns is not None and bool(QUERY.match(ast.unparse(made.returns)))


def _named(queries: set[str], nodes: Sequence[ast.AST]) -> set[str]:
    """The names in these that queries are given to, one after another, and parameters that are queries."""
    inside = [node for top in nodes for node in ast.walk(top)]
    arguments = [node for node in inside if isinstance(node, ast.arg) and node.annotation]
    found = {one.arg for one in arguments if one.annotation and QUERY.match(ast.unparse(one.annotation))}
    given = [(name, value) for node in inside for name, value in _given(node)]
    while more := {name for name, value in given if _is_query(value, queries | found)} - found:
        found |= more
    return found


def _given(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """(name, value) of an assignment, several at once too, and of a loop over values that are written out."""
    match node:
        case ast.Assign(targets=targets, value=value):
            pairs = [(target, value) for target in targets]
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            pairs = [(target, value)]
        case ast.For(target=target, iter=ast.Tuple(elts=values) | ast.List(elts=values)):
            pairs = [(target, value) for value in values]
        case ast.comprehension(target=target, iter=ast.Tuple(elts=values) | ast.List(elts=values)):
            pairs = [(target, value) for value in values]
        case _:
            pairs = []
    for target, value in pairs:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            yield from ((ast.unparse(one), each) for one, each in zip(target.elts, value.elts, strict=False))
        else:
            yield ast.unparse(target), value


def _is_query(node: ast.AST, queries: set[str]) -> bool:
    """Whether it begins with one of these; either end of a choice may."""
    if isinstance(node, ast.IfExp):
        return _is_query(node.body, queries) or _is_query(node.orelse, queries)
    if isinstance(node, ast.NamedExpr):
        return _is_query(node.value, queries)
    while isinstance(node, (ast.Call, ast.Attribute)) and ast.unparse(node) not in queries:
        node = node.func if isinstance(node, ast.Call) else node.value
    return ast.unparse(node) in queries


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


@pytest.mark.parametrize(
    ("lines", "waits"),
    [
        ("await Place.update({})", True),
        ("asked = Place.select()\nrows = await asked", True),
        ("asked = Place.select()\nours = asked.where(x)\nrows = await ours.run()", True),
        ("first, asked = 1, Place.select()\nawait asked", True),
        ("asked = database.kept(asked) if locked else database.select(Row, Place)\nawait asked", True),
        ("for asked in (Place.select(), Poster.select()):\n    await asked", True),
        ("await _places(home).order_by(x)", True),
        ("await given.run()", True),
        ("await EVERY", True),
        ("asked = Place.select()\nrows = await database.fetch(asked)\nawait rows[0].close()", False),
        ("rows = await database.fetch(Place.select())\nawait rows", False),
    ],
)
def test_a_query_is_seen_wherever_it_is_kept(lines: str, waits: bool) -> None:
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    code = (
        "from a.tables import Place, Poster\n"
        "EVERY = Place.select()\n"
        "def _places(home) -> Select[Any]:\n    return Place.select()\n"
        f"async def f(given: Select[Any]):\n{body}"
        "async def g():\n    asked = other()\n    await asked\n"
    )
    assert len(awaited(ast.parse(code))) == waits
