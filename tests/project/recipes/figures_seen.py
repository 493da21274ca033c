"""What a copy of the product with the toys of figures has: `tests/project/test_recipes.py` runs this there."""

import httpx

from survey_service.core.ids import new_id
from survey_service.dashboard.summary import summary
from survey_service.reports.schemas import ReportOptions
from survey_service.reports.service import summary_html
from survey_service.responses.filters import Filter
from survey_service.sentiment.service import Comment, read_all
from tests.dashboard.conftest import key, served
from tests.dashboard.seeding import NOW, OCTOBER, Shop

__all__ = ["key", "served"]
ASKED = "form=visit&from=2026-10-01&to=2026-10-31"


async def test_a_section_on_screen_and_on_paper(client: httpx.AsyncClient, served: Shop) -> None:
    assert "<p>toy 31</p>" in (await client.get(f"/app?{ASKED}")).text
    made = await summary(served.audience, Filter("visit", *OCTOBER), NOW)
    assert "<p>toy 31</p>" in summary_html(made, ReportOptions())


async def test_a_chart_drawn_and_explored(client: httpx.AsyncClient, served: Shop) -> None:
    assert '<title id="toy-title">31</title>' in (await client.get(f"/app?{ASKED}")).text
    explored = await client.get(f"/app/figures/toy?{ASKED}")
    assert explored.json()["data"][0]["customdata"] == ["31"]


async def test_a_metric_shown_explored_printed_and_told_to_programs(
    client: httpx.AsyncClient, served: Shop, key: dict[str, str]
) -> None:
    page = (await client.get(f"/app?{ASKED}")).text
    assert [said for said in ("Smiles", "frowns", "Smiles by month") if said not in page] == []
    explored = await client.get(f"/app/figures/histogram?{ASKED}")
    assert len(explored.json()["layout"]["shapes"]) == 2
    made = await summary(served.audience, Filter("visit", *OCTOBER), NOW)
    assert "By smiles." in summary_html(made, ReportOptions())
    told = await client.get("/api/v1/scores?form=visit&metric=toy", headers=key)
    assert told.json()["state"] == "ok"


def test_an_engine_reads_comments() -> None:
    said = Comment(new_id(), new_id(), "comment", "ვარდები ძალიან ლამაზია", ("ka",))
    (reading,) = read_all([said])
    assert (reading.engine, reading.label) == ("cheerful", "positive")
