"""API keys: made, revoked, and whom their secrets stand for."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from survey_service.accounts import audit, queries
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.schemas import MISSING, SCOPES, Caller, NewKey
from survey_service.accounts.tables import ApiKey
from survey_service.core import clock, database, ids, text, tokens, windows
from survey_service.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _

KEY_PREFIX = "survey_"
SHOWN_LENGTH = 12
MADE_ALREADY = N_("This key is made already, and was shown then. If nobody kept it, revoke it and make another.")
USED_AT_MOST = timedelta(minutes=1)
"""A key's last use is written at most this often."""


async def make_key(caller: Caller, name: str, scopes: Iterable[str], key_id: UUID | None = None) -> NewKey:
    """A new API key; its secret is in the answer and nowhere else. A key makes no key mightier than itself. `key_id`
    is what it is known by from the start: the same key sent twice is made once, and the second time is a Conflict."""
    name = text.checked_line("name", name, MISSING)
    wanted = _scopes(caller, set(scopes))
    secret = KEY_PREFIX + tokens.new_secret()
    made = NewKey(
        id=key_id or ids.new_id(),
        name=name,
        shown=secret[:SHOWN_LENGTH],
        scopes=wanted,
        created_at=clock.now(),
        key=secret,
    )
    kept = ApiKey(
        id=made.id,
        workspace=caller.workspace,
        name=made.name,
        shown=made.shown,
        hash=tokens.hashed(secret),
        scopes=" ".join(wanted),
        created_by=caller.actor or caller.made_by,
        created_at=made.created_at,
    )
    async with database.transaction():
        if not await database.execute(ApiKey.insert(kept).on_conflict(ApiKey.id, "DO NOTHING").returning(ApiKey.id)):
            former = await queries.key_if_known(caller.workspace, str(made.id))
            if former and (former.name, former.scopes) == (kept.name, kept.scopes):
                raise Conflict(_(MADE_ALREADY))
            return await make_key(caller, name, wanted)  # an older page was changed and sent again
        await audit.record(caller, StaffAction.KEY_MADE, f"{name}: {' '.join(wanted)}")
    return made


def _scopes(caller: Caller, scopes: set[str]) -> list[str]:
    """The wanted scopes in the table's order."""
    if not scopes:
        raise Invalid.field("scopes", "required", _("Choose what the key may do."))
    if unknown := scopes - set(SCOPES):
        raise Invalid(
            _("There is no such scope."),
            errors=[
                FieldError("scopes", "unknown", _("There is no scope %(name)s.", name=name[:40]))
                for name in sorted(unknown)
            ],
        )
    _require_own(caller, scopes)
    return [scope for scope in SCOPES if scope in scopes]


def _require_own(caller: Caller, scopes: Collection[str]) -> None:
    """Forbidden for a key where a key is meant that may do more: only people are above it."""
    if caller.via == "key" and not caller.scopes.issuperset(scopes):
        raise Forbidden(_("A key makes and revokes keys with its own scopes only."))


async def revoke_key(caller: Caller, key_id: UUID) -> None:
    """Ends a key at once; again is as good as once. NotFound if the workspace has no such key, Forbidden for a key
    that may do less."""
    async with database.transaction():
        found = await queries.key_if_known(caller.workspace, str(key_id))
        if found is None:
            raise NotFound(_("There is no such key."))
        _require_own(caller, found.scopes.split())
        ours = (ApiKey.workspace == caller.workspace) & (ApiKey.id == key_id) & ApiKey.revoked_at.is_null()
        revoked = ApiKey.update({ApiKey.revoked_at: clock.now()}).where(ours)
        if await database.execute(revoked.returning(ApiKey.id)):
            await audit.record(caller, StaffAction.KEY_REVOKED, f"{found.name} ({found.shown}…)")


async def caller_of_key(secret: str) -> Caller | None:
    """Who a key's secret stands for, None if it is unknown or works no more. Notes its use, once a minute at most."""
    row = await queries.key(tokens.hashed(secret))
    if row is None:
        return None
    now = clock.now()
    if row.last_used_at is None or not windows.lasts(row.last_used_at, USED_AT_MOST, now):
        ours = (ApiKey.workspace == row.workspace) & (ApiKey.id == row.id)
        await database.note(ApiKey.update({ApiKey.last_used_at: now}).where(ours))
    return Caller(
        workspace=row.workspace,
        workspace_name=row.workspace_name,
        time_zone=row.time_zone,
        min_n=row.min_n,
        actor=None,
        name=row.name,
        role="",
        via="key",
        scopes=frozenset(row.scopes.split()),
        key=row.id,
        made_by=row.created_by,
    )


async def why_not(secret: str) -> str:
    """Why a key does not work any more, as a sentence; empty for one that never did."""
    tried = await queries.tried_key(tokens.hashed(secret))
    if tried is None or tried.works:
        return ""
    if tried.is_revoked:
        return _("This API key was revoked. An owner can make another.")
    return _("This API key has stopped: whoever made it is no owner here any more. An owner can make another.")
