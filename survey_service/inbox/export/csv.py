"""The lines of an export (RFC 4180), written where that costs least: by PostgreSQL itself, in Python for SQLite.

Both write the same: what is ours as it is, people's words in quotes. A spreadsheet runs a cell that begins like a
formula, whoever wrote it; such texts get an apostrophe in front. Numbers and telephone numbers stay as they are.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from survey_service.core import database
from survey_service.core.i18n.staff import N_
from survey_service.inbox.export.base import AFTER, BEFORE, WHERE, Columns, Format, Position
from survey_service.responses.columns import BY_NAME
from survey_service.responses.queries import AnswerFilter, conditions
from survey_service.responses.sent_along import ALSO, NOTHING

FORMULA_STARTS = frozenset("=@\t\r\n＝＠")
SIGNS = frozenset("+-＋－")
"""These begin a formula too, unless a number follows, or nothing."""
# The same in Python and PostgreSQL. No braces, which stand for values there: telephone numbers have 7 to 15 digits.
NUMBER = "[+-]?[0-9]+([.,][0-9]+)*( ?%)?"
TELEPHONE = "[+][ (]?[0-9]" + "[ ()./-]*[0-9]" * 6 + "([ ()./-]*[0-9])?" * 8
HARMLESS = f"[+-]|{NUMBER}|{TELEPHONE}"
_harmless = re.compile(HARMLESS)
BOM = "\ufeff"
"""Spreadsheets take a file for UTF-8 only if it says so."""


def header(columns: Columns) -> str:
    """The byte-order mark, and the headings as a line."""
    line = io.StringIO()
    csv.writer(line).writerow(columns.header)
    return BOM + line.getvalue()


async def batch(
    wanted: AnswerFilter, columns: Columns, limit: int, after: Position | None
) -> tuple[str, Position | None]:
    """The lines of up to `limit` rows, the newest first, from after the position of a row; and the last one's place."""
    where, values = conditions(wanted)
    if after:
        where += " AND (received_at, id) < ({}, {})"
        values += after
    rows = f"FROM response WHERE {where} ORDER BY response.received_at DESC, response.id DESC LIMIT {{}}"
    write = _by_python if database.dialect() == "sqlite" else _by_postgres
    return await write(rows, [*values, limit], columns)


OURS = {"uuid": "COALESCE(CAST({} AS TEXT), '')", "date": "CAST({} AS TEXT)"}
"""How a column of a type is written, moments as the engine writes them, all else as it is."""


def _joined(names: Sequence[str], moment: str) -> str:
    """SQL for columns side by side that hold what is ours, and so stand without quotes."""
    kinds = OURS | {"timestamptz": moment}
    return " || ',' || ".join(kinds.get(BY_NAME[name].type, "{}").replace("{}", name) for name in names)


async def _by_python(rows: str, values: list[Any], columns: Columns) -> tuple[str, Position | None]:
    moment = "COALESCE(SUBSTR({}, 1, 10) || 'T' || SUBSTR({}, 12, 8) || 'Z', '')"
    before, after = _joined(BEFORE, moment), _joined(AFTER, moment)
    where = ", ".join(f"CAST({name} AS TEXT) AS {name}" if name in columns.codes else name for name in WHERE)
    found = await database.fetch(
        f"SELECT CAST(client_id AS TEXT) AS client_id, CAST(form AS TEXT) AS form, {where}, "
        f"answers, hidden, {before} AS before, {after} AS after, received_at, id {rows}",
        *values,
    )
    slugs = {str(form): slug for form, slug in columns.slugs.items()}
    codes = {name: {str(key): code for key, code in found.items()} for name, found in columns.codes.items()}
    text = "".join([_line(row, columns, slugs, codes) for row in found])
    return text, (found[-1]["received_at"], found[-1]["id"]) if found else None


_decode = msgspec.json.Decoder(dict[str, Any]).decode


def _line(
    row: Mapping[str, Any], columns: Columns, slugs: Mapping[str, str], codes: Mapping[str, Mapping[str, str]]
) -> str:
    """Most answers are small numbers or absent: only the others take a call."""
    given = [*map(_decode(row["answers"]).get, columns.questions)]
    hidden = _decode(row["hidden"]) if row["hidden"] != NOTHING else {}
    given += [*map(hidden.get, columns.hidden), hidden.get(ALSO)]
    cells = "".join([f",{value}" if type(value) is int else f",{cell(value)}" for value in given])
    where = "".join([f",{codes[name].get(row[name], '') if name in codes else row[name]}" for name in WHERE])
    return f"{row['client_id']},{slugs.get(row['form'], '')},{row['before']}{where}{cells},{row['after']}\r\n"


def cell(value: Any) -> str:
    """A JSON value as a cell: texts in quotes and harmless, lists joined, the rest as JSON writes it."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str):
        return '"' + safe(value).replace('"', '""') + '"'
    return msgspec.json.encode(value).decode()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    start = text[:1]
    if start in FORMULA_STARTS or (start in SIGNS and not _harmless.fullmatch(text)):
        return f"'{text}"
    return text


async def _by_postgres(rows: str, values: list[Any], columns: Columns) -> tuple[str, Position | None]:
    moment = "COALESCE(TO_CHAR({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')"
    before, after = _joined(BEFORE, moment), _joined(AFTER, moment)
    cells = [_cell_sql("answers", key) for key in columns.questions]
    cells += [_cell_sql("hidden", name) for name in (*columns.hidden, ALSO)]
    hidden = "CASE WHEN LENGTH(hidden) > 2 THEN hidden::jsonb END AS hidden"  # most answers have none
    order = "ORDER BY received_at DESC, id DESC"  # the same in both aggregates, so that rows are put in order once
    code = "COALESCE({{}}::jsonb ->> {}::text, '')"
    where = [code.format(name) if name in columns.codes else name for name in WHERE]
    codes = [_by_id(columns.codes[name]) for name in WHERE if name in columns.codes]
    line = " || ',' || ".join(["client_id::text", code.format("form"), "before", *where, *cells, "after"])
    found = await database.fetch(
        f"SELECT STRING_AGG(line, '' {order}) AS text, MIN(received_at) AS received_at, "
        f"(ARRAY_AGG(id {order}))[COUNT(*)] AS id FROM ("
        f"SELECT {line} || E'\\r\\n' AS line, received_at, id FROM ("
        f"SELECT client_id, form, {', '.join(WHERE)}, answers::jsonb AS answers, {hidden}, "
        f"{before} AS before, {after} AS after, received_at, id {rows}) AS found) AS lines",
        _by_id(columns.slugs), *codes, *values,
    )  # fmt: skip
    (only,) = found
    return only["text"] or "", (only["received_at"], only["id"]) if only["text"] else None


def _by_id(names: Mapping[UUID, str]) -> str:
    return msgspec.json.encode({str(identity): name for identity, name in names.items()}).decode()


def _cell_sql(column: str, key: str) -> str:
    """SQL for `cell` of one member of a jsonb `column`. The key goes into it: a checked one, never free text."""
    assert key.replace("_", "").isalnum(), "not a key"
    value, text = f"({column} -> '{key}')", f"({column} ->> '{key}')"
    joined = f"COALESCE((SELECT STRING_AGG(part, '; ') FROM JSONB_ARRAY_ELEMENTS_TEXT({value}) AS part), '')"
    return (
        f"CASE JSONB_TYPEOF({value}) WHEN 'string' THEN {_quoted_sql(text)} "
        f"WHEN 'array' THEN {_quoted_sql(joined)} ELSE COALESCE({text}, '') END"
    )


def _quoted_sql(text: str) -> str:
    start = f"LEFT({text}, 1)"
    guard = (
        f"CASE WHEN {start} IN ({_listed(FORMULA_STARTS)}) THEN '''' WHEN {start} IN ({_listed(SIGNS)}) "
        f"THEN CASE WHEN {text} ~ '^({HARMLESS})$' THEN '' ELSE '''' END ELSE '' END"
    )
    return f"('\"' || {guard} || REPLACE({text}, '\"', '\"\"') || '\"')"


def _listed(signs: frozenset[str]) -> str:
    return ", ".join(f"'{sign}'" if sign.isprintable() else f"CHR({ord(sign)})" for sign in sorted(signs))


CSV = Format(
    name="csv",
    media_type="text/csv",
    button=N_("Download as CSV"),
    operation="ExportResponses",
    summary="Export responses as CSV",
    about="UTF-8, with a byte-order mark.",
    header=header,
    batch=batch,
)
