"""Static files: ours and no others, cached by their content; HEAD and security headers everywhere."""

import re

import httpx
import pytest

from survey_service.core import templates
from survey_service.web.home_pages import FOREVER, SHORT
from tests import factories
from tests.bare import ask
from tests.conftest import app_of


async def test_the_root_leads_to_todays_figures(client: httpx.AsyncClient) -> None:
    reply = await client.get("/")
    assert (reply.status_code, reply.headers["location"]) == (303, "/app")


def every_static_file() -> list[str]:
    folder = templates.static_folder()
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_every_static_file_is_served_with_its_type(client: httpx.AsyncClient) -> None:
    names = every_static_file()
    assert len(names) > 3
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    for name in names:
        reply = await client.get(f"/static/{name}")
        assert reply.status_code == 200, name
        assert reply.content == (templates.static_folder() / name).read_bytes()
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == SHORT
        suffix = name[name.rindex(".") :]
        assert reply.headers["content-type"].startswith(kinds.get(suffix, reply.headers["content-type"]))
        marked = await client.get(templates.static_url(name))
        assert marked.headers["cache-control"] == FOREVER


@pytest.mark.parametrize(
    "name",
    [
        "missing.css", "", "css", "css/", "../pyproject.toml", "%2e%2e/pyproject.toml", "..%2fpyproject.toml",
        "css/../../pyproject.toml", "css%2f..%2f..%2fpyproject.toml", "/etc/passwd", "%2fetc%2fpasswd",
        "//etc/passwd", "..\\pyproject.toml", "%00", "embed.js%00", "x" * 300, "a/" * 3000, "%ff",
    ],
)  # fmt: skip
async def test_nothing_else_is_served(client: httpx.AsyncClient, name: str) -> None:
    raw = f"/static/{name}"
    reply = await client.get(raw)
    assert reply.status_code == 404, reply.text
    assert "root:" not in reply.text
    assert "[project]" not in reply.text
    begun, *_ = await ask(app_of(client), "GET", raw.replace("%2e", ".").replace("%2f", "/").replace("%00", "\0"))
    assert begun["status"] == 404


async def test_the_loader_of_embeds_is_for_every_site(client: httpx.AsyncClient) -> None:
    reply = await client.get("/embed.js")
    assert reply.content == (templates.static_folder() / "embed.js").read_bytes()
    assert reply.headers["content-type"].startswith("text/javascript")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    assert reply.headers["cache-control"] == SHORT


PAGES = ("/app/sign-in", "/s/visit", "/s/visit/thanks", "/healthz", "/readyz", "/embed.js", "/schema/openapi.json", "/")


@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/s/nothing"])
async def test_head_is_get_without_its_body(client: httpx.AsyncClient, path: str) -> None:
    await factories.published()
    got, head = await client.get(path), await client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    for name in ("content-type", "cache-control", "content-security-policy", "location"):
        without = [re.sub(r"nonce-[^']+", "", reply.headers.get(name, "").split("'sha256")[0]) for reply in (got, head)]
        assert without[0] == without[1]


@pytest.mark.parametrize(
    "path", ["/app/sign-in", "/s/visit", "/s/visit/thanks", "/nothing", "/s/nothing", "/i/x", "/u/x"]
)
async def test_every_page_carries_its_security_headers(client: httpx.AsyncClient, path: str) -> None:
    await factories.published()
    reply = await client.get(path)
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] in ("same-origin", "no-referrer")
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors" in policy
    if path.startswith(("/app", "/i", "/u")):
        assert "frame-ancestors 'none'" in policy
    assert "set-cookie" not in reply.headers or path.startswith("/app")
