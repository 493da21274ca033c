"""Makes, changes, publishes, opens and closes forms: the only place that writes them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns import Column

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.core import database, edits, text
from survey_service.core.errors import Conflict, FieldError, Invalid, PreconditionFailed
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms import queries, rules
from survey_service.forms.actions import FormAction
from survey_service.forms.definition import Definition, cleaned, faults, with_revisions
from survey_service.forms.labels import DRAFT_LABEL, SETTINGS_LABELS
from survey_service.forms.schemas import FormChange, FormRow, NewForm
from survey_service.forms.tables import Form, FormVersion
from survey_service.jobs import service as jobs

RESERVED_SLUGS = frozenset({"new"})
"""Names that our own pages have under /app/forms."""


@asynccontextmanager
async def on_behalf_of(caller: Caller, action: FormAction, slug: str) -> AsyncIterator[None]:
    """One transaction around what a caller does to a form and its line in the audit trail, which names it as it is
    called: a form that is made has no name before, one that is deleted none after."""
    async with database.transaction():
        before = await queries.name_if_known(caller.workspace, slug)
        yield
        await audit.record(caller, action, before or await queries.name_if_known(caller.workspace, slug))
    queries.forget(slug)


@asynccontextmanager
async def changing(caller: Caller, slug: str) -> AsyncIterator[list[str]]:
    """The same around a change: the trail says what became other, by the names that are put into the list that is
    given, and nothing where it stays empty."""
    changed: list[str] = []
    async with database.transaction():
        before = await queries.name_if_known(caller.workspace, slug)
        yield changed
        if changed:
            names = ", ".join(SETTINGS_LABELS.get(name, DRAFT_LABEL) for name in changed)
            after = await queries.name_if_known(caller.workspace, slug)
            called = after if after == before else f"{before} → {after}"
            await audit.record(caller, FormAction.CHANGED, f"{called}: {names}")
    queries.forget(slug)


def encode(definition: Definition) -> str:
    """A definition as stored."""
    return msgspec.json.encode(definition).decode()


def checked_name(name: str) -> str:
    """A form's name on one line; Invalid if nothing of it can be seen or it is too long."""
    return text.checked_line("name", name, N_("Give the form a name."))


async def create(workspace: UUID, new: NewForm, now: datetime) -> None:
    """Makes a form as a draft; Conflict if its public name is taken (by anybody: links have one namespace)."""
    name = checked_name(new.name)
    row = Form(
        workspace=workspace, slug=new.slug, name=name, state="draft", draft=encode(cleaned(new.definition)),
        accepts_json=new.accepts_json, allowed_origins=new.allowed_origins, promise=new.promise, created_at=now,
        updated_at=now,
    )  # fmt: skip
    made = Form.insert(row).on_conflict(action="DO NOTHING").returning(Form.id)
    if new.slug in RESERVED_SLUGS or not await database.execute(made):
        raise Conflict(
            _("The name “%(name)s” is taken. Choose another.", name=new.slug),
            errors=[FieldError("slug", "taken", _("This name is taken. Choose another."))],
        )
    queries.forget(new.slug)


async def change(
    workspace: UUID, slug: str, wanted: FormChange, now: datetime, if_match: str | None = None
) -> Sequence[str]:
    """Changes what is given; the definition is the draft's, until it is published. Gives what became other.

    Raises PreconditionFailed where the form is not any more as `if_match` says.
    """
    async with database.transaction():
        row = await matching(workspace, slug, if_match)
        changed = await _write(row, wanted, now)
    queries.forget(slug)
    return changed


async def edit(workspace: UUID, slug: str, decide: Callable[[FormRow], FormChange], now: datetime) -> Sequence[str]:
    """Changes what `decide` wants of the form as it stands while nobody else can change it; gives what became other."""
    async with database.transaction():
        row = await queries.row_of(workspace, slug, locked=True)
        changed = await _write(row, decide(row), now)
    queries.forget(slug)
    return changed


async def matching(workspace: UUID, slug: str, if_match: str | None) -> FormRow:
    """The form's row, kept from others; PreconditionFailed unless it is as the `If-Match` header says, Malformed if
    that says nothing."""
    row = await queries.row_of(workspace, slug, locked=True)
    if if_match is not None and not edits.is_wanted(if_match, edits.version_of(await queries.detail_of(row))):
        raise PreconditionFailed(_("This form was changed meanwhile. Read it again."))
    return row


async def _write(row: FormRow, wanted: FormChange, now: datetime) -> Sequence[str]:
    values: dict[str, Any] = {
        "name": checked_name(wanted.name) if wanted.name is not None else None,
        "draft": cleaned(wanted.definition) if wanted.definition else None,
        "accepts_json": wanted.accepts_json,
        "allowed_origins": wanted.allowed_origins,
        "promise": wanted.promise,
    }
    given = {name: value for name, value in values.items() if value not in (None, getattr(row, name))}
    if not given:
        return ()
    stored: dict[Column | str, Any] = {
        name: encode(value) if isinstance(value, Definition) else value for name, value in given.items()
    }
    await _update(row, {**stored, Form.updated_at: now})
    return tuple(given)


async def _update(row: FormRow, values: dict[Column | str, Any]) -> None:
    await database.execute(Form.update(values).where(Form.id == row.id, Form.workspace == row.workspace))


async def publish(workspace: UUID, slug: str, actor: UUID | None, now: datetime, if_match: str | None = None) -> int:
    """Publishes the draft as the next version and opens the form if it was a draft; gives the version's number.

    A draft that is published as it is makes no further version. Invalid names everything that keeps it from being
    published, Conflict says that somebody else was first, PreconditionFailed that it is not as `if_match` says.
    """
    async with database.transaction():
        row = await matching(workspace, slug, if_match)
        draft = row.draft
        if found := [*faults(draft), *rules.faults(draft)]:
            raise Invalid(
                _("The form cannot be published yet. The draft is kept."),
                errors=[FieldError(*fault) for fault in found],
            )
        number = row.version
        if not await is_published_as_it_is(row):
            number += 1
            await _publish_as(row, number, draft, actor, now)
    queries.forget(slug)
    return number


async def is_published_as_it_is(row: FormRow) -> bool:
    """Whether a form's draft is what the version in force says."""
    if not row.version:
        return False
    in_force = await queries.definition_of(row.workspace, row.id, row.version)
    known = {question.key: question for question in in_force.questions}
    return with_revisions(row.draft, known) == in_force


async def _publish_as(row: FormRow, number: int, draft: Definition, actor: UUID | None, now: datetime) -> None:
    await _add_version(row, number, draft, actor, now)
    state = "open" if row.state == "draft" else row.state
    await _update(row, {Form.version: number, Form.state: state, Form.updated_at: now})
    change = {"slug": row.slug, "version": number}
    await jobs.record_event(row.workspace, "form.published", row.id, change, now)


async def _add_version(row: FormRow, number: int, draft: Definition, actor: UUID | None, now: datetime) -> None:
    known = await queries.last_questions(row.workspace, row.id)
    version = FormVersion(
        workspace=row.workspace, form=row.id, number=number, definition=encode(with_revisions(draft, known)),
        published_at=now, published_by=actor,
    )  # fmt: skip
    added = FormVersion.insert(version).on_conflict(action="DO NOTHING").returning(FormVersion.id)
    if not await database.execute(added):
        raise Conflict(_("Somebody else published this form just now. Read it again."))


async def publish_for(caller: Caller, slug: str, now: datetime, if_match: str | None = None) -> int:
    """`publish`, with a line in the audit trail if there is a new version."""
    async with database.transaction():
        before = await queries.row_of(caller.workspace, slug, locked=True)
        number = await publish(caller.workspace, slug, caller.actor, now, if_match)
        if number != before.version:
            await audit.record(caller, FormAction.PUBLISHED, before.name)
    queries.forget(slug)
    return number


async def set_open(workspace: UUID, slug: str, opened: bool, now: datetime, if_match: str | None = None) -> bool:
    """Opens or closes a published form; again is as good as once. Gives whether that changed anything. Conflict for
    one that was never published, or is archived."""
    async with database.transaction():
        row = await matching(workspace, slug, if_match)
        if not row.version:
            raise Conflict(_("This form has not been published yet. Publish it first."))
        if row.state == "archived":
            raise Conflict(_("This form is archived. Bring it back first."))
        changed = (row.state == "open") != opened
        if changed:
            await _set_state(row, "open" if opened else "closed", "opened" if opened else "closed", now)
    queries.forget(slug)
    return changed


async def set_open_for(caller: Caller, slug: str, opened: bool, now: datetime, if_match: str | None = None) -> None:
    """`set_open`, with a line in the audit trail if anything changed."""
    async with database.transaction():
        if await set_open(caller.workspace, slug, opened, now, if_match):
            name = await queries.name_if_known(caller.workspace, slug)
            await audit.record(caller, FormAction.OPENED if opened else FormAction.CLOSED, name)
    queries.forget(slug)


async def set_archived(workspace: UUID, slug: str, archived: bool, now: datetime, if_match: str | None = None) -> bool:
    """Closes a published form and hides it from lists and choices, or brings it back, closed; again is as good as
    once. Gives whether that changed anything. Its answers stay. Conflict for one that was never published."""
    async with database.transaction():
        row = await matching(workspace, slug, if_match)
        if not row.version:
            raise Conflict(_("This form was never published, so there is nothing to keep. Delete it."))
        changed = (row.state == "archived") != archived
        if changed:
            await _set_state(row, "archived" if archived else "closed", "archived" if archived else "brought_back", now)
    queries.forget(slug)
    return changed


async def set_archived_for(
    caller: Caller, slug: str, archived: bool, now: datetime, if_match: str | None = None
) -> None:
    """`set_archived`, with a line in the audit trail if anything changed."""
    async with database.transaction():
        if await set_archived(caller.workspace, slug, archived, now, if_match):
            name = await queries.name_if_known(caller.workspace, slug)
            await audit.record(caller, FormAction.ARCHIVED if archived else FormAction.BROUGHT_BACK, name)
    queries.forget(slug)


async def _set_state(row: FormRow, state: str, event: str, now: datetime) -> None:
    await _update(row, {Form.state: state, Form.updated_at: now})
    await jobs.record_event(row.workspace, f"form.{event}", row.id, {"slug": row.slug}, now)


async def delete(workspace: UUID, slug: str, if_match: str | None = None) -> None:
    """Deletes a draft that was never published, for good; Conflict for a form that was."""
    async with database.transaction():
        row = await matching(workspace, slug, if_match)
        if row.version:
            raise Conflict(_("This form was published, and there may be answers to it. Archive it: its answers stay."))
        await database.execute(Form.delete().where(Form.id == row.id, Form.workspace == workspace))
    queries.forget(slug)
