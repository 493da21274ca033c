"""A response's columns are those of its table, wherever they are written, read, exported or shown."""

from typing import get_type_hints

import msgspec
import pytest
from piccolo.columns import UUID, Boolean, Varchar
from piccolo.table import Table

from survey_service.core import database
from survey_service.core.database.written import columns_of
from survey_service.counts.dimensions import RECEIVED
from survey_service.inbox.export import base
from survey_service.responses import plans, queries
from survey_service.responses.columns import ALL, BY_NAME
from survey_service.responses.schemas import PreparedResponse, ResponseDetail, ResponseRow, StoredResponse
from survey_service.responses.tables import Response
from tests import factories
from tests.answers import keep

TABLE = {column._meta.name: column for column in Response._meta.columns}
MADE_OF_OTHERS = {"comment_folded"}
PYTHON = {
    "uuid": "UUID", "varchar": "str", "text": "str", "integer": "int", "smallint": "int", "date": "date",
    "timestamptz": "datetime",
}  # fmt: skip
NOT_EXPORTED = {
    "id": "the file has the id that it was submitted with",
    "workspace": "the file is of one",
    "answers": "a column for each question",
    "hidden": "a column for each value",
    "comment": "stands among the answers",
    "comment_folded": "for searches alone",
    "score": "stands among the answers",
    "fingerprint": "compares what is sent again",
    "invitation": "it is the id that it was submitted with",
    "claimed_employee": "what a sender said of itself; pages and programs show it",
}
NOT_FOR_PROGRAMS = {
    "id": "programs know the id that it was submitted with",
    "workspace": "a key is of one",
    "comment": "stands among the answers",
    "comment_folded": "for searches alone",
    "fingerprint": "compares what is sent again",
    "invitation": "it is the id that it was submitted with",
    "answered_at": "when a device without a network had it; files have it",
}
"""What the API does not show of one response, and why."""


def test_a_stored_response_has_the_columns_of_the_table_with_their_types() -> None:
    hints = get_type_hints(StoredResponse)
    assert set(hints) | MADE_OF_OTHERS == set(TABLE)
    for name, hint in hints.items():
        kind = " | ".join(sorted(part.__name__ for part in getattr(hint, "__args__", (hint,))))
        null = ["NoneType"] if TABLE[name]._meta.null else []
        assert kind == " | ".join(sorted([PYTHON[BY_NAME[name].type], *null])), name


def test_an_entry_is_written_into_every_column() -> None:
    assert [column.name for column in ALL] == list(TABLE)
    names = {*PreparedResponse.__struct_fields__, *MADE_OF_OTHERS}
    assert set(TABLE) <= names
    assert set(plans.ANSWERED) <= set(TABLE)


def test_a_file_has_every_column_or_says_why_not() -> None:
    exported = {"client_id", "form", *base.BEFORE, *base.WHERE, *base.AFTER}
    assert exported | set(NOT_EXPORTED) == set(TABLE)
    assert not exported & set(NOT_EXPORTED)


def test_programs_see_every_column_or_it_is_said_why_not() -> None:
    """`id` is the submission's own there."""
    shown = set(ResponseDetail.__struct_fields__) - {"also_sent", "id"} | {"client_id"}
    assert shown | set(NOT_FOR_PROGRAMS) == set(TABLE)
    assert not shown & set(NOT_FOR_PROGRAMS)
    assert set(ResponseRow.__struct_fields__) - set(ResponseDetail.__struct_fields__) == {"comment"}
    assert set(RECEIVED) <= set(ResponseRow.__struct_fields__)


def test_a_column_that_a_table_gets_is_written_without_another_word() -> None:
    class Toy(Table):
        id = UUID(primary_key=True)
        name = Varchar(length=9)
        seen = Boolean()

    assert [tuple(column) for column in columns_of(Toy).values()] == [
        ("id", "uuid"), ("name", "varchar"), ("seen", "boolean"),
    ]  # fmt: skip


@pytest.mark.usefixtures("database")
async def test_what_is_written_is_read_as_it_was() -> None:
    home = await factories.published()
    entry = await keep(answers={"recommend": 3, "comment": "Straße"}, comment_language="de", sentiment="negative")
    row = await queries.one(home, entry.id)
    for name in StoredResponse.__struct_fields__:
        assert getattr(row, name) == getattr(entry, name), name
    (kept,) = await database.fetch("SELECT comment_folded FROM response")
    assert kept["comment_folded"] == "strasse" == msgspec.structs.replace(entry, id=entry.form).comment_folded
