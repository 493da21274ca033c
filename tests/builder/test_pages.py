"""The builder's page of one form, as a browser without JavaScript uses it."""

import re

import httpx
import pytest

from survey_service.accounts import queries as accounts
from survey_service.accounts.schemas import Caller
from survey_service.forms import queries
from survey_service.forms.labels import DRAFT_LABEL
from survey_service.questions.base import kind_of
from tests import factories
from tests.builder.browsing import draft_of, viewer
from tests.builder.drafts import FORMS, fields_of, kept, keys, make, send


async def test_a_draft_that_became_other_is_told_and_one_that_stays_is_not(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await make(client)
    before = len((await accounts.audit_list(alice.workspace)).items)
    await client.post(f"{FORMS}/visit/save", data=await fields_of(client))
    assert len((await accounts.audit_list(alice.workspace)).items) == before
    await send(client, "save", {"title.en": "Ours"})
    row = (await accounts.audit_list(alice.workspace)).items[0]
    assert (row.actor, row.action, row.subject) == (alice.actor, "form_changed", f"After a visit: {DRAFT_LABEL}")


async def test_saving_an_untouched_page_changes_nothing(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client, "callback")
    before = await kept(alice)
    saved = await client.post(f"{FORMS}/visit/save", data=await fields_of(client, "visit"))
    assert saved.headers["location"] == f"{FORMS}/visit?done=saved"
    assert await kept(alice) == before


async def test_what_is_typed_is_kept_with_every_act(client: httpx.AsyncClient, alice: Caller) -> None:
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
