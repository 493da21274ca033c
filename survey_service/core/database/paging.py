"""Keyset pages: a page begins after the last row of the one before, however long the list is."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from survey_service.core.database.access import Row
from survey_service.core.database.reading import rows_of
from survey_service.core.errors import Invalid
from survey_service.core.i18n.staff import gettext as _

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200

Cursor = Annotated[
    str, QueryParameter(max_length=200, pattern="^[A-Za-z0-9_-]*$", description="`next` of the page before.")
]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE, description="Rows of a page.")]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some rows of a list and the cursor of those that follow, null at the end."""

    items: list[T]
    next: str | None = None


def encode_cursor(moment: datetime, identity: UUID) -> str:
    """The opaque place of a row in a list sorted by a moment and its id."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {identity.hex}".encode()).decode().rstrip("=")


def decode_cursor(text: str) -> tuple[datetime, UUID]:
    """The (moment, id) of `encode_cursor`; Invalid if it is not one of ours."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        moment, identity = plain.rsplit(" ", 1)
        parsed = datetime.fromisoformat(moment)
        if parsed.tzinfo is None:
            raise ValueError("no time zone")
        return parsed.astimezone(UTC), UUID(identity)
    except (ValueError, OverflowError) as error:
        words = _("This page of the list is not there. Begin at the first one.")
        raise Invalid.field("cursor", "cursor", words) from error


def page_of(kind: type[S], rows: Sequence[Row], limit: int, moment: str, identity: str = "id") -> Page[S]:
    """The first `limit` of `rows` as structs, and the next page's cursor if there is one: one more was read. The
    columns `moment` and `identity` are what the list is sorted by."""
    kept = rows_of(kind, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(kept, encode_cursor(last[moment], last[identity]) if last else None)
