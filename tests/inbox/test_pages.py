"""Staff pages of answers: what every figure opens into, one answer whole, the spam box."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from survey_service.core import clock, database
from survey_service.core.database.paging import PAGE_SIZE
from survey_service.counts import fold
from survey_service.places import service as places
from survey_service.places.schemas import NewEmployee, NewPlace
from survey_service.responses import comments
from tests import factories
from tests.answers import NOON, Sign, keep, keep_many, key_for
from tests.static.samples import elements, words

LIST = "/app/answers"
BOX = "/app/spam"


def linked(page: str, text: str) -> str:
    """Where the link or button with this text leads."""
    found = re.search(rf'href="([^"]*)"[^>]*>(?:<svg(?:(?!</svg>).)*</svg>)?{re.escape(text)}', page, re.DOTALL)
    assert found, f"no link {text!r}"
    return found[1].replace("&amp;", "&")


async def states() -> list[str]:
    return [row["state"] for row in await database.fetch("SELECT state FROM response ORDER BY received_at, id")]


async def test_a_figure_opens_into_exactly_its_answers(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    await keep_many(11)
    await keep(answers={"recommend": 2}, state="spam")
    await keep(answers={"recommend": 10}, state="spam")
    viewer = await staff("viewer")
    page = (await viewer.get(LIST, params={"form": "visit", "score": "recommend:0-6", "from": "2026-10-01"})).text
    assert "7 answers" in words(page)
    assert len(elements(page, "article")) == 7
    assert "1 spam" in words(page)
    assert linked(page, "1 spam") == f"{LIST}?form=visit&from=2026-10-01&score=recommend%3A0-6&state=spam"
    chips = words(page.split('aria-label="Filters that are set"')[1].split("</ul>")[0])
    assert chips.startswith("> Visit : remove this filter From 1 Oct 2026 : remove this filter Detractors, 0–6")
    (without,) = [
        link.get("href") for link in elements(page, "a") if "chip--set" in (link.get("class") or "")
    ][1:2]  # fmt: skip
    assert without == f"{LIST}?form=visit&score=recommend%3A0-6"


async def test_chosen_days_are_said_as_the_readers_language_does(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    viewer = await staff("viewer")
    asked = {"params": {"from": "2026-10-01", "to": "2026-11-05"}, "headers": {"Accept-Language": "de"}}
    page = (await viewer.get(LIST, **asked)).text
    assert "01.10.2026 bis 05.11.2026" in words(page)
    assert {element.get("value") for element in elements(page, "input", type="date")} == {"2026-10-01", "2026-11-05"}
    chips = words(page.split('aria-label="Gesetzte Filter"')[1].split("</ul>")[0])
    assert "Ab 01.10.2026" in chips
    assert "2026-" not in chips


async def test_a_comment_stands_first_in_its_language_and_never_as_markup(
    client: httpx.AsyncClient, staff: Sign
) -> None:
    await factories.published()
    await keep(answers={"recommend": 4, "comment": "አበባው <b>ደረቀ</b>"}, language="am")
    page = (await (await staff("viewer")).get(LIST)).text
    assert elements(page, "blockquote", lang="am", dir="auto")
    assert "<b>" not in page
    assert "አበባው &lt;b&gt;" in page
    assert "not read yet" in words(page)


async def test_without_a_comment_the_other_answers_are_told(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    await keep(answers={"recommend": 4, "satisfaction": 2, "bought": ["roses"]})
    page = (await (await staff("viewer")).get(LIST)).text
    assert "How satisfied are you? 2 of 5; What did you buy? Roses" in words(page)


async def test_pages_lead_back_and_forth(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    await keep_many(2 * PAGE_SIZE + 3)
    viewer = await staff("viewer")

    async def receipts(path: str) -> tuple[list[str], str]:
        page = (await viewer.get(path)).text
        return re.findall(r", answer ([A-Z0-9]{4}-[A-Z0-9]{4})", page), page

    first, page = await receipts(f"{LIST}?form=visit")
    assert "Newer" not in words(page)
    second, page = await receipts(linked(page, "Older"))
    third, last = await receipts(linked(page, "Older"))
    assert (len(first), len(second), len(third)) == (PAGE_SIZE, PAGE_SIZE, 3)
    assert len({*first, *second, *third}) == 2 * PAGE_SIZE + 3
    assert 'rel="next"' not in last
    again, page = await receipts(linked(last, "Newer"))
    assert again == second
    again, page = await receipts(linked(page, "Newer"))
    assert again == first
    assert 'rel="prev"' not in page


@pytest.mark.parametrize("path", [LIST, BOX])
@pytest.mark.parametrize(
    "asked",
    [
        {"from": "soon"}, {"score": "recommend:0-6"}, {"channel": "<b>"}, {"channel": "foo"}, {"cursor": "x"},
        {"newer": "%00"}, {"q": "\0"}, {"channel": ["qr", "link"]}, {"q": ["a", "a"]},
    ],
)  # fmt: skip
async def test_a_filter_that_cannot_be_read_is_said_and_breaks_nothing(
    client: httpx.AsyncClient, staff: Sign, path: str, asked: dict[str, Any]
) -> None:
    """On the page of the list, among the filters that are set."""
    await factories.published()
    reply = await (await staff("viewer")).get(path, params=asked)
    assert reply.status_code == (200 if asked == {"q": "\0"} else 422)
    assert ("This filter cannot be read." in words(reply.text)) == (reply.status_code == 422)
    if asked != {"q": "\0"} and not asked.keys() & {"cursor", "newer"}:
        assert elements(reply.text, "a", href=path, **{"class": "chip chip--set"})
    assert "<b>" not in reply.text


async def test_the_spam_box_drops_the_score_of_another_form_like_the_list(
    client: httpx.AsyncClient, staff: Sign
) -> None:
    await factories.published()
    viewer = await staff("viewer")
    for path in (LIST, BOX):
        page = await viewer.get(path, params={"form": "visit", "score": "elsewhere:0-6"})
        assert page.status_code == 200
        assert "The score was one of another form" in words(page.text)


async def test_the_spam_box_keeps_its_filters_when_something_is_done(client: httpx.AsyncClient, staff: Sign) -> None:
    """From the list and from one answer that it opened."""
    await factories.published()
    asked = {"form": "visit", "channel": "link", "q": "a & b"}
    manager = await staff("manager")
    for act in ("release", "discard"):
        entry = await keep(answers={"recommend": 9, "comment": "a & b"}, state="spam")
        page = (await manager.get(BOX, params=asked)).text
        (row,) = await database.fetch("SELECT id FROM response WHERE state = 'spam'")
        one = (await manager.get(linked(page, "<time").replace("&amp;", "&"))).text
        for shown in (page, one):
            (field,) = elements(shown, "input", name="kept")
            kept = dict(parse_qsl(field.get("value")))
            assert {name: value for name, value in kept.items() if name != "state"} == asked
        reply = await manager.post(BOX, data={"act": act, "id": str(row["id"]), "kept": field.get("value")})
        location = httpx.URL(reply.headers["location"])
        assert location.path == BOX
        assert dict(location.params) == asked | {f"{act.rstrip('e')}ed": "1"}
        assert entry.id == row["id"]


async def test_the_spam_box_is_there_again_when_nothing_was_chosen(client: httpx.AsyncClient, staff: Sign) -> None:
    """Under its filters, with a plain sentence and the answers to choose from."""
    await factories.published()
    await keep(answers={"recommend": 9}, state="spam")
    manager = await staff("manager")
    typed = {"kept": "form=visit&channel=link"}
    for sent in ({"act": "release"}, {"act": "discard"}, {"act": "release", "id": "all"}, {"act": "sell"}):
        reply = await manager.post(BOX, data={**sent, **typed})
        assert reply.status_code == 422
        assert "Spam box" in words(reply.text)
        assert "Choose" in " ".join(found for found in re.findall(r"<strong>(.*?)</strong>", reply.text))
        assert len(elements(reply.text, "input", type="checkbox", name="id")) == 1
        assert elements(reply.text, "input", name="kept")[0].get("value") == "form=visit&channel=link"


async def test_empty_says_what_to_do_next(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    viewer = await staff("viewer")
    assert "No answers yet" in words((await viewer.get(LIST)).text)
    await keep()
    page = (await viewer.get(LIST, params={"q": "zebra"})).text
    assert "No answers under these filters" in words(page)
    assert linked(page, "All answers") == LIST


async def test_an_empty_list_says_what_lies_in_the_spam_box_under_the_same_filters(
    client: httpx.AsyncClient, staff: Sign
) -> None:
    await factories.published()
    await factories.published("tasting", {**factories.VISIT, "hidden": []})
    viewer = await staff("viewer")
    assert "taken for a machine" not in (await viewer.get(LIST)).text
    for channel in ("qr", "qr", "link"):
        await keep(state="spam", channel=channel, spam_reason="too_fast")
    await keep("tasting", state="spam")
    for asked, said, n in (
        ({}, "4 answers were taken for a machine’s: look", 4),
        ({"form": "visit", "channel": "qr"}, "2 answers were taken for a machine’s: look", 2),
        ({"form": "visit", "channel": "link"}, "1 answer was taken for a machine’s: look", 1),
    ):
        page = (await viewer.get(LIST, params=asked)).text
        box = (await viewer.get(linked(page, said))).text
        assert len(elements(box, "article")) == n, asked
        assert ("remove this filter" in box) == bool(asked)
    for asked in ({"from": "2026-10-06"}, {"channel": "kiosk"}, {"state": "spam"}, {"state": "test"}):
        assert "taken for a machine" not in (await viewer.get(LIST, params=asked)).text, asked
    assert "Nothing in the spam box under these filters" in (await viewer.get(f"{BOX}?channel=kiosk")).text
    await keep()
    assert "taken for a machine" not in (await viewer.get(LIST)).text


async def test_the_receipt_that_a_customer_quotes_opens_their_answer(client: httpx.AsyncClient, staff: Sign) -> None:
    home = await factories.published()
    entry = await keep()
    await keep_many(3)
    page = (await (await staff("viewer")).get(LIST, params={"q": entry.receipt.replace("-", "").lower()})).text
    assert re.findall(r", answer ([A-Z0-9]{4}-[A-Z0-9]{4})", page) == [entry.receipt]
    listed = await client.get(f"/api/v1/responses?q={entry.receipt}", headers=await key_for(home, "responses:read"))
    assert [item["receipt"] for item in listed.json()["items"]] == [entry.receipt]


async def test_an_answer_whole(client: httpx.AsyncClient, staff: Sign) -> None:
    home = await factories.published()
    place = await places.create_place(home, NewPlace("Rustaveli", "store", "rust"), NOON)
    entry = await keep(
        answers={"recommend": 3, "bought": ["tulips"], "comment": "አበባው ደረቀ", "email": "hana@example.org"},
        language="am", place=place.id, channel="qr", hidden='{"order":"A-7"}',
    )  # fmt: skip
    page = (await (await staff("viewer")).get(f"{LIST}/{entry.id}")).text
    said = words(page)
    for part in (entry.receipt, "እኛን ለመጠቆም ምን ያህል ዝግጁ ነዎት?", "How likely are you to recommend us?", "ቱሊፕ"):
        assert part in said
    for part in ("Rustaveli", "QR in the shop", "Amharic", "5 Oct 2026, 12:00 (UTC)", "Visit, version 1", "A-7"):
        assert part in said
    for part in ("Claimed", "typed into the form, not proven", "Not answered", "Not read yet"):
        assert part in said
    assert elements(page, "a", href=f"/app/customers/{await _customer()}")


async def test_whom_a_customer_met_is_in_lists_if_it_is_proven_and_leads_to_their_page(
    client: httpx.AsyncClient, staff: Sign
) -> None:
    home = await factories.published()
    place = await places.create_place(home, NewPlace("Rustaveli"), NOON)
    who = await places.create_employee(home, NewEmployee("Dawit", place.id), NOON)
    proven = await keep(answers={"recommend": 3, "comment": "Rude"}, place=place.id, employee=who.id)
    claimed = await keep(answers={"recommend": 2, "comment": "Late"}, claimed_employee=who.id)
    await fold.fold()
    viewer = await staff("viewer")
    for path in (LIST, "/app?period=all"):
        said = [words(row) for row in (await viewer.get(path)).text.split("<article")[1:]]
        assert {("Rude" in row, "Dawit" in row, "Rustaveli" in row) for row in said} == {(True,) * 3, (False,) * 3}
    for answer, phrase in ((proven, "Employee Dawit"), (claimed, "Dawit, as the sender said; not counted")):
        page = (await viewer.get(f"{LIST}/{answer.id}")).text
        assert elements(page, "a", href=f"/app/employees/{who.id}")
        assert phrase in words(page)
    assert elements((await viewer.get(f"{LIST}/{proven.id}")).text, "a", href=f"/app/places/{place.id}")


async def test_a_day_is_said_in_the_language_of_whoever_reads_it(client: httpx.AsyncClient, staff: Sign) -> None:
    """A number too; what somebody chose or wrote stays in their words."""
    asked = [
        {"kind": "nps", "key": "recommend", "text": {"en": "Recommend us?", "am": "ይመክሩናል?"}},
        {"kind": "date", "key": "day", "text": {"en": "Which day?", "am": "የትኛው ቀን?"}},
    ]
    definition = {"title": {"en": "Day", "am": "ቀን"}, "languages": ["en", "am"], "questions": asked}
    await factories.published("day", definition)
    entry = await keep("day", {"recommend": 9, "day": "2026-12-24"}, language="am")
    page = (await (await staff("viewer")).get(f"{LIST}/{entry.id}")).text
    (said,) = re.findall(r'<dd><div lang="(\w+)" dir="auto">([^<]*)</div>', page)
    assert said == ("en", "24 December 2026")


async def test_why_nobody_reads_a_language_is_said_in_plain_words(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    entry = await keep(answers={"recommend": 3, "comment": "Blorf zib quanto mirrelak dof"})
    await database.execute("UPDATE response SET comment_language = 'und', sentiment = 'unsupported'")
    viewer = await staff("viewer")
    await fold.fold()
    today = words((await viewer.get("/app?period=all")).text)
    assert "Not read: the language was not recognised" in today
    assert "no reader for" not in today
    assert entry.comment in today


async def _customer() -> str:
    row = await database.fetch_one("SELECT customer FROM response")
    assert row
    return str(row["customer"])


async def test_how_a_comment_was_read_and_why(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    english = await keep(answers={"recommend": 0, "comment": "The roses were terrible and the staff was rude."})
    georgian = await keep(answers={"recommend": 9, "comment": "ყვავილები ძალიან ლამაზი იყო, გმადლობთ!"})
    await comments.read_comments([english.id, georgian.id], clock.now())
    viewer = await staff("viewer")
    page = (await viewer.get(f"{LIST}/{english.id}")).text
    assert "negative" in words(page).split("How the comment was read")[1]
    assert "textblob" in words(page).lower() or "instant" in words(page).lower()
    explained = words((await viewer.get(linked(page, "Why was it read so?"))).text)
    assert "What moved it" in explained
    assert "terrible" in explained.split("What moved it")[1]
    unread = words((await viewer.get(f"{LIST}/{georgian.id}")).text)
    assert "Not read:" in unread
    assert "Tone" not in unread


async def test_neighbours_are_those_of_the_list_it_was_opened_from(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    entries = await keep_many(11)
    viewer = await staff("viewer")
    page = (await viewer.get(f"{LIST}/{entries[6].id}", params={"form": "visit", "score": "recommend:0-6"})).text
    assert 'rel="prev"' not in page
    assert linked(page, "Older") == f"{LIST}/{entries[5].id}?form=visit&score=recommend%3A0-6"
    assert linked(page, "Answers</a>") == f"{LIST}?form=visit&score=recommend%3A0-6"


async def test_the_spam_box_says_why_and_releases_or_deletes_what_is_chosen(
    client: httpx.AsyncClient, staff: Sign
) -> None:
    await factories.published()
    reasons = ("honeypot", "too_fast", "no_token")
    entries = [
        await keep(answers={"recommend": n}, state="spam", spam_reason=reason, at=NOON + timedelta(minutes=n))
        for n, reason in enumerate(reasons)
    ]
    manager = await staff("manager")
    page = (await manager.get(BOX)).text
    assert "It filled a field that people cannot see." in words(page)
    assert len(elements(page, "input", type="checkbox", name="id")) == 3
    released = await manager.post(BOX, data={"act": "release", "id": [str(entries[0].id), str(entries[1].id)]})
    assert released.status_code == 303
    assert "2 answers released" in words((await manager.get(released.headers["location"])).text)
    assert await states() == ["complete", "complete", "spam"]
    while await fold.fold():
        pass
    counted = await database.fetch(
        "SELECT sum(b0) AS a, sum(b1) AS b FROM count_margin WHERE question = 'recommend' AND dimension = 'total'"
    )
    assert [(row["a"], row["b"]) for row in counted] == [(1, 1)]
    gone = await manager.post(BOX, data={"act": "discard", "id": [str(entries[2].id), str(entries[0].id)]})
    said = words((await manager.get(gone.headers["location"])).text)
    assert "1 answer deleted for good." in said
    assert "1 answer had left the spam box before." in said
    assert await states() == ["complete", "complete"]
    actions = {row["action"] for row in await database.fetch("SELECT action FROM audit_entry")}
    assert {"answers_released", "answers_discarded"} <= actions


async def test_a_viewer_looks_and_changes_nothing(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    entry = await keep(state="spam")
    viewer = await staff("viewer")
    for path in (BOX, f"{LIST}/{entry.id}"):
        page = (await viewer.get(path)).text
        assert not elements(page, "button", name="act")
    assert (await viewer.post(BOX, data={"act": "release", "id": str(entry.id)})).status_code == 403
    assert await states() == ["spam"]


async def test_settling_without_token_choice_or_sense_changes_nothing(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    entry = await keep(state="spam")
    manager = await staff("manager")
    assert (await manager.post(BOX, data={"act": "release"})).status_code == 422
    assert (await manager.post(BOX, data={"act": "sell", "id": str(entry.id)})).status_code == 422
    assert (await manager.post(BOX, data={"act": "release", "id": "all"})).status_code == 422
    del manager.headers["X-CSRF-Token"]
    assert (await manager.post(BOX, data={"act": "release", "id": str(entry.id)})).status_code == 403
    assert await states() == ["spam"]
