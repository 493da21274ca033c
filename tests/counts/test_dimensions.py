"""One list of dimensions: tables, SQL, filters, figures, programs and commands have what it has."""

import pytest

from survey_service.cli import exporting
from survey_service.counts.deltas import COLUMNS, MARGINS
from survey_service.counts.dimensions import DIMENSIONS, LATE, RECEIVED
from survey_service.counts.fold import CELL, POSTGRES_FOLD
from survey_service.counts.tables import CountCell, CountDelta, CountMargin
from survey_service.inbox.export.base import FIRST
from survey_service.responses.filters import TITLES, Filter, query, typed
from survey_service.responses.values import CALLED
from tests.project.test_docs import text


def test_what_comes_late_is_not_known_at_receipt() -> None:
    assert set(RECEIVED) | set(LATE) == set(DIMENSIONS)
    assert not set(RECEIVED) & set(LATE)


@pytest.mark.parametrize("name", DIMENSIONS)
def test_every_dimension_is_counted(name: str) -> None:
    columns = {table: {column._meta.name for column in table._meta.columns} for table in (CountDelta, CountCell)}
    assert name in columns[CountDelta]
    assert name in {column.name for column in COLUMNS}
    assert (name in columns[CountCell]) == (name in {column.name for column in CELL}) == (name in RECEIVED)
    assert f"WHEN '{name}' THEN {name}" in POSTGRES_FOLD
    assert MARGINS[name] == (name if name in LATE else "answer")
    (value,) = [column for column in CountMargin._meta.columns if column._meta.name == "value"]
    assert value._meta.params["length"] >= DIMENSIONS[name].width


@pytest.mark.parametrize("name", DIMENSIONS)
def test_every_dimension_can_be_filtered_on_everywhere(name: str) -> None:
    assert name in TITLES
    assert query(typed({name: "x"})) == f"{name}=x"
    assert Filter(**{name: "x"}).chosen == {name: "x"}  # type: ignore[arg-type]
    assert DIMENSIONS[name].title
    assert DIMENSIONS[name].about
    assert CALLED[name].pattern
    assert f"`{name}`" in text("docs/api.md")


@pytest.mark.parametrize("name", RECEIVED)
def test_every_dimension_known_at_receipt_is_in_files_and_commands(name: str) -> None:
    assert name in FIRST
    for command in (exporting.report, exporting.export):
        assert f"--{name}" in {option for parameter in command.params for option in parameter.opts}


def test_figures_are_not_filtered_on_what_comes_late() -> None:
    asked = Filter(form="visit", channel="qr", sentiment="positive", q="roses")
    assert asked.of_figures() == Filter(form="visit", channel="qr")
