"""The words in which the databases differ. Whoever writes SQL takes them from here.

What differs by more than words is written twice, in the `queries.py` that needs it.
"""

from typing import Any

from piccolo.query.methods.select import Select
from piccolo.table import Table

from survey_service.core.database.access import dialect, execute, fetch


def kept(query: Select[Any], *, skip_locked: bool = False) -> Select[Any]:
    """A query whose rows the transaction keeps from others; SQLite's transactions do so by themselves.

    With `skip_locked`, rows that another transaction keeps are passed over instead of waited for.
    """
    return query if dialect() == "sqlite" else query.lock_rows("UPDATE", skip_locked=skip_locked)


def skip_locked() -> str:
    """The end of a SELECT that does in SQL what `kept` does, passing over rows that another transaction keeps."""
    return "" if dialect() == "sqlite" else " FOR UPDATE SKIP LOCKED"


def containing(column: str) -> str:
    """SQL for whether a column that holds folded text contains another one, which `{}` stands for."""
    return f"{'INSTR' if dialect() == 'sqlite' else 'STRPOS'}({column}, {{}}) > 0"


def json_member(column: str, name: str) -> str:
    """SQL for the text of one member of a JSON object kept as text.

    `name` goes into the SQL: it must be a checked question key, never free text.
    """
    assert name.replace("_", "").isalnum(), "not a question key"
    if dialect() == "sqlite":
        return f"json_extract({column}, '$.{name}')"
    return f"({column}::jsonb ->> '{name}')"


async def hold_tables(*tables: type[Table]) -> None:
    """Lets nobody else write to these until the transaction ends; readers go on. SQLite has one writer anyway."""
    if dialect() == "postgres":
        names = ", ".join(table._meta.tablename for table in tables)
        await execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def one_writer() -> bool:
    """Whether there is room for one who writes at a time, whichever process it is in."""
    return dialect() == "sqlite"


async def see_one_moment() -> None:
    """All reads of this transaction see one moment, as SQLite's do already."""
    if dialect() == "postgres":
        await execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


async def columns() -> dict[str, set[str]]:
    """The names of the columns of each table; empty for a new database."""
    if dialect() == "sqlite":
        sql = (
            "SELECT m.name AS t, c.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        )
    else:
        sql = "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'public'"
    found: dict[str, set[str]] = {}
    for row in await fetch(sql):
        found.setdefault(row["t"], set()).add(row["c"])
    return found
