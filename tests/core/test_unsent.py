"""Nothing typed on a staff page is lost when the session has ended, the page is from before, or the house is busy."""

import re
from typing import Any

import httpx
import pytest

from survey_service.accounts import installation_service, sign_in
from survey_service.accounts import service as accounts
from survey_service.accounts.schemas import SCOPES, Caller
from survey_service.core.errors import TooMany, Unavailable
from survey_service.core.form_encoding import MAX_FIELDS
from survey_service.core.unsent import Unsent, unpacked, unsent
from tests.builder.browsing import EMAIL, signed_in
from tests.hands import forms_of

SOME = "0190a6f8-7c4e-7000-8000-000000000001"
"""The id of nothing that is there."""
OWN = {"Origin": "http://testserver.local"}
PASSWORD = "seven swans a swimming"
PLACE = {"name": "Ροδόπη & <b>\nsecond line", "kind": "store", "code": "", "own_name": "ፒያሳ", "_seen": ""}


@pytest.fixture
async def alice(client: httpx.AsyncClient) -> Caller:
    await installation_service.ensure_owner(EMAIL, PASSWORD)
    return (await signed_in(EMAIL))[0]


def carried(page: httpx.Response) -> dict[str, str]:
    """What the page's form sends, as a browser would read it."""
    return next(form for form in forms_of(page.text, "") if form.method == "post").fields


async def places(caller: Caller) -> list[str]:
    from survey_service.places import queries

    return [place.name for place in await queries.places_of(caller.workspace)]


async def test_after_the_session_ended_one_signs_in_on_the_spot_and_sends_it(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    page = await client.post("/app/places", data={"_csrf_token": "old", **PLACE}, headers=OWN)
    assert page.status_code == 401
    assert "nothing was saved yet" in page.text
    wrong = await client.post("/app/sign-in", data=carried(page) | {"email": EMAIL, "password": "no"}, headers=OWN)
    assert wrong.status_code == 422
    entered = await client.post(
        "/app/sign-in", data=carried(wrong) | {"email": EMAIL, "password": PASSWORD}, headers=OWN
    )
    assert entered.status_code == 200
    assert sign_in.COOKIE in entered.cookies
    assert "Not sent yet" in entered.text
    assert "ፒያሳ" in entered.text
    assert PASSWORD not in entered.text
    assert await places(alice) == []
    form = next(form for form in forms_of(entered.text, "") if form.method == "post")
    assert form.action == "/app/places"
    sent = await client.post(form.action, data=form.fields, headers=OWN)
    assert sent.status_code == 303
    assert await places(alice) == ["Ροδόπη & <b> second line"]


async def test_a_page_of_an_older_session_is_sent_with_one_press(client: httpx.AsyncClient, alice: Caller) -> None:
    client.headers.update({"Cookie": (await signed_in(EMAIL))[1]["Cookie"]})
    page = await client.post("/app/places", data={"_csrf_token": "of another session", **PLACE}, headers=OWN)
    assert page.status_code == 403
    assert await places(alice) == []
    form = next(form for form in forms_of(page.text, "") if form.method == "post")
    assert (await client.post(form.action, data=form.fields, headers=OWN)).status_code == 303
    assert len(await places(alice)) == 1


async def test_who_signed_in_in_another_tab_goes_on(client: httpx.AsyncClient, alice: Caller) -> None:
    page = await client.post("/app/places", data=PLACE, headers=OWN)
    still_out = await client.post("/app/again", data=carried(page), headers=OWN)
    assert still_out.status_code == 401
    client.headers.update({"Cookie": (await signed_in(EMAIL))[1]["Cookie"]})
    again = await client.post("/app/again", data=carried(still_out), headers=OWN)
    assert again.status_code == 200
    sent = await client.post("/app/places", data=carried(again), headers=OWN)
    assert sent.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver.local"},
        {"Sec-Fetch-Site": "none", "Origin": "https://evil.example"},
    ],
)
async def test_another_sites_words_are_never_carried(
    client: httpx.AsyncClient, alice: Caller, headers: dict[str, str]
) -> None:
    """Or a stranger's form would need nothing but a person who signs in and presses."""
    for cookie in ({}, {"Cookie": (await signed_in(EMAIL))[1]["Cookie"]}):
        page = await client.post("/app/places", data={"name": "evil-words"}, headers={**headers, **cookie})
        assert page.status_code in (401, 403)
        assert "evil-words" not in page.text
    fields = {"_to": "/app/places", "_carried": '[["name","evil-words"]]'}
    foreign = [site for site in (headers.get("Sec-Fetch-Site"), headers.get("Origin")) if site not in (None, "none")]
    if foreign and headers.get("Sec-Fetch-Site") != "none":
        for path in ("/app/again", "/app/sign-in"):
            got = await client.post(path, data=fields | {"email": EMAIL, "password": PASSWORD}, headers=headers)
            assert got.status_code == 403
            assert "evil-words" not in got.text


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/s/visit", "/app/sign-in", "/app/again", ""]
)
async def test_nothing_is_carried_elsewhere(client: httpx.AsyncClient, alice: Caller, path: str) -> None:
    fields = {"_to": path, "_carried": '[["name","x"]]', "email": EMAIL, "password": PASSWORD}
    assert (await client.post("/app/sign-in", data=fields, headers=OWN)).status_code == 303


async def test_passwords_are_not_carried(client: httpx.AsyncClient, alice: Caller) -> None:
    fields = {"current": "secret-current", "new": "secret-new", "repeated": "secret-new"}
    page = await client.post("/app/settings/password", data=fields, headers=OWN)
    assert page.status_code == 401
    assert "secret-" not in page.text


@pytest.mark.parametrize(
    ("path", "came_from", "says"),
    [
        (f"/app/settings/keys/{SOME}/revoke", "/app/settings/keys", "You pressed a button on the page “API keys”."),
        (f"/app/follow-up/{SOME}/keep", f"/app/answers/{SOME}", "You pressed a button on the page “Answers”."),
        (f"/app/settings/staff/{SOME}/disable", "", "Sign in, and press it again."),
        ("/app/settings/password", "http://[x/", "Sign in, and press it again."),
    ],
)
@pytest.mark.parametrize("hidden", [{}, {"id": SOME, "kept": "1"}])
async def test_a_button_that_nobody_was_signed_in_for_is_told_not_to_have_done_anything(
    client: httpx.AsyncClient, alice: Caller, path: str, came_from: str, says: str, hidden: dict[str, str]
) -> None:
    fields = {"_csrf_token": "of the session that ended"} | hidden
    page = await client.post(path, data=fields, headers=OWN | ({"Referer": came_from} if came_from else {}))
    assert page.status_code == 401
    assert "You are not signed in any more, so nothing was done." in page.text
    assert says in page.text
    assert ("You pressed" in page.text) == ("You pressed" in says)
    assert "you typed" not in page.text
    assert "nothing was done" not in (await client.get("/app/sign-in")).text
    if hidden:
        (form,) = [form for form in forms_of(page.text, "") if form.action == "/app/sign-in"]
        again = await client.post(form.action, data=form.fields | {"email": EMAIL, "password": PASSWORD}, headers=OWN)
        assert again.status_code == 200
        assert ("You pressed" in again.text) == ("You pressed" in says)
        assert "you typed" not in again.text


async def test_who_is_signed_out_already_signs_out_without_a_word(client: httpx.AsyncClient, alice: Caller) -> None:
    reply = await client.post("/app/sign-out", data={"_csrf_token": "x"}, headers=OWN)
    assert (reply.status_code, reply.headers["location"]) == (303, "/app/sign-in")


async def test_rights_that_were_chosen_are_read_before_they_are_sent_again(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    for path, fields, words in (
        (
            "/app/settings/staff",
            {"name": "Dana", "email": "dana@example.org", "role": "owner"},
            ["Dana", "dana@example.org", "Owner"],
        ),
        ("/app/settings/keys", {"name": "Till", "scopes": "keys:write"}, ["Till", SCOPES["keys:write"]]),
    ):
        client.cookies.clear()
        page = await client.post(path, data=fields | {"_csrf_token": "x"}, headers=OWN)
        (form,) = [form for form in forms_of(page.text, "") if form.action == "/app/sign-in"]
        again = await client.post(form.action, data=form.fields | {"email": EMAIL, "password": PASSWORD}, headers=OWN)
        assert re.findall(r'<li><span class="under" dir="auto">([^<]*)</span></li>', again.text) == words


async def test_a_viewer_reads_what_they_may_not_send(client: httpx.AsyncClient, alice: Caller) -> None:
    owner = (await signed_in(EMAIL))[0]
    await accounts.add_staff(owner, "bob@example.org", "Bob", "viewer")
    headers = (await signed_in("bob@example.org"))[1]
    page = await client.post("/app/places", data=PLACE, headers={**OWN, **headers})
    assert page.status_code == 403
    assert "ፒያሳ" in page.text


@pytest.mark.parametrize(
    "error", [Unavailable("Full.", retry_after=3), TooMany("Wait.", retry_after=9), RuntimeError()]
)
async def test_a_busy_house_gives_back_what_was_typed(
    client: httpx.AsyncClient, alice: Caller, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey_service.places import service

    async def busy(*_: Any) -> None:
        raise error

    caller, headers = await signed_in(EMAIL)
    fields = {"_csrf_token": caller.csrf_token, **PLACE}
    cookie = {"Cookie": headers["Cookie"]}
    with monkeypatch.context() as patched:
        patched.setattr(service, "create_place", busy)
        page = await client.post("/app/places", data=fields, headers={**OWN, **cookie})
    assert page.status_code == getattr(error, "status", 500)
    if isinstance(error, Unavailable | TooMany):
        assert page.headers["retry-after"] == str(error.retry_after)
    sent = await client.post("/app/places", data=carried(page), headers={**OWN, **cookie})
    assert sent.status_code == 303


def away(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Nobody can be asked whose session it is; gives what a browser sends that has one."""

    async def silent(_: str) -> None:
        raise Unavailable("Away.", retry_after=1)

    monkeypatch.setattr(sign_in, "caller_of_session", silent)
    return {**OWN, "Cookie": f"{sign_in.COOKIE}=x"}


async def test_a_database_that_is_away_gives_back_what_was_typed(
    client: httpx.AsyncClient, alice: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = away(monkeypatch)
    page = await client.post("/app/places", data={"_csrf_token": "mine", **PLACE}, headers=headers)
    assert page.status_code == 503
    assert carried(page)["_csrf_token"] == "mine"
    assert "ፒያሳ" in page.text


def test_fields_keep_their_order_and_what_came_twice() -> None:
    kept = unsent("/app/forms", {"also": ["en", "am"], "_csrf": ["t"], "name": ["a\r\nb"], "new": ["p"]}, ("new",))
    assert kept == Unsent("/app/forms", (("also", "en"), ("also", "am"), ("name", "a\nb")), "t", secret=True)
    assert unpacked("/app/forms", kept.packed) == Unsent(kept.path, kept.fields)


@pytest.mark.parametrize("text", ["", "x", "{}", "[1]", '[["a"]]', '[["a", 1]]', '[["a","b","c"]]', "[" * 5000])
def test_what_was_not_packed_here_is_nothing(text: str) -> None:
    assert unpacked("/app/forms", text) is None


def test_more_than_a_form_has_is_not_shown() -> None:
    pairs = (("a", "b"),)
    assert unpacked("/app/forms", Unsent("/app/forms", pairs * MAX_FIELDS).packed)
    assert unpacked("/app/forms", Unsent("/app/forms", pairs * (MAX_FIELDS + 1)).packed) is None


def test_only_what_was_typed_is_read_back() -> None:
    fields = {"name": ["Oak"], "kind": ["store"], "questions[0].choices_were.en": ["a=A"], "_seen": ["name:1"]}
    kept = unsent("/app/places", {**fields, "questions[0].text.en": ["How?"], "min_n": ["12"], "code": [" "]})
    assert kept.typed == ["Oak", "How?"]
    assert unsent("/app/languages/cy", {"send": ["Anfon"], "_seen": ["x"]}).typed == ["Anfon"]
    assert not unsent("/app/spam", {"_csrf": ["t"], "_seen": ["x"], "id": [""]}).given
    assert unsent("/app/spam", {"id": ["1"]}).given


async def test_a_password_is_asked_for_again_and_nothing_sent_without_it(
    client: httpx.AsyncClient, alice: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = away(monkeypatch)
    fields = {"_csrf_token": "mine", "current": "secret-current", "new": "secret-new", "repeated": "secret-new"}
    page = await client.post("/app/settings/password", data=fields, headers=headers)
    assert page.status_code == 503
    assert "secret-" not in page.text
    assert "A password is never kept" in page.text
    assert 'href="/app/settings/password"' in page.text
    assert forms_of(page.text, "") == []
    begun = await client.post("/app/begin", data={"shop": "Oak & Elm", "password": "secret-new"}, headers=headers)
    assert "secret-" not in begun.text
    assert "A password is never kept" in begun.text
    assert carried(begun)["shop"] == "Oak & Elm"
