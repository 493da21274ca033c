"""Every column says what becomes of it when a person asks for what is known of them, or to be forgotten."""

from typing import Any, get_type_hints

import pytest
from piccolo.columns import UUID, Serial, Varchar
from piccolo.table import Table

from survey_service import piccolo_conf
from survey_service.core.personal import Answerable, Erased, Handling, OfPerson

TABLES = [
    table for app in piccolo_conf.APPS for table in piccolo_conf.APP_REGISTRY.get_table_classes(app)
]  # fmt: skip
ABOUT_A_PERSON_BY = {
    "comment_reading": "response", "response": "customer", "suppression": "address_hash", "job": "payload",
}  # fmt: skip
"""Tables whose rows may be a person's though no column says so always, and the column that leads to one."""


def handlings(table: type[Table]) -> dict[str, Handling | None]:
    """Each column's name and what is declared of it."""
    hints = get_type_hints(table, include_extras=True)
    declared: dict[str, Handling | None] = {}
    for column in table._meta.columns:
        found = [given for given in getattr(hints.get(column._meta.name), "__metadata__", ()) if _is_handling(given)]
        declared[column._meta.name] = found[0] if len(found) == 1 else None
    return declared


def _is_handling(given: Any) -> bool:
    return isinstance(given, Handling)


def undeclared(table: type[Table]) -> list[str]:
    """Columns of which nothing is said; the number that Piccolo gives to rows without a key needs no word."""
    ours = [column._meta.name for column in table._meta.columns if type(column) is not Serial]
    return [name for name, handling in handlings(table).items() if handling is None and name in ours]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
def test_every_column_is_declared(table: type[Table]) -> None:
    assert undeclared(table) == []
    assert all(handling.reason for handling in handlings(table).values() if handling and handling.means == "keep")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
def test_what_is_erased_leads_to_a_person(table: type[Table]) -> None:
    """Nobody could find it otherwise."""
    means = {name: handling.means for name, handling in handlings(table).items() if handling}
    if "erase" in means.values() or "anonymise" in means.values():
        leads = "person" in means.values() or ABOUT_A_PERSON_BY.get(table._meta.tablename) in means
        assert leads, f"{table._meta.tablename} says of nobody that its rows are theirs"


def test_a_column_without_a_word_is_found() -> None:
    class Toy(Table):
        name: Erased[Varchar] = Varchar()
        forgotten = Varchar()
        owner: OfPerson[UUID] = UUID()
        by: Answerable[UUID] = UUID()

    assert undeclared(Toy) == ["forgotten"]
    assert [handling.means for handling in handlings(Toy).values() if handling] == ["erase", "person", "keep"]
