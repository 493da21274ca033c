"""Figures by employee: counted where the answer is believed, equal to their lists, hidden where nobody is named."""

import csv
import io
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import httpx
import pytest

from survey_service.counts import fold, rebuild
from survey_service.counts.queries import histograms
from survey_service.inbox.export.csv import CSV
from survey_service.inbox.export_file import pieces
from survey_service.places import service as places
from survey_service.places.schemas import EmployeeChange, EmployeeRow, NewEmployee, NewPlace
from survey_service.responses import known_count, queries
from survey_service.responses.filters import Filter
from survey_service.responses.meaning import resolve
from tests import factories
from tests.answers import NOON, Sign, keep, key_for, staff

__all__ = ["staff"]
TODAY, ANSWERS = "/app?form=visit&period=all", "/app/answers?form=visit"


class Shop(NamedTuple):
    home: UUID
    ilze: EmployeeRow
    ben: EmployeeRow
    form: UUID


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    """Twelve answers for Ilze, two for Ben, one that names Ben and is not believed, one for nobody, one in the spam
    box for Ilze."""
    home = await factories.published()
    place = await places.create_place(home, NewPlace("Harbour Street", code="harbour"), NOON)
    ilze = await places.create_employee(home, NewEmployee("Ilze", place.id, "ilze"), NOON)
    ben = await places.create_employee(home, NewEmployee("Ben", place.id, "ben"), NOON)
    for _ in range(12):
        await keep(answers={"recommend": 9}, employee=ilze.id, place=place.id)
    await fold.fold()
    for _ in range(2):
        last = await keep(answers={"recommend": 3}, employee=ben.id, channel="qr")
    await keep(answers={"recommend": 0}, claimed_employee=ben.id)
    await keep(answers={"recommend": 1})
    await keep(answers={"recommend": 2}, employee=ilze.id, state="spam", spam_reason="honeypot")
    return Shop(home, ilze, ben, last.form)


async def test_an_answer_is_counted_for_whom_it_is_believed(shop: Shop) -> None:
    days = (NOON.date(), NOON.date() + timedelta(days=1))
    found = await histograms(shop.home, shop.form, "recommend", *days, by="employee")
    assert {group.key: group.histogram.n for group in found} == {str(shop.ilze.id): 12, str(shop.ben.id): 2, "": 2}
    both = {"employee": [shop.ben.id], "channel": ["qr"]}
    assert [g.histogram.n for g in await histograms(shop.home, shop.form, "recommend", *days, where=both)] == [2]
    counted = await queries.counted_days(shop.home)
    assert await rebuild.compare(shop.home, counted, lambda f, day: queries.counted_responses(shop.home, f, day)) == []


@pytest.mark.parametrize(("code", "n"), [("ilze", 12), ("ben", 2), ("-", 2)])
async def test_lists_and_files_hold_what_the_figure_counts(shop: Shop, code: str, n: int) -> None:
    wanted, published = await resolve(shop.home, Filter(form="visit", employee=code))
    assert len((await queries.responses(wanted, 50)).items) == n
    assert await known_count.known_count(wanted) == n
    lines = "".join([row async for row in pieces(wanted, published, CSV)])
    assert [row["employee"] for row in csv.DictReader(io.StringIO(lines))] == [code.strip("-")] * n


async def test_what_is_not_counted_is_told_under_the_same_filter(shop: Shop) -> None:
    for code, spam in (("ilze", 1), ("ben", 0)):
        wanted, _ = await resolve(shop.home, Filter(form="visit", employee=code))
        assert (await queries.exclusions(wanted))["spam"] == spam


async def test_programs_ask_by_employee(client: httpx.AsyncClient, shop: Shop) -> None:
    headers = await key_for(shop.home, "scores:read", "responses:read")
    asked = {"form": "visit", "by": "employee", "place": "harbour"}
    groups = (await client.get("/api/v1/scores", params=asked, headers=headers)).json()["groups"]
    assert [(group["key"], group["label"], group["n"], group["state"]) for group in groups] == [
        ("ilze", "Ilze", 12, "ok"),
    ]  # fmt: skip
    few = (await client.get("/api/v1/scores", params={"form": "visit", "employee": "ben"}, headers=headers)).json()
    assert (few["n"], few["state"]) == (2, "too_few")
    rows = (await client.get("/api/v1/responses", params={"employee": "ben"}, headers=headers)).json()["items"]
    assert [row["employee"] for row in rows] == ["ben", "ben"]
    unknown = await client.get("/api/v1/responses", params={"employee": "nobody"}, headers=headers)
    assert unknown.status_code == 404


async def test_staff_see_people_with_answers_and_too_few_as_such(staff: Sign, shop: Shop) -> None:
    await places.create_employee(shop.home, NewEmployee("Newcomer", shop.ilze.place, "new"), NOON)
    viewer = await staff("viewer")
    page = (await viewer.get(TODAY)).text
    table = page[page.index("Employees, best first") :]
    assert 0 < table.index("Ilze") < table.index("Ben")
    assert "Newcomer" not in table
    assert "Too few" in table[table.index("Ben") :]
    assert ">12 answers<" in (await viewer.get(f"{TODAY}&employee=ilze")).text
    assert "No answers for Newcomer in this period" in (await viewer.get(f"{TODAY}&employee=new")).text
    for address in (TODAY, ANSWERS):
        shown = (await viewer.get(address)).text
        assert 'name="employee"' in shown
        assert "Newcomer (Harbour Street)" in shown


async def test_whoever_has_left_keeps_name_and_figures(staff: Sign, shop: Shop) -> None:
    await places.change_employee(shop.home, shop.ilze.id, EmployeeChange(left=True), NOON)
    viewer = await staff("viewer")
    page = (await viewer.get(TODAY)).text
    assert "Ilze" in page[page.index("Employees, best first") :]
    assert "Ilze (Harbour Street)" not in page
    assert ">12 answers<" in (await viewer.get(f"{TODAY}&employee=ilze")).text


async def test_a_shop_that_names_nobody_sees_nothing_of_it(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    for _ in range(12):
        await keep(answers={"recommend": 9})
    viewer = await staff("viewer")
    for address in (TODAY, ANSWERS):
        assert "mployee" not in (await viewer.get(address)).text
