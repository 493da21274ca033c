"""The settings of a form and its versions: opened, closed, put away, brought back."""

import re

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.forms import queries
from tests import factories
from tests.builder.drafts import FORMS, make, send
from tests.hands import forms_of


def seen_of(page: httpx.Response) -> str:
    return next(form.fields["_seen"] for form in forms_of(page.text, "") if "_seen" in form.fields)


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


async def test_closing_and_opening_a_form_is_said(client: httpx.AsyncClient, alice: Caller) -> None:
    await factories.published("visit", None, alice.workspace)
    for act, words in (("close", "The form is closed."), ("open", "The form takes answers again")):
        done = await client.post(f"{FORMS}/visit/{act}")
        said = re.findall(r'<span role="status">([^<]*)</span>', (await client.get(done.headers["location"])).text)
        assert len(said) == 1
        assert said[0].startswith(words)
    assert "The form is closed" not in (await client.get(f"{FORMS}/visit/settings?done=closed")).text


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
    assert [published.slug for published in await queries.published_forms_of(alice.workspace)] == []
    assert "recommend" in (await client.get("/app/answers.csv")).text.splitlines()[0]
    assert (await client.post(f"{FORMS}/visit/open")).status_code == 409
    assert (await client.post(f"{FORMS}/visit/bring-back")).status_code == 303
    assert (await queries.detail(alice.workspace, "visit")).state == "closed"
    await client.post(f"{FORMS}/visit/open")
    assert (await client.get("/s/visit")).status_code == 200
