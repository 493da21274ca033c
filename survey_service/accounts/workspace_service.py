"""The settings of the workspace. Every change leaves an entry in the audit trail."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from survey_service.accounts import audit, queries
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.queries import WorkspaceRow
from survey_service.accounts.schemas import (
    MAX_ADDRESS,
    MAX_MIN_N,
    MISSING,
    WORKSPACE_LABELS,
    Caller,
    WorkspaceChange,
)
from survey_service.accounts.tables import Workspace
from survey_service.core import database, text, zones
from survey_service.core.errors import Invalid
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.mailbox import sendable

WEB_ADDRESS = re.compile(r"https?://\S{1,490}")


@asynccontextmanager
async def held_workspace(caller: Caller) -> AsyncIterator[WorkspaceRow]:
    """A transaction in which the workspace stands as it is given: nobody else changes it before the end."""
    async with database.transaction():
        yield await queries.workspace(caller.workspace, locked=True)


async def change_workspace(caller: Caller, change: WorkspaceChange) -> WorkspaceRow:
    """Changes those of the workspace's settings that are given. Raises Invalid naming the field.

    The audit trail says which of them became other ones, not what they are; nothing where none did.
    """
    given = msgspec.structs.asdict(change)
    values: dict[Any, Any] = {name: SETTINGS[name](value) for name, value in given.items() if value is not UNSET}
    async with database.transaction():
        before = await queries.workspace(caller.workspace, locked=True)
        other = {name: value for name, value in values.items() if getattr(before, name) != value}
        if not other:
            return before
        await database.execute(Workspace.update(other).where(Workspace.id == caller.workspace))
        await audit.record(caller, StaffAction.SETTINGS_CHANGED, ", ".join(WORKSPACE_LABELS[name] for name in other))
        return await queries.workspace(caller.workspace)


def _name(typed: str) -> str:
    return text.checked_line("name", typed, MISSING)


def _time_zone(name: str) -> str:
    if name not in zones.time_zones():
        raise Invalid.field("time_zone", "unknown", _("Choose one of the time zones."))
    return name


def _postal_address(typed: str) -> str:
    return text.checked_lines("postal_address", typed, longest=MAX_ADDRESS)


def _reply_to(address: str) -> str:
    kept = address.strip()
    try:
        if kept:
            sendable(kept)
        return kept
    except ValueError as error:
        words = _("This is no whole e-mail address. It should look like name@example.org.")
        raise Invalid.field("reply_to", "malformed", words) from error


async def end_demo(caller: Caller) -> bool:
    """From now on the workspace holds what is real; False if it did already. Joins the transaction around it, for
    whose end whoever asks meanwhile waits as long as they have patience."""
    ours = (Workspace.id == caller.workspace) & Workspace.is_demo.eq(True)
    end = Workspace.update({Workspace.is_demo: False}).where(ours).returning(Workspace.id)
    return bool(await database.execute(end))


async def mark_demo(workspace: UUID) -> None:
    """All that the workspace holds was made up. Joins the transaction around it."""
    await database.execute(Workspace.update({Workspace.is_demo: True}).where(Workspace.id == workspace))


def _privacy_url(typed: str) -> str:
    address = typed.strip()
    if address and not (WEB_ADDRESS.fullmatch(address) and address.isprintable()):
        raise Invalid.field("privacy_url", "malformed", _("Write a whole address that begins with https://."))
    return address


def min_n_of(typed: str) -> int:
    """The number that was typed; Invalid if it is none, or no such number."""
    if not typed.isascii() or not typed.isdigit() or len(typed) > 6:
        raise Invalid.field("min_n", "out_of_range", _("Write a number from 1 to %(most)s.", most=MAX_MIN_N))
    return _min_n(int(typed))


def _min_n(number: int) -> int:
    if not 1 <= number <= MAX_MIN_N:
        raise Invalid.field("min_n", "out_of_range", _("Write a number from 1 to %(most)s.", most=MAX_MIN_N))
    return number


SETTINGS: dict[str, Callable[[Any], str | int]] = {
    "name": _name,
    "time_zone": _time_zone,
    "postal_address": _postal_address,
    "min_n": _min_n,
    "reply_to": _reply_to,
    "privacy_url": _privacy_url,
}
"""What makes of each setting what is kept, or refuses it."""
