"""Every page and endpoint of customers, places and distribution, as staff, as a program, and as a customer."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from survey_service.core import clock, edits, i18n, tokens
from survey_service.core import database as sql
from survey_service.core.database import Database
from survey_service.core.ids import new_id
from survey_service.core.settings import Settings
from survey_service.customers import service as customers
from survey_service.customers.schemas import CLAIMED, VERIFIED, Details, TimelineRow
from survey_service.forms import posters
from survey_service.forms import queries as forms
from survey_service.invitations import queries, resuming
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import InvitationRow, NewInvitation
from survey_service.jobs import service as jobs
from survey_service.messaging import suppression
from survey_service.places import queries as places_read
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace, PlaceRow
from survey_service.survey import page_token
from tests import factories
from tests.answers import key_for
from tests.conftest import SECRET
from tests.invitations import product
from tests.invitations.product import Staff
from tests.places.test_qr import decoded

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
async def staff(database: Database) -> Staff:
    return await product.owner()


@pytest.fixture
async def browser(settings: Settings, staff: Staff) -> AsyncIterator[httpx.AsyncClient]:
    """The owner's browser."""
    async with product.browsing(settings, SECRET) as browser:
        browser.cookies.update(staff.cookies)
        yield browser


@pytest.fixture
async def anybody(settings: Settings, staff: Staff) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without cookies."""
    async with product.browsing(settings, SECRET) as browser:
        yield browser


async def invite(staff: Staff, **fields: str) -> InvitationRow:
    new = NewInvitation(**{"form": "visit", "email": "hana@customers.example", **fields})
    return await invitations.queue_invitation(SECRET, staff.caller.workspace, new, clock.now())


async def add_place(staff: Staff, name: str = "Piassa", code: str = "piassa") -> PlaceRow:
    return await places.create_place(staff.caller.workspace, NewPlace(name, code=code, own_name="ፒያሳ"), clock.now())


# Places ----------------------------------------------------------------------------------------------------------


async def test_a_place_is_added_changed_and_archived(browser: httpx.AsyncClient, staff: Staff) -> None:
    assert "No places yet" in (await browser.get("/app/places")).text
    fields = staff.fields(name="Piassa", kind="store", code="piassa", own_name="ፒያሳ")
    added = await browser.post("/app/places", data=fields)
    assert added.status_code == 303
    page = await browser.get(added.headers["location"])
    assert (page.status_code, "ፒያሳ" in page.text, "/q/piassa" in page.text) == (200, True, True)
    place = added.headers["location"].partition("?")[0]
    edit = f"{place}/edit"
    shown = (await browser.get(edit)).text
    assert 'value="Piassa"' in shown
    seen = re.findall(r'name="_seen" value="([^"]+)"', shown)[0]
    changed = await browser.post(edit, data=staff.fields(name="Piassa old", kind="region", own_name="", _seen=seen))
    assert changed.status_code == 303
    listed = (await browser.get("/app/places")).text
    assert "Piassa old" in listed
    archived = await browser.post(f"{place}/archive", data=staff.fields())
    assert archived.status_code == 303
    assert "Piassa old" not in (await browser.get("/app/places")).text
    assert "Piassa old" in (await browser.get("/app/places?archived=1")).text


async def test_what_was_typed_is_kept(browser: httpx.AsyncClient, staff: Staff) -> None:
    await add_place(staff)
    wrong = await browser.post("/app/places", data=staff.fields(name="<b>Bole</b>", kind="store", code="piassa"))
    assert wrong.status_code == 422
    assert "&lt;b&gt;Bole&lt;/b&gt;" in wrong.text
    assert "<b>Bole</b>" not in wrong.text
    assert "on another poster already" in wrong.text
    nonsense = await browser.post("/app/places", data=staff.fields(name="Bole", kind="store", parent="x"))
    assert nonsense.status_code == 422


async def test_without_our_token_nothing_changes(browser: httpx.AsyncClient, staff: Staff) -> None:
    assert (await browser.post("/app/places", data={"name": "Bole", "kind": "store"})).status_code == 403
    assert "Bole" not in (await browser.get("/app/places")).text


async def test_both_qr_files_open_the_places_survey(
    browser: httpx.AsyncClient, staff: Staff, settings: Settings, tmp_path: Path
) -> None:
    place = await add_place(staff)
    svg = await browser.get(f"/app/places/{place.id}/qr.svg")
    png = await browser.get(f"/app/places/{place.id}/qr.png")
    assert (svg.headers["content-type"].partition(";")[0], png.headers["content-type"]) == (
        "image/svg+xml",
        "image/png",
    )
    (tmp_path / "qr.png").write_bytes(png.content)
    assert decoded(tmp_path / "qr.png") == f"{settings.public_url}/q/piassa"
    assert "attachment" in svg.headers["content-disposition"]


@pytest.mark.parametrize(("language", "words"), [("am", "ፒያሳ"), ("ar", "ፒያሳ"), ("en", "Piassa")])
async def test_the_poster(browser: httpx.AsyncClient, staff: Staff, language: str, words: str) -> None:
    place = await add_place(staff)
    await product.publish(staff.caller.workspace)
    poster = (await browser.get(f"/app/places/{place.id}/poster?lang={language}")).text
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in poster
    article = poster.partition("<article")[2]
    assert words in article
    assert "http://testserver.local/q/piassa" in re.sub("<[^>]+>", "", article)


@pytest.mark.parametrize("texts", [1, 4, 40])
async def test_a_poster_promises_the_time_that_the_form_says(
    browser: httpx.AsyncClient, staff: Staff, texts: int
) -> None:
    """For short forms and long ones, in every language of the form."""
    place = await add_place(staff)
    asked = [
        {"kind": "long_text", "key": f"words_{n}", "text": {"en": f"What {n}?", "ar": f"{n} ماذا؟"}}
        for n in range(texts)
    ]
    asked.append({"kind": "nps", "key": "recommend", "text": {"en": "Recommend us?", "ar": "هل توصي بنا؟"}})
    definition = {"title": {"en": "Visit", "ar": "زيارة"}, "languages": ["en", "ar"], "questions": asked}
    await factories.published("visit", definition, staff.caller.workspace)
    for language in ("en", "ar"):
        poster = (await browser.get(f"/app/places/{place.id}/poster?lang={language}")).text
        page = (await browser.get(f"/s/visit?lang={language}")).text
        said = re.search(r'<div class="progress"[^>]*><span>([^<]*)', page)
        assert said
        amount = re.split("about |نحو ", said[1])[1]
        assert f"{amount}." in poster.partition("<article")[2], (amount, language)


async def test_the_form_of_a_poster_is_chosen(browser: httpx.AsyncClient, staff: Staff) -> None:
    place = await add_place(staff)
    await product.publish(staff.caller.workspace)
    await product.publish(staff.caller.workspace, "contact")
    chosen = await browser.post(
        f"/app/places/{place.id}/form", data=staff.fields(form="contact", _seen=edits.marks({"form": ""}))
    )
    assert chosen.status_code == 303
    assert "/app/forms/contact" in (await browser.get(f"/app/places/{place.id}")).text
    wrong = await browser.post(
        f"/app/places/{place.id}/form", data=staff.fields(form="nowhere", _seen=edits.marks({"form": "contact"}))
    )
    assert wrong.status_code == 422


async def test_the_form_of_a_poster_through_the_api(anybody: httpx.AsyncClient, staff: Staff) -> None:
    key, place = await staff.key(), await add_place(staff)
    path = f"/api/v1/places/{place.id}/form"
    assert (await anybody.get(path, headers=key)).json() == {"form": "", "opens": None}
    await product.publish(staff.caller.workspace)
    await product.publish(staff.caller.workspace, "contact")
    read = await anybody.get(path, headers=key)
    chosen = await anybody.put(path, json={"form": "contact"}, headers={**key, "If-Match": read.headers["ETag"]})
    assert (chosen.status_code, chosen.json()) == (200, {"form": "contact", "opens": "contact"})
    assert (await anybody.get(path, headers=key)).headers["ETag"] == chosen.headers["ETag"]
    late = await anybody.put(path, json={"form": "visit"}, headers={**key, "If-Match": read.headers["ETag"]})
    assert late.status_code == 412
    wrong = await anybody.put(path, json={"form": "nowhere"}, headers=key)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "form")
    assert (await anybody.get(path, headers=key)).json() == chosen.json()
    assert (await anybody.put(path, json={"form": ""}, headers=key)).json()["form"] == ""
    assert (await anybody.get(f"/api/v1/places/{new_id()}/form", headers=key)).status_code == 404


async def test_a_failed_invitation_is_sent_again_through_the_api(anybody: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)
    key, row = await staff.key(), await invite(staff)
    path = f"/api/v1/invitations/{row.id}/resend"
    assert (await anybody.post(path, headers=key)).status_code == 409
    await invitations.end_unsent(row.workspace, row.id, "Nobody took it.", clock.now())
    again = await anybody.post(path, headers=key)
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert again.json()["trace"][-1]["what"] == "Waiting to go out again."
    assert (await anybody.post(f"/api/v1/invitations/{new_id()}/resend", headers=key)).status_code == 404
    await anybody.post(f"/api/v1/invitations/{row.id}/take-back", headers=key)
    await invite(staff)
    assert (await anybody.post(f"{path}?again=false", headers=key)).status_code == 409
    assert (await anybody.post(path, headers=key)).status_code == 202


async def test_places_through_the_api(anybody: httpx.AsyncClient, staff: Staff) -> None:
    key = await staff.key()
    made = await anybody.post("/api/v1/places", json={"name": "Piassa", "code": "piassa"}, headers=key)
    assert (made.status_code, made.json()["survey_url"]) == (201, "http://testserver.local/q/piassa")
    path = f"/api/v1/places/{made.json()['id']}"
    changed = await anybody.patch(path, json={"own_name": "ፒያሳ", "archived": True}, headers=key)
    assert (changed.json()["own_name"], changed.json()["archived"]) == ("ፒያሳ", True)
    assert (await anybody.get(path, headers=key)).json() == changed.json()
    listed = (await anybody.get("/api/v1/places?limit=1", headers=key)).json()
    assert listed == {"items": [changed.json()], "next": None}
    assert (await anybody.get(f"{path}/qr.png", headers=key)).content.startswith(b"\x89PNG")
    assert (await anybody.get(f"{path}/qr.svg", headers=key)).text.startswith("<svg")
    taken = await anybody.post("/api/v1/places", json={"name": "B", "code": "piassa"}, headers=key)
    assert (taken.status_code, product.shown_errors(taken)) == (422, {"code": "taken"})
    for bad in ("/api/v1/places?limit=0", "/api/v1/places?cursor=x"):
        assert (await anybody.get(bad, headers=key)).status_code == 422
    assert (await anybody.get("/api/v1/places")).status_code == 401


# Customers -------------------------------------------------------------------------------------------------------


async def test_the_profile_shows_everything_and_escapes_it(browser: httpx.AsyncClient, staff: Staff) -> None:
    at, answer = staff.caller.workspace, new_id()
    place = await add_place(staff)
    customer = await customers.customer_for_email(at, "h@x.org", "<i>Hana</i>", "am", VERIFIED, "invitation", NOW)
    said = Details("Visit", "qr", place.id, 4, "<script>ደህና</script>", "am", "negative")
    unread = Details("Visit", "email", None, 9, "Baay'ee gaarii", "om", "unsupported")
    for row in (
        TimelineRow(at, customer, "response", CLAIMED, answer, said, NOW),
        TimelineRow(at, customer, "response", VERIFIED, new_id(), unread, NOW),
        TimelineRow(at, customer, "invitation_suppressed", VERIFIED, new_id(), Details(reason="Unsubscribed."), NOW),
        TimelineRow(at, customer, "unsubscribed", VERIFIED, new_id(), Details(), NOW),
    ):
        await customers.note(row)
    page = (await browser.get(f"/app/customers/{customer}")).text
    assert "<script>ደህና" not in page
    assert "&lt;script&gt;ደህና" in page
    assert "<i>Hana" not in page
    for words in (
        "Answered by QR code", "Claimed", "Piassa", "Amharic", "negative", f"/app/answers/{answer}", "November 2026",
        "Not read: no reader for Oromo yet", "Invitation not sent", "Unsubscribed.", "Does not want mails",
        "Last score 9.", "h@x.org", "Verified",
    ):  # fmt: skip
        assert words in page, words
    listed = (await browser.get("/app/customers?search=hana")).text
    assert "&lt;i&gt;Hana&lt;/i&gt;" in listed
    assert "Nobody found" in (await browser.get("/app/customers?search=nobody%00here")).text


async def test_pages_of_customers_and_of_a_timeline(browser: httpx.AsyncClient, staff: Staff) -> None:
    at = staff.caller.workspace
    assert "No customers yet" in (await browser.get("/app/customers")).text
    for n in range(51):
        customer = await customers.customer_for_email(at, f"c{n}@x.org", "", "", VERIFIED, "staff", NOW)
    first = (await browser.get("/app/customers")).text
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = (await browser.get(older.replace("&amp;", "&"))).text
    assert len(re.findall(r'<th scope="row">', first)) == 50
    assert len(re.findall(r'<th scope="row">', second)) == 1
    for _ in range(51):
        await customers.note(TimelineRow(at, customer, "response", VERIFIED, new_id(), Details(score=1), NOW))
    page = (await browser.get(f"/app/customers/{customer}")).text
    (older,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert (await browser.get(older)).text.count('class="event"') == 1


async def test_customers_through_the_api(anybody: httpx.AsyncClient, staff: Staff) -> None:
    key = await staff.key()
    body = {"email": "Hana@X.org", "name": "Ha\u0000na", "language": "am"}
    made = await anybody.post("/api/v1/customers", json=body, headers=key)
    assert (made.status_code, made.json()["email"], made.json()["name"]) == (201, "Hana@x.org", "Ha na")
    path = f"/api/v1/customers/{made.json()['id']}"
    profile = (await anybody.get(path, headers=key)).json()
    assert (profile["customer"]["strength"], profile["timeline"], profile["own_scores"]) == ("verified", [], [])
    assert len((await anybody.get("/api/v1/customers?search=x.org", headers=key)).json()["items"]) == 1
    token = (await anybody.post(f"{path}/token", headers=key)).json()["token"]
    found = await customers.customer_of_token(SECRET, token, staff.caller.workspace)
    assert str(found) == made.json()["id"]
    for wrong, field in (({"email": "x"}, "email"), ({"email": "a@x.org", "language": "?"}, "language")):
        answer = await anybody.post("/api/v1/customers", json=wrong, headers=key)
        assert (answer.status_code, list(product.shown_errors(answer))) == (422, [field])
    assert (await anybody.get(f"/api/v1/customers/{new_id()}", headers=key)).status_code == 404


# Invitations -----------------------------------------------------------------------------------------------------


async def test_an_invitation_is_sent_from_the_page(browser: httpx.AsyncClient, staff: Staff) -> None:
    assert "No open form asks for a recommendation" in (await browser.get("/app/invitations")).text
    await product.publish(staff.caller.workspace)
    wrong = await browser.post("/app/invitations", data=staff.fields(form="visit", email="hana", name="Hana"))
    assert wrong.status_code == 422
    assert 'value="Hana"' in wrong.text
    assert "Write the whole address" in wrong.text
    sent = await browser.post("/app/invitations", data=staff.fields(form="visit", email="hana@x.org", name="Hana"))
    assert sent.status_code == 303
    page = (await browser.get(sent.headers["location"])).text
    assert "Waiting to go out." in page
    assert "Waiting" in page
    listed = (await browser.get("/app/invitations?state=queued")).text
    assert "hana@<wbr>x.org" in listed
    assert resuming.NO_SERVER in listed
    assert "None in this state" in (await browser.get("/app/invitations?state=failed")).text
    path, _, done = sent.headers["location"].partition("?")
    assert done == "done=added"
    assert '<span role="status">The invitation is added.</span>' in page
    assert resuming.NO_SERVER in page
    refused = await browser.post(f"{path}/resend", data=staff.fields())
    assert refused.status_code == 409


async def test_invitations_are_found_under_the_word_of_their_badge_and_told_by_when_they_were_added(
    browser: httpx.AsyncClient, anybody: httpx.AsyncClient, staff: Staff
) -> None:
    await product.publish(staff.caller.workspace)
    hour = datetime(2026, 10, 5, 9, 5, tzinfo=UTC)
    stands = [
        ("queued", None, None, "Waiting"), ("sent", 1, None, "No answer yet"), ("sent", 1, 7, "Answered"),
        ("failed", None, None, "Failed"), ("failed", 1, 8, "Answered"), ("suppressed", None, None, "Not sent"),
        ("taken_back", None, None, "Taken back"),
    ]  # fmt: skip
    words = {}
    for n, (state, sent, answered, badge) in enumerate(stands):
        row = await invite(staff, email=f"hana{n}@customers.example")
        words[str(row.id)] = badge
        sent_at, answered_at = (hour + timedelta(days=days) if days else None for days in (sent, answered))
        await sql.execute(
            "UPDATE invitation SET state = {}, created_at = {}, sent_at = {}, answered_at = {} WHERE id = {}",
            state, hour - timedelta(days=n), sent_at, answered_at, row.id,
        )  # fmt: skip
    page = (await browser.get("/app/invitations")).text
    rows = dict(re.findall(r'<tr><th scope="row"><a href="/app/invitations/([^"]+)">(.*?)</tr>', page, re.DOTALL))
    assert list(rows) == list(words)  # the newest first, by the moment that is shown
    for n, told in enumerate(rows.values()):
        assert f"added {(hour - timedelta(days=n)):%-d %b %Y}, " in told
    assert ["answered 12 Oct 2026, " in told for told in rows.values()] == [n == 2 for n in range(7)]
    assert ["sent 6 Oct 2026, " in told for told in rows.values()] == [n == 1 for n in range(7)]
    key = await staff.key()
    offered = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)', page.partition('name="state"')[2].partition("</s")[0])
    assert {label for value, label in offered if value} == set(words.values())
    for value, label in offered[1:]:
        wanted = {invitation for invitation, badge in words.items() if badge == label}
        listed = (await browser.get(f"/app/invitations?state={value}")).text
        assert set(re.findall(r'<th scope="row"><a href="/app/invitations/([^"]+)"', listed)) == wanted, label
        assert len(re.findall(rf"badge[^>]*>{label}<", listed)) == len(wanted), label
        told = (await anybody.get(f"/api/v1/invitations?state={value}", headers=key)).json()["items"]
        assert {each["id"] for each in told} == wanted, label


async def test_a_postponed_one_says_when_it_is_tried_next(browser: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)
    row = await invite(staff)
    (job,) = await jobs.claim([invitations.SEND_INVITATION], 1, clock.now())
    await invitations.postpone_invitation(job, "The mail server is busy.", datetime(2030, 11, 27, 9, 5, tzinfo=UTC))
    page = (await browser.get(f"/app/invitations/{row.id}")).text
    assert re.search(r"Next try: <time [^>]*>[^<]*27 Nov[^<]*</time>", page)


async def test_a_second_question_asks_first(browser: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)
    fields = staff.fields(form="visit", email="hana@customers.example", name="Hana <3", language="am")
    first = (await browser.post("/app/invitations", data=fields)).headers["location"].partition("?")[0]
    asked = await browser.post("/app/invitations", data=fields)
    assert asked.status_code == 409
    assert "Asked less than a minute ago." in asked.text
    assert f'href="{first}"' in asked.text
    assert 'value="Hana &lt;3"' in asked.text
    assert '<option value="am" selected>' in asked.text
    again = await browser.post("/app/invitations", data=fields | {"again": "1"})
    assert again.status_code == 303
    assert again.headers["location"].partition("?")[0] != first


async def test_one_that_waits_is_taken_back_with_one_press(browser: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)
    row = await invite(staff)
    path = f"/app/invitations/{row.id}"
    assert f'action="{path}/take-back"' in (await browser.get(path)).text
    done = await browser.post(f"{path}/take-back", data=staff.fields())
    page = (await browser.get(done.headers["location"])).text
    assert "Taken back. Nothing was sent." in page
    assert "take-back" not in page
    late = await browser.post(f"{path}/take-back", data=staff.fields())
    assert "It is too late to take it back." in (await browser.get(late.headers["location"])).text
    await browser.post(f"{path}/resend", data=staff.fields())
    assert (await queries.invitation(staff.caller.workspace, row.id)).state == "queued"


async def test_sending_one_after_all_asks_first_where_another_one_went(
    browser: httpx.AsyncClient, staff: Staff
) -> None:
    await product.publish(staff.caller.workspace)
    row = await invite(staff)
    path = f"/app/invitations/{row.id}"
    await browser.post(f"{path}/take-back", data=staff.fields())
    other = await invite(staff)
    asked = await browser.post(f"{path}/resend", data=staff.fields())
    assert asked.status_code == 409
    assert "Asked less than a minute ago." in asked.text
    assert f'href="/app/invitations/{other.id}"' in asked.text
    assert (await queries.invitation(staff.caller.workspace, row.id)).state == "taken_back"
    assert (await browser.post(f"{path}/resend", data=staff.fields(again="1"))).status_code == 303
    assert (await queries.invitation(staff.caller.workspace, row.id)).state == "queued"


async def test_a_new_place_asks_which_form_its_code_opens(browser: httpx.AsyncClient, staff: Staff) -> None:
    place = await add_place(staff)
    paths = (f"/app/places/{place.id}", f"/app/places/{place.id}/poster")
    await product.publish(staff.caller.workspace)
    for path in paths:
        assert '#opens"' not in (await browser.get(path)).text, "there is one form only"
    await product.publish(staff.caller.workspace, "contact")
    for path in paths:
        page = (await browser.get(path)).text
        assert '#opens"' in page
        assert "/qr.svg" not in page
        assert 'class="poster' not in page
    assert "nobody has chosen one" in (await browser.get(paths[0])).text
    assert '<option value="" selected>Choose a form</option>' in (await browser.get(paths[0])).text
    none = await browser.post(f"{paths[0]}/form", data=staff.fields(form="", _seen=edits.marks({"form": ""})))
    assert none.status_code == 422
    assert "Choose the form that the code opens." in none.text
    await browser.post(f"{paths[0]}/form", data=staff.fields(form="contact", _seen=edits.marks({"form": ""})))
    for path in paths:
        assert '#opens"' not in (await browser.get(path)).text


async def test_a_place_says_where_its_form_was_chosen(browser: httpx.AsyncClient, staff: Staff) -> None:
    for slug in ("visit", "contact"):
        await product.publish(staff.caller.workspace, slug)
    now = clock.now()
    region = await places.create_place(staff.caller.workspace, NewPlace("Shewa", "region"), now)
    new = NewPlace("Piassa", parent=region.id)
    store = await places.create_place(staff.caller.workspace, new, now)
    path = f"/app/places/{store.id}"
    assert "As for" not in (await browser.get(path)).text
    await posters.choose(staff.caller.workspace, region.id, "contact", now)
    page = (await browser.get(path)).text
    assert "Chosen for Shewa." in page
    assert '<option value="" selected>As for Shewa: Form contact</option>' in page
    await posters.choose(staff.caller.workspace, store.id, "visit", now)
    page = (await browser.get(path)).text
    assert "Chosen for" not in page
    assert '<option value="visit" selected>' in page
    left = await browser.post(f"{path}/form", data=staff.fields(form="", _seen=edits.marks({"form": "visit"})))
    assert left.status_code == 303
    assert "Chosen for Shewa." in (await browser.get(path)).text


async def test_a_failed_one_says_why_and_is_sent_again(browser: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)
    row = await invite(staff)
    (job,) = await jobs.claim([invitations.SEND_INVITATION], 1, clock.now())
    await invitations.give_up_invitation(job, "The mail server refused the recipient: 550 <no> such person")
    page = (await browser.get(f"/app/invitations/{row.id}")).text
    assert "550 &lt;no&gt; such person" in page
    assert "550 &lt;no&gt; such person" in (await browser.get("/app/invitations")).text
    assert (await browser.post(f"/app/invitations/{row.id}/resend", data=staff.fields())).status_code == 303
    assert "Waiting to go out again." in (await browser.get(f"/app/invitations/{row.id}")).text


async def test_invitations_through_the_api(anybody: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)
    key = await staff.key()
    body = {"form": "visit", "email": "Hana@x.org", "name": "Hana", "language": "am", "question": "recommend"}
    queued = await anybody.post("/api/v1/invitations", json=body, headers=key)
    assert queued.status_code == 202
    shown = queued.json()
    assert (shown["state"], shown["form"], shown["email"], shown["language"]) == ("queued", "visit", "Hana@x.org", "am")
    assert [step["what"] for step in shown["trace"]] == ["Waiting to go out."]
    assert (await anybody.get(f"/api/v1/invitations/{shown['id']}", headers=key)).json() == shown
    assert (await anybody.get("/api/v1/invitations?state=queued", headers=key)).json()["items"] == [shown]
    assert (await anybody.get("/api/v1/invitations?state=odd", headers=key)).status_code == 422
    wrong = await anybody.post("/api/v1/invitations", json={**body, "form": "nowhere"}, headers=key)
    assert product.shown_errors(wrong) == {"form": "unknown"}


# What customers open ---------------------------------------------------------------------------------------------


async def test_a_poster_opens_the_survey_with_its_place(anybody: httpx.AsyncClient, staff: Staff) -> None:
    await add_place(staff)
    assert (await anybody.get("/q/piassa")).status_code == 404
    await product.publish(staff.caller.workspace)
    page = await anybody.get("/q/piassa", headers={"Accept-Language": "am"})
    assert page.status_code == 200
    assert 'lang="am"' in page.text
    assert "ፒያሳ" in page.text
    (mark,) = re.findall(r'name="_time" value="([^"]+)"', page.text)
    token = page_token.read(SECRET, (await forms.head("visit")).id, mark)
    assert token is not None
    assert (token.channel, token.place) == ("qr", "piassa")
    for code in ("nowhere", "PIASSA", "a%00b", "%F0%9F%99%82"):
        assert (await anybody.get(f"/q/{code}")).status_code == 404


def leaving(row: InvitationRow) -> str:
    return f"/u/{tokens.sign_id(SECRET, queries.UNSUBSCRIBE_TOKEN, row.id)}"


async def suppressed(staff: Staff, row: InvitationRow) -> bool:
    return await suppression.reason(SECRET, staff.caller.workspace, row.email) is not None


@pytest.mark.parametrize("language", ["en", "am", "ar"])
async def test_opening_the_way_out_changes_nothing(anybody: httpx.AsyncClient, staff: Staff, language: str) -> None:
    await product.publish(staff.caller.workspace)
    row = await invite(staff, language=language)
    for _ in range(2):
        page = await anybody.get(leaving(row))
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text
    assert row.email in page.text
    assert not await suppressed(staff, row)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers


async def test_one_click_and_back(anybody: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)
    row = await invite(staff)
    for _ in range(2):
        done = await anybody.post(leaving(row), data={"List-Unsubscribe": "One-Click"})
        assert (done.status_code, "You are unsubscribed" in done.text) == (200, True)
        assert await suppressed(staff, row)
    assert 'name="undo"' in done.text
    back = await anybody.post(leaving(row), data={"undo": "1"})
    assert "You get invitations again" in back.text
    assert not await suppressed(staff, row)


@pytest.mark.parametrize("language", ["am", "ar"])
async def test_the_way_back_is_worded_in_the_customers_language(
    anybody: httpx.AsyncClient, staff: Staff, language: str
) -> None:
    await product.publish(staff.caller.workspace)
    row = await invite(staff, language=language)
    done = await anybody.post(leaving(row), data={"List-Unsubscribe": "One-Click"})
    assert i18n.text("resubscribe_button", language) in done.text
    back = await anybody.post(leaving(row), data={"undo": "1"})
    assert i18n.text("resubscribed_title", language) in back.text
    assert i18n.text("resubscribed_text", language) in back.text


@pytest.mark.parametrize(
    "body",
    [b"", b"List-Unsubscribe=One-Click", b"\xff\xfe\x00", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'],
)
async def test_any_post_unsubscribes(anybody: httpx.AsyncClient, staff: Staff, body: bytes) -> None:
    await product.publish(staff.caller.workspace)
    row = await invite(staff)
    answer = await anybody.post(leaving(row), content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 200
    assert await suppressed(staff, row)


async def test_broken_links_say_so(anybody: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)
    row = await invite(staff)
    invitation = tokens.sign_id(SECRET, queries.INVITATION_TOKEN, row.id)
    for token in (invitation, "x", "a.b", "%00", "%C3%BC"):
        for answer in (await anybody.get(f"/u/{token}"), await anybody.post(f"/u/{token}")):
            assert answer.status_code == 404
            assert answer.headers["referrer-policy"] == "no-referrer"
    assert not await suppressed(staff, row)


# Sharing ---------------------------------------------------------------------------------------------------------


async def test_the_share_page(browser: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)
    page = (await browser.get("/app/forms/visit/share")).text
    for words in (
        "http://testserver.local/s/visit", "http://testserver.local/embed.js", "data-survey=&#34;visit&#34;",
        "http://testserver.local/c/visit", "name=&#34;recommend&#34; value=&#34;10&#34;",
    ):  # fmt: skip
        assert words in page, words
    assert '<a class="btn" href="/s/visit">' in page
    assert (await browser.get("/app/forms/nowhere/share")).status_code == 404


async def test_what_was_done_to_a_place_is_said(browser: httpx.AsyncClient, staff: Staff) -> None:
    await product.publish(staff.caller.workspace)

    async def after(path: str, **fields: str) -> str:
        done = await browser.post(path, data=staff.fields(**fields))
        assert done.status_code == 303, done.text
        page = (await browser.get(done.headers["location"])).text
        (said,) = re.findall(r'<span role="status">([^<]*)</span>', page)
        return str(said)

    typed = {"name": "Market", "kind": "store", "code": "market"}
    assert await after("/app/places", **typed) == "Market is added. Its poster is below."
    (row,) = [row for row in await places_read.places_of(staff.caller.workspace) if row.code == "market"]
    assert (await after(f"/app/places/{row.id}/archive", archived="1")).startswith("Market is archived.")
    assert await after(f"/app/places/{row.id}/archive", archived="0") == "Market is back in lists and choices."
    shown = (await browser.get(f"/app/places/{row.id}/edit")).text
    seen = re.findall(r'name="_seen" value="([^"]+)"', shown)[0]
    assert (
        await after(f"/app/places/{row.id}/edit", _seen=seen, **typed | {"name": "Old market"})
        == "Old market is changed."
    )
    assert (
        await after(f"/app/places/{row.id}/form", form="visit", _seen=edits.marks({"form": ""}))
        == "Its code opens the chosen form from now on."
    )
    other = (await browser.get(f"/app/places?archived_now={row.id}")).text
    assert 'role="status"' not in other.partition("<main")[2].partition("</header>")[2].partition("<section")[0]


async def test_sharing_begins_with_what_everybody_uses(browser: httpx.AsyncClient, staff: Staff) -> None:
    """The link, paper and mail come before anything that only a web site needs, and source code is folded."""
    await product.publish(staff.caller.workspace)
    page = (await browser.get("/app/forms/visit/share")).text
    places = [
        page.index(part)
        for part in (
            'id="link"',
            'href="/app/places">',
            'href="/app/invitations">',
            "Inside a web page",
            "As plain HTML",
        )
    ]
    main = page[page.index("<main") :]
    offset = len(page) - len(main)
    order = [main.index(part) + offset for part in ('id="link"', 'href="/app/places"', 'href="/app/invitations"')]
    assert order == sorted(order)
    assert max(order) < min(places[3:])
    unfolded = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)
    assert "/s/visit" in unfolded
    assert "embed.js" not in unfolded
    assert "/c/visit" not in unfolded


async def test_sending_goes_on_by_whoever_may_change_the_workspace_and_says_what_is_sent(
    client: httpx.AsyncClient,
) -> None:
    home = await factories.workspace()
    sender, settler = await key_for(home, "invitations:write"), await key_for(home, "workspace:write")
    path = "/api/v1/sending/go-on"
    assert (await client.post(path, json={"send": []}, headers=sender)).status_code == 403
    assert (await client.post(path, json={}, headers=settler)).status_code in (400, 422)
    done = await client.post(path, json={"send": []}, headers=settler)
    assert (done.status_code, done.json()) == (200, {"sent": 0, "ended": 0})
