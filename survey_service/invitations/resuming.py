"""After a restore: what waited when the backup was made may have gone out since. A person says what is sent again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.accounts import pausing
from survey_service.accounts import queries as accounts
from survey_service.accounts.schemas import Caller
from survey_service.core.errors import Invalid
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings
from survey_service.invitations import queries, service
from survey_service.invitations.schemas import InvitationRow
from survey_service.messaging import suppression
from survey_service.messaging.transports.email import MailServer

NO_SERVER = N_("No mail goes out, for no mail server is known. What is to be sent waits and is kept.")
NOT_AGAIN = N_(
    "Not sent: it was waiting when the backup was made that was restored since, and it may have gone out in between. "
    "It can be sent again from here."
)
AT_ONCE = 500
"""So many are read at once when the others are ended."""
SHOWN = 500
"""So many are listed for a choice; of more, the rest can only be ended."""


class Waiting(msgspec.Struct, frozen=True):
    """An invitation that was waiting at the restore; `has_left` if its address does not want mail any more."""

    invitation: InvitationRow
    has_left: bool


class Pause(msgspec.Struct, frozen=True):
    """Since when nothing is sent (None: it is), how many invitations waited at that moment, the first of them, and
    how many came after."""

    since: datetime | None
    before: int = 0
    after: int = 0
    waiting: list[Waiting] = []


class Resumed(msgspec.Struct, frozen=True):
    """How many of those that had waited are sent now, and how many were ended."""

    sent: int
    ended: int


def hindrance(settings: Settings) -> str:
    """Why nothing can go out whether sending is paused or not, in words; empty if mails can. Whoever tells about
    sending says this first."""
    return "" if MailServer.is_set_up(settings) else _(NO_SERVER)


async def pause_of(keys: Keyring, workspace: UUID) -> Pause:
    """How sending stands in a workspace."""
    since = (await accounts.workspace(workspace)).sending_paused_at
    if since is None:
        return Pause(None)
    before, after = await queries.count_queued(workspace, since)
    rows = await queries.queued_before(workspace, since, SHOWN)
    left = [await suppression.reason(keys, workspace, row.email) is not None for row in rows]
    return Pause(since, before, after, [Waiting(row, gone) for row, gone in zip(rows, left, strict=True)])


async def go_on(caller: Caller, chosen: Collection[UUID], now: datetime) -> Resumed:
    """Lets sending go on: of the invitations that waited at the restore only the `chosen` ones go out.

    The others end as failed with the reason, and can be sent again one by one. They are ended first, and the pause
    last: however this breaks off, nothing goes out that was not chosen. Raises Invalid for a choice that does not wait.
    """
    since = (await accounts.workspace(caller.workspace)).sending_paused_at
    if since is None:
        return Resumed(0, 0)
    kept = frozenset(chosen)
    if unknown := kept - await _waiting(caller.workspace, since, sorted(kept)):
        words = _("%(n)s of the chosen invitations do not wait (any more).", n=len(unknown))
        raise Invalid.field("send", "unknown", words)
    ended, last = 0, None
    while batch := await queries.queued_ids_before(caller.workspace, since, last, AT_ONCE):
        for invitation in batch:
            if invitation not in kept:
                await service.end_unsent(caller.workspace, invitation, NOT_AGAIN, now)
                ended += 1
        last = batch[-1]
    await pausing.end_pause(caller)
    return Resumed(len(kept), ended)


async def _waiting(workspace: UUID, since: datetime, chosen: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(chosen), AT_ONCE):
        found |= await queries.waiting_among(workspace, since, chosen[start : start + AT_ONCE])
    return found
