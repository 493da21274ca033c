"""How it stands, for people: what is wrong, what to do about it and where, without the names of settings."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from survey_service.accounts import installation_service, pausing, sign_in
from survey_service.core import clock, templates
from survey_service.core.settings import load
from survey_service.invitations import resuming
from survey_service.web import standing
from tests.answers import key_for

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
TEMPLATES = Path(templates.__file__).parents[1] / "templates"
OPERATING = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("", "warning"), ("http://localhost:8000", "warning"), ("http://feedback.example.org", "warning"),
        ("https://feedback.example.org", "ok"), ("https://example.org/feedback", "ok"),
    ],
)  # fmt: skip
def test_an_address_is_judged_by_who_can_open_it(url: str, level: str) -> None:
    assert standing.address(load({"SURVEY_BASE_URL": url})).level == level


@pytest.mark.parametrize(
    ("at", "level"), [(None, "warning"), (NOW - timedelta(days=8), "warning"), (NOW - timedelta(days=1), "ok")]
)
def test_a_backup_is_judged_by_its_age(at: datetime | None, level: str) -> None:
    assert standing.backup(at, NOW).level == level


def test_each_warning_leads_to_a_heading_of_the_guide() -> None:
    bare = load({})
    for row in (standing.address(bare), standing.mail(bare), standing.backup(None, NOW)):
        assert row.level == "warning"
        assert row.to_do
        (heading,) = re.findall("“(.*?)”", row.to_do)
        assert re.search(rf"^#+ {heading}$", OPERATING, re.MULTILINE)


def test_no_page_names_a_setting() -> None:
    assert [str(file) for file in TEMPLATES.rglob("*.html") if "SURVEY_" in file.read_text()] == []


async def test_the_page_tells_what_is_so(client: httpx.AsyncClient) -> None:
    await installation_service.ensure_owner("owner@roses.example")
    secret = await installation_service.issue_sign_in_link("owner@roses.example")
    client.cookies.set(sign_in.COOKIE, await sign_in.use_link(secret))
    page = (await client.get("/app/settings/standing")).text
    assert "No backup has been made here yet." in page
    assert "No mail goes out" in page
    assert "SURVEY_" not in page
    await installation_service.set_installation_value(standing.BACKED_UP, clock.now().isoformat())
    assert "The last backup is of" in (await client.get("/app/settings/standing")).text


@pytest.mark.parametrize("paused", [False, True])
async def test_without_a_mail_server_nothing_says_that_mails_go_out(client: httpx.AsyncClient, paused: bool) -> None:
    await installation_service.ensure_owner("owner@roses.example")
    secret = await installation_service.issue_sign_in_link("owner@roses.example")
    client.cookies.set(sign_in.COOKIE, await sign_in.use_link(secret))
    if paused:
        await pausing.pause(installation_service.caller(await installation_service.workspace_default()), clock.now())
    for address in ("/app/invitations", "/app/sending", "/app/settings/standing"):
        page = (await client.get(address)).text
        assert resuming.NO_SERVER in page, address
        assert "Nothing holds" not in page, address
    section = (await client.get("/app/settings/standing")).text.partition('id="sending"')[2]
    assert resuming.NO_SERVER in section
    assert "Nothing holds" not in section
    assert ("is paused since" in section) is paused
    key = await key_for((await installation_service.workspace_default()).id, "invitations:read")
    told = (await client.get("/api/v1/sending", headers=key)).json()
    assert told["hindrance"] == resuming.NO_SERVER
    assert (told["paused_since"] is not None) is paused


async def test_a_proxy_that_nobody_named_is_told_of(client: httpx.AsyncClient) -> None:
    await installation_service.ensure_owner("owner@roses.example")
    secret = await installation_service.issue_sign_in_link("owner@roses.example")
    client.cookies.set(sign_in.COOKIE, await sign_in.use_link(secret))
    words = "through another server, 127.0.0.1"
    assert words not in (await client.get("/app/settings/standing")).text
    handed_on = await client.get("/app/settings/standing", headers={"X-Forwarded-For": "198.51.100.1"})
    assert words in handed_on.text
    named = await client.get("/app/settings/standing", headers={"X-Forwarded-For": "198.51.100.1, 127.0.0.1"})
    assert words not in named.text
