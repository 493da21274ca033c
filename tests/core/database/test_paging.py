"""A cursor leads back to its row; what no list gave is refused, never a fault of ours."""

import base64
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import database as db
from survey_service.core.database import Database
from survey_service.core.database.paging import decode_cursor, encode_cursor, page_of
from survey_service.core.errors import Invalid

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
ZONES = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-1439, 1439))
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1), timezones=ZONES)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@given(MOMENTS, st.uuids())
def test_a_cursor_comes_back(moment: datetime, identity: UUID) -> None:
    cursor = encode_cursor(moment, identity)
    assert decode_cursor(cursor) == (moment, identity)
    assert set(cursor) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert len(cursor) <= 200


def refused(text: str) -> None:
    with pytest.raises(Invalid) as error:
        decode_cursor(text)
    assert [(e.field, e.code) for e in error.value.errors] == [("cursor", "cursor")]


@given(st.text() | st.binary().map(lambda content: base64.urlsafe_b64encode(content).decode()))
def test_garbage_is_refused(text: str) -> None:
    refused(text)


@pytest.mark.parametrize(
    "plain",
    [
        "",
        " ",
        "2026-10-05T12:00:00 " + "0" * 32,
        "2026-10-05T12:00:00+00:00",
        "2026-10-05T12:00:00+00:00 17",
        "2026-13-05T12:00:00+00:00 " + "0" * 32,
        "0001-01-01T00:00:00+14:00 " + "0" * 32,
        "9999-12-31T23:59:59-14:00 " + "0" * 32,
    ],
)
def test_a_forged_cursor_is_refused(plain: str) -> None:
    refused(encoded(plain))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00"])
async def test_the_first_and_last_moment_can_be_asked_for(database: Database, moment: str) -> None:
    at, identity = decode_cursor(encoded(f"{moment} {'0' * 32}"))
    assert await db.fetch("SELECT id FROM job WHERE (created_at, id) < ({}, {})", at, identity) == []


class Numbered(msgspec.Struct, frozen=True):
    """A row of a list; when it is from is no member."""

    id: UUID


@given(st.integers(0, 30), st.integers(1, 10))
def test_pages_together_are_the_list(count: int, limit: int) -> None:
    rows: list[dict[str, Any]] = [{"id": UUID(int=n), "at": NOON + timedelta(seconds=n)} for n in range(count)]
    found: list[Numbered] = []
    start, pages = 0, 0
    while True:
        page = page_of(Numbered, rows[start : start + limit + 1], limit, "at")
        found, pages = [*found, *page.items], pages + 1
        if page.next is None:
            break
        start = page.items[-1].id.int + 1
        assert decode_cursor(page.next) == (rows[start - 1]["at"], page.items[-1].id)
    assert [row.id for row in found] == [row["id"] for row in rows]
    assert pages == max(1, -(-count // limit))


class Told(msgspec.Struct, frozen=True):
    """A row that is known by another column than its id."""

    response: UUID


def test_a_page_may_be_sorted_by_other_columns() -> None:
    rows = [{"response": uuid4(), "received_at": NOON} for _ in range(2)]
    page = page_of(Told, rows, 1, "received_at", "response")
    assert page.next is not None
    assert decode_cursor(page.next) == (NOON, rows[0]["response"])
