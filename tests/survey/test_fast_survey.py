"""The survey page around the framework is the page through it, byte for byte but for the respondent's own marks."""

import gzip
import re
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import clock
from survey_service.forms.service import set_open
from survey_service.survey import rendering
from survey_service.survey.rendering import Pieces
from tests import factories
from tests.short_cuts import watched, without

OWN = re.compile(r'name="_(id|time)" value="[^"]*"')


@pytest.fixture
async def visit(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser, and the open form `visit`."""
    await factories.published()
    return client


async def both_ways(client: httpx.AsyncClient, path: str, **more: Any) -> tuple[httpx.Response, httpx.Response]:
    """The same request around the framework and through it; what is shown was shown by the short cut."""
    with watched(client) as ways:
        around = await client.get(path, **more)
    assert ways.answered == (1 if around.is_success else 0)
    with without(client):
        through = await client.get(path, **more)
    return around, through


def common(page: httpx.Response) -> tuple[int, str, dict[str, str]]:
    """What both ways must agree on: everything but ids, marks, and the length of what is compressed."""
    headers = {name: value for name, value in page.headers.items() if name not in ("x-request-id", "content-length")}
    return page.status_code, OWN.sub("", page.text), headers


@pytest.mark.parametrize("encoding", ["identity", "gzip", "gzip;q=0, identity", "br, gzip;q=0.5"])
@pytest.mark.parametrize(
    "query", ["", "?lang=am", "?_embed=1", "?_place=nowhere", "?lang=xx&_embed=0", "?_employee=nobody"]
)
async def test_the_page_is_the_same_on_both_ways(visit: httpx.AsyncClient, query: str, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding, "Accept-Language": "am-ET, en;q=0.5"}
    around, through = await both_ways(visit, f"/s/visit{query}", headers=headers)
    if encoding == "gzip;q=0, identity":  # the framework packs even for those who refuse it
        assert "content-encoding" not in around.headers
        assert around.text.startswith("<!doctype html>")
        return
    assert common(around) == common(through)
    assert around.status_code == 200
    assert len(set(OWN.findall(around.text))) == 2


async def test_everyone_gets_an_id_of_their_own(visit: httpx.AsyncClient) -> None:
    pages = [(await visit.get("/s/visit")).text for _ in range(3)]
    ids = {match for page in pages for match in re.findall(r'name="_id" value="([0-9a-f-]{36})"', page)}
    assert len(ids) == 3


@pytest.mark.parametrize("path", ["/s/nothing", "/s/no%00thing", "/s/"])
async def test_what_is_not_there_is_worded_by_the_route(visit: httpx.AsyncClient, path: str) -> None:
    around, through = await both_ways(visit, path)
    assert common(around) == common(through)
    assert around.status_code == 404


async def test_a_closed_form_says_so(visit: httpx.AsyncClient) -> None:
    await visit.get("/s/visit")
    await set_open(await factories.workspace(), "visit", False, clock.now())
    around, through = await both_ways(visit, "/s/visit")
    assert common(around) == common(through)
    assert around.status_code == 410


async def test_a_head_has_the_headers_and_no_body(visit: httpx.AsyncClient) -> None:
    page, head = await visit.get("/s/visit"), await visit.head("/s/visit")
    assert head.content == b""
    assert head.headers["content-length"] == page.headers["content-length"]


@given(st.tuples(st.text(), st.text(), st.text()), st.text(max_size=200), st.text(max_size=200))
def test_packed_pages_unpack_to_the_page(parts: tuple[str, str, str], identity: str, token: str) -> None:
    pieces = Pieces(*(part.encode() for part in parts))
    packed = rendering.packed(pieces, len(identity.encode()), len(token.encode()))
    assert gzip.decompress(packed.page(identity, token)) == pieces.page(identity, token)
