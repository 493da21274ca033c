"""Questions that are asked of some only: every way in keeps the same answers."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from typing import Any

import httpx
import msgspec
import pytest

from survey_service.core import clock, tokens
from survey_service.forms import queries as forms
from survey_service.invitations import queries as invitations_read
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import NewInvitation
from survey_service.responses import queries, service
from survey_service.responses.schemas import Submission
from survey_service.survey import rendering
from tests import factories
from tests.answers import differences, release, rows
from tests.conftest import KEYS

pytestmark = pytest.mark.usefixtures("patient")

LOW = {"of": "recommend", "is": "le", "to": 6}
FORM: dict[str, Any] = {
    "title": {"en": "Visit"},
    "languages": ["en"],
    "hidden": ["source"],
    "questions": [
        {"kind": "nps", "key": "recommend", "text": {"en": "Recommend?"}, "required": True},
        {"kind": "long_text", "key": "why", "text": {"en": "What went wrong?"}, "required": True, "show_if": LOW},
        {"kind": "statement", "key": "sorry", "text": {"en": "We are sorry."}, "show_if": {"of": "why"}},
        {"kind": "short_text", "key": "here", "text": {"en": "Who served you?"},
         "show_if": {"of": "place", "is": "is", "to": "piassa"}},
        {"kind": "short_text", "key": "from", "text": {"en": "Which letter?"},
         "show_if": {"of": "hidden.source", "is": "is", "to": "7"}},
    ],
}  # fmt: skip
ALL = {"recommend": 9, "why": "Late", "here": "Ana", "from": "May"}


async def stored() -> list[dict[str, Any]]:
    return [msgspec.json.decode(row["answers"]) for row in await rows()]


async def fields_of(client: httpx.AsyncClient, address: str = "/s/visit") -> dict[str, Any]:
    return factories.page_fields((await client.get(address)).text)


def judged(page: str, name: str) -> Any:
    """What a page tells its script."""
    (told,) = re.findall(rf'data-{name}="([^"]*)"', page)
    return msgspec.json.decode(unescape(told))


async def test_a_page_and_a_program_keep_what_was_asked(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    for score in (9, 2):
        given = ALL | {"recommend": score}
        fields = await fields_of(client) | {key: str(value) for key, value in given.items()}
        assert (await client.post("/s/visit", data=fields)).status_code == 303
        assert (await factories.send(client, factories.submission(given))).status_code == 201
    assert await stored() == [{"recommend": 9}, {"recommend": 9}, *[{"recommend": 2, "why": "Late"}] * 2]


async def test_what_is_asked_and_left_out_is_asked_for(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    reply = await client.post("/s/visit", data=await fields_of(client) | {"recommend": "2"})
    assert reply.status_code == 422
    assert re.findall(r'id="(\w+)-error"', reply.text) == ["why"]
    refused = await factories.send(client, factories.submission({"recommend": 2}))
    assert [error["question"] for error in refused.json()["errors"]] == ["why"]


async def test_the_place_and_what_a_program_sends_along_decide(client: httpx.AsyncClient) -> None:
    home = await factories.published("visit", FORM)
    await factories.place(home)
    fields = await fields_of(client, "/s/visit?_place=piassa") | {key: str(value) for key, value in ALL.items()}
    assert (await client.post("/s/visit", data=fields)).status_code == 303
    for hidden in (7, "7"):
        sent = factories.submission(ALL, hidden={"source": hidden})
        assert (await factories.send(client, sent)).status_code == 201
    plain = {key: str(value) for key, value in ALL.items()} | {"_hidden_source": "7", "_place": "piassa"}
    assert (await client.post("/c/visit", data=plain)).status_code == 303
    by_place, by_source = {"recommend": 9, "here": "Ana"}, {"recommend": 9, "from": "May"}
    assert await stored() == [by_place, by_source, by_source, by_place | by_source]


async def test_the_same_again_is_no_second_answer_whatever_was_not_asked(client: httpx.AsyncClient) -> None:
    await factories.published("visit", FORM)
    sent = factories.submission(ALL)
    first = await factories.send(client, sent)
    again = await factories.send(client, sent | {"answers": ALL | {"why": "Other words"}})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


async def test_who_changes_an_answer_is_asked_as_the_first_time(client: httpx.AsyncClient) -> None:
    home = await factories.published("visit", FORM)
    await factories.place(home)
    given = ALL | {"recommend": 2}
    sent = factories.submission(given, place="piassa", hidden={"source": "7"})
    assert (await factories.send(client, sent)).status_code == 201
    assert await stored() == [given]
    (kept,) = await rows()
    row = await queries.one(home, kept["id"])
    await service.amend(await forms.published("visit"), row, Submission(answers=ALL), KEYS)
    assert await stored() == [{key: ALL[key] for key in ("recommend", "here", "from")}]


async def test_what_lies_in_the_spam_box_counts_as_it_was_asked(client: httpx.AsyncClient) -> None:
    home = await factories.published("visit", FORM)
    await factories.place(home)
    fields = await fields_of(client, "/s/visit?_place=piassa") | {key: str(value) for key, value in ALL.items()}
    assert (await client.post("/s/visit", data=fields | {"_website": "https://spam.example"})).status_code == 303
    (kept,) = await rows("spam")
    assert msgspec.json.decode(kept["answers"]) == {"recommend": 9, "here": "Ana"}
    assert await release(home, kept["id"]) == 1
    assert await stored() == [{"recommend": 9, "here": "Ana"}]
    assert await differences(home) == []


async def test_the_page_has_what_its_script_judges(client: httpx.AsyncClient) -> None:
    home = await factories.published("visit", FORM)
    await factories.place(home)
    page = await client.get("/s/visit?_place=piassa")
    rules, around = judged(page.text, "rules"), judged(page.text, "around")
    assert [(key, sort) for key, sort, _ in rules] == [
        ("recommend", "number"), ("why", "text"), ("sorry", ""), ("here", "text"), ("from", "text"),
    ]  # fmt: skip
    assert [condition and condition["of"] for _, _, condition in rules] == [
        None, "recommend", "why", "place", "hidden.source",
    ]  # fmt: skip
    assert around == {"language": "en", "channel": "link", "place": "piassa"}
    assert rendering.script("showing") in page.text
    assert "sha256" in page.headers["content-security-policy"]


async def test_a_form_without_conditions_has_no_more_than_before(client: httpx.AsyncClient) -> None:
    await factories.published()
    page = (await client.get("/s/visit")).text
    assert "data-rules" not in page
    assert rendering.script() in page


async def test_an_invitation_asks_by_its_place_and_channel(client: httpx.AsyncClient) -> None:
    home = await factories.published("visit", FORM)
    await factories.place(home)
    new = NewInvitation("visit", "hana@customers.example", "Hana", "en", place="piassa")
    row = await invitations.queue_invitation(KEYS, home, new, clock.now())
    address = f"/i/{tokens.sign_id(KEYS, invitations_read.INVITATION_TOKEN, row.id)}"
    page = await client.get(address)
    assert judged(page.text, "around") == {"language": "en", "channel": "email", "place": "piassa"}
    fields = factories.page_fields(page.text) | {key: str(value) for key, value in ALL.items()}
    refused = await client.post(address, data=fields | {"recommend": "2", "why": ""})
    assert refused.status_code == 422
    for reply in (page, refused):
        (own,) = re.findall(r"script-src 'sha256-([^']+)'", reply.headers["content-security-policy"])
        assert own == b64encode(sha256(rendering.script("showing").encode()).digest()).decode()
    assert (await client.post(address, data=fields)).status_code == 303
    assert await stored() == [{"recommend": 9, "here": "Ana"}]
    more = await client.get(f"{address}/more")
    assert judged(more.text, "around") == {"language": "en", "channel": "email", "place": "piassa"}
