"""The list and one person's page, page by page, with everything that can stand in it, escaped."""

import re
from datetime import UTC, datetime

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.core.ids import new_id
from survey_service.customers import service as customers
from survey_service.customers.schemas import CLAIMED, VERIFIED, Details, TimelineRow
from survey_service.invitations.timeline import SUPPRESSED, UNSUBSCRIBED
from survey_service.responses.timeline import ANSWERED
from tests import factories

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


async def test_the_profile_shows_everything_and_escapes_it(client: httpx.AsyncClient, alice: Caller) -> None:
    at, answer = alice.workspace, new_id()
    place = await factories.place(alice.workspace)
    customer = await customers.customer_for_email(at, "h@x.org", "<i>Hana</i>", "am", "invitation", NOW)
    said = Details("Visit", "qr", place.id, 4, "<script>ደህና</script>", "am", "negative")
    unread = Details("Visit", "email", None, 9, "Baay'ee gaarii", "om", "unsupported")
    for row in (
        TimelineRow(at, customer, ANSWERED, CLAIMED, answer, said, NOW),
        TimelineRow(at, customer, ANSWERED, VERIFIED, new_id(), unread, NOW),
        TimelineRow(at, customer, SUPPRESSED, VERIFIED, new_id(), Details(reason="Unsubscribed."), NOW),
        TimelineRow(at, customer, UNSUBSCRIBED, VERIFIED, new_id(), Details(), NOW),
    ):
        await customers.note(row)
    page = (await client.get(f"/app/customers/{customer}")).text
    assert "<script>ደህና" not in page
    assert "&lt;script&gt;ደህና" in page
    assert "<i>Hana" not in page
    for words in (
        "Answered by QR code", "Claimed", "Piassa", "Amharic", "negative", f"/app/answers/{answer}", "November 2026",
        "Not read: no reader for Oromo yet", "Invitation not sent", "Unsubscribed.", "Does not want mails",
        "Last score 9.", "h@x.org", "Verified",
    ):  # fmt: skip
        assert words in page, words
    listed = (await client.get("/app/customers?search=hana")).text
    assert "&lt;i&gt;Hana&lt;/i&gt;" in listed
    assert "Nobody found" in (await client.get("/app/customers?search=nobody%00here")).text


async def test_pages_of_customers_and_of_a_timeline(client: httpx.AsyncClient, alice: Caller) -> None:
    at = alice.workspace
    assert "No customers yet" in (await client.get("/app/customers")).text
    for n in range(51):
        customer = await customers.customer_for_email(at, f"c{n}@x.org", "", "", "staff", NOW)
    first = (await client.get("/app/customers")).text
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = (await client.get(older.replace("&amp;", "&"))).text
    assert len(re.findall(r'<th scope="row">', first)) == 50
    assert len(re.findall(r'<th scope="row">', second)) == 1
    for _ in range(51):
        await customers.note(TimelineRow(at, customer, ANSWERED, VERIFIED, new_id(), Details(score=1), NOW))
    page = (await client.get(f"/app/customers/{customer}")).text
    (older,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert (await client.get(older)).text.count('class="event"') == 1
