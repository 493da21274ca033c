"""What every answer carries, whatever it is and whoever made it."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest

from survey_service.core import policies, templates
from survey_service.dashboard import plotly_script
from survey_service.web.home_pages import FOREVER, SHORT
from tests import factories
from tests.answers import Sign, key_for, staff
from tests.bare import WHOLE, request
from tests.builder.browsing import owner as signed_in_owner
from tests.conftest import app_of, shared_by
from tests.route_table import Target, table

__all__ = ["staff", "table"]
OPEN = [
    "/", "/s/visit", "/s/visit/thanks", "/s/none", "/q/none", "/u/none", "/i/none", "/app", "/app/sign-in", "/healthz",
    "/readyz", "/metrics", "/api/v1/forms", "/api/v1/none", "/schema/openapi.json", "/nothing", "/static/none.css",
]  # fmt: skip
"""Pages, redirects, JSON, refusals and errors, without anybody's name."""
OWN = ["/app", "/app/answers", "/app/customers", "/app/answers.csv", "/app/figures/trend", "/app/settings/staff"]


def once(reply: httpx.Response, name: str) -> str:
    (value,) = reply.headers.get_list(name)
    return value


@pytest.fixture
async def asked(client: httpx.AsyncClient, staff: Sign) -> list[httpx.Response]:
    home = await factories.published("visit")
    replies = [await client.get(path) for path in OPEN]
    replies += [await client.options(path) for path in OPEN[:2]]
    replies.append(await client.post("/api/v1/forms/visit/responses", json=factories.submission()))
    replies.append(await client.post("/s/visit", data={"recommend": "nine"}))
    for path in ("/api/v1/responses", "/api/v1/customers", "/api/v1/responses.csv"):
        replies.append(await client.get(path, headers=await key_for(home, "responses:read", "customers:read")))
    owner = await staff("owner")
    return replies + [await owner.get(path) for path in OWN]


async def test_nobody_guesses_what_an_answer_is_and_nobody_keeps_it(asked: list[httpx.Response]) -> None:
    assert {reply.status_code for reply in asked} >= {200, 201, 303, 401, 404, 422}
    for reply in asked:
        assert once(reply, "x-content-type-options") == "nosniff", reply.url
        assert once(reply, "cache-control") == "no-store", reply.url
        assert reply.headers.get("content-type", "").count("charset") <= 1, reply.headers["content-type"]
        assert "strict-transport-security" not in reply.headers, "over http nobody may say so"


@pytest.mark.parametrize(
    ("path", "caching"),
    [("/embed.js", SHORT), (templates.static_url("css/app.css"), FOREVER), (plotly_script.PATH, FOREVER)],
)
async def test_what_may_be_kept_says_so_itself(client: httpx.AsyncClient, path: str, caching: str) -> None:
    reply = await client.get(path)
    assert once(reply, "cache-control") == caching
    assert once(reply, "x-content-type-options") == "nosniff"
    assert once(reply, "content-type").count("charset") == 1


async def test_a_service_over_https_is_asked_over_https_alone(client: httpx.AsyncClient) -> None:
    state = shared_by(client)
    state.settings = replace(state.settings, base_url="https://testserver.local")
    await factories.published("visit")
    for path in ("/s/visit", "/healthz", "/api/v1/none", "/embed.js"):
        assert once(await client.get(path), "strict-transport-security") == "max-age=31536000"
    posted = await client.post("/api/v1/forms/visit/responses", json=factories.submission())
    assert once(posted, "strict-transport-security") == "max-age=31536000"


ONCE = {
    "x-content-type-options", "cache-control", "referrer-policy", "cross-origin-opener-policy", "permissions-policy",
    "content-security-policy", "cross-origin-resource-policy",
}  # fmt: skip
"""What every answer says, each once."""


async def begun(app: Any, method: str, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]]]:
    """The status and the headers of an answer, without waiting for what may be an endless body."""
    started: asyncio.Future[tuple[int, list[tuple[str, str]]]] = asyncio.get_running_loop().create_future()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return WHOLE

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start" and not started.done():
            said = [(name.decode().lower(), value.decode("latin-1")) for name, value in message["headers"]]
            started.set_result((message["status"], said))

    task = asyncio.create_task(app(request(method, path, headers), receive, send))
    await asyncio.wait([task, started], return_when=asyncio.FIRST_COMPLETED)
    if not started.done():
        await task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return started.result()


def judged(where: str, headers: list[tuple[str, str]]) -> None:
    names = [name for name, _ in headers]
    for name in ONCE:
        assert names.count(name) == 1, (where, name)
    said = dict(headers)
    ancestors = said["content-security-policy"].partition("frame-ancestors ")[2]
    assert said.get("x-frame-options") == {"'none'": "DENY", "'self'": "SAMEORIGIN"}.get(ancestors), where
    elsewhere = "'" not in ancestors or "access-control-allow-origin" in said
    assert said["cross-origin-resource-policy"] == ("cross-origin" if elsewhere else "same-origin"), where
    if "set-cookie" not in names and said.get("content-type", "").startswith("text/html"):
        assert said["content-security-policy"] != policies.NOTHING, f"{where}: a page says what it may do"
    if "/app" in where or "/api" in where:
        own = {"'none'", "'self'"} if where.endswith(("/preview", "/versions/1")) else {"'none'"}
        assert ancestors in own, where


async def test_every_route_says_it_to_everybody(client: httpx.AsyncClient, table: list[Target]) -> None:
    """Pages, programs, redirects, refusals, streams, files: as a stranger, as an owner, and for what is not there."""
    await factories.published("visit")
    app = app_of(client)
    _, owner = await signed_in_owner()
    values = dict.fromkeys((name for target in table for name in target.parameters), "visit")
    statuses = set()
    for target in table:
        path = target.url({**values, "row_id": "visit", "number": 1})
        for who in ({}, owner) if target.method == "GET" else ({},):
            accept = "application/json" if path.startswith("/api/") else "text/html"
            status, headers = await begun(app, target.method, path, {**who, "accept": accept})
            judged(f"{target.method} {path}", headers)
            statuses.add(status)
    assert statuses >= {200, 303, 401, 404, 422}


async def test_every_file_of_ours_says_it(client: httpx.AsyncClient) -> None:
    app, folder = app_of(client), templates.static_folder()
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    for name in [*(f"/static/{name}" for name in files), "/embed.js", "/schema/openapi.json", "/static/none.css"]:
        for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
            judged(f"{method} {name}", (await begun(app, method, name, {}))[1])


async def test_a_survey_may_stand_in_other_sites_and_a_private_page_may_not(client: httpx.AsyncClient) -> None:
    await factories.published("visit")
    app = app_of(client)
    for accept in ("gzip", ""):
        open_page = dict((await begun(app, "GET", "/s/visit", {"accept-encoding": accept}))[1])
        assert open_page["content-security-policy"].endswith("frame-ancestors *")
        assert "x-frame-options" not in open_page
        assert open_page["cross-origin-resource-policy"] == "cross-origin"
    for path in ("/i/x", "/u/x"):
        private = dict((await begun(app, "GET", path, {}))[1])
        assert private["x-frame-options"] == "DENY"
        assert private["referrer-policy"] == "no-referrer"
