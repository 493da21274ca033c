"""Who writes to the database: a domain's `service.py` and `…_service.py`, and the few modules named here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import survey_service

PACKAGE = Path(survey_service.__file__).parent
STATEMENT = re.compile(r"\b(INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b")
CALLS = {"insert", "save", "delete", "update"}
BATCHES = {"Insert", "Update", "Add", "Delete"}
"""The statements of a batch that write: whoever makes one of these, or gives one on, decides what is written."""
ALLOWED = re.compile(r"core/.*|.*/(\w+_)?service\.py|.*/plans\.py|.*/piccolo_migrations/.*")
"""`core/` writes what it is given; a plan runs in the transaction of a service."""
OTHERS = {
    "accounts/audit.py": "the line of the audit trail, in the transaction of what it tells",
    "accounts/introducing.py": "the first owner says who they are, once",
    "accounts/pausing.py": "the pause of sending, for the whole installation too",
    "accounts/sign_in.py": "sessions and links, written with every request",
    "accounts/throttle.py": "attempts to sign in, before anybody is known",
    "beginning/late.py": "the job that removes what came while the demo was removed",
    "beginning/removal.py": "the removal of the demo, from every table",
    "jobs/queries.py": "the lease of a job, in the statement that finds it",
    "messaging/withdrawals.py": "after a restore, who left the mails and who came back, from the file beside it",
    "forms/posters.py": "which form a poster opens",
    "forms/wording.py": "the words that a workspace writes for respondents",
    "messaging/suppression.py": "who must not be written to, in the transaction of whatever they left",
    "counts/bulk.py": "the counts of many answers at once, for whoever fills an empty installation",
    "counts/deltas.py": "what a response adds to the counts, in its transaction",
    "counts/fold.py": "the counts, which nobody else writes",
    "counts/rebuild.py": "the counts, made again from the responses",
    "demo/portions.py": "a year at once, into tables of every room, which no service does",
    "responses/comments.py": "how a comment was read, after it was answered, and the counts that move with it",
}
"""Module → what it writes, and so why it is none of a service."""


def text_of(node: ast.AST) -> str:
    """What stands in a text, with one word for each value put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "it"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def tables(tree: ast.Module) -> set[str]:
    """The tables that a module imports."""
    return {
        name.asname or name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".tables")
        for name in node.names
    }


def writes(code: str) -> Iterator[str]:
    """The statements of a module that write, and its calls that do."""
    tree = ast.parse(code)
    ours = tables(tree)
    for node in ast.walk(tree):
        if found := STATEMENT.search(text_of(node)):
            yield found[0]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BATCHES:
            yield node.func.id
        if not isinstance(node, ast.Attribute) or node.attr not in CALLS:
            continue
        if isinstance(node.value, ast.Name) and node.value.id in ours:
            yield f"{node.value.id}.{node.attr}"


def writers() -> set[str]:
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(writes(path.read_text(encoding="utf-8")))
    }


def test_only_services_plans_and_the_named_modules_write() -> None:
    """In both ways: an exception that nobody needs any more is taken off the list."""
    assert {name for name in writers() if not ALLOWED.fullmatch(name)} == set(OTHERS)


def test_every_way_to_write_is_seen() -> None:
    begin = "from a.tables import Place\n"
    for line in (
        "f'DELETE FROM {table}'", "'UPDATE place SET a = 1'", "Place.delete()", "Place.insert(Place())",
        "rows = Insert('place', COLUMNS, rows)", "Update('place', ID, COLUMNS, rows)",
    ):  # fmt: skip
        assert list(writes(begin + line)), line
    for line in ("'SELECT a FROM place FOR UPDATE'", "headers.update({})", "Place.select()"):
        assert not list(writes(begin + line)), line
