"""What becomes of a page's form: other fields than ours, newer versions, second thoughts, and many at one phone."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from survey_service.core import clock, database, tokens
from survey_service.counts import fold, rebuild
from survey_service.forms import queries as forms
from survey_service.forms import service as publishing
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange
from survey_service.invitations import queries as invitations_read
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import NewInvitation
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from survey_service.responses import queries, service
from survey_service.responses.group_commit import GroupCommit
from survey_service.survey import page_token
from tests import factories
from tests.answers import Sign, key_for
from tests.conftest import SECRET

FOREIGN = {"submit": "Send", "utm_source": "spring mail", "g-recaptcha-response": "03AG", "Ihr Gruß": "a=b"}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody takes ten seconds to fill in a page: pages look as if made ten seconds before."""

    class Earlier:
        @staticmethod
        def now() -> datetime:
            return clock.now() - timedelta(seconds=10)

    monkeypatch.setattr("survey_service.survey.pages.clock", Earlier)


async def rows(state: str = "complete") -> list[dict[str, Any]]:
    return await database.fetch("SELECT * FROM response WHERE state = {} ORDER BY received_at, id", state)


async def answers() -> list[dict[str, Any]]:
    return [msgspec.json.decode(row["answers"]) for row in await rows()]


async def differences(home: UUID) -> list[Any]:
    days = await queries.counted_days(home)
    while await fold.fold():
        pass
    return await rebuild.compare(home, days, lambda f, d: queries.counted_responses(home, f, d))


async def opened(client: httpx.AsyncClient, path: str = "/s/visit") -> dict[str, str]:
    """The hidden fields of a page that is open in somebody's browser."""
    page = await client.get(path)
    assert page.status_code == 200, page.text
    return factories.page_fields(page.text)


async def invited(home: UUID) -> str:
    row = await invitations.queue_invitation(
        SECRET, home, NewInvitation("visit", f"{uuid4().hex}@customers.example", "Hana", "en"), clock.now()
    )
    return f"/i/{tokens.sign_id(SECRET, invitations_read.INVITATION_TOKEN, row.id)}"


async def publish(home: UUID, change: Any) -> None:
    """A newer version of `visit`, with `change` made to its definition."""
    definition = msgspec.to_builtins((await forms.head("visit")).definition)
    change(definition)
    await publishing.change(home, "visit", FormChange(definition=msgspec.convert(definition, Definition)), clock.now())
    await publishing.publish(home, "visit", None, clock.now())
    forms.forget("visit")


# Fields that are none of ours ------------------------------------------------------------------------------------


async def test_foreign_fields_are_kept_beside_the_answer(client: httpx.AsyncClient, staff: Sign) -> None:
    home = await factories.published()
    link = await invited(home)
    for path, fields in {"/c/visit": {}, "/s/visit": await opened(client), link: await opened(client, link)}.items():
        hidden = {"_hidden_order": "A-7"}
        reply = await client.post(path, data={**fields, **FOREIGN, **hidden, "recommend": "9", "comment": "x"})
        assert reply.status_code == 303, (path, reply.text)
    assert await answers() == [{"recommend": 9, "comment": "x"}] * 3
    key = await key_for(home, "responses:read")
    listed = (await client.get("/api/v1/responses", headers=key)).json()["items"]
    kept = {"submit": "Send", "utm_source": "spring mail", "Ihr Gruß": "a=b"}
    assert [(row["hidden"], row["also_sent"]) for row in listed] == [({"order": "A-7"}, kept)] * 3
    whole = (await client.get(f"/api/v1/forms/visit/responses/{listed[0]['id']}", headers=key)).json()
    assert (whole["hidden"], whole["also_sent"]) == ({"order": "A-7"}, kept)
    page = await (await staff("viewer")).get(f"/app/answers/{(await rows())[0]['id']}")
    assert "Also sent" in page.text
    assert "spring mail" in page.text
    assert "03AG" not in page.text


async def test_foreign_fields_have_bounds(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    many = {f"field{n}": "x" * 2000 for n in range(60)} | {"n" * 500: "y"}
    assert (await client.post("/c/visit", data={"recommend": "9", **many})).status_code == 303
    (row,) = (await client.get("/api/v1/responses", headers=await key_for(home, "responses:read"))).json()["items"]
    assert len(row["also_sent"]) == 20
    assert {len(text) for text in row["also_sent"].values()} == {500}
    assert row["hidden"] == {}


async def test_a_program_is_told_of_questions_that_are_none(client: httpx.AsyncClient) -> None:
    await factories.published()
    reply = await factories.send(client, factories.submission({"recommend": 9, "utm_source": "x"}))
    assert [error["code"] for error in reply.json()["errors"]] == ["unknown_question"]


# Newer versions --------------------------------------------------------------------------------------------------


def without_comment(definition: dict[str, Any]) -> None:
    definition["questions"] = [each for each in definition["questions"] if each["key"] != "comment"]


def effort_required(definition: dict[str, Any]) -> None:
    next(each for each in definition["questions"] if each["key"] == "effort")["required"] = True


def no_roses(definition: dict[str, Any]) -> None:
    bought = next(each for each in definition["questions"] if each["key"] == "bought")
    bought["choices"] = [choice for choice in bought["choices"] if choice["key"] != "roses"]


def without_amharic(definition: dict[str, Any]) -> None:
    definition["languages"] = ["en"]


def another_scale(definition: dict[str, Any]) -> None:
    asked = next(each for each in definition["questions"] if each["key"] == "satisfaction")
    asked |= {"scale": 3, "top_boxes": 1}


CHANGES = [without_comment, effort_required, no_roses, without_amharic, another_scale]
GIVEN = {"recommend": 9, "satisfaction": 5, "bought": ["roses"], "comment": "Lovely"}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_an_answer_is_taken_against_the_version_that_was_shown(client: httpx.AsyncClient, change: Any) -> None:
    home = await factories.published()
    link = await invited(home)
    pages = {"/s/visit": await opened(client, "/s/visit?lang=am"), link: await opened(client, f"{link}?lang=am")}
    await publish(home, change)
    for path, fields in pages.items():
        sent = {name: value if isinstance(value, list) else str(value) for name, value in GIVEN.items()}
        reply = await client.post(path, data={**fields, **sent})
        assert reply.status_code == 303, (path, reply.text)
    reply = await factories.send(client, factories.submission(GIVEN, version=1, language="am"))
    assert reply.status_code == 201, reply.text
    assert await answers() == [GIVEN] * 3
    assert [(row["version"], row["language"]) for row in await rows()] == [(1, "am")] * 3
    assert await differences(home) == []


async def test_what_needs_another_look_is_in_the_version_that_was_shown(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    fields = await opened(client)
    await publish(home, effort_required)
    await publish(home, without_comment)
    reply = await client.post("/s/visit", data={**fields, "comment": "Typed before"})
    assert reply.status_code == 422
    assert re.findall(r'id="(\w+)-error"', reply.text) == ["recommend"]
    assert "Typed before" in reply.text
    again = await client.post("/s/visit", data={**factories.page_fields(reply.text), "recommend": "7", "comment": "T"})
    assert again.status_code == 303
    assert [(row["version"], row["comment"]) for row in await rows()] == [(1, "T")]


async def test_a_version_that_never_was_is_an_error(client: httpx.AsyncClient) -> None:
    await factories.published()
    for version in (2, 999_999, 0, -1, 2**40, "1"):
        reply = await factories.send(client, factories.submission(version=version))
        assert reply.status_code == 422, version
    assert (await factories.send(client, factories.submission(version=None))).status_code == 201


@pytest.mark.parametrize("way", ["/s/visit", "/c/visit", "invitation"])
async def test_a_form_closed_meanwhile_keeps_the_words_in_sight(client: httpx.AsyncClient, way: str) -> None:
    home = await factories.published()
    path = await invited(home) if way == "invitation" else way
    fields = await opened(client, "/s/visit" if way == "/c/visit" else path)
    await publishing.set_open(home, "visit", False, clock.now())
    forms.forget("visit")
    typed = {"recommend": "9", "bought": ["roses", "tulips"], "comment": "<b>Long</b> and\r\nthought over"}
    reply = await client.post(path, data={**fields, **typed})
    assert reply.status_code == 410
    for words in ("closed", "&lt;b&gt;Long&lt;/b&gt; and", "thought over", "Roses, Tulips", "How likely"):
        assert words in reply.text
    assert await rows() == []


async def test_a_busy_moment_keeps_the_words_in_the_page(client: httpx.AsyncClient) -> None:
    await factories.published()
    fields = await opened(client)
    group_commit = client._transport.app.state.shared.part(GroupCommit)  # type: ignore[attr-defined]
    group_commit.max_waiting, before = 0, group_commit.max_waiting
    busy = await client.post("/s/visit", data={**fields, "recommend": "9", "comment": "Patient words"})
    assert busy.status_code == 503
    assert "Patient words" in busy.text
    group_commit.max_waiting = before
    kept = factories.page_fields(busy.text)
    assert kept["_id"] == fields["_id"]
    assert (await client.post("/s/visit", data={**kept, "recommend": "9"})).status_code == 303


# The mark of a page ----------------------------------------------------------------------------------------------


async def marked(slug: str = "visit", seconds: float = 10, channel: str = "link") -> str:
    form = await forms.head(slug)
    return page_token.make(SECRET, clock.now() - timedelta(seconds=seconds), form.id, form.version, channel, "")


async def test_the_first_moment_of_a_page_holds(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await factories.published()
    fields = await opened(client)
    monkeypatch.setattr("survey_service.survey.pages.clock", clock)
    reply = await client.post("/s/visit", data={**fields, "comment": "forgot the score"})
    assert reply.status_code == 422
    corrected = factories.page_fields(reply.text)
    assert corrected["_time"] == fields["_time"]
    assert (await client.post("/s/visit", data={**corrected, "recommend": "3"})).status_code == 303
    assert [row["score"] for row in await rows()] == [3]


async def test_a_plain_form_is_not_timed_on_our_page_either(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await factories.published()
    monkeypatch.setattr("survey_service.survey.pages.clock", clock)
    reply = await client.post("/c/visit", data={"comment": "forgot the score"})
    assert reply.status_code == 422
    fields = factories.page_fields(reply.text)
    assert (await client.post("/s/visit", data={**fields, "recommend": "3"})).status_code == 303
    assert [(row["score"], row["channel"]) for row in await rows()] == [(3, "embed")]


async def test_a_fast_first_page_stays_fast(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await factories.published()
    monkeypatch.setattr("survey_service.survey.pages.clock", clock)
    reply = await client.post("/s/visit", data=await opened(client))
    await client.post("/s/visit", data={**factories.page_fields(reply.text), "recommend": "3"})
    assert [row["spam_reason"] for row in await rows("spam")] == ["too_fast"]


async def test_only_a_mark_of_this_form_and_of_an_open_page_counts(client: httpx.AsyncClient) -> None:
    await factories.published()
    await factories.published("other", factories.VISIT)
    foreign = [await marked("other"), await marked(channel="email"), (await marked())[:-2] + "xx", "x", "", "%00"]
    old = tokens.sign(SECRET, page_token.PURPOSE, [0, "link", ""])
    for mark in [*foreign, old]:
        reply = await client.post("/s/visit", data={"_time": mark, "_id": str(uuid4()), "recommend": "9"})
        assert reply.status_code == 303
    assert [row["spam_reason"] for row in await rows("spam")] == ["no_token"] * 7
    assert {row["channel"] for row in await rows("spam")} == {"link"}
    own = {"_time": await marked(), "_id": str(uuid4()), "recommend": "9"}
    assert (await client.post("/s/visit", data=own)).status_code == 303
    assert len(await rows()) == 1


# Second answers from one page ------------------------------------------------------------------------------------

FIRST = {"recommend": "2", "comment": "The first person’s secret words", "email": "first@example.org"}
SECOND = {"recommend": "9", "comment": "Quite other words", "email": ""}


async def test_nobody_sees_the_words_of_whoever_answered_before(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    fields = await opened(client)
    assert (await client.post("/s/visit", data={**fields, **FIRST})).status_code == 303
    asked = await client.post("/s/visit", data={**fields, **SECOND})
    assert asked.status_code == 200
    assert "secret" not in asked.text
    assert "first@" not in asked.text
    assert "Quite other words" in asked.text
    assert [row["score"] for row in await rows()] == [2]
    kept = factories.page_fields(asked.text)
    assert kept["_id"] == fields["_id"]
    for _ in range(2):  # a double tap is one answer
        added = await client.post("/s/visit", data={**kept, **SECOND, "_again": "add"})
        assert added.status_code == 303
    assert [row["score"] for row in await rows()] == [2, 9]
    assert [row["comment"] for row in await rows()] == [FIRST["comment"], SECOND["comment"]]
    assert await differences(home) == []


async def test_a_page_loaded_again_is_a_new_answer(client: httpx.AsyncClient) -> None:
    await factories.published()
    for person in (FIRST, SECOND):
        fields = await opened(client)
        assert (await client.post("/s/visit", data={**fields, **person})).status_code == 303
    assert [row["score"] for row in await rows()] == [2, 9]


async def test_an_answer_is_changed_from_its_own_page(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    fields = await opened(client)
    thanks = await client.post("/s/visit", data={**fields, **FIRST})
    before = (await rows())[0]
    asked = await client.post("/s/visit", data={**fields, **SECOND, "email": "better@example.org"})
    assert 'name="_again" value="change"' in asked.text
    changed = await client.post(
        "/s/visit", data={**fields, **SECOND, "email": "better@example.org", "_again": "change"}
    )
    assert changed.status_code == 303
    (after,) = await rows()
    assert (after["score"], after["comment"]) == (9, "Quite other words")
    assert (after["id"], after["receipt"], after["received_at"]) == (
        before["id"],
        before["receipt"],
        before["received_at"],
    )
    assert re.findall("receipt=([^&]+)", changed.headers["location"]) == re.findall(
        "receipt=([^&]+)", thanks.headers["location"]
    )
    assert await differences(home) == []
    told = await database.fetch(
        "SELECT value, details FROM timeline_entry t JOIN customer_identity i ON i.customer = t.customer"
    )
    assert [row["value"] for row in told] == ["better@example.org"]
    assert "Quite other words" in told[0]["details"]


@pytest.mark.parametrize("email", ["", "first@example.org", "other@example.org"])
@pytest.mark.parametrize("before", ["", "first@example.org"])
async def test_an_answer_is_whose_address_stands_in_it_now(client: httpx.AsyncClient, before: str, email: str) -> None:
    home = await factories.published()
    fields = await opened(client)
    await client.post("/s/visit", data={**fields, "recommend": "2", "email": before})
    change = {"recommend": "3", "email": email, "_again": "change"}
    assert (await client.post("/s/visit", data={**fields, **change})).status_code == 303
    (row,) = await rows()
    told = await database.fetch("SELECT customer FROM timeline_entry WHERE subject = {}", row["id"])
    assert told == ([{"customer": row["customer"]}] if email else [])
    assert row["customer_strength"] == ("claimed" if email else "")
    owner = await database.fetch("SELECT customer FROM customer_identity WHERE value = {}", email)
    assert [each["customer"] for each in owner] == ([row["customer"]] if email else [])
    assert await differences(home) == []


@pytest.mark.parametrize("what", ["no mark", "younger mark", "other way", "a day later", "a program's"])
async def test_only_the_page_itself_may_change_its_answer(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    await factories.published()
    fields = await opened(client)
    if what == "a program's":
        sent = factories.submission({"recommend": 2}, id=fields["_id"])
        assert (await factories.send(client, sent)).status_code == 201
    else:
        await client.post("/s/visit", data={**fields, **FIRST})
    marks = {
        "no mark": "",
        "younger mark": await marked(seconds=-1),
        "other way": await marked(channel="embed"),
    }
    if what == "a day later":
        tomorrow = clock.now() + service.AMENDABLE_FOR + timedelta(minutes=1)
        monkeypatch.setattr("survey_service.survey.answer_pages.clock", type("Tomorrow", (), {"now": lambda: tomorrow}))
    change = {**fields, **SECOND, "_again": "change", "_time": marks.get(what, fields["_time"])}
    reply = await client.post("/s/visit", data=change)
    assert reply.status_code == 200
    assert 'value="change"' not in reply.text
    assert 'value="add"' in reply.text
    assert "secret" not in reply.text
    assert [row["score"] for row in await rows()] == [2]


async def test_a_plain_form_with_an_id_of_its_own_is_asked_too(client: httpx.AsyncClient) -> None:
    await factories.published()
    own = {"_id": str(uuid4())}
    assert (await client.post("/c/visit", data={**own, **FIRST})).status_code == 303
    asked = await client.post("/c/visit", data={**own, **SECOND})
    assert asked.status_code == 200
    assert "secret" not in asked.text
    added = await client.post("/s/visit", data={**factories.page_fields(asked.text), **SECOND, "_again": "add"})
    assert added.status_code == 303
    assert [row["score"] for row in await rows()] == [2, 9]


# Answers that change while somebody changes them -------------------------------------------------------------------

READ = "sentiment = 'positive'"
CHANGED = "fingerprint = 'x' || substr(fingerprint, 1, 20), score = 5"


async def changing(client: httpx.AsyncClient, home: UUID, way: str) -> tuple[str, dict[str, str]]:
    """Where a change of the first answer is sent, and what its page sends beside the answers."""
    if way == "page":
        fields = await opened(client)
        assert (await client.post("/s/visit", data={**fields, **FIRST})).status_code == 303
        return "/s/visit", {**fields, "_again": "change"}
    if way == "link":
        (link,) = onward(await thanked(client))
        return link, await opened(client, link)
    link = await invited(home)
    assert (await client.post(link, data={**await opened(client, link), **FIRST})).status_code == 303
    return f"{link}/more", await opened(client, f"{link}/more")


@pytest.mark.parametrize("way", ["page", "link", "invitation"])
@pytest.mark.parametrize(("change", "times"), [(READ, 1), (CHANGED, 1), (CHANGED, 2)], ids=["read", "once", "twice"])
async def test_a_change_holds_or_keeps_its_words_though_the_answer_changes_meanwhile(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, way: str, change: str, times: int
) -> None:
    path, fields = await changing(client, await factories.published(), way)
    prepare, left = service.prepare, times

    async def meanwhile(*arguments: Any) -> Any:
        nonlocal left
        if left:
            left -= 1
            await database.execute(f"UPDATE response SET {change}")
        return await prepare(*arguments)

    monkeypatch.setattr(service, "prepare", meanwhile)
    reply = await client.post(path, data={**fields, **SECOND})
    if times == 2:
        assert reply.status_code == (200 if way == "page" else 409)  # a page asks anew, a link knows whose answer it is
        assert SECOND["comment"] in reply.text
        assert "Your first answer is kept" in reply.text
        assert "secret" not in reply.text
        assert [row["score"] for row in await rows()] == [5]
        reply = await client.post(path, data={**factories.page_fields(reply.text), **SECOND, "_again": "change"})
    assert reply.status_code == 303
    assert [(row["score"], row["comment"]) for row in await rows()] == [(9, SECOND["comment"])]


# The link of the thanks page -------------------------------------------------------------------------------------


async def thanked(client: httpx.AsyncClient, path: str = "/s/visit", **typed: str) -> str:
    """The thanks page after an answer from that page."""
    fields = await opened(client, path)
    reply = await client.post("/s/visit", data={**fields, **(typed or FIRST)})
    assert reply.status_code == 303, reply.text
    return (await client.get(reply.headers["location"])).text


def onward(page: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'<a class="btn btn--plain" href="([^"]+)"', page)]


async def test_an_answer_is_changed_by_its_link(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    (link,) = onward(await thanked(client))
    page = await client.get(link)
    assert FIRST["comment"] in page.text
    assert 'value="2" checked' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    before = await rows()
    wrong = await client.post(link, data={"comment": "no score"})
    assert wrong.status_code == 422
    assert "no score" in wrong.text
    assert await rows() == before
    path = re.findall('action="([^"]+)"', page.text)[0]
    assert (await client.post(path, data={**SECOND, "_language": "am"})).status_code == 303
    assert [(row["score"], row["comment"], row["language"]) for row in await rows()] == [(9, SECOND["comment"], "en")]
    assert await differences(home) == []


async def test_a_link_opens_one_answer_of_one_form_for_a_day(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await factories.published()
    await factories.published("other", factories.VISIT)
    (link,) = onward(await thanked(client))
    token = re.findall("/more/([^?]+)", link)[0]
    for forged in (f"/s/other/more/{token}", f"/s/visit/more/{token[:-3]}abc", "/s/visit/more/x", "/s/no-form/more/x"):
        for method in ("GET", "POST"):
            reply = await client.request(method, forged, data=SECOND)
            assert reply.status_code == 404
            assert "secret" not in reply.text
    tomorrow = clock.now() + service.AMENDABLE_FOR + timedelta(minutes=1)
    with monkeypatch.context() as later:
        later.setattr("survey_service.survey.answer_pages.clock", type("Tomorrow", (), {"now": lambda: tomorrow}))
        assert (await client.get(link)).status_code == 410
        gone = await client.post(link, data=SECOND)
        assert gone.status_code == 410
        assert SECOND["comment"] in gone.text
        assert "secret" not in gone.text
    await publishing.set_open(home, "visit", False, clock.now())
    forms.forget("visit")
    assert (await client.get(link)).status_code == 410
    assert [row["score"] for row in await rows()] == [2]


async def test_a_link_keeps_to_the_version_that_was_answered(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    (link,) = onward(await thanked(client))
    await publish(home, without_comment)
    assert FIRST["comment"] in (await client.get(link)).text
    assert (await client.post(link, data=SECOND)).status_code == 303
    assert [(row["version"], row["comment"]) for row in await rows()] == [(1, SECOND["comment"])]
    assert await differences(home) == []


async def test_what_lies_in_the_spam_box_is_changed_there(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await factories.published()
    with monkeypatch.context() as fast:
        fast.setattr("survey_service.survey.pages.clock", clock)
        (link,) = onward(await thanked(client))
    assert (await client.post(link, data=SECOND)).status_code == 303
    assert await rows() == []
    (row,) = await rows("spam")
    assert (row["score"], row["spam_reason"]) == (9, "too_fast")
    assert await database.fetch("SELECT id FROM count_delta") == []
    await service.release(home, row["id"])
    assert await differences(home) == []


@pytest.mark.parametrize(("path", "fresh"), [("/q/desk", "/q/desk?"), ("/s/visit?_place=desk", "/s/visit?")])
async def test_where_many_answer_thanks_offers_another_answer_only(
    client: httpx.AsyncClient, path: str, fresh: str
) -> None:
    home = await factories.published()
    await places.create_place(home, NewPlace("Desk", code="desk"), clock.now())
    page = await thanked(client, path)
    (link,) = onward(page)
    assert link.startswith(fresh)
    assert "Give another answer" in page
    assert "/more/" not in page
    empty = await client.get(link)
    assert "secret" not in empty.text
    assert factories.page_fields(empty.text)["_place"] == "desk"


async def test_a_change_by_link_stays_inside_the_site_that_embeds_it(client: httpx.AsyncClient) -> None:
    await factories.published()
    (link,) = onward(await thanked(client, "/s/visit?_embed=1"))
    page = await client.get(link)
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert 'class="embedded"' in page.text
    assert factories.page_fields(page.text)["_embed"] == "1"


# Another language without script ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["/s/visit", "/s/visit?_embed=1", "invitation", "more", "link"])
async def test_another_language_keeps_all_that_was_typed(client: httpx.AsyncClient, way: str) -> None:
    home = await factories.published()
    path = way
    if way in ("invitation", "more"):
        path = await invited(home)
    if way == "more":
        await client.post(path, data={**await opened(client, path), "recommend": "1"})
        path += "/more"
    if way == "link":
        (path,) = onward(await thanked(client))
    before = await rows()
    fields = await opened(client, path)
    typed = {"bought": ["roses"], "comment": "Half a <thought>", "email": "half@"}
    action = "/s/visit" if path.startswith("/s/visit?") or way == "/s/visit" else path
    page = await client.post(action, data={**fields, **typed, "_show_in": "am"})
    assert page.status_code == 200, page.text
    assert '<html lang="am"' in page.text
    assert "Half a &lt;thought&gt;" in page.text
    assert 'value="half@"' in page.text
    assert 'value="roses" checked' in page.text
    assert not re.search(r'id="\w+-error"', page.text)
    assert await rows() == before
    kept = factories.page_fields(page.text)
    assert kept["_language"] == "am"
    if way.startswith("/s/"):
        assert (kept["_id"], kept["_time"]) == (fields["_id"], fields["_time"])
        done = await client.post("/s/visit", data={**kept, "recommend": "9"})
        assert done.status_code == 303
        assert [row["language"] for row in await rows()] == ["am"]
