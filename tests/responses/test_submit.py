"""The path of an answer: JSON and form-encoded, validated, idempotent, counted once, suspects kept apart."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from survey_service.core import database
from survey_service.responses.group_commit import GroupCommit
from survey_service.worker import Worker
from tests import factories
from tests.answers import differences, release, rows
from tests.conftest import KEYS, shared_by


async def test_json_answer_is_kept_counted_and_announced(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    answers = {"recommend": 9, "satisfaction": 4, "bought": ["tulips", "roses"], "comment": " በጣም ጥሩ ነው \r\n"}
    sent = factories.submission(answers, language="am", hidden={"order": "A-7", "secret": "dropped"})
    reply = await factories.send(client, sent)
    assert reply.status_code == 201
    assert reply.json()["id"] == sent["id"]
    assert reply.headers["access-control-allow-origin"] == "*"
    (row,) = await rows()
    assert (row["channel"], row["language"], row["score"], row["comment"]) == ("api", "am", 9, "በጣም ጥሩ ነው")
    assert row["answers"] == '{"recommend":9,"satisfaction":4,"bought":["roses","tulips"],"comment":"በጣም ጥሩ ነው"}'
    assert row["hidden"] == '{"order":"A-7"}'
    events = await database.fetch("SELECT kind, subject FROM event WHERE kind = 'response.received'")
    assert events == [{"kind": "response.received", "subject": row["id"]}]
    jobs = await database.fetch("SELECT kind FROM job")
    assert jobs == [{"kind": "sentiment.read"}]
    assert await differences(home) == []


async def test_replay_is_acknowledged_alike_and_counts_once(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    sent = factories.submission({"recommend": 3, "comment": "slow"})
    first, second = await factories.send(client, sent), await factories.send(client, sent)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    other = await factories.send(client, {**sent, "answers": {"recommend": 10}})
    assert other.status_code == 409
    assert other.headers["content-type"].startswith("application/problem+json")
    assert len(await rows()) == 1
    assert len(await database.fetch("SELECT id FROM job")) == 1
    assert await differences(home) == []


async def test_many_at_once_are_each_kept_once(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    sent = [factories.submission({"recommend": n % 11, "email": f"p{n % 7}@example.com"}) for n in range(60)]
    replies = await asyncio.gather(*(factories.send(client, body) for body in sent * 3))
    assert {reply.status_code for reply in replies} == {200, 201}
    assert sum(reply.status_code == 201 for reply in replies) == 60
    assert len(await rows()) == 60
    assert len(await database.fetch("SELECT id FROM customer")) == 7
    assert len(await database.fetch("SELECT id FROM timeline_entry")) == 60
    assert await differences(home) == []


@pytest.mark.parametrize(
    ("answers", "question", "code"),
    [
        ({}, "recommend", "required"),
        ({"recommend": None}, "recommend", "required"),
        ({"recommend": "9"}, "recommend", "not_a_number"),
        ({"recommend": True}, "recommend", "not_a_number"),
        ({"recommend": 9.0}, "recommend", "not_a_number"),
        ({"recommend": 11}, "recommend", "out_of_range"),
        ({"recommend": -1}, "recommend", "out_of_range"),
        ({"recommend": 9, "satisfaction": 0}, "satisfaction", "out_of_range"),
        ({"recommend": 9, "bought": "roses"}, "bought", "wrong_type"),
        ({"recommend": 9, "bought": ["lilies"]}, "bought", "unknown_choice"),
        ({"recommend": 9, "comment": 7}, "comment", "wrong_type"),
        ({"recommend": 9, "comment": "x" * 5001}, "comment", "too_long"),
        ({"recommend": 9, "email": "no address"}, "email", "malformed_email"),
        ({"recommend": 9, "colour": "red"}, "colour", "unknown_question"),
    ],
)
async def test_each_wrong_answer_is_an_error_at_its_question(
    client: httpx.AsyncClient, answers: dict[str, Any], question: str, code: str
) -> None:
    await factories.published()
    reply = await factories.send(client, factories.submission(answers))
    assert reply.status_code == 422, reply.text
    errors = reply.json()["errors"]
    assert [(error["question"], error["code"]) for error in errors] == [(question, code)]
    assert len(errors[0]["message"]) > 10
    assert await rows() == []


async def test_wrong_envelope_is_refused_with_the_member(client: httpx.AsyncClient) -> None:
    await factories.published()
    wrong: list[dict[str, Any]] = [
        {"answers": {"recommend": 9}, "id": "not-a-uuid"},
        {"answers": [9]},
        {"answers": {"recommend": 9}, "channel": "kiosk"},
        {},
        {"answers": {"recommend": 9}, "language": "xx"},
        {"answers": {"recommend": 9}, "place": "nowhere"},
        {"answers": {"recommend": 9}, "customer": "forged"},
    ]
    for body in wrong:
        reply = await factories.send(client, body)
        assert reply.status_code == 422, (body, reply.text)
        assert reply.json()["errors"], body
    broken = await client.post(
        "/api/v1/forms/visit/responses", content=b"{", headers={"content-type": "application/json"}
    )
    assert broken.status_code == 400
    huge = await client.post(
        "/api/v1/forms/visit/responses",
        content=b'{"answers": {"comment": "' + b"x" * 300_000 + b'"}}',
        headers={"content-type": "application/json"},
    )
    assert huge.status_code == 413
    assert (await factories.send(client, factories.submission(), "none")).status_code == 404


async def fill(client: httpx.AsyncClient, path: str = "/s/visit", **fields: Any) -> httpx.Response:
    """Opens a page and sends its form, with the hidden fields as they were."""
    page = await client.get(path)
    assert page.status_code == 200
    return await client.post("/s/visit", data={**factories.page_fields(page.text), **fields})


@pytest.mark.usefixtures("patient")
async def test_form_encoded_answer_ends_at_thanks(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    reply = await fill(
        client, recommend="10", satisfaction="5", bought=["roses", "tulips"], comment="Lovely", email="A@B.org"
    )
    assert reply.status_code == 303, reply.text
    thanks = await client.get(reply.headers["location"])
    (row,) = await rows()
    assert row["receipt"] in thanks.text
    assert (row["channel"], row["score"], row["customer_strength"]) == ("link", 10, "claimed")
    assert row["answers"].startswith('{"recommend":10,"satisfaction":5,"bought":["roses","tulips"]')
    assert await differences(home) == []


@pytest.mark.usefixtures("patient")
async def test_what_was_typed_is_kept_beside_the_error(client: httpx.AsyncClient) -> None:
    await factories.published()
    reply = await fill(client, comment="<b>ብዙ ጠበቅሁ</b>", bought="roses", email="half@")
    assert reply.status_code == 422
    assert "&lt;b&gt;ብዙ ጠበቅሁ&lt;/b&gt;" in reply.text
    assert 'value="half@"' in reply.text
    assert 'value="roses" checked' in reply.text
    assert 'id="recommend-error"' in reply.text
    assert 'id="email-error"' in reply.text
    again = await client.post("/s/visit", data={**factories.page_fields(reply.text), "recommend": "7"})
    assert again.status_code == 303
    assert len(await rows()) == 1


@pytest.mark.usefixtures("patient")
async def test_second_sending_of_a_page_keeps_the_first_answer(client: httpx.AsyncClient) -> None:
    await factories.published()
    fields = factories.page_fields((await client.get("/s/visit")).text)
    assert (await client.post("/s/visit", data={**fields, "recommend": "2"})).status_code == 303
    assert (await client.post("/s/visit", data={**fields, "recommend": "2"})).status_code == 303
    other = await client.post("/s/visit", data={**fields, "recommend": "8"})
    assert other.status_code == 200
    assert "Your first answer is kept" in other.text
    assert [row["score"] for row in await rows()] == [2]


async def test_suspects_go_to_the_spam_box_and_are_thanked(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    assert (await fill(client, recommend="9")).status_code == 303
    assert (await client.post("/s/visit", data={"recommend": "9"})).status_code == 303
    fields = {"_id": str(uuid4()), "recommend": "9", "_website": "http://spam.example"}
    assert (await client.post("/s/visit", data=fields)).status_code == 303
    assert (await client.post("/c/visit", data=fields)).status_code == 303
    assert await rows() == []
    reasons = {row["spam_reason"] for row in await rows("spam")}
    assert reasons == {"too_fast", "no_token", "honeypot"}
    assert await database.fetch("SELECT id FROM count_delta") == []
    released = (await rows("spam"))[0]
    await release(home, released["id"])
    (row,) = await rows()
    assert row["spam_reason"] == ""
    assert len(await database.fetch("SELECT id FROM count_delta")) > 0
    assert await differences(home) == []


async def test_plain_form_of_another_site_is_taken(client: httpx.AsyncClient) -> None:
    await factories.published()
    reply = await client.post("/c/visit", data={"recommend": "8"}, headers={"Origin": "https://florist.example"})
    assert reply.status_code == 303
    assert [row["channel"] for row in await rows()] == ["embed"]


async def test_page_ids_differ_and_pages_are_not_stored(client: httpx.AsyncClient) -> None:
    await factories.published()
    pages = [await client.get("/s/visit") for _ in range(2)]
    assert len({factories.page_fields(page.text)["_id"] for page in pages}) == 2
    assert {page.headers["cache-control"] for page in pages} == {"no-store"}
    assert not any(page.cookies for page in pages)
    amharic = await client.get("/s/visit?lang=am")
    assert '<html lang="am" dir="ltr">' in amharic.text
    by_browser = await client.get("/s/visit", headers={"accept-language": "am-ET, en;q=0.5"})
    assert '<html lang="am"' in by_browser.text
    assert (await client.head("/s/visit")).status_code == 200
    assert (await client.get("/s/unknown")).status_code == 404


async def test_comments_are_read_by_the_worker(client: httpx.AsyncClient, settings: Any) -> None:
    home = await factories.published()
    texts = {
        "I love it, wonderful roses": "positive",
        "Terrible, rude and horrible": "negative",
        "በጣም ጥሩ": "unsupported",
    }
    for text in texts:
        await factories.send(client, factories.submission({"recommend": 9, "comment": text}))
    await Worker(settings, KEYS).drain()
    found = {row["comment"]: row["sentiment"] for row in await rows()}
    assert found == texts
    amharic = await database.fetch_one("SELECT language, polarity FROM comment_reading WHERE label = 'unsupported'")
    assert amharic == {"language": "am", "polarity": None}
    assert await differences(home) == []
    jobs = await database.fetch("SELECT state FROM job")
    assert {job["state"] for job in jobs} == {"done"}


async def test_full_queue_is_refused_with_retry_after(client: httpx.AsyncClient) -> None:
    await factories.published()
    group_commit = shared_by(client).part(GroupCommit)
    group_commit.max_waiting = 0
    reply = await factories.send(client, factories.submission())
    assert reply.status_code == 503
    assert int(reply.headers["retry-after"]) > 0
    page = await client.post("/s/visit", data={"recommend": "9"})
    assert page.status_code == 503
    assert "Nothing is lost" in page.text


async def test_closed_form_takes_nothing(client: httpx.AsyncClient) -> None:
    from survey_service.forms import service as forms

    home = await factories.published()
    await forms.set_open(home, "visit", False, datetime.now(UTC))
    assert (await factories.send(client, factories.submission())).status_code == 410
    assert (await client.get("/s/visit")).status_code == 410
    assert (await client.post("/s/visit", data={"recommend": "9"})).status_code == 410


@pytest.mark.parametrize(
    "body",
    ['{"answers":' + '{"a":' * 5_000 + "1" + "}" * 5_001, '{"answers":{"comment":' + "[" * 5_000 + "]" * 5_000 + "}}"],
)
async def test_a_body_nested_without_end_is_refused(client: httpx.AsyncClient, body: str) -> None:
    await factories.published()
    headers = {"Content-Type": "application/json"}
    refused = await client.post("/api/v1/forms/visit/responses", content=body, headers=headers)
    assert refused.status_code in (400, 422), refused.text
    assert await database.fetch("SELECT id FROM response") == []
