"""Every format of an export is whole: what one lacks, a test here names."""

import importlib
import pkgutil
import re

import httpx
import pytest

from survey_service.core import database
from survey_service.forms import queries as forms
from survey_service.inbox import export, export_file
from survey_service.inbox.export import FORMATS, format_of
from survey_service.inbox.export.base import Format
from survey_service.responses.queries import AnswerFilter
from tests import factories
from tests.answers import Sign, keep, key_for, staff

__all__ = ["staff"]


def test_every_format_stands_in_the_table_under_the_name_of_its_file() -> None:
    found = {}
    for file in pkgutil.iter_modules(export.__path__):
        module = importlib.import_module(f"{export.__name__}.{file.name}")
        for made in vars(module).values():
            if isinstance(made, Format):
                found[file.name] = made
    assert found == dict(FORMATS)


def test_operations_of_formats_have_names_of_their_own() -> None:
    assert len({made.operation for made in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_is_of_the_format_that_its_name_ends_with(name: str) -> None:
    assert format_of(f"answers.{name.upper()}") is FORMATS[name]
    assert format_of("answers") is format_of("answers.unknown") is next(iter(FORMATS.values()))


@pytest.mark.parametrize("name", FORMATS)
async def test_a_file_begins_and_has_every_answer_over_many_batches(
    name: str, database: database.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_file, "BATCH", 2)
    home = await factories.published()
    entries = [await keep(answers={"recommend": n}) for n in range(5)]
    pieces = [
        piece async for piece in export_file.pieces(AnswerFilter(home), await forms.published("visit"), FORMATS[name])
    ]
    assert len(pieces) == 4
    assert [entry for entry in entries if str(entry.client_id) not in "".join(pieces[1:])] == []


@pytest.mark.parametrize("name", FORMATS)
async def test_staff_and_programs_get_the_same_file(name: str, client: httpx.AsyncClient, staff: Sign) -> None:
    viewer, headers = await staff("viewer"), {}
    page = await viewer.get("/app/answers")
    assert re.search(rf'href="/app/answers\.{name}"', page.text)
    told = await viewer.get(f"/app/answers.{name}")
    assert told.status_code == 200
    assert told.headers["content-type"].startswith(FORMATS[name].media_type)
    assert told.headers["content-disposition"].endswith(f'.{name}"')
    home = (await database.fetch("SELECT id FROM workspace"))[0]["id"]
    headers = await key_for(home, "responses:read")
    assert (await client.get(f"/api/v1/responses.{name}", headers=headers)).content == told.content
