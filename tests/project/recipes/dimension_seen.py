"""What a copy of the product with the dimension `version` has: `tests/project/test_recipes.py` runs this there."""

import csv
import io
from datetime import timedelta
from uuid import UUID

import httpx
import msgspec

from survey_service.counts import fold, rebuild
from survey_service.counts.dimensions import RECEIVED
from survey_service.counts.queries import histograms
from survey_service.forms import queries as forms
from survey_service.forms import service as forms_service
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange
from survey_service.inbox.export.csv import CSV
from survey_service.inbox.export_file import pieces
from survey_service.responses import known_count, queries
from survey_service.responses.filters import Filter
from survey_service.responses.meaning import resolve
from survey_service.responses.schemas import PreparedResponse
from tests import factories
from tests.answers import NOON, Sign, keep, key_for, staff

__all__ = ["staff"]


async def four_answers(home: UUID) -> PreparedResponse:
    """Two of each version, the second by QR code, one of them not folded yet; gives the other."""
    await keep(answers={"recommend": 9})
    await keep(answers={"recommend": 8})
    shorter = {**factories.VISIT, "questions": factories.VISIT["questions"][:1], "hidden": []}
    await forms_service.change(home, "visit", FormChange(definition=msgspec.convert(shorter, Definition)), NOON)
    await forms_service.publish(home, "visit", None, NOON)
    forms.forget()
    last = await keep(answers={"recommend": 3}, channel="qr")
    await fold.fold()
    await keep(answers={"recommend": 4}, channel="qr")
    return last


async def test_a_new_dimension_is_counted_filtered_on_and_shown(client: httpx.AsyncClient, staff: Sign) -> None:
    assert "version" in RECEIVED
    forms.forget()
    home = await factories.published()
    last = await four_answers(home)

    days = await queries.counted_days(home)
    assert await rebuild.compare(home, days, lambda form, day: queries.counted_responses(home, form, day)) == []
    month = (last.day, last.day + timedelta(days=30))
    by_version = await histograms(home, last.form, "recommend", *month, by="version")
    assert {group.key: group.histogram.n for group in by_version} == {"1": 2, "2": 2}
    both = {"version": [2], "channel": ["qr"]}
    assert sum(group.histogram.n for group in await histograms(home, last.form, "recommend", *month, where=both)) == 2

    wanted, published = await resolve(home, Filter(form="visit", version="1"))  # type: ignore[call-arg]
    rows = (await queries.responses(wanted, 9)).items
    assert [row.score for row in rows] == [8, 9]
    assert await known_count.known_count(wanted) == 2
    table = [row async for row in pieces(wanted, published, CSV)]
    assert [row["version"] for row in csv.DictReader(io.StringIO("".join(table)))] == ["1", "1"]

    asked = {"form": "visit", "by": "version", "channel": "qr"}
    found = (await client.get("/api/v1/scores", params=asked, headers=await key_for(home, "scores:read"))).json()
    assert [(group["key"], group["label"], group["n"]) for group in found["groups"]] == [("2", "Version 2", 2)]

    viewer = await staff("viewer")
    today, every = "/app?form=visit&period=all", "/app/answers?form=visit"
    for page in (today, every):
        shown = (await viewer.get(page)).text
        assert 'name="version"' in shown, page
        assert "Every version" in shown, page
    assert "Versions" in (await viewer.get(today)).text
    assert ">4 answers<" in (await viewer.get(today)).text
    assert ">2 answers<" in (await viewer.get(f"{today}&version=2")).text
    assert "No answers in version 3 in this period" in (await viewer.get(f"{today}&version=3")).text
