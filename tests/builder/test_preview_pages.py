"""The preview of a draft."""

import re

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.core import database
from tests.builder.drafts import FORMS, make, send


async def test_trying_records_nothing_and_sends_nowhere(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    await send(client, "publish")
    await send(client, "save", {"title.en": "Not published", "questions[0].text.en": "A draft & only that"})
    page = await client.get(f"{FORMS}/visit/preview")
    assert page.status_code == 200
    assert "Preview: nothing is sent from here." in page.text
    assert "A draft &amp; only that" in page.text
    assert [button for button in re.findall(r"<button[^>]*>", page.text) if "disabled" not in button] == []
    policy = page.headers["content-security-policy"]
    for directive in ("default-src 'none'", "form-action 'none'", "connect-src 'none'", "frame-ancestors 'self'"):
        assert directive in policy
    assert '<html lang="am"' in (await client.get(f"{FORMS}/visit/preview?lang=am")).text
    fields = dict(re.findall(r'name="(_\w+)" value="([^"]*)"', page.text))
    sent = await client.post(f"{FORMS}/visit/preview", data=fields | {"recommend": "9"})
    assert sent.status_code == 405
    assert await database.fetch("SELECT id FROM response") == []
