"""Staff read their own language also where nobody can be asked who they are."""

import httpx
import pytest

from survey_service.accounts import service, sign_in
from survey_service.accounts.schemas import Caller
from survey_service.core import cookies
from survey_service.core.errors import Unavailable
from tests.builder.browsing import alice, viewer

__all__ = ["alice"]
AMHARIC = {"Accept-Language": "am", "Accept": "text/html"}
OWN = {"Origin": "http://testserver.local"}


@pytest.fixture
async def german(client: httpx.AsyncClient, alice: Caller, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Alice has chosen German, has looked at a page, and the database is away."""
    await service.choose_language(alice, "de")
    session = client.headers["Cookie"]
    page = await client.get("/app/settings", headers=AMHARIC)
    assert '<html lang="de"' in page.text
    client.headers["Cookie"] = f"{session}; {cookies.LANGUAGE}={page.cookies[cookies.LANGUAGE]}"

    async def away(_: str) -> None:
        raise Unavailable("Away.", retry_after=1)

    monkeypatch.setattr(sign_in, "caller_of_session", away)
    return alice


@pytest.mark.usefixtures("german")
async def test_errors_are_in_the_persons_own_language(client: httpx.AsyncClient) -> None:
    lost = await client.get("/app/nothing", headers=AMHARIC)
    away = await client.get("/app/places", headers=AMHARIC)
    sent = await client.post("/app/places", data={"name": "Ulme"}, headers=AMHARIC | OWN)
    large = await client.post("/app/places", data={"name": "x" * 100_000}, headers=AMHARIC | OWN)
    outside = await client.post("/app/sign-in", data={"email": "a@b.example"}, headers=AMHARIC | OWN)
    assert [each.status_code for each in (lost, away, sent, large)] == [404, 503, 503, 413]
    for page in (lost, away, sent, large, outside):
        assert '<html lang="de"' in page.text
    assert "Jetzt senden" in sent.text


@pytest.mark.usefixtures("german")
async def test_who_is_not_signed_in_reads_what_the_browser_wishes_for(client: httpx.AsyncClient) -> None:
    client.headers["Cookie"] = f"{cookies.LANGUAGE}=de"
    assert '<html lang="am"' in (await client.get("/app/nothing", headers=AMHARIC)).text
    client.headers["Cookie"] = f"{sign_in.COOKIE}=x; {cookies.LANGUAGE}=tlh"
    assert '<html lang="am"' in (await client.get("/app/nothing", headers=AMHARIC)).text


async def test_the_browser_is_told_once_and_forgets_at_the_end(client: httpx.AsyncClient, alice: Caller) -> None:
    assert cookies.LANGUAGE not in (await client.get("/app/settings")).cookies
    await service.choose_language(alice, "de")
    assert (await client.get("/app/settings")).cookies[cookies.LANGUAGE] == "de"
    session = client.headers["Cookie"]
    client.cookies.clear()
    client.headers["Cookie"] = f"{session}; {cookies.LANGUAGE}=de"
    assert cookies.LANGUAGE not in (await client.get("/app/settings")).headers.get("set-cookie", "")
    other = await client.get("/app/settings", headers={**await viewer(alice), **AMHARIC})
    assert '<html lang="am"' in other.text
    client.headers["Cookie"] = f"{session}; {cookies.LANGUAGE}=de"
    out = await client.post("/app/sign-out", data={"_csrf": alice.csrf_token})
    assert f'{cookies.LANGUAGE}=""' in out.headers["set-cookie"]
