"""The quick way of a submission answers exactly as the ordinary route does."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from survey_service.core import clock, database
from survey_service.core.errors import Unavailable
from survey_service.forms import service as form_service
from survey_service.forms.schemas import FormChange
from survey_service.responses import service
from survey_service.responses.group_commit import GroupCommit
from survey_service.responses.schemas import MAX_SUBMISSION_BYTES
from survey_service.responses.spam import Bursts
from survey_service.survey import fast_lane
from tests import factories
from tests.bare import ask
from tests.conftest import app_of, browsing, shared_by
from tests.short_cuts import watched, without

PATH = "/api/v1/forms/visit/responses"
JSON = {"content-type": "application/json"}
KEPT = "answers, state, channel, place, employee, claimed_employee, language, score, hidden, comment"
VARYING = ("request_id",)
VARYING_HEADERS = ("x-request-id", "content-length")


async def counted() -> int:
    row = await database.fetch_one("SELECT count(*) AS n FROM response")
    assert row is not None
    return int(row["n"])


def told(reply: httpx.Response) -> tuple[Any, ...]:
    """Status, body and the headers that mean something; what is new for every request is left out."""
    content = reply.json() if reply.content else None
    if isinstance(content, dict):
        content = {name: value for name, value in content.items() if name not in VARYING}
    headers = {name: value for name, value in reply.headers.items() if name not in VARYING_HEADERS}
    return reply.status_code, content, headers


async def both(
    client: httpx.AsyncClient, body: bytes, headers: dict[str, str] | None = None, path: str = PATH
) -> list[tuple[Any, ...]]:
    """What each way tells, each on a database without answers. What is taken was taken by the quick one."""
    replies = []
    sent = JSON if headers is None else headers
    with watched(client) as ways:
        replies.append(await client.post(path, content=body, headers=sent))
    is_named = bool(sent.get("content-type"))  # what does not say that it is JSON is left to the framework to judge
    assert ways.answered == (1 if replies[0].is_success and is_named else 0)
    quick_rows = await database.fetch(f"SELECT {KEPT} FROM response")
    await database.execute("DELETE FROM response")
    with without(client):
        replies.append(await client.post(path, content=body, headers=sent))
    rows = await database.fetch(f"SELECT {KEPT} FROM response")
    await database.execute("DELETE FROM response")
    assert quick_rows == rows
    return [told(reply) for reply in replies]


@pytest.fixture
async def ready(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await factories.published()
    return client


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | st.floats(0, 12) | st.sampled_from(["roses", "9", "", "a@b.org"])
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=3,
)  # fmt: skip
ANSWERS = st.dictionaries(
    st.sampled_from(["recommend", "satisfaction", "effort", "bought", "comment", "email", "colour", ""]),
    VALUES,
    max_size=5,
)
LIKELY = st.fixed_dictionaries(
    {"recommend": st.integers(0, 10)},
    optional={
        "satisfaction": st.integers(1, 5),
        "bought": st.lists(st.sampled_from(["roses", "tulips"]), max_size=2),
        "comment": st.text(max_size=50),
    },
)
SUBMISSIONS = st.fixed_dictionaries(
    {"answers": LIKELY | ANSWERS | VALUES, "id": st.uuids(version=4).map(str) | st.just("no id")},
    optional={
        "language": st.sampled_from(["en", "am", "am-ET", "xx", "", 7]),
        "place": st.sampled_from(["nowhere", "", "\0"]),
        "hidden": st.dictionaries(st.sampled_from(["order", "secret", "x" * 50]), VALUES, max_size=2),
        "customer": st.sampled_from(["forged", "", "é"]),
        "channel": st.just("kiosk"),
    },
)
BODIES = SUBMISSIONS.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=40) | st.sampled_from(
    [b"", b"null", b"[]", b"{", b'{"answers": {}}', b'\xef\xbb\xbf{"answers": {"recommend": 9}}', b'{"answers": NaN}']
)  # fmt: skip


@given(body=BODIES)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_any_body_is_answered_alike(ready: httpx.AsyncClient, body: bytes) -> None:
    quick, ordinary = await both(ready, body)
    assert quick == ordinary


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/jsonl",
        "text/plain",
        "text/plain; x=application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        None,
    ],
)
async def test_any_content_type_is_answered_alike(ready: httpx.AsyncClient, kind: str | None) -> None:
    body = json.dumps(factories.submission()).encode()
    quick, ordinary = await both(ready, body, {} if kind is None else {"content-type": kind})
    assert quick == ordinary
    taken = kind in ("application/json", "application/json; charset=utf-8", "Application/JSON", "", None)
    assert quick[0] == (201 if taken else 415)


@pytest.mark.parametrize("slug", ["unknown", "VISIT", "vi%20sit", "%00", "%2e%2e", "x" * 300, "visit%2Fvisit", "é"])
async def test_any_form_is_answered_alike(ready: httpx.AsyncClient, slug: str) -> None:
    body = json.dumps(factories.submission()).encode()
    quick, ordinary = await both(ready, body, path=f"/api/v1/forms/{slug}/responses")
    assert quick == ordinary
    assert quick[0] in (404, 422)


async def test_closed_and_locked_forms_are_answered_alike(ready: httpx.AsyncClient) -> None:
    body = json.dumps(factories.submission()).encode()
    home = await factories.workspace()
    await form_service.set_open(home, "visit", False, clock.now())
    quick, ordinary = await both(ready, body)
    assert quick == ordinary
    assert quick[0] == 410
    await form_service.change(home, "visit", FormChange(accepts_json=False), clock.now())
    quick, ordinary = await both(ready, body)
    assert quick == ordinary
    assert quick[0] == 403


async def test_replay_and_conflict_are_answered_alike(ready: httpx.AsyncClient) -> None:
    sent = factories.submission({"recommend": 3})
    first = await factories.send(ready, sent)
    quick = [await factories.send(ready, sent), await factories.send(ready, {**sent, "answers": {"recommend": 4}})]
    with without(ready):
        same = [await factories.send(ready, sent), await factories.send(ready, {**sent, "answers": {"recommend": 4}})]
    assert [told(reply) for reply in quick] == [told(reply) for reply in same]
    assert [reply.status_code for reply in quick] == [200, 409]
    assert quick[0].json() == first.json()
    assert await counted() == 1


async def test_a_body_in_pieces_is_put_together(ready: httpx.AsyncClient) -> None:
    sent = factories.submission({"recommend": 9, "comment": "ጥሩ " * 1500})
    body = json.dumps(sent, ensure_ascii=False).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    reply = await ready.post(PATH, content=pieces(), headers=JSON)
    assert reply.status_code == 201, reply.text
    assert reply.json()["id"] == sent["id"]


@pytest.mark.parametrize("extra", [0, 1])
async def test_the_largest_body_is_the_same_both_ways(ready: httpx.AsyncClient, extra: int) -> None:
    frame = json.dumps(factories.submission()).encode()
    body = frame + b" " * (MAX_SUBMISSION_BYTES - len(frame) + extra)
    quick, ordinary = await both(ready, body)
    assert quick == ordinary
    assert quick[0] == (413 if extra else 201)


async def test_too_much_in_pieces_is_refused_without_reading_it_all(ready: httpx.AsyncClient) -> None:
    given_out = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given_out
        while given_out < 64 * MAX_SUBMISSION_BYTES:
            given_out += 65536
            yield b" " * 65536

    reply = await ready.post(PATH, content=endless(), headers=JSON)
    assert reply.status_code == 413
    assert reply.headers["content-type"].startswith("application/problem+json")
    assert given_out < 4 * MAX_SUBMISSION_BYTES


async def test_what_is_announced_as_too_large_is_not_read_at_all(ready: httpx.AsyncClient) -> None:
    """Or whoever asks first whether to send it is told to."""
    given_out = 0

    async def sent() -> AsyncIterator[bytes]:
        nonlocal given_out
        given_out += 1
        yield b" "

    announced = {"Content-Length": str(MAX_SUBMISSION_BYTES + 1)}
    reply = await ready.post(PATH, content=sent(), headers={**JSON, **announced})
    assert (reply.status_code, given_out) == (413, 0)


async def test_what_the_commit_refuses_is_told_and_not_tried_again(
    ready: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = shared_by(ready).part(GroupCommit)
    write, tries = type(commits).submit, []

    async def lost(self: Any, entry: Any) -> Any:
        tries.append(entry)
        await write(self, entry)
        raise Unavailable("The commit's answer was lost", retry_after=7)

    monkeypatch.setattr(type(commits), "submit", lost)
    reply = await ready.post(PATH, json={"answers": {"recommend": 9}})
    assert reply.status_code == 503
    assert reply.headers["retry-after"] == "7"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.json()["code"] == "unavailable"
    assert len(tries) == await counted() == 1


@pytest.mark.parametrize("place", ["prepare", "commit"])
async def test_a_fault_of_ours_is_a_problem_with_a_number(
    ready: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the inside of the machine")

    if place == "prepare":
        monkeypatch.setattr(service, "prepare", broken)
    else:
        monkeypatch.setattr(type(shared_by(ready).part(GroupCommit)), "submit", broken)
    reply = await ready.post(PATH, json=factories.submission())
    assert reply.status_code == 500
    assert reply.json()["request_id"] == reply.headers["x-request-id"]
    assert "inside" not in reply.text


async def test_who_hangs_up_in_the_middle_leaves_nothing(ready: httpx.AsyncClient) -> None:
    half = {"type": "http.request", "body": json.dumps(factories.submission()).encode(), "more_body": True}
    async with asyncio.timeout(5):
        sent = await ask(app_of(ready), "POST", PATH, [half], content_type="application/json")
    assert all(message.get("status", 400) >= 400 for message in sent)
    assert await counted() == 0


async def test_excess_of_a_network_goes_to_the_spam_box_both_ways(ready: httpx.AsyncClient) -> None:
    states = []
    for ordinary in (False, True):
        shared_by(ready).put(Bursts(limit=2))
        async with browsing(app_of(ready), "203.0.113.9") as flood:
            for n in range(4):
                body = {"id": str(uuid4()), "answers": {"recommend": n}}
                if ordinary:
                    with without(flood):
                        reply = await factories.send(flood, body)
                else:
                    reply = await factories.send(flood, body)
                assert reply.status_code == 201
        rows = await database.fetch("SELECT state, spam_reason FROM response ORDER BY id")
        states.append([(row["state"], row["spam_reason"]) for row in rows])
        await database.execute("DELETE FROM response")
    assert states[0] == states[1] == [("complete", "")] * 2 + [("spam", "network_excess")] * 2


async def test_what_floods_in_is_refused_both_ways_and_told_when_to_come_again(ready: httpx.AsyncClient) -> None:
    shared_by(ready).put(Bursts(limit=1, refused_above=2))
    refusals = []
    async with browsing(app_of(ready), "203.0.113.9") as flood:
        for n in range(3):
            reply = await factories.send(flood, {"id": str(uuid4()), "answers": {"recommend": n}})
        refusals.append(reply)
        with without(flood):
            refusals.append(await factories.send(flood, {"id": str(uuid4()), "answers": {"recommend": 7}}))
    for reply in refusals:
        told = reply.json()
        assert (reply.status_code, told["code"]) == (429, "too_many")
        assert 0 < int(reply.headers["retry-after"]) <= 60
        assert reply.headers["access-control-allow-origin"] == "*"
    assert len(await database.fetch("SELECT id FROM response")) == 2


async def test_a_request_is_counted_once_whichever_way_it_goes(ready: httpx.AsyncClient) -> None:
    bursts = Bursts()
    shared_by(ready).put(bursts)
    async with browsing(app_of(ready), "203.0.113.9") as sender:
        assert (await factories.send(sender, {"answers": {"recommend": 77}})).status_code == 422
        assert (await factories.send(sender, {"answers": {"recommend": 7}})).status_code == 201
    assert [count for _minute, count, _before in bursts.recent.values()] == [2]


async def test_a_proxy_that_nobody_named_hides_nobody(ready: httpx.AsyncClient) -> None:
    shared_by(ready).put(Bursts(limit=1, refused_above=1))
    statuses = []
    for visitor in ("203.0.113.9", "203.0.113.9", "198.51.100.1"):
        body = {"id": str(uuid4()), "answers": {"recommend": 7}}
        reply = await ready.post(PATH, json=body, headers={"X-Forwarded-For": visitor})
        statuses.append(reply.status_code)
    assert statuses == [201, 429, 201]


async def test_a_browsers_question_before_a_submission_is_answered(ready: httpx.AsyncClient) -> None:
    asked = {
        "Origin": "https://florist.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    reply = await ready.options(PATH, headers=asked)
    assert reply.status_code in (200, 204)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert reply.headers["access-control-allow-headers"].lower() == "content-type"
    assert "access-control-allow-credentials" not in reply.headers
    other = await ready.options("/api/v1/responses", headers=asked)
    assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
async def test_other_methods_are_refused(ready: httpx.AsyncClient, method: str) -> None:
    reply = await ready.request(method, PATH)
    assert reply.status_code == 405
    assert "POST" in reply.headers["allow"]
    assert await counted() == 0


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", PATH, True),
        ("GET", PATH, False),
        ("POST", PATH + "/", False),
        ("POST", "/api/v1/forms/a/b/responses", False),
        ("POST", "/api/v1/forms/responses", False),
        ("POST", "/api/v1/responses", False),
    ],
)
def test_the_quick_way_is_for_submissions_only(method: str, path: str, expected: bool) -> None:
    assert fast_lane.is_submission({"method": method, "path": path}) == expected
