"""What every answer carries, whatever it is and whoever made it."""

from dataclasses import replace

import httpx
import pytest

from survey_service.core import templates
from survey_service.core.state import state_in
from survey_service.dashboard import plotly_script
from survey_service.web.home_pages import FOREVER, SHORT
from tests import factories
from tests.answers import Sign, key_for, staff

__all__ = ["staff"]
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
    app = client._transport.app  # type: ignore[attr-defined]
    state = state_in(app.state)
    state.settings = replace(state.settings, base_url="https://testserver.local")
    await factories.published("visit")
    for path in ("/s/visit", "/healthz", "/api/v1/none", "/embed.js"):
        assert once(await client.get(path), "strict-transport-security") == "max-age=31536000"
    posted = await client.post("/api/v1/forms/visit/responses", json=factories.submission())
    assert once(posted, "strict-transport-security") == "max-age=31536000"
