"""Invitations and the pause of sending, as a program uses them."""

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.core import clock
from survey_service.core.ids import new_id
from survey_service.invitations import service as invitations
from tests import factories
from tests.answers import key_for
from tests.builder.browsing import key_of
from tests.invitations import product


async def test_invitations_through_the_api(client: httpx.AsyncClient, alice: Caller) -> None:
    await product.publish(alice.workspace)
    key = await key_of(alice)
    body = {"form": "visit", "email": "Hana@x.org", "name": "Hana", "language": "am", "question": "recommend"}
    queued = await client.post("/api/v1/invitations", json=body, headers=key)
    assert queued.status_code == 202
    shown = queued.json()
    assert (shown["state"], shown["form"], shown["email"], shown["language"]) == ("queued", "visit", "Hana@x.org", "am")
    assert [step["what"] for step in shown["trace"]] == ["Waiting to go out."]
    assert (await client.get(f"/api/v1/invitations/{shown['id']}", headers=key)).json() == shown
    assert (await client.get("/api/v1/invitations?state=queued", headers=key)).json()["items"] == [shown]
    assert (await client.get("/api/v1/invitations?state=odd", headers=key)).status_code == 422
    wrong = await client.post("/api/v1/invitations", json={**body, "form": "nowhere"}, headers=key)
    assert product.shown_errors(wrong) == {"form": "unknown"}


async def test_a_failed_invitation_is_sent_again_through_the_api(client: httpx.AsyncClient, alice: Caller) -> None:
    await product.publish(alice.workspace)
    key, row = await key_of(alice), await product.queue(alice.workspace)
    path = f"/api/v1/invitations/{row.id}/resend"
    assert (await client.post(path, headers=key)).status_code == 409
    await invitations.end_unsent(row.workspace, row.id, "Nobody took it.", clock.now())
    again = await client.post(path, headers=key)
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert again.json()["trace"][-1]["what"] == "Waiting to go out again."
    assert (await client.post(f"/api/v1/invitations/{new_id()}/resend", headers=key)).status_code == 404
    await client.post(f"/api/v1/invitations/{row.id}/take-back", headers=key)
    await product.queue(alice.workspace)
    assert (await client.post(f"{path}?again=false", headers=key)).status_code == 409
    assert (await client.post(path, headers=key)).status_code == 202


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
