"""One format from both databases: complete, readable by spreadsheets and harmless in them."""

import csv
import io
from typing import Any

import asyncpg
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_service.core import database
from survey_service.forms import queries as forms
from survey_service.inbox.export import csv as lines
from survey_service.inbox.export.base import Columns
from survey_service.inbox.export_file import columns_of
from survey_service.responses.queries import AnswerFilter
from tests import factories
from tests.answers import keep
from tests.conftest import in_thread, postgres_url

PLAIN = [
    "-5", "+5", "-5.25", "-5,25", "-1,000.50", "+3%", "-3 %", "+371 2000 1111", "+37120001111", "+371-2000-1111",
    "+1 (415) 555-0100", "+(371) 2000 1111", "+49 30/1234567", "-", "+", "5", "(415) 555", "",
]  # fmt: skip
"""What no spreadsheet runs, or what it reads as the number that it is."""
RUN = [
    "=1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "+1+1", "-1-1", "-5+cmd|' /C calc'!A0", "+A1", "-A1",
    "+371 2000 1111\n=1", "-5\n", "--5", "+-5", "-(5)", "+5-3", "+=1", "-nice", "- nice", "＋1", "－1", "＝1", "-٣",
]  # fmt: skip
ODD = [
    0, 10, "", "plain", 'with "quotes", commas', "two\r\nlines\n", "=1+1", "＋1", "\t", "-", "'", "ጥሩ 🌹", "\\N",
    "NULL", "{}", ["roses"], ["=roses", 'tul"ips'], [], -5, 2.5, True, False, None, "café\u0301", " spaces ",
    *PLAIN, *RUN,
]  # fmt: skip


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", sorted(lines.FORMULA_STARTS))
def test_no_text_begins_like_a_formula(start: str) -> None:
    assert read(lines.cell(f"{start}1+1")) == [[f"'{start}1+1"]]
    assert read(lines.cell([f"{start}1"])) == [[f"'{start}1"]]


@given(st.text())
def test_only_dangerous_texts_are_touched(text: str) -> None:
    made = lines.safe(text)
    assert made[:1] not in lines.FORMULA_STARTS
    assert made in (text, f"'{text}")
    if text[:1] not in lines.FORMULA_STARTS | lines.SIGNS:
        assert made == text


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_telephone_numbers_are_not_touched(text: str) -> None:
    assert lines.safe(text) == text


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert lines.safe(text) == f"'{text}"


@given(st.text("+-0123456789.,% ()/\nABE=", min_size=1, max_size=20))
def test_only_figures_follow_a_sign_that_stays(text: str) -> None:
    made = lines.safe(text)
    if made == text and text[0] in "+-":
        assert not set(text) & set("ABE=\n")
        assert text[0] == "+" or not set(text[1:]) & set("+-()/")


signed = st.text("+-＋－0123456789.,% ()/\nABE=\u0660", max_size=18)


@given(st.lists(signed, min_size=100, max_size=100))
@settings(max_examples=5, deadline=None)
def test_both_ways_guard_the_same(postgres_server: str, texts: list[str]) -> None:
    """In one question to the database; the cells of real rows are compared below."""
    texts = [*PLAIN, *RUN, *texts]
    cells = ", ".join(lines._quoted_sql(f"(${n}::text)") for n in range(1, len(texts) + 1))
    found: list[Any] = []

    async def ask() -> None:
        connection = await asyncpg.connect(postgres_url(postgres_server, "postgres"))
        found.extend(await connection.fetchrow(f"SELECT {cells}", *texts))
        await connection.close()

    in_thread(ask)
    assert found == [lines.cell(text) for text in texts]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_cell_is_read_as_it_was_written(text: str) -> None:
    assert read(lines.cell(text) + ",x\r\n") == [[lines.safe(text), "x"]]


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (10, "10"), (-5, "-5"), (2.5, "2.5"), (None, ""), (True, "true")]
)
def test_numbers_stay_numbers(value: Any, written: str) -> None:
    assert lines.cell(value) == written


def test_a_header_is_never_ambiguous() -> None:
    columns = Columns(("recommend", "language", "id"), ("order",), {}, {})
    assert len(set(columns.header)) == len(columns.header)
    assert {"recommend", "answers.language", "answers.id", "hidden.order", "language", "id"} <= set(columns.header)


async def test_the_database_writes_every_value_as_python_does(database: database.Database) -> None:
    """On SQLite they are the same function; on PostgreSQL this holds SQL and Python together."""
    home = await factories.published()
    for value in ODD:
        answers = {"recommend": 7, "comment": value}
        await keep(answers={"recommend": 7}, **{"hidden": msgspec.json.encode({"order": value}).decode()})
        await database_answers(msgspec.json.encode(answers).decode())
    wanted = AnswerFilter(home)
    columns = await columns_of(home, [await forms.published("visit")])
    text, last = await lines.batch(wanted, columns, 100, None)
    place = columns.header.index("comment"), columns.header.index("hidden.order")
    rows = read(text)
    assert last is not None
    assert all(len(row) == len(columns.header) for row in rows)
    for row, value in zip(rows, reversed(ODD), strict=True):
        wanted_cells = read(lines.cell(value) + ",x")[0][0]
        assert [row[number] for number in place] == [wanted_cells, wanted_cells]


async def database_answers(answers: str) -> None:
    """Puts answers into the newest row as they are, also such as no form lets through."""
    newest = "(SELECT id FROM response ORDER BY received_at DESC, id DESC LIMIT 1)"
    await database.execute(f"UPDATE response SET answers = {{}} WHERE id = {newest}", answers)


async def test_after_the_last_row_there_is_nothing(database: database.Database) -> None:
    home = await factories.published()
    await keep(answers={"recommend": 7})
    columns = await columns_of(home, [await forms.published("visit")])
    text, last = await lines.batch(AnswerFilter(home), columns, 10, None)
    assert len(read(text)) == 1
    assert await lines.batch(AnswerFilter(home), columns, 10, last) == ("", None)
