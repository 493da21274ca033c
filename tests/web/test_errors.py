"""Programs get problem details, people pages; faults of ours a number and nothing of the inside."""

import json
from typing import Any

import httpx
import pytest

from survey_service.app import handlers
from survey_service.core import i18n, logs
from survey_service.core.errors import Unavailable
from survey_service.core.settings import Settings
from survey_service.forms import queries as forms
from survey_service.web.errors import PROBLEM
from survey_service.web.paths import paths_of
from tests import factories
from tests.builder.browsing import key_of, owner
from tests.static.samples import words

INSIDE = "the inside of the machine"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """No form can be read any more."""

    async def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError(INSIDE)

    monkeypatch.setattr(forms, "published", fail)


@pytest.mark.parametrize(
    ("path", "accept", "is_problem"),
    [
        ("/api/v1/nothing", "*/*", True),
        ("/api/v1/nothing", "text/html", True),
        ("/nothing", "*/*", False),
        ("/nothing", "text/html,application/json;q=0.5", False),
        ("/nothing", "application/json", True),
        ("/nothing", PROBLEM, True),
        ("/app/nothing", "text/html", False),
        ("/s/nothing", "text/html", False),
        ("/s/nothing/at/all", "text/html", False),
        ("/schema", "text/html", True),
        ("/schema/nothing", "text/html", True),
        ("/schema/openapi.yaml", "*/*", True),
        ("/schema/nothing/at/all", "*/*", True),
    ],
)
async def test_who_asks_decides_the_shape(client: httpx.AsyncClient, path: str, accept: str, is_problem: bool) -> None:
    reply = await client.get(path, headers={"accept": accept})
    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith(PROBLEM if is_problem else "text/html")
    assert reply.headers["cache-control"] == "no-store"
    if is_problem:
        problem = reply.json()
        assert (problem["status"], problem["code"]) == (404, "not_found")
        assert problem.get("type", "about:blank") == "about:blank"
        assert problem["request_id"] == reply.headers["x-request-id"]
    else:
        assert "<h1" in reply.text


async def test_a_page_behind_the_entrance_leads_to_it_and_back(client: httpx.AsyncClient) -> None:
    reply = await client.get("/app/answers?form=visit&q=a%26b")
    assert reply.status_code == 303
    assert reply.headers["location"] == "/app/sign-in?next=%2Fapp%2Fanswers%3Fform%3Dvisit%26q%3Da%2526b"
    api = await client.get("/api/v1/responses")
    assert api.status_code == 401
    assert api.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/api/v1/forms/visit/responses", "/app/sign-in", "/s/visit", "/nothing", "/healthz"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "HEAD"])
async def test_every_answer_carries_a_number(client: httpx.AsyncClient, method: str, path: str) -> None:
    await factories.published()
    numbers = {(await client.request(method, path)).headers["x-request-id"] for _ in range(3)}
    assert len(numbers) == 3
    assert all(len(number) == 12 for number in numbers)


async def test_a_number_that_a_client_sends_is_not_believed(client: httpx.AsyncClient) -> None:
    reply = await client.get("/nothing", headers={"x-request-id": "forged"})
    assert reply.headers["x-request-id"] != "forged"


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("path", ["/s/visit", "/s/visit?_embed=1", "/api/v1/scores?form=visit"])
async def test_a_fault_of_ours_is_told_without_its_inside(
    client: httpx.AsyncClient, settings: Settings, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    from tests.answers import key_for

    key = await key_for(await factories.workspace(), "scores:read")
    logs.configure(settings, paths_of(handlers()).secret)
    reply = await client.get(path, headers=key)
    assert reply.status_code == 500, reply.text
    number = reply.headers["x-request-id"]
    assert number in reply.text
    for inside in (INSIDE, "RuntimeError", "Traceback", "survey_service"):
        assert inside not in reply.text
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    (fault,) = [line for line in logged if line["event"] == "unexpected"]
    assert fault["request_id"] == number
    assert INSIDE in fault["exception"]
    assert {line["request_id"] for line in logged} == {number}


async def test_busy_says_when_to_come_back(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*_: Any, **__: Any) -> Any:
        raise Unavailable("The database does not answer", retry_after=2)

    monkeypatch.setattr(forms, "published", busy)
    page = await client.get("/s/visit")
    assert page.status_code == 503
    assert page.headers["retry-after"] == "2"
    problem = await client.post("/api/v1/forms/visit/responses", json=factories.submission())
    assert problem.status_code == 503
    assert problem.headers["retry-after"] == "2"
    assert problem.json()["code"] == "unavailable"


@pytest.mark.parametrize(
    ("path", "secret"), [("/i/{}", "s3cret-token"), ("/u/{}", "s3cret-token"), ("/app/link/{}", "s3cret-token")]
)
async def test_links_with_secrets_do_not_reach_the_log(
    client: httpx.AsyncClient,
    capsys: pytest.CaptureFixture[str],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    secret: str,
) -> None:
    from survey_service.accounts import sign_in
    from survey_service.invitations import queries

    async def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError(INSIDE)

    monkeypatch.setattr(queries, "invitation_by_token", fail)
    monkeypatch.setattr(sign_in, "look_at_link", fail)
    logs.configure(settings, paths_of(handlers()).secret)
    assert (await client.get(path.format(secret))).status_code == 500
    logged = capsys.readouterr().err
    assert INSIDE in logged
    assert secret not in logged


@pytest.mark.parametrize(
    "path",
    [
        "/s/%00", "/s/%ff", "/q/%00", "/q/%ff%fe", "/i/%00", "/u/%00", "/app/link/%00", "/s/visit/thanks?receipt=%00",
        "/static/%00", "/static/" + "x" * 300, "/static/a/" + "b/" * 400, "/s/" + "x" * 5000, "/s/visit?_place=%00",
        "/s/visit?lang=%00", "/s/visit?lang=" + "x" * 5000, "/%2e%2e/%2e%2e/etc/passwd", "//s/visit",
        "/app/sign-in?next=%00",
    ],
)  # fmt: skip
async def test_odd_addresses_are_no_fault(client: httpx.AsyncClient, path: str) -> None:
    await factories.published()
    for method in ("GET", "HEAD", "POST"):
        reply = await client.request(method, path, data={"recommend": "9"} if method == "POST" else None)
        assert reply.status_code < 500, (method, reply.text)


@pytest.mark.parametrize(
    "path",
    ["/q/nope", "/s/nope", "/s/nope/thanks", "/i/nope", "/u/nope", "/k/nope", "/c/nope", "/s/nothing/at/all"],
)
@pytest.mark.parametrize(
    ("query", "accepted", "shown"),
    [
        ("lang=ar", "en", "ar"),
        ("lang=ar-EG", "ka", "ar"),
        ("", "ar;q=0.4, ka", "ka"),
        ("", "ar-SA, en;q=0.5", "ar"),
        ("lang=xx", "am", "am"),
        ("", "zh-TW,zh;q=0.9,ja;q=0.8", "ja"),
        ("lang=zh-CN", "en", "zh-Hans"),
        ("lang=", "cy", "en"),
        ("lang=%00", "cy", "en"),
    ],
)
async def test_an_unknown_address_answers_in_the_language_that_is_asked_for(
    client: httpx.AsyncClient, path: str, query: str, accepted: str, shown: str
) -> None:
    reply = await client.get(f"{path}?{query}", headers={"accept": "text/html", "accept-language": accepted})
    assert reply.status_code in (404, 405)
    assert f'<html lang="{shown}" dir="{"rtl" if shown == "ar" else "ltr"}"' in reply.text
    key = "link_broken_title" if path[:3] in ("/u/", "/i/") else "not_found_title"
    assert i18n.text(key, shown) in reply.text


@pytest.mark.parametrize("path", ["/s/visit", "/c/visit", "/app/sign-in", "/api/v1/forms/visit/responses"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"\xff\xfe"),
        ("application/json", b"[" * 100_000),
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&recommend=9&recommend=\xff"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(3000))),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--y\r\nbroken"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="recommend"\r\n\r\n9'),
        ("application/x-www-form-urlencoded; charset=nonsense", b"recommend=9"),
        ("nonsense", b"recommend=9"),
    ],
)
async def test_odd_bodies_are_no_fault(client: httpx.AsyncClient, path: str, kind: str, body: bytes) -> None:
    await factories.published()
    reply = await client.post(path, content=body, headers={"content-type": kind})
    assert reply.status_code < 500, reply.text


@pytest.mark.parametrize("path", ["/app/settings/name", "/app/settings/sign-out", "/app/sign-out", "/app/again"])
async def test_an_address_that_only_takes_forms_is_nothing_to_people(client: httpx.AsyncClient, path: str) -> None:
    """Who types it in reads so, once, and gets away; a program reads that it is the method."""
    reply = await client.get(path, headers={"accept": "text/html"})
    assert reply.status_code == 405
    assert reply.text.count("There is nothing at this address.") == 1
    assert "method" not in words(reply.text)
    assert 'href="/app"' in reply.text
    problem = await client.get(path, headers={"accept": "application/json"})
    assert problem.json()["code"] == "method_not_allowed"
    assert problem.json()["detail"] == "This address does not take that method."


@pytest.mark.parametrize("size", [70_000, 3_000_000])
async def test_staff_whose_words_are_too_long_read_so(client: httpx.AsyncClient, size: int) -> None:
    client.headers.update((await owner())[1] | {"Sec-Fetch-Site": "same-origin"})
    reply = await client.post("/app/settings/name", data={"name": "x" * size})
    assert reply.status_code == 413
    assert "What you wrote is too long. Go back, make it shorter, and send it again." in words(reply.text)
    assert 'href="/app"' in reply.text
    problem = await client.post("/app/settings/name", data={"name": "x" * size}, headers={"accept": "application/json"})
    assert problem.json()["detail"] == "That is more than is taken at once."


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/app/sign-in", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/healthz", "GET, HEAD, OPTIONS"),
        ("POST", "/schema/openapi.json", "GET, HEAD, OPTIONS"),
        ("POST", "/static/css/survey.css", "GET, HEAD, OPTIONS"),
        ("GET", "/api/v1/forms/visit/responses", "OPTIONS, POST"),
        ("HEAD", "/api/v1/forms/visit/responses", "OPTIONS, POST"),
    ],
)
async def test_a_refused_method_names_those_that_are_taken(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    reply = await client.request(method, path)
    assert reply.status_code == 405
    assert reply.headers["allow"] == allowed
    if "HEAD" in allowed:
        assert (await client.head(path)).status_code != 405


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # which one plays no part
@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
async def test_what_arrived_in_pieces_is_not_called_our_fault(client: httpx.AsyncClient, language: str) -> None:
    await factories.published()
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Accept-Language": language, "Accept": "text/html"}
    answer = await client.post("/s/visit", content=b"--x\r\nContent-Disposition: form-data; na", headers=headers)
    assert answer.status_code == 400
    assert i18n.text("unread_title", language) in answer.text
    assert i18n.text("trouble_title", language) not in answer.text


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
async def test_a_respondent_whose_words_are_too_long_reads_so(client: httpx.AsyncClient, language: str) -> None:
    """On the page that comes where there is no script."""
    await factories.published()
    headers = {"Accept-Language": language, "Accept": "text/html"}
    answer = await client.post("/s/visit", data={"comment": "x" * 300_000}, headers=headers)
    assert answer.status_code == 413
    shorter, title = i18n.text("too_long", language), i18n.text("unread_title", language)
    assert f"{shorter} {i18n.text('unread_text', language)}" in answer.text
    assert title in answer.text


async def test_staff_read_no_words_of_the_framework(client: httpx.AsyncClient) -> None:
    alice, headers = await owner()
    await factories.published("visit", owner=alice.workspace)
    for path in ("/app/follow-up?state=x", "/app/forms/visit?shown=x"):
        answer = await client.get(path, headers=headers | {"Accept": "text/html"})
        assert answer.status_code == 422
        assert "The end of this address cannot be read." in answer.text
        assert "pattern" not in answer.text
        assert "Expected" not in answer.text
        german = await client.get(path, headers=headers | {"Accept": "text/html", "Accept-Language": "de"})
        assert "Das Ende dieser Adresse ist nicht lesbar." in german.text
    program = await client.get("/api/v1/promises?state=x", headers=await key_of(alice))
    assert len(program.json()["errors"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "field", "words"),
    [
        ("/api/v1/responses?limit=x", None, "limit", "Hierhin gehört eine ganze Zahl."),
        ("/api/v1/responses?limit=0", None, "limit", "Die Zahl ist mindestens 1."),
        ("/api/v1/responses?from=soon", None, "from", "Schreiben Sie den Tag als 2026-10-31."),
        ("/api/v1/responses?comment=perhaps", None, "comment", "Hierhin gehört nur true oder false."),
        ("/api/v1/responses?channel=pigeon!", None, "channel", "Das ist nicht so geschrieben, wie es sein muss."),
        (
            "/api/v1/responses?cursor=bWluZQ",
            None,
            "cursor",
            "Diese Seite der Liste gibt es nicht. Beginnen Sie auf der ersten.",
        ),
        ("/api/v1/places", {"name": 5}, "name", "Hierhin gehört ein Text."),
        ("/api/v1/places", [], "body", "Hierhin gehört ein Objekt mit Feldern."),
    ],
)
async def test_programs_are_told_in_plain_words_of_their_language(
    client: httpx.AsyncClient, path: str, body: Any, field: str, words: str
) -> None:
    alice, _ = await owner()
    await factories.published("visit", owner=alice.workspace)
    method = "GET" if body is None else "POST"
    headers = await key_of(alice) | {"Accept-Language": "de"}
    reply = await client.request(method, path, headers=headers, **({} if body is None else {"json": body}))
    assert reply.status_code == 422, reply.text
    assert [(error["field"], error["message"]) for error in reply.json()["errors"]] == [(field, words)]
