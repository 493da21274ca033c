"""Requests and answers that do not come to their end: told apart by who broke off, and no fault where there is none."""

import json
from typing import Any

import httpx
import pytest

from survey_service.app import SurveyApp, handlers
from survey_service.core import logs
from survey_service.core.settings import Settings
from survey_service.core.state import state_in
from survey_service.inbox import export_file
from survey_service.inbox.export import csv
from survey_service.web.metrics import Metrics, Requests
from survey_service.web.paths import paths_of
from tests import factories
from tests.answers import keep_many, key_for
from tests.bare import ask
from tests.conftest import app_of

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.fixture
def app(client: httpx.AsyncClient, settings: Settings) -> SurveyApp:
    logs.configure(settings, paths_of(handlers()).secret)
    found = app_of(client)
    assert isinstance(found, SurveyApp)
    return found


def measured(app: SurveyApp) -> Requests:
    return state_in(app.state).part(Metrics).requests


def logged(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/app/sign-in", FORM), ("/s/visit", FORM), ("/c/visit", FORM), ("/api/v1/forms/visit/responses", JSON)],
)
async def test_who_leaves_in_the_middle_of_a_request_is_no_fault_of_ours(
    app: SurveyApp, capsys: pytest.CaptureFixture[str], path: str, kind: str
) -> None:
    await factories.published()
    half = {"type": "http.request", "body": b'{"a', "more_body": True}
    site = {"host": "testserver.local", "origin": "http://testserver.local"}
    await ask(app, "POST", path, [half], content_type=kind, **site)
    counted = measured(app).by_status
    assert counted["POST", 499] == 1
    assert not [status for _, status in counted if status >= 500]
    assert logged(capsys) == []


@pytest.fixture
async def export(app: SurveyApp, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Headers of a program that may fetch the file, which takes several batches."""
    monkeypatch.setattr(export_file, "BATCH", 4)
    home = await factories.published()
    await keep_many(12)
    return await key_for(home, "responses:read")


async def test_a_file_whose_client_leaves_is_noted_as_that(
    app: SurveyApp, export: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    sent = await ask(app, "GET", "/api/v1/responses.csv", **export)
    assert sent[0]["status"] == 200
    assert sent[-1].get("more_body", True)
    assert logged(capsys) == ["client_left"]
    assert measured(app).cut == {"client": 1}


async def test_a_file_that_breaks_on_our_side_is_a_fault(
    app: SurveyApp, client: httpx.AsyncClient, export: dict[str, str], capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    batch = csv.CSV.batch

    async def broken(wanted: Any, columns: Any, size: int, after: Any) -> Any:
        if after is not None:
            raise RuntimeError("the database is gone")
        return await batch(wanted, columns, size, after)

    object.__setattr__(csv.CSV, "batch", broken)
    try:
        with pytest.raises(Exception, match="after response started"):
            await client.get("/api/v1/responses.csv", headers=export)
    finally:
        object.__setattr__(csv.CSV, "batch", batch)
    assert "answer_broke_off" in logged(capsys)
    assert measured(app).cut == {"service": 1}


async def test_both_kinds_are_in_the_measurements(client: httpx.AsyncClient) -> None:
    text = (await client.get("/metrics")).text
    assert 'survey_answers_cut_total{by="client"} 0.0' in text
    assert 'survey_answers_cut_total{by="service"} 0.0' in text
