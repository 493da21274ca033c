"""A form of staff that is sent as good as empty is answered by its own page or a plain sentence. It is never offered to
be sent again as it was, which would end the same way for ever."""

import httpx
import pytest

from tests.route_table import Target, table
from tests.test_strangers import World, world

__all__ = ["table", "world"]

SENT = {"act": "release", "odd": "typed"}
"""Nothing that a form needs, and something that would be kept."""
ENDS_THE_SESSION = ("/app/sign-out", "/app/settings/sign-out", "/app/settings/staff/{staff_id:uuid}/link")
SHOWS_AGAIN = ("/app/again",)


@pytest.fixture
async def browser(client: httpx.AsyncClient, world: World) -> httpx.AsyncClient:
    client.headers.update(world.alice.headers(Target("POST", "/app/x", {"role": "owner"})))
    client.headers["Sec-Fetch-Site"] = "same-origin"
    return client


async def test_no_form_is_offered_again_as_it_was(
    browser: httpx.AsyncClient, table: list[Target], world: World
) -> None:
    posted, offered = 0, []
    for target in table:
        of_staff = target.method == "POST" and target.path.startswith("/app/") and target.opt.get("role")
        if not of_staff or target.path in (*ENDS_THE_SESSION, *SHOWS_AGAIN):
            continue
        reply = await browser.post(target.url(world.values), data=SENT)
        assert reply.status_code not in (401, 403), target.path
        posted += 1
        if reply.status_code == 422 and "Send it now" in reply.text:
            offered.append(target.path)
    assert offered == []
    assert posted > 40
