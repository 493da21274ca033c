"""The way out of the mails and back: opening it changes nothing, one press does."""

import httpx
import pytest

from survey_service.core import i18n, tokens
from survey_service.invitations import queries
from survey_service.invitations.schemas import InvitationRow
from survey_service.messaging import suppression
from tests import factories
from tests.conftest import KEYS
from tests.invitations import product


async def invited(**fields: str) -> InvitationRow:
    home = await factories.workspace()
    await product.publish(home)
    return await product.queue(home, **fields)


def leaving(row: InvitationRow) -> str:
    return f"/u/{tokens.sign_id(KEYS, queries.UNSUBSCRIBE_TOKEN, row.id)}"


async def suppressed(row: InvitationRow) -> bool:
    return await suppression.reason(KEYS, row.workspace, row.email) is not None


@pytest.mark.parametrize("language", ["en", "am", "ar"])
async def test_opening_the_way_out_changes_nothing(client: httpx.AsyncClient, language: str) -> None:
    row = await invited(language=language)
    for _ in range(2):
        page = await client.get(leaving(row))
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text
    assert row.email in page.text
    assert not await suppressed(row)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers


async def test_one_click_and_back(client: httpx.AsyncClient) -> None:
    row = await invited()
    for _ in range(2):
        done = await client.post(leaving(row), data={"List-Unsubscribe": "One-Click"})
        assert (done.status_code, "You are unsubscribed" in done.text) == (200, True)
        assert await suppressed(row)
    assert 'name="undo"' in done.text
    back = await client.post(leaving(row), data={"undo": "1"})
    assert "You get invitations again" in back.text
    assert not await suppressed(row)


@pytest.mark.parametrize("language", ["am", "ar"])
async def test_the_way_back_is_worded_in_the_customers_language(client: httpx.AsyncClient, language: str) -> None:
    row = await invited(language=language)
    done = await client.post(leaving(row), data={"List-Unsubscribe": "One-Click"})
    assert i18n.text("resubscribe_button", language) in done.text
    back = await client.post(leaving(row), data={"undo": "1"})
    assert i18n.text("resubscribed_title", language) in back.text
    assert i18n.text("resubscribed_text", language) in back.text


@pytest.mark.parametrize(
    "body",
    [b"", b"List-Unsubscribe=One-Click", b"\xff\xfe\x00", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'],
)
async def test_any_post_unsubscribes(client: httpx.AsyncClient, body: bytes) -> None:
    row = await invited()
    answer = await client.post(leaving(row), content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 200
    assert await suppressed(row)


async def test_broken_links_say_so(client: httpx.AsyncClient) -> None:
    row = await invited()
    invitation = tokens.sign_id(KEYS, queries.INVITATION_TOKEN, row.id)
    for token in (invitation, "x", "a.b", "%00", "%C3%BC"):
        for answer in (await client.get(f"/u/{token}"), await client.post(f"/u/{token}")):
            assert answer.status_code == 404
            assert answer.headers["referrer-policy"] == "no-referrer"
    assert not await suppressed(row)
