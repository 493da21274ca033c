"""The PDF has the screen's figures, in every script, and is made two at a time."""

import asyncio
import contextlib
import re
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from survey_service.core import database
from survey_service.core.database import patience
from survey_service.core.database.sqlite import SQLiteDatabase
from survey_service.core.errors import Unavailable
from survey_service.counts.dimensions import RECEIVED
from survey_service.dashboard import view
from survey_service.dashboard.sections import PDF, shown
from survey_service.dashboard.sections.base import Sheet
from survey_service.dashboard.sections.comments import COMMENTS
from survey_service.dashboard.sections.places import PLACES
from survey_service.dashboard.summary import summary
from survey_service.nps.metrics import METRICS
from survey_service.reports import service
from survey_service.reports.schemas import ReportOptions
from survey_service.responses.filters import Filter
from tests.dashboard.seeding import NOW, OCTOBER, Shop

OCTOBER_QUERY = "form=visit&from=2026-10-01&to=2026-10-31"


ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where the database plays no part; rendering takes a while."""


def fonts_of(path: Path) -> str:
    found = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True, timeout=60)
    return found.stdout.decode()


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    found = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, timeout=60)
    return " ".join(found.stdout.decode().split())


async def test_every_figure_of_the_screen_is_in_the_pdf(served: Shop, tmp_path: Path) -> None:
    made = await summary(served.audience, Filter("visit", *OCTOBER), NOW)
    said = text_of(await service.render_summary_pdf(made, ReportOptions(link="https://example.org/app")), tmp_path)
    drawn = {part.name: part.shown for parts in shown(made, PDF, Sheet()).values() for part in parts}
    hero, counted = drawn["scores"]["hero"], drawn["counted"]
    figures = [hero["value"], hero["range"], hero["answers"], counted["answers"]]
    figures += [part for other in drawn["scores"]["others"] for part in (other["value"], other["range"])]
    figures += [
        part for group in drawn["scores"]["groups"] for part in (f"{group['share']} {group['name']}", group["count"])
    ]
    figures += [row["count"] for row in drawn["histogram"]["rows"]]
    figures += [
        part
        for split in (drawn["places"]["split"], *drawn["splits"]["splits"], *drawn["late_splits"]["splits"])
        for row in split["rows"]
        for part in (row["label"], row["n"], row["value"], row["range"] if row["state"] == "ok" else row["few"])
    ]
    figures += [
        view.frame(made)["as_of"],
        "1 of ",
        "October 2026",
        "Not counted: 1 spam, 1 test, 0 partial",
        "https://example.org/app",
    ]
    assert [figure for figure in figures if figure not in said] == []
    assert drawn["headline"]["headline"].split(":")[-1].strip() in said


@ONE_ENGINE
async def test_it_says_how_each_of_its_scores_is_made(served: Shop) -> None:
    made = await summary(served.audience, Filter("visit", *OCTOBER), NOW)
    (first, *others) = (METRICS[figure.score.metric].words.method for figure in made.figures)
    every, one = (
        service.summary_html(msgspec.structs.replace(made, figures=figures), ReportOptions())
        for figures in (made.figures, made.figures[:1])
    )
    assert others
    assert [method for method in (first, *others) if method not in every] == []
    assert [method for method in (first, *others) if method in one] == [first]


@ONE_ENGINE
async def test_comments_are_in_it_only_if_asked_for(served: Shop, tmp_path: Path) -> None:
    filters = Filter("visit", *OCTOBER)
    without = (await service.make_report(served.caller, filters, NOW, ReportOptions())).pdf
    with_comments = (await service.make_report(served.caller, filters, NOW, ReportOptions(comments=True))).pdf
    assert "Newest comments" not in text_of(without, tmp_path)
    said = text_of(with_comments, tmp_path)
    assert "Newest comments" in said
    for word in ("ጽጌረዳዎቹ", "ვარდები"):
        assert word in said


@ONE_ENGINE
async def test_every_script_has_a_font_that_is_in_the_file(served: Shop, tmp_path: Path) -> None:
    made = await service.make_report(served.caller, Filter("visit", *OCTOBER), NOW, ReportOptions(comments=True))
    pdf = made.pdf
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    listed = fonts_of(path)
    for script in ("Ethiopic", "Georgian", "Malayalam", "Sinhala", "Arabic"):
        assert re.search(rf"Noto-?(Sans|Naskh|Serif|Kufi).*{script}|{script}", listed), script
    assert " no " not in "".join(line[55:70] for line in listed.splitlines()[2:])


@ONE_ENGINE
async def test_what_customers_wrote_is_never_markup(served: Shop) -> None:
    wicked = '<img src="file:///etc/passwd"><script>alert(1)</script>'
    await served.answer([4], OCTOBER[1], comment=wicked)
    made = await summary(served.audience, Filter("visit", *OCTOBER), NOW, comments=5)
    document = service.summary_html(made, ReportOptions(comments=True))
    assert wicked not in document
    assert "&lt;script&gt;" in document
    assert (await service.render_summary_pdf(made, ReportOptions(comments=True))).startswith(b"%PDF")


@ONE_ENGINE
async def test_nothing_is_drawn_that_cannot_be_noted(served: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes while nothing is kept does not wait for the drawing first."""
    drawn: list[Any] = []
    monkeypatch.setattr(service, "render_summary_pdf", lambda *given: drawn.append(given))
    monkeypatch.setattr(patience, "LAST_SECONDS", 0.1)
    assert isinstance(served.database, SQLiteDatabase)
    with contextlib.closing(sqlite3.connect(served.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with database.allowing(0.1), pytest.raises(Unavailable):
            await service.make_report(served.caller, Filter("visit", *OCTOBER), NOW, ReportOptions())
    assert drawn == []


@ONE_ENGINE
async def test_a_period_without_answers_has_a_report_too(served: Shop, tmp_path: Path) -> None:
    filters = Filter("visit", OCTOBER[0].replace(year=2020), OCTOBER[1].replace(year=2020))
    pdf = (await service.make_report(served.caller, filters, NOW, ReportOptions())).pdf
    assert "No answers in October 2020." in text_of(pdf, tmp_path)


@ONE_ENGINE
async def test_a_third_report_waits_and_is_refused_after_a_minute(
    served: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await summary(served.audience, Filter("visit", *OCTOBER), NOW)
    release, started = asyncio.Event(), asyncio.Semaphore(0)

    async def slow(_: str) -> bytes:
        started.release()
        await release.wait()
        return b"%PDF"

    monkeypatch.setattr(service, "_rendered", slow)
    monkeypatch.setattr(service, "WAIT_SECONDS", 0.2)
    first, second = (asyncio.create_task(service.render_summary_pdf(made, ReportOptions())) for _ in range(2))
    await started.acquire()
    await started.acquire()
    with pytest.raises(Unavailable) as refused:
        await service.render_summary_pdf(made, ReportOptions())
    assert refused.value.retry_after == 60
    release.set()
    assert list(await asyncio.gather(first, second)) == [b"%PDF", b"%PDF"]
    assert await service.render_summary_pdf(made, ReportOptions()) == b"%PDF"


async def test_a_rendering_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "RENDER_SECONDS", 0.05)
    with pytest.raises(Unavailable):
        await service._rendered("<!doctype html><html lang='en'><title>t</title><p>slow</p></html>")


async def test_the_api_gives_the_pdf_itself(client: httpx.AsyncClient, served: Shop, key: dict[str, str]) -> None:
    reply = await client.get(f"/api/v1/reports/summary.pdf?{OCTOBER_QUERY}&place=galle-face", headers=key)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/pdf"
    assert "attachment" in reply.headers["content-disposition"]
    assert reply.content.startswith(b"%PDF")
    assert (await client.get(f"/api/v1/reports/summary.pdf?{OCTOBER_QUERY}")).status_code == 401
    assert (await client.get("/api/v1/reports/summary.pdf?form=nothing", headers=key)).status_code == 404


@ONE_ENGINE
async def test_the_page_offers_whatever_the_pdf_is_filtered_by(client: httpx.AsyncClient, served: Shop) -> None:
    """The same as Today; and what the address names is chosen."""
    shown = {}
    for path in ("/app", "/app/reports"):
        page = (await client.get(f"{path}?form=visit&place=galle-face&channel=qr&language=en")).text
        shown[path] = {
            name: re.findall(r'<option value="([^"]*)"( selected)?', inside)
            for name, inside in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL)
            if name in RECEIVED
        }
    assert shown["/app"] == shown["/app/reports"]
    assert {name for name, options in shown["/app"].items() if any(chosen for _code, chosen in options)} >= {
        "place", "channel", "language"
    }  # fmt: skip


@ONE_ENGINE
async def test_the_page_leads_to_the_download(client: httpx.AsyncClient, served: Shop) -> None:
    page = await client.get("/app/reports")
    assert page.status_code == 200
    assert 'action="/app/reports/summary.pdf"' in page.text
    assert "Galle Face" in page.text
    reply = await client.get(f"/app/reports/summary.pdf?{OCTOBER_QUERY}&period=last-month&comments=1")
    assert reply.status_code == 200
    assert reply.content.startswith(b"%PDF")


LONG = (
    "w" * 120,
    "Blumengroßhandelsgesellschaft" * 4,
    "የአበባመሸጫ" * 14,
    "പൂക്കട" * 18,
    "محلالزهور" * 12,
    "花屋" * 55,
    "https://example.org/" + "a-long-path/" * 8,
)
"""Names of 80 to 120 signs without a blank, in the scripts of customers."""
MARGIN = 18 * 72 / 25.4


def boxes_of(pdf: bytes, folder: Path) -> list[tuple[float, float]]:
    """Left and right edge of every word, in points; a page of A4 is 595.3 wide."""
    path = folder / "long.pdf"
    path.write_bytes(pdf)
    found = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, timeout=60)
    edges = re.findall(r'<word xMin="([-\d.]+)"[^>]* xMax="([-\d.]+)"', found.stdout.decode())
    return [(float(left), float(right)) for left, right in edges]


@ONE_ENGINE
@pytest.mark.parametrize("name", LONG)
async def test_long_words_stay_on_the_paper(served: Shop, tmp_path: Path, name: str) -> None:
    made = await summary(served.audience, Filter("visit", *OCTOBER), NOW, comments=2)
    rows = [msgspec.structs.replace(row, label=name, own_name=name, under=name) for row in PLACES.of(made)]
    newest = [msgspec.structs.replace(comment, text=name, told=[name, name]) for comment in COMMENTS.of(made)]
    named = msgspec.structs.replace(
        made,
        workspace_name=name,
        limits={"place": name},
        form=msgspec.structs.replace(made.form, name=name),
        facts={**made.facts, PLACES.name: tuple(rows), COMMENTS.name: tuple(newest)},
    )
    link = f"https://example.org/{'a' * 120}"
    pdf = await service.render_summary_pdf(named, ReportOptions(comments=True, link=link))
    edges = boxes_of(pdf, tmp_path)
    assert len(edges) > 100
    assert [edge for edge in edges if edge[0] < MARGIN - 1 or edge[1] > 595.3 - MARGIN + 1] == []
