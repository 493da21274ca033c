"""Answers for programs: lists by cursor, one whole, release; and nothing for strangers."""

from uuid import uuid4

import httpx

from survey_service.accounts import installation_service
from survey_service.accounts import queries as accounts_queries
from survey_service.responses import queries
from tests import factories
from tests.answers import differences, keep, keep_many, key_for

LIST = "/api/v1/responses"


async def test_a_list_is_walked_by_its_cursor(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    entries = await keep_many(5)
    key = await key_for(home, "responses:read")
    ids, cursor = [], ""
    for _ in range(3):
        page = (await client.get(LIST, params={"limit": 2, "cursor": cursor}, headers=key)).json()
        ids += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert ids == [str(entry.client_id) for entry in reversed(entries)]
    assert cursor is None


async def test_a_row_tells_what_was_sent_under_the_names_it_was_sent_with(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    sent = factories.submission({"recommend": 3, "comment": "slow"}, language="am", hidden={"order": "A-7"})
    receipt = (await factories.send(client, sent)).json()["receipt"]
    key = await key_for(home, "responses:read")
    (row,) = (await client.get(LIST, headers=key)).json()["items"]
    assert row["answers"] == {"recommend": 3, "comment": "slow"}
    expected = {"id": sent["id"], "form": "visit", "receipt": receipt, "language": "am", "channel": "api", "score": 3}
    assert {name: row[name] for name in expected} == expected
    whole = (await client.get(f"/api/v1/forms/visit/responses/{sent['id']}", headers=key)).json()
    assert (whole["hidden"], whole["version"], whole["state"]) == ({"order": "A-7"}, 1, "complete")


async def test_filters_are_the_dashboards(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    await keep_many(11)
    await keep(answers={"recommend": 8}, state="spam")
    key = await key_for(home, "responses:read")

    async def scores(**asked: str) -> list[int]:
        reply = await client.get(LIST, params=asked, headers=key)
        assert reply.status_code == 200, reply.text
        return [row["score"] for row in reply.json()["items"]]

    assert await scores(form="visit", score="recommend:9-10") == [10, 9]
    assert await scores(**{"from": "2026-10-06"}) == []
    assert await scores(**{"to": "2026-10-05"}) == list(range(10, -1, -1))
    assert await scores(state="spam") == [8]
    assert await scores(comment="true") == []
    assert len(await scores(channel="link", language="en")) == 11


async def test_what_is_wrong_is_said_with_the_parameter(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    key = await key_for(home, "responses:read")
    for asked, status in (
        ({"score": "recommend:0-6"}, 422),
        ({"form": "visit", "score": "comment:1"}, 422),
        ({"from": "2026-10-02", "to": "2026-10-01"}, 422),
        ({"cursor": "mine"}, 422),
        ({"limit": "0"}, 422),
        ({"channel": "pigeon"}, 422),
        ({"form": "unknown"}, 404),
        ({"place": "unknown"}, 404),
    ):
        reply = await client.get(LIST, params=asked, headers=key)
        assert reply.status_code == status, (asked, reply.text)
        assert reply.headers["content-type"].startswith("application/problem+json")


async def test_a_released_answer_counts_on_its_day_and_only_once(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    entry = await keep(answers={"recommend": 2, "comment": "slow", "email": "a@example.org"}, state="spam")
    key = await key_for(home, "responses:read", "responses:write")
    path = f"/api/v1/forms/visit/responses/{entry.client_id}/release"
    reply = await client.post(path, headers=key)
    assert reply.status_code == 200, reply.text
    assert (reply.json()["state"], reply.json()["day"]) == ("complete", "2026-10-05")
    assert reply.json()["customer_strength"] == "claimed"
    assert (await client.post(path, headers=key)).status_code == 409
    audited = await accounts_queries.audit_list(home)
    assert [row.action for row in audited.items].count("answers_released") == 1
    assert await differences(home) == []
    wanted = queries.AnswerFilter(home)
    assert len((await queries.responses(wanted, 9)).items) == 1


async def test_reading_and_releasing_take_their_scopes(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    entry = await keep(state="spam")
    one = f"/api/v1/forms/visit/responses/{entry.client_id}"
    reader = await key_for(home, "responses:read")
    assert (await client.get(LIST)).status_code == 401
    assert (await client.get(LIST, headers=await key_for(home, "forms:read"))).status_code == 403
    assert (await client.post(f"{one}/release", headers=reader)).status_code == 403
    assert (await client.get(one, headers=reader)).json()["state"] == "spam"


async def test_a_stranger_gets_nothing(client: httpx.AsyncClient) -> None:
    await factories.published()
    entry = await keep(state="spam")
    stranger = await key_for(
        (await installation_service.add_workspace("Elsewhere")).id, "responses:read", "responses:write"
    )
    one = f"/api/v1/forms/visit/responses/{entry.client_id}"
    assert (await client.get(one, headers=stranger)).status_code == 404
    assert (await client.post(f"{one}/release", headers=stranger)).status_code == 404
    assert (await client.get(LIST, headers=stranger)).json() == {"items": [], "next": None}
    assert (await client.get(LIST, params={"form": "visit"}, headers=stranger)).status_code == 404
    owner = await key_for(entry.workspace, "responses:read")
    assert (await client.get(f"/api/v1/forms/visit/responses/{uuid4()}", headers=owner)).status_code == 404
