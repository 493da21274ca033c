"""The staff's pages of forms, as a browser without JavaScript uses them."""

import re
from typing import Any

import httpx
import pytest

from survey_service.accounts.schemas import Caller
from survey_service.builder.starters import STARTERS
from survey_service.core import database
from survey_service.forms import queries
from survey_service.forms.definition import Definition
from survey_service.questions.base import kind_of
from tests import factories
from tests.builder.browsing import draft_of, viewer
from tests.hands import forms_of

FORMS = "/app/forms"


async def make(client: httpx.AsyncClient, starter: str = "visit", slug: str = "visit", **more: Any) -> None:
    fields = {"name": "After a visit", "slug": slug, "starter": starter, "language": "en", "also": ["en", "am"]}
    made = await client.post(FORMS, data=fields | more)
    assert (made.status_code, made.headers["location"]) == (303, f"{FORMS}/{slug}")


async def fields_of(client: httpx.AsyncClient, slug: str = "visit") -> dict[str, str]:
    return draft_of(await client.get(f"{FORMS}/{slug}")).fields


async def send(client: httpx.AsyncClient, path: str, changes: dict[str, str] | None = None) -> httpx.Response:
    """Presses a button of the builder after `changes` were typed."""
    return await client.post(f"{FORMS}/visit/{path}", data=await fields_of(client) | (changes or {}))


def seen_of(page: httpx.Response) -> str:
    return next(form.fields["_seen"] for form in forms_of(page.text, "") if "_seen" in form.fields)


async def kept(caller: Caller, slug: str = "visit") -> Definition:
    return (await queries.detail(caller.workspace, slug)).draft


def keys(definition: Definition) -> list[str]:
    return [question.key for question in definition.questions]


@pytest.mark.parametrize("starter", STARTERS)
async def test_every_starter_begins_a_form(client: httpx.AsyncClient, alice: Caller, starter: str) -> None:
    await make(client, starter, "a-form")
    page = await client.get(f"{FORMS}/a-form")
    assert page.status_code == 200
    draft = await kept(alice, "a-form")
    assert draft.languages == ["en", "am"]
    count = sum(name.endswith(".kind") for name in draft_of(page).fields)
    assert count == len(draft.questions)


async def test_a_name_in_links_is_made_from_the_name(client: httpx.AsyncClient, alice: Caller) -> None:
    made = await client.post(FORMS, data={"name": "Café: après!", "starter": "empty", "language": "ka", "others": "fr"})
    assert made.headers["location"] == f"{FORMS}/cafe-apres"
    assert (await kept(alice, "cafe-apres")).languages == ["ka", "fr"]


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"name": ""}, 422, "Give the form a name"),
        ({"slug": "No!"}, 422, "hyphens"),
        ({"name": "ቅጽ", "slug": ""}, 422, "hyphens"),
        ({"others": "english_us"}, 422, "languages by name"),
        ({"language": "no such"}, 422, 'id="f-language-error"'),
        ({"also": "tlh"}, 422, 'id="also-error"'),
        ({"starter": "other"}, 422, "Choose what to begin with"),
        ({"slug": "visit"}, 409, "This name is taken"),
        ({"slug": "new"}, 409, "This name is taken"),
    ],
)
async def test_a_refused_form_keeps_what_was_typed(
    client: httpx.AsyncClient, alice: Caller, fields: dict[str, str], status: int, sentence: str
) -> None:
    await make(client)
    typed = {"name": "Typed & kept", "slug": "typed", "starter": "contact", "language": "am", "others": "xx-kept"}
    page = await client.post(FORMS, data=typed | fields)
    assert page.status_code == status
    assert sentence in page.text
    for name, value in (typed | fields).items():
        if name in ("name", "slug", "others"):
            assert f'value="{value.replace("&", "&amp;")}"' in page.text
    assert len((await queries.form_list(alice.workspace, 10, None)).items) == 1


async def test_saving_an_untouched_page_changes_nothing(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client, "callback")
    before = await kept(alice)
    saved = await client.post(f"{FORMS}/visit/save", data=await fields_of(client, "visit"))
    assert saved.headers["location"] == f"{FORMS}/visit?done=saved"
    assert await kept(alice) == before


async def test_what_is_typed_is_kept_with_every_deed(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    for number, (path, order) in enumerate(
        [
            ("questions/2/up", ["satisfaction", "recommend", "effort", "comment", "email"]),
            ("questions/4/down", ["satisfaction", "recommend", "effort", "email", "comment"]),
            ("questions/1/up", ["satisfaction", "recommend", "effort", "email", "comment"]),
            ("questions/3/remove", ["satisfaction", "recommend", "email", "comment"]),
            ("questions/99/remove", ["satisfaction", "recommend", "email", "comment"]),
            ("questions", ["satisfaction", "recommend", "email", "comment", "choices"]),
            ("try", ["satisfaction", "recommend", "email", "comment", "choices"]),
        ]
    ):
        words = f"Typed before {number} & <kept>"
        done = await send(client, path, {"title.en": words, "_kind": "multiple_choice"})
        assert done.status_code == 303, done.text
        draft = await kept(alice)
        assert (keys(draft), draft.title["en"]) == (order, words)
    assert kind_of(draft.questions[-1]) == "multiple_choice"


@pytest.mark.parametrize("path", ["1/up", "5/down", "0/up", "99/up", "99/remove", "0/restore"])
async def test_what_cannot_be_done_is_not_said_to_be_done(client: httpx.AsyncClient, alice: Caller, path: str) -> None:
    await make(client)
    before = keys(await kept(alice))
    done = await send(client, f"questions/{path}", {"title.en": "Typed"})
    assert done.headers["location"] == f"{FORMS}/visit?done=saved"
    draft = await kept(alice)
    assert (keys(draft), draft.title["en"]) == (before, "Typed")


async def test_an_unfinished_draft_is_kept_and_not_published(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    await send(client, "questions", {"_kind": "single_choice", "title.en": ""})
    refused = await send(client, "publish", {"questions[0].text.en": "Only this"})
    assert refused.status_code == 422
    assert "It cannot be published yet." in refused.text
    assert 'id="f-title.en-error"' in refused.text
    assert 'id="f-questions[5].text.en-error"' in refused.text
    assert 'id="f-questions[5].choices.en-error"' in refused.text
    assert 'href="#f-questions%5B5%5D.text.en"' in refused.text
    draft = await kept(alice)
    assert draft.questions[0].text["en"] == "Only this"
    assert (await queries.detail(alice.workspace, "visit")).version == 0


async def test_what_cannot_be_kept_is_shown_again(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    before = await kept(alice)
    typed = {"questions[0].key": "Not a key", "title.en": "Typed & kept", "questions[1].scale": "ten"}
    page = await send(client, "save", typed)
    assert page.status_code == 422
    shown = draft_of(page).fields
    assert typed.items() <= shown.items()
    assert 'id="f-questions[0].key-error"' in page.text
    assert 'id="f-questions[1].scale-error"' in page.text
    assert await kept(alice) == before
    added = await send(client, "questions", typed | {"_kind": "email"})
    assert added.status_code == 422
    assert draft_of(added).fields["questions[5].kind"] == "email"


async def test_two_at_once_do_not_overwrite_each_other_unasked(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    mine = await fields_of(client) | {"title.en": "Mine"}
    await send(client, "save", {"title.en": "Theirs"})
    page = await client.post(f"{FORMS}/visit/save", data=mine)
    assert page.status_code == 409
    assert "It says now: <bdi>Theirs</bdi>" in page.text
    assert (await kept(alice)).title["en"] == "Theirs"
    again = draft_of(page).fields
    assert again["title.en"] == "Mine"
    assert (await client.post(f"{FORMS}/visit/save", data=again)).status_code == 303
    assert (await kept(alice)).title["en"] == "Mine"


async def test_publishing_then_other_words_tell_of_the_break(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    assert "Publish version 1" in (await client.get(f"{FORMS}/visit")).text
    published = await send(client, "publish")
    assert published.headers["location"] == f"{FORMS}/visit?done=published"
    page = await client.get(published.headers["location"])
    assert "Version 1 is live." in page.text
    assert "Publish version 2" in page.text
    assert "The trend will show a break" not in page.text
    await send(client, "save", {"questions[0].text.en": "Other words", "questions[3].text.en": "Not a score"})
    page = await client.get(f"{FORMS}/visit")
    assert page.text.count("The trend will show a break") == 1
    restored = await send(client, "questions/1/restore", {"title.en": "Still typed"})
    assert restored.status_code == 303
    assert "The trend will show a break" not in (await client.get(f"{FORMS}/visit")).text
    assert (await kept(alice)).title["en"] == "Still typed"


async def test_languages_are_counted_and_added(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    page = await client.get(f"{FORMS}/visit")
    assert page.text.count('<span class="muted">complete</span>') == 2
    await send(client, "save", {"languages": "en, am; pt-BR"})
    page = await client.get(f"{FORMS}/visit")
    assert page.text.count('<span class="muted">complete</span>') == 2
    assert '<span class="late">6 texts</span>' in page.text
    assert draft_of(page).fields["questions[0].text.pt-BR"] == ""
    await send(client, "save", {"languages": "am"})
    assert all(set(question.text) == {"am"} for question in (await kept(alice)).questions)


async def test_settings_open_and_close(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    assert "Publish the draft" in (await client.get(f"{FORMS}/visit/settings")).text
    assert (await client.post(f"{FORMS}/visit/open")).status_code == 409
    await send(client, "publish")
    assert "http://testserver.local/s/visit" in (await client.get(f"{FORMS}/visit/settings")).text
    await client.post(f"{FORMS}/visit/close")
    assert (await client.get("/s/visit")).status_code == 410
    (way,) = re.findall(r'<a href="([^"]+)">Open it</a>', (await client.get(f"{FORMS}/visit/share")).text)
    assert f'action="{FORMS}/visit/open"' in (await client.get(way)).text
    await client.post(f"{FORMS}/visit/open")
    assert (await client.get("/s/visit")).status_code == 200
    seen = {"_seen": seen_of(await client.get(f"{FORMS}/visit/settings"))}
    typed = {"name": " New  name ", "allowed_origins": "https://a.b"}
    saved = await client.post(f"{FORMS}/visit/settings", data=typed | seen)
    assert saved.status_code == 303
    detail = await queries.detail(alice.workspace, "visit")
    assert (detail.name, detail.accepts_json, detail.allowed_origins) == ("New name", False, "https://a.b")
    wrong = {"name": "Kept", "accepts_json": "1", "allowed_origins": "https://a.b; script-src *"}
    refused = await client.post(f"{FORMS}/visit/settings", data=wrong)
    assert refused.status_code == 422
    assert "Write * for every site" in refused.text
    assert 'value="https://a.b; script-src *"' in refused.text
    assert await queries.detail(alice.workspace, "visit") == detail


async def test_versions_are_listed_and_looked_at(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    assert "No version yet" in (await client.get(f"{FORMS}/visit/versions")).text
    await send(client, "publish")
    await send(client, "publish", {"questions[0].text.en": "The second wording"})
    page = await client.get(f"{FORMS}/visit/versions")
    assert re.findall(r"versions/(\d)\"", page.text) == ["2", "1"]
    assert "The second wording" in (await client.get(f"{FORMS}/visit/versions/2")).text
    assert "The second wording" not in (await client.get(f"{FORMS}/visit/versions/1")).text
    for number in (0, 3, 99999999999999):
        assert (await client.get(f"{FORMS}/visit/versions/{number}")).status_code == 404


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


async def test_the_list_leads_on(client: httpx.AsyncClient, alice: Caller) -> None:
    assert "No forms yet" in (await client.get(FORMS)).text
    await make(client)
    page = await client.get(FORMS)
    assert "Not published yet" in page.text
    await send(client, "publish")
    page = await client.get(FORMS)
    for path in (f"{FORMS}/visit", "/app/answers?form=visit", "http://testserver.local/s/visit"):
        assert f'href="{path}"' in page.text


async def test_a_viewer_looks_and_changes_nothing(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    await send(client, "publish")
    before = await queries.detail(alice.workspace, "visit")
    fields = await fields_of(client)
    client.headers.update(await viewer(alice))
    for path in ("", "/visit", "/visit/settings", "/visit/versions", "/visit/versions/1", "/visit/preview"):
        page = await client.get(FORMS + path)
        assert page.status_code == 200
        assert "Publish version" not in page.text
        assert "Close the form" not in page.text
    draft = draft_of(await client.get(f"{FORMS}/visit"))
    assert draft.disabled
    assert draft.actions == []
    assert (await client.get(f"{FORMS}/new")).status_code == 403
    for path in ("save", "publish", "close", "questions", "questions/1/up", "settings", "try"):
        assert (await client.post(f"{FORMS}/visit/{path}", data=fields)).status_code == 403
    assert await queries.detail(alice.workspace, "visit") == before


async def test_names_are_escaped(client: httpx.AsyncClient, alice: Caller) -> None:
    bad = "<script>alert(1)</script>\"'"
    await make(client, name=bad)
    await send(client, "save", {"title.en": bad, "questions[0].text.en": bad, "questions[0].key": bad})
    await send(client, "save", {"title.en": bad, "questions[0].text.en": bad, "languages": "en " + bad})
    await send(client, "publish", {"title.en": bad, "questions[0].text.en": bad})
    refused = await send(client, "save", {"questions[0].key": bad, "languages": bad, "hidden": bad})
    assert refused.status_code == 422
    pages = [await client.get(FORMS + path) for path in ("", "/visit", "/visit/settings", "/visit/preview")]
    for page in [refused, *pages]:
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


# Two at once, publishing again, ending ---------------------------------------------------------------------------


async def test_a_translator_and_an_author_do_not_stand_in_each_others_way(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await make(client)
    translator, author = await fields_of(client), await fields_of(client)
    moved = await client.post(f"{FORMS}/visit/questions/2/up", data=author | {"questions[0].text.en": "Author's"})
    assert moved.status_code == 303
    saved = await client.post(f"{FORMS}/visit/save", data=translator | {"questions[0].text.am": "የተርጓሚ"})
    assert saved.status_code == 303, saved.text
    draft = await kept(alice)
    assert keys(draft)[:2] == ["satisfaction", "recommend"]
    assert (draft.questions[1].text["en"], draft.questions[1].text["am"]) == ("Author's", "የተርጓሚ")


async def test_a_question_that_one_changed_and_another_removed_is_asked_about(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await make(client)
    mine = await fields_of(client) | {"questions[0].text.en": "My words"}
    await send(client, "questions/1/remove")
    asked = await client.post(f"{FORMS}/visit/save", data=mine)
    assert asked.status_code == 409
    assert "My words" in asked.text
    assert keys(await kept(alice))[0] == "satisfaction"
    again = draft_of(asked).fields
    theirs = dict.fromkeys(("_theirs.order",), "1")
    plain = {name: value for name, value in again.items() if not name.startswith("_theirs.")}
    assert (await client.post(f"{FORMS}/visit/save", data=plain | theirs)).status_code == 303
    assert "recommend" not in keys(await kept(alice))
    assert (await client.post(f"{FORMS}/visit/save", data=plain)).status_code == 303
    assert (await kept(alice)).questions[0].text["en"] == "My words"


async def test_an_error_first_does_not_make_the_second_one_overwrite(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    mine = await fields_of(client) | {"title.en": "Mine", "questions[0].key": "No key"}
    await send(client, "save", {"title.en": "Theirs"})
    refused = await client.post(f"{FORMS}/visit/save", data=mine)
    assert refused.status_code == 422
    put_right = draft_of(refused).fields | {"questions[0].key": "recommend"}
    assert (await client.post(f"{FORMS}/visit/save", data=put_right)).status_code == 409
    assert (await kept(alice)).title["en"] == "Theirs"


async def test_what_somebody_else_wrote_is_not_published_unseen(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    mine = await fields_of(client) | {"title.en": "Mine"}
    await send(client, "save", {"thanks.en": "Theirs"})
    page = await client.post(f"{FORMS}/visit/publish", data=mine)
    assert page.status_code == 409
    assert "Not published yet" in page.text
    assert (await queries.detail(alice.workspace, "visit")).version == 0
    assert (await client.post(f"{FORMS}/visit/publish", data=draft_of(page).fields)).status_code in (303, 422)


async def test_publishing_again_without_a_change_makes_no_version(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    assert "Nothing has changed" not in (await client.get(f"{FORMS}/visit")).text
    await send(client, "publish")
    for _ in range(2):
        assert "Nothing has changed since version 1" in (await client.get(f"{FORMS}/visit")).text
        again = await send(client, "publish")
        assert again.headers["location"] == f"{FORMS}/visit?done=unchanged"
        assert "so nothing was published" in (await client.get(again.headers["location"])).text
    assert (await queries.detail(alice.workspace, "visit")).version == 1
    await send(client, "save", {"title.en": "Other"})
    assert "Nothing has changed" not in (await client.get(f"{FORMS}/visit")).text
    await send(client, "publish")
    assert (await queries.detail(alice.workspace, "visit")).version == 2


async def test_a_language_that_is_not_complete_is_told_before_publishing(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await make(client)
    asked = await send(client, "publish", {"questions[0].text.am": "", "questions[1].text.am": ""})
    assert asked.status_code == 422
    assert "Amharic: 2 texts are missing" in asked.text
    assert (await queries.detail(alice.workspace, "visit")).version == 0
    fields = draft_of(asked).fields
    assert (await client.post(f"{FORMS}/visit/publish", data=fields | {"_without": "ka"})).status_code == 422
    done = await client.post(f"{FORMS}/visit/publish", data=fields | {"_without": "am"})
    assert done.headers["location"] == f"{FORMS}/visit?done=published"
    next_steps = (await client.get(done.headers["location"])).text
    for href in ("/s/visit", f"{FORMS}/visit/share", "/app/places", "/app/answers?form=visit"):
        assert f'href="{href}"' in next_steps


async def test_the_tabs_of_the_builder_keep_what_was_typed(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    page = await client.get(f"{FORMS}/visit")
    buttons = re.findall(r'<button name="_then" value="([^"]+)"', page.text)
    assert {"share", "settings", "versions"} <= set(buttons)
    for number, tab in enumerate(buttons):
        left = await send(client, "save", {"title.en": f"Typed {number}", "_then": tab})
        assert left.headers["location"] == f"{FORMS}/visit/{tab}"
        assert (await kept(alice)).title["en"] == f"Typed {number}"
    for elsewhere in ("https://evil.example/", "//evil.example", f"{FORMS}/other"):
        left = await send(client, "save", {"_then": elsewhere})
        assert left.headers["location"] == f"{FORMS}/visit?done=saved"


@pytest.mark.parametrize(
    ("path", "place", "focused"),
    [
        ("questions/2/up", 1, "/questions/1/down"),
        ("questions/3/up", 2, "/questions/2/up"),
        ("questions/1/down", 2, "/questions/2/down"),
        ("questions/4/down", 5, "/questions/5/up"),
    ],
)
async def test_the_focus_goes_on_where_a_question_was_moved(
    client: httpx.AsyncClient, alice: Caller, path: str, place: int, focused: str
) -> None:
    await make(client)
    moved = await send(client, path)
    assert "#" not in moved.headers["location"]
    page = (await client.get(moved.headers["location"])).text
    assert re.findall(r'formaction="[^"]*?(/questions/\d+/\w+)" autofocus', page) == [focused]
    assert page.count(" autofocus") == 1
    assert f'role="status" data-say="Moved {path.rpartition("/")[2]}: it is question {place} now."' in page


async def test_the_focus_goes_on_where_a_question_was_added_or_removed(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await make(client)
    added = await client.get((await send(client, "questions", {"_kind": "email"})).headers["location"])
    assert re.search(r'name="questions\[5\].text.en"[^>]* autofocus', added.text)
    assert added.text.count(" autofocus") == 1
    while keys(await kept(alice)):
        removed = await client.get((await send(client, "questions/1/remove")).headers["location"])
        assert removed.text.count(" autofocus") == 1


async def test_a_draft_is_deleted_and_a_published_form_archived(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    await make(client, slug="other")
    settings = (await client.get(f"{FORMS}/visit/settings")).text
    assert "gone for good" in settings
    gone = await client.post(f"{FORMS}/visit/delete")
    assert gone.headers["location"] == f"{FORMS}?done=deleted"
    assert (await client.get(f"{FORMS}/visit")).status_code == 404
    await make(client)
    await send(client, "publish")
    assert (await client.post(f"{FORMS}/visit/delete")).status_code == 409
    assert (await client.post(f"{FORMS}/other/archive")).status_code == 409
    answer = {"id": "0d6c8de0-5d59-4a4a-9b4f-5d6e0b4f4f4f", "answers": {"recommend": 9}}
    assert (await client.post("/api/v1/forms/visit/responses", json=answer)).status_code == 201
    assert "Every answer and figure stays" in (await client.get(f"{FORMS}/visit/settings")).text
    assert (await client.post(f"{FORMS}/visit/archive")).status_code == 303
    assert (await client.get("/s/visit")).status_code == 410
    assert f"{FORMS}/visit" not in (await client.get(FORMS)).text
    assert f"{FORMS}/visit" in (await client.get(f"{FORMS}?archived=1")).text
    assert [head.slug for head in await queries.heads_of(alice.workspace)] == []
    assert "recommend" in (await client.get("/app/answers.csv")).text.splitlines()[0]
    assert (await client.post(f"{FORMS}/visit/open")).status_code == 409
    assert (await client.post(f"{FORMS}/visit/bring-back")).status_code == 303
    assert (await queries.detail(alice.workspace, "visit")).state == "closed"
    await client.post(f"{FORMS}/visit/open")
    assert (await client.get("/s/visit")).status_code == 200


async def test_a_new_form_begins_in_one_language(client: httpx.AsyncClient, alice: Caller) -> None:
    """English first; then that of the form made last. No other is ticked, and the first is no other."""
    page = (await client.get(f"{FORMS}/new")).text
    assert ticked(page) == ["en"]
    fields = {"name": "Tea", "slug": "tea", "starter": "visit", "language": "ka", "also": "ka"}
    assert (await client.post(FORMS, data=fields)).status_code == 303
    assert (await kept(alice, "tea")).languages == ["ka"]
    await client.post(f"{FORMS}/tea/publish", data=draft_of(await client.get(f"{FORMS}/tea")).fields)
    assert ticked((await client.get(f"{FORMS}/new")).text) == ["ka"]
    wrong = (await client.post(FORMS, data=fields | {"slug": "No!", "also": ["ka", "ml"]})).text
    assert ticked(wrong) == ["ka", "ml"]


def ticked(page: str) -> list[str]:
    """The first language and the others that a page has chosen."""
    first = re.findall(r'<select id="f-language".*?</select>', page, re.DOTALL)
    return [
        *re.findall(r'value="([\w-]+)" selected', first[0]),
        *re.findall(r'name="also" value="([\w-]+)" checked', page),
    ]


async def test_what_stands_at_the_ends_of_a_scale_is_said_where_it_is_left_empty(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    """In each language the very words that respondents read then."""
    questions = [
        {"kind": kind, "key": f"q{n}", "text": {"en": "How?", "ar": "كيف؟"}, **more}
        for n, (kind, more) in enumerate((("nps", {}), ("ces", {}), ("csat", {}), ("csat", {"scale": 10})))
    ]
    definition = {"title": {"en": "T", "ar": "T"}, "languages": ["en", "ar"], "questions": questions}
    await factories.published("ends", definition, alice.workspace)
    page = (await client.get(f"{FORMS}/ends")).text
    for tag in ("en", "ar"):
        survey = (await client.get(f"/s/ends?lang={tag}")).text
        for n, end in ((n, end) for n in range(4) for end in ("low_label", "high_label")):
            hint = re.search(rf'id="f-questions\[{n}\]\.{end}\.{tag}-hint">([^<]*)<', page)
            assert hint, (tag, n, end)
            words = re.search("it says “(.+)”", hint[1])
            if n == 3:
                assert hint[1] == "Left empty, the number stands alone."
            else:
                assert words, hint[1]
                section = survey.split(f'id="q-q{n}"')[1].split("</fieldset>")[0]
                assert words[1] in section


async def test_closing_and_opening_a_form_is_said(client: httpx.AsyncClient, alice: Caller) -> None:
    await factories.published("visit", None, alice.workspace)
    for deed, words in (("close", "The form is closed."), ("open", "The form takes answers again")):
        done = await client.post(f"{FORMS}/visit/{deed}")
        said = re.findall(r'<span role="status">([^<]*)</span>', (await client.get(done.headers["location"])).text)
        assert len(said) == 1
        assert said[0].startswith(words)
    assert "The form is closed" not in (await client.get(f"{FORMS}/visit/settings?done=closed")).text
