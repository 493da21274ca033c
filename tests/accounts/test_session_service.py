"""Where a person is signed in, what of it they end, and by what a browser is known."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from survey_service.accounts import queries, service, session_service, sign_in
from survey_service.accounts.schemas import Caller
from survey_service.core import clock, database, tokens
from survey_service.core.browsers import Browser
from survey_service.core.errors import Forbidden
from tests.accounts.conftest import NEW, PASSWORD, TILL, Cast, begun
from tests.accounts.test_service import API_KEY, actions

PHONE = Browser("Safari", "iPhone", "2001:db8:1:2:3::4")
OWN = {"Sec-Fetch-Site": "same-origin"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def again(device: str) -> Browser:
    return Browser(TILL.kind, TILL.system, TILL.host, device)


async def test_a_person_sees_where_they_are_signed_in_and_nobody_elses_places(cast: Cast) -> None:
    secret, _device = await begun("bob@example.org", PHONE)
    await begun("alice@example.org")
    (newest, *older) = await session_service.sessions(cast.bob)
    assert newest.id == tokens.hashed(secret)
    assert (newest.browser, newest.system, newest.network) == ("Safari", "iPhone", "2001:db8:1:2::/64")
    assert [session.browser for session in older] == [""]
    (device,) = await session_service.devices(cast.bob)
    assert (device.browser, device.device) == ("Safari", newest.device)


async def test_the_secret_of_a_browser_is_ours_and_kept_as_a_hash(cast: Cast) -> None:
    _secret, device = await begun("bob@example.org", again("chosen elsewhere"))
    assert device != "chosen elsewhere"
    (row,) = await database.fetch("SELECT device FROM staff_device")
    assert row["device"] == tokens.hashed(device)


async def test_one_browser_is_known_for_each_who_uses_it(cast: Cast) -> None:
    _secret, device = await begun("bob@example.org")
    assert (await begun("alice@example.org", again(device)))[1] == device
    assert (await begun("bob@example.org", again(device)))[1] == device
    now = clock.now()
    for email in ("alice@example.org", "bob@example.org"):
        assert await queries.device_of(email, tokens.hashed(device), now)
    assert await queries.device_of("charlie@example.net", tokens.hashed(device), now) is None
    assert len(await session_service.devices(cast.bob)) == 1


async def test_a_browser_is_known_for_half_a_year_and_not_if_a_clock_was_ahead(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    _secret, device = await begun("bob@example.org")
    held = tokens.hashed(device)
    assert await queries.device_of("bob@example.org", held, now + timedelta(days=179))
    assert await queries.device_of("bob@example.org", held, now + timedelta(days=181)) is None
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=365))
    await begun("bob@example.org", PHONE)
    monkeypatch.setattr(clock, "now", lambda: now)
    await begun("bob@example.org")
    assert [device.browser for device in await session_service.devices(cast.bob)] == ["Firefox"]


async def test_a_person_is_known_in_so_many_browsers_and_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    start = clock.now()
    for minute in range(session_service.MOST_DEVICES + 3):
        monkeypatch.setattr(clock, "now", lambda moment=start + timedelta(minutes=minute): moment)
        secret, _device = await begun("bob@example.org")
    known = await session_service.devices(cast.bob)
    assert len(known) == session_service.MOST_DEVICES
    newest = (await session_service.sessions(cast.bob))[0]
    assert newest.id == tokens.hashed(secret)
    assert known[0].device == newest.device


async def test_one_session_is_ended_with_its_browser(cast: Cast) -> None:
    here, _ = await begun("bob@example.org")
    there, device = await begun("bob@example.org", PHONE)
    await session_service.end_session(cast.bob, tokens.hashed(there))
    assert await sign_in.caller_of_session(there) is None
    assert await sign_in.caller_of_session(here) is not None
    assert await queries.device_of("bob@example.org", tokens.hashed(device), clock.now()) is None
    assert (await actions(cast.alice))[0] == "session_ended"


async def test_a_browser_with_another_session_of_the_person_stays_known(cast: Cast) -> None:
    first, device = await begun("bob@example.org")
    second, _ = await begun("bob@example.org", again(device))
    held = tokens.hashed(device)
    await session_service.end_session(cast.bob, tokens.hashed(first))
    assert await queries.device_of("bob@example.org", held, clock.now()) is not None
    await session_service.end_session(cast.bob, tokens.hashed(second))
    assert await queries.device_of("bob@example.org", held, clock.now()) is None


async def test_what_is_ended_several_times_at_once_is_told_once(cast: Cast) -> None:
    """And a browser with two sessions that end at once is known no more."""
    _secret, device = await begun("bob@example.org")
    await begun("bob@example.org", again(device))
    ids = [session.id for session in await session_service.sessions(cast.bob)]
    await asyncio.gather(*(session_service.end_session(cast.bob, each) for each in ids * 4))
    assert await session_service.devices(cast.bob) == []
    await begun("bob@example.org", PHONE)
    await asyncio.gather(*(session_service.end_other_sessions(cast.bob) for _ in range(4)))
    secret, _device = await begun("bob@example.org")
    await asyncio.gather(*(sign_in.sign_out(cast.bob, secret) for _ in range(4)))
    lines, told = await actions(cast.bob), {"session_ended": len(ids), "other_sessions_ended": 1, "signed_out": 1}
    assert {action: lines.count(action) for action in told} == told


async def test_sessions_hold_as_long_as_they_may_and_not_if_a_clock_was_ahead(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=365))
    ahead, _ = await begun("bob@example.org")
    monkeypatch.setattr(clock, "now", lambda: now)
    secret, _ = await begun("bob@example.org")
    asked = [tokens.hashed(secret), tokens.hashed(ahead)]
    assert await session_service.holding(asked) == {asked[0]}


async def test_nobody_elses_session_is_ended(cast: Cast) -> None:
    secret, device = await begun("bob@example.org")
    (known,) = await session_service.devices(cast.bob)
    for other in (cast.alice, cast.charlie):
        await session_service.end_session(other, tokens.hashed(secret))
        await session_service.forget_device(other, known.id)
        await session_service.end_other_sessions(other)
    assert await sign_in.caller_of_session(secret) is not None
    assert await queries.device_of("bob@example.org", tokens.hashed(device), clock.now()) == known.id


async def test_all_others_are_ended(cast: Cast) -> None:
    here, device = await begun("bob@example.org")
    there, other = await begun("bob@example.org", PHONE)
    bob = await sign_in.caller_of_session(here)
    assert bob is not None
    await session_service.end_other_sessions(bob)
    assert await sign_in.caller_of_session(there) is None
    assert [session.id for session in await session_service.sessions(cast.bob)] == [tokens.hashed(here)]
    assert [known.device for known in await session_service.devices(cast.bob)] == [tokens.hashed(device)]
    assert tokens.hashed(other) != tokens.hashed(device)


async def test_a_browser_is_forgotten(cast: Cast) -> None:
    secret, device = await begun("bob@example.org")
    await sign_in.sign_out(cast.bob, secret)
    (known,) = await session_service.devices(cast.bob)
    await session_service.forget_device(cast.bob, known.id)
    assert await queries.device_of("bob@example.org", tokens.hashed(device), clock.now()) is None


@pytest.mark.parametrize("how", ["disabled", "role", "link", "password"])
async def test_known_browsers_end_with_the_access(cast: Cast, how: str) -> None:
    _secret, device = await begun("bob@example.org")
    assert cast.bob.actor is not None
    if how == "disabled":
        await service.set_disabled(cast.alice, cast.bob.actor, True)
    elif how == "role":
        await service.change_role(cast.alice, cast.bob.actor, "manager")
    elif how == "link":
        await service.renew_access(cast.alice, cast.bob.actor)
    else:
        await sign_in.change_password(cast.bob, "", NEW, NEW)
    assert await queries.device_of("bob@example.org", tokens.hashed(device), clock.now()) is None


async def test_a_key_is_signed_in_nowhere(cast: Cast) -> None:
    key = Caller(cast.alice.workspace, "", "UTC", 10, None, API_KEY, "", "key")
    with pytest.raises(Forbidden):
        await session_service.sessions(key)
    with pytest.raises(Forbidden):
        await session_service.end_other_sessions(key)


async def test_signing_in_makes_the_browser_known_and_the_page_lists_it(browser: httpx.AsyncClient, cast: Cast) -> None:
    there, _ = await begun("alice@example.org", PHONE)
    fields = {"email": "alice@example.org", "password": PASSWORD}
    await browser.post("/app/sign-in", data=fields, headers={**OWN, "User-Agent": AGENT})
    device = browser.cookies[session_service.COOKIE]
    page = (await browser.get("/app/settings")).text
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "This browser" in page
    assert browser.cookies[sign_in.COOKIE] not in page
    assert device not in page
    caller = await sign_in.caller_of_session(browser.cookies[sign_in.COOKIE])
    assert caller is not None
    sent = {"_csrf_token": caller.csrf_token, "id": tokens.hashed(there)}
    ended = await browser.post("/app/settings/sign-out", data=sent)
    assert (ended.status_code, ended.headers["Location"]) == (303, "/app/settings?done=ended")
    assert await sign_in.caller_of_session(there) is None
    await browser.post("/app/sign-out", data={"_csrf_token": caller.csrf_token})
    assert browser.cookies[session_service.COOKIE] == device
    for _ in range(10):
        await browser.post("/app/sign-in", data=fields | {"password": "wrong"}, headers=OWN)
    refused = await browser.post("/app/sign-in", data=fields, headers=OWN)
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 800) == (429, True)
    assert "Try again in 15 min" in refused.text
    browser.cookies.delete(session_service.COOKIE)
    assert (await browser.post("/app/sign-in", data=fields, headers=OWN)).status_code == 303
