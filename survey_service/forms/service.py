"""Makes, changes, publishes, opens and closes forms: the only place that writes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.core import database, text
from survey_service.core.errors import Conflict, FieldError, Invalid
from survey_service.core.ids import new_id
from survey_service.forms import queries
from survey_service.forms.definition import Definition, cleaned, faults, with_revisions
from survey_service.forms.schemas import FormChange, NewForm
from survey_service.jobs import service as jobs

RESERVED_SLUGS = frozenset({"new"})
"""Names that our own pages have under /app/forms."""


@asynccontextmanager
async def on_behalf_of(caller: Caller, action: str, slug: str) -> AsyncIterator[None]:
    """One transaction around what a caller does to a form and its line in the audit trail."""
    async with database.transaction():
        yield
        await audit.record(caller, action, slug)
    queries.forget(slug)


def encode(definition: Definition) -> str:
    """A definition as stored."""
    return msgspec.json.encode(definition).decode()


def checked_name(name: str) -> str:
    """A form's name on one line; Invalid if nothing of it can be seen or it is too long."""
    return text.checked_line("name", name, "Give the form a name.")


async def create(workspace: UUID, new: NewForm, now: datetime) -> None:
    """Makes a form as a draft; Conflict if its public name is taken (by anybody: links have one namespace)."""
    name = checked_name(new.name)
    rows = new.slug not in RESERVED_SLUGS and await database.execute(
        "INSERT INTO form (id, workspace, slug, name, state, draft, version, accepts_json, allowed_origins, promise, "
        "created_at, updated_at) VALUES ({}, {}, {}, {}, 'draft', {}, 0, {}, {}, {}, {}, {}) "
        "ON CONFLICT DO NOTHING RETURNING id",
        new_id(), workspace, new.slug, name, encode(cleaned(new.definition)), new.accepts_json,
        new.allowed_origins, new.promise, now, now,
    )  # fmt: skip
    if not rows:
        raise Conflict(
            f"The name “{new.slug}” is taken. Choose another.",
            errors=[FieldError("slug", "taken", "This name is taken. Choose another.")],
        )
    queries.forget(new.slug)


async def change(workspace: UUID, slug: str, wanted: FormChange, now: datetime) -> None:
    """Changes what is given; the definition is the draft's, until it is published."""
    row = await queries.row_of(workspace, slug)
    values: dict[str, Any] = {
        "name": checked_name(wanted.name) if wanted.name is not None else None,
        "draft": encode(cleaned(wanted.definition)) if wanted.definition else None,
        "accepts_json": wanted.accepts_json,
        "allowed_origins": wanted.allowed_origins,
        "promise": wanted.promise,
    }
    given = {name: value for name, value in values.items() if value is not None}
    sets = "".join(f"{name} = {{}}, " for name in given)
    await database.execute(
        f"UPDATE form SET {sets}updated_at = {{}} WHERE id = {{}} AND workspace = {{}}",
        *given.values(), now, row["id"], workspace,
    )  # fmt: skip
    queries.forget(slug)


async def publish(workspace: UUID, slug: str, actor: UUID | None, now: datetime) -> int:
    """Publishes the draft as the next version and opens the form if it was a draft; gives the version's number.

    Invalid names everything that keeps it from being published, Conflict says that somebody else was first.
    """
    async with database.transaction():
        row = await queries.row_of(workspace, slug)
        draft = queries.decode(row["draft"])
        if found := faults(draft):
            raise Invalid(
                "The form cannot be published yet. The draft is kept.", errors=[FieldError(*fault) for fault in found]
            )
        number = int(row["version"]) + 1
        await _add_version(row, number, draft, actor, now)
        await database.execute(
            "UPDATE form SET version = {}, state = CASE WHEN state = 'draft' THEN 'open' ELSE state END, "
            "updated_at = {} WHERE id = {} AND workspace = {}",
            number, now, row["id"], workspace,
        )  # fmt: skip
        await jobs.record_event(workspace, "form.published", row["id"], {"slug": slug, "version": number}, now)
    queries.forget(slug)
    return number


async def _add_version(row: dict[str, Any], number: int, draft: Definition, actor: UUID | None, now: datetime) -> None:
    known = await queries.last_questions(row["workspace"], row["id"])
    added = await database.execute(
        "INSERT INTO form_version (id, workspace, form, number, definition, published_at, published_by) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id",
        new_id(), row["workspace"], row["id"], number, encode(with_revisions(draft, known)), now, actor,
    )  # fmt: skip
    if not added:
        raise Conflict("Somebody else published this form just now. Read it again.")


async def set_open(workspace: UUID, slug: str, opened: bool, now: datetime) -> None:
    """Opens or closes a published form; Conflict for one that was never published."""
    row = await queries.row_of(workspace, slug)
    if not row["version"]:
        raise Conflict("This form has not been published yet. Publish it first.")
    state = "open" if opened else "closed"
    async with database.transaction():
        await database.execute(
            "UPDATE form SET state = {}, updated_at = {} WHERE id = {} AND workspace = {}",
            state, now, row["id"], workspace,
        )  # fmt: skip
        await jobs.record_event(workspace, f"form.{'opened' if opened else 'closed'}", row["id"], {"slug": slug}, now)
    queries.forget(slug)
