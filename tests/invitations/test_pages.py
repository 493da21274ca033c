"""The staff's pages of invitations: asking somebody, the list, one of them, again and taken back."""

import re
from datetime import UTC, datetime, timedelta

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.core import clock
from survey_service.core import database as sql
from survey_service.invitations import queries, resuming
from survey_service.invitations import service as invitations
from survey_service.jobs import service as jobs
from tests.builder.browsing import key_of
from tests.invitations import product


async def test_an_invitation_is_sent_from_the_page(client: httpx.AsyncClient, alice: Caller) -> None:
    assert "No open form asks for a recommendation" in (await client.get("/app/invitations")).text
    await product.publish(alice.workspace)
    wrong = await client.post("/app/invitations", data={"form": "visit", "email": "hana", "name": "Hana"})
    assert wrong.status_code == 422
    assert 'value="Hana"' in wrong.text
    assert "Write the whole address" in wrong.text
    sent = await client.post("/app/invitations", data={"form": "visit", "email": "hana@x.org", "name": "Hana"})
    assert sent.status_code == 303
    page = (await client.get(sent.headers["location"])).text
    assert "Waiting to go out." in page
    assert "Waiting" in page
    listed = (await client.get("/app/invitations?state=queued")).text
    assert "hana@<wbr>x.org" in listed
    assert resuming.NO_SERVER in listed
    assert "None in this state" in (await client.get("/app/invitations?state=failed")).text
    path, _, done = sent.headers["location"].partition("?")
    assert done == "done=added"
    assert '<span role="status">The invitation is added.</span>' in page
    assert resuming.NO_SERVER in page
    refused = await client.post(f"{path}/resend")
    assert refused.status_code == 409


async def test_invitations_are_found_under_the_word_of_their_badge_and_told_by_when_they_were_added(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await product.publish(alice.workspace)
    hour = datetime(2026, 10, 5, 9, 5, tzinfo=UTC)
    stands = [
        ("queued", None, None, "Waiting"), ("sent", 1, None, "No answer yet"), ("sent", 1, 7, "Answered"),
        ("failed", None, None, "Failed"), ("failed", 1, 8, "Answered"), ("suppressed", None, None, "Not sent"),
        ("taken_back", None, None, "Taken back"),
    ]  # fmt: skip
    words = {}
    for n, (state, sent, answered, badge) in enumerate(stands):
        row = await product.queue(alice.workspace, email=f"hana{n}@customers.example")
        words[str(row.id)] = badge
        sent_at, answered_at = (hour + timedelta(days=days) if days else None for days in (sent, answered))
        await sql.execute(
            "UPDATE invitation SET state = {}, created_at = {}, sent_at = {}, answered_at = {} WHERE id = {}",
            state, hour - timedelta(days=n), sent_at, answered_at, row.id,
        )  # fmt: skip
    page = (await client.get("/app/invitations")).text
    rows = dict(re.findall(r'<tr><th scope="row"><a href="/app/invitations/([^"]+)">(.*?)</tr>', page, re.DOTALL))
    assert list(rows) == list(words)  # the newest first, by the moment that is shown
    for n, told in enumerate(rows.values()):
        assert f"added {(hour - timedelta(days=n)):%-d %b %Y}, " in told
    assert ["answered 12 Oct 2026, " in told for told in rows.values()] == [n == 2 for n in range(7)]
    assert ["sent 6 Oct 2026, " in told for told in rows.values()] == [n == 1 for n in range(7)]
    key = await key_of(alice)
    offered = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)', page.partition('name="state"')[2].partition("</s")[0])
    assert {label for value, label in offered if value} == set(words.values())
    for value, label in offered[1:]:
        wanted = {invitation for invitation, badge in words.items() if badge == label}
        listed = (await client.get(f"/app/invitations?state={value}")).text
        assert set(re.findall(r'<th scope="row"><a href="/app/invitations/([^"]+)"', listed)) == wanted, label
        assert len(re.findall(rf"badge[^>]*>{label}<", listed)) == len(wanted), label
        told = (await client.get(f"/api/v1/invitations?state={value}", headers=key)).json()["items"]
        assert {each["id"] for each in told} == wanted, label


async def test_a_postponed_one_says_when_it_is_tried_next(client: httpx.AsyncClient, alice: Caller) -> None:
    await product.publish(alice.workspace)
    row = await product.queue(alice.workspace)
    (job,) = await jobs.claim([invitations.SEND_INVITATION], 1, clock.now())
    await invitations.postpone_invitation(job, "The mail server is busy.", datetime(2030, 11, 27, 9, 5, tzinfo=UTC))
    page = (await client.get(f"/app/invitations/{row.id}")).text
    assert re.search(r"Next try: <time [^>]*>[^<]*27 Nov[^<]*</time>", page)


async def test_a_second_question_asks_first(client: httpx.AsyncClient, alice: Caller) -> None:
    await product.publish(alice.workspace)
    fields = {"form": "visit", "email": "hana@customers.example", "name": "Hana <3", "language": "am"}
    first = (await client.post("/app/invitations", data=fields)).headers["location"].partition("?")[0]
    asked = await client.post("/app/invitations", data=fields)
    assert asked.status_code == 409
    assert "Asked less than a minute ago." in asked.text
    assert f'href="{first}"' in asked.text
    assert 'value="Hana &lt;3"' in asked.text
    assert '<option value="am" selected>' in asked.text
    again = await client.post("/app/invitations", data=fields | {"again": "1"})
    assert again.status_code == 303
    assert again.headers["location"].partition("?")[0] != first


async def test_one_that_waits_is_taken_back_with_one_press(client: httpx.AsyncClient, alice: Caller) -> None:
    await product.publish(alice.workspace)
    row = await product.queue(alice.workspace)
    path = f"/app/invitations/{row.id}"
    assert f'action="{path}/take-back"' in (await client.get(path)).text
    done = await client.post(f"{path}/take-back")
    page = (await client.get(done.headers["location"])).text
    assert "Taken back. Nothing was sent." in page
    assert "take-back" not in page
    late = await client.post(f"{path}/take-back")
    assert "It is too late to take it back." in (await client.get(late.headers["location"])).text
    await client.post(f"{path}/resend")
    assert (await queries.invitation(alice.workspace, row.id)).state == "queued"


async def test_sending_one_after_all_asks_first_where_another_one_went(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await product.publish(alice.workspace)
    row = await product.queue(alice.workspace)
    path = f"/app/invitations/{row.id}"
    await client.post(f"{path}/take-back")
    other = await product.queue(alice.workspace)
    asked = await client.post(f"{path}/resend")
    assert asked.status_code == 409
    assert "Asked less than a minute ago." in asked.text
    assert f'href="/app/invitations/{other.id}"' in asked.text
    assert (await queries.invitation(alice.workspace, row.id)).state == "taken_back"
    assert (await client.post(f"{path}/resend", data={"again": "1"})).status_code == 303
    assert (await queries.invitation(alice.workspace, row.id)).state == "queued"


async def test_a_failed_one_says_why_and_is_sent_again(client: httpx.AsyncClient, alice: Caller) -> None:
    await product.publish(alice.workspace)
    row = await product.queue(alice.workspace)
    (job,) = await jobs.claim([invitations.SEND_INVITATION], 1, clock.now())
    await invitations.give_up_invitation(job, "The mail server refused the recipient: 550 <no> such person")
    page = (await client.get(f"/app/invitations/{row.id}")).text
    assert "550 &lt;no&gt; such person" in page
    assert "550 &lt;no&gt; such person" in (await client.get("/app/invitations")).text
    assert (await client.post(f"/app/invitations/{row.id}/resend")).status_code == 303
    assert "Waiting to go out again." in (await client.get(f"/app/invitations/{row.id}")).text
