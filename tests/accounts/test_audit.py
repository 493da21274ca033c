"""The audit trail as rooms and commands write it."""

import re
from uuid import UUID

import pytest

from survey_service.accounts import audit, installation_service, queries
from survey_service.accounts.actions import StaffAction
from survey_service.core.database import Database
from tests.project.sources import sources


async def backups(workspace: UUID) -> list[tuple[UUID | None, str, str]]:
    """(actor, who, subject) of each backup that a workspace is told of."""
    told = (await queries.audit_list(workspace)).items
    return [(row.actor, row.actor_name, row.subject) for row in told if row.action == StaffAction.BACKED_UP.key]


async def test_what_concerns_all_is_told_in_every_workspace(database: Database) -> None:
    home = await installation_service.workspace_default()
    other = await installation_service.add_workspace("Elsewhere")
    async with database.transaction():
        await audit.record_everywhere(StaffAction.BACKED_UP, "all")
        await audit.record_of_installation(other.id, StaffAction.BACKED_UP, "one")
    told = (None, audit.INSTALLATION, "all")
    assert await backups(home.id) == [told]
    assert sorted(await backups(other.id)) == [told, (None, audit.INSTALLATION, "one")]


async def test_the_installation_is_told_alike_whether_it_asks_or_acts(database: Database) -> None:
    home = await installation_service.workspace_default()
    await audit.record_taken(installation_service.caller(home), StaffAction.BACKED_UP)
    async with database.transaction():
        await audit.record_of_installation(home.id, StaffAction.BACKED_UP)
    first, second = await backups(home.id)
    assert first == second == (None, audit.INSTALLATION, "")


async def test_no_line_is_written_apart_from_its_act(database: Database) -> None:
    home = await installation_service.workspace_default()
    for write in (
        audit.record_everywhere(StaffAction.BACKED_UP),
        audit.record_of_installation(home.id, StaffAction.BACKED_UP),
        audit.record(installation_service.caller(home), StaffAction.BACKED_UP),
    ):
        with pytest.raises(AssertionError, match="kept together"):
            await write


def test_there_is_one_way_in_which_the_installation_is_named() -> None:
    """Whoever acts for it says so by `audit` or as its caller; pages alone say its name in the reader's language."""
    named = {path for path, code in sources().items() if re.search(r"\baudit\.INSTALLATION\b", code)}
    assert named == {"accounts/installation_service.py", "accounts/pages.py"}
