"""Reading what a demo is made of, in the tables of every room."""

from collections.abc import Sequence
from uuid import UUID

from survey_service.core import database


async def count(table: str, workspace: UUID) -> int:
    """How many rows of a table the workspace has."""
    row = await database.fetch_one(f"SELECT count(*) AS n FROM {table} WHERE workspace = {{}}", workspace)
    return int(row["n"]) if row else 0


async def names(table: str, column: str, made_up: Sequence[str], workspace: UUID, *, own: bool) -> list[str]:
    """What rows are called that are among those `made_up`, or that are the workspace's `own`."""
    among = f"{column} {'NOT ' if own else ''}IN ({database.in_list(made_up)})"
    rows = await database.fetch(
        f"SELECT name FROM {table} WHERE workspace = {{}} AND {among} ORDER BY name", workspace, *made_up
    )
    return [row["name"] for row in rows]


async def people_at(made_up: Sequence[str], workspace: UUID, *, own: bool) -> list[str]:
    """The names of the employees at the places with these codes, or at the workspace's `own` others."""
    rows = await database.fetch(
        f"SELECT name FROM employee WHERE workspace = {{}} AND place {'NOT ' if own else ''}IN "
        f"(SELECT id FROM place WHERE workspace = {{}} AND code IN ({database.in_list(made_up)})) ORDER BY name",
        workspace,
        workspace,
        *made_up,
    )
    return [row["name"] for row in rows]


async def forms_called(workspace: UUID, slugs: Sequence[str]) -> list[UUID]:
    """The forms with these public names."""
    rows = await database.fetch(
        f"SELECT id FROM form WHERE workspace = {{}} AND slug IN ({database.in_list(slugs)})", workspace, *slugs
    )
    return [row["id"] for row in rows]
