"""The rail is what rooms declare, in order, and shows whoever asks what their role opens."""

import re
from typing import Any

import httpx
import pytest

from survey_service import joined
from survey_service.accounts import installation_service, sign_in
from survey_service.accounts import service as accounts
from survey_service.core import rail
from survey_service.core.panels import OfRooms
from survey_service.core.rail import RailSection, Tab
from survey_service.core.state import state_in
from tests.answers import session_of, signed_in
from tests.conftest import whole_product
from tests.static.samples import elements


async def nine(caller: Any) -> int:
    return 9


GARDEN = RailSection(key="garden", label="Garden", href="/app/garden", icon="places", position=15, count=nine)
BOOKS = RailSection(key="books", label="Books", href="/app/books", icon="reports", position=85, role="owner")
WEEDS = Tab(section="answers", key="weeds", label="Weeds", href="/app/weeds", position=15)
PRUNED = Tab(section="answers", key="pruned", label="Pruned", href="/app/pruned", position=30, role="owner")


@pytest.fixture
async def staff(client: httpx.AsyncClient) -> dict[str, str]:
    """Sessions of an owner and of a viewer, where one more room has a section and a tab for each."""
    made = rail.joined([*joined.RAIL.sections, GARDEN, BOOKS], [*joined.RAIL.tabs, WEEDS, PRUNED])
    state_in(whole_product().state).put(OfRooms(joined.PANELS, made, joined.SENT))
    client.headers["Accept"] = "text/html"
    await installation_service.ensure_owner("alice@example.org", "seven swans a swimming")
    alice, owner = await signed_in("alice@example.org")
    await accounts.add_staff(alice, "bob@example.org", "Bob", "viewer")
    return {"owner": owner, "viewer": await session_of("bob@example.org")}


@pytest.mark.parametrize("role", ["owner", "viewer"])
async def test_a_new_section_and_its_tab_are_their_declaration(
    client: httpx.AsyncClient, staff: dict[str, str], role: str
) -> None:
    client.cookies.set(sign_in.COOKIE, staff[role])
    page = (await client.get("/app/spam")).text
    shown, thumb = page.split('class="thumb"')
    hrefs = [link.get("href") for link in elements(shown.split('class="rail"')[1].split("</nav>")[0], "a")]
    own = [one.href for one in joined.RAIL.sections]
    wanted = [*own[:1], GARDEN.href, *own[1:-1], *([BOOKS.href] if role == "owner" else []), own[-1]]
    assert hrefs[1:] == wanted  # after the name of the workspace
    assert [link.get("href") for link in elements(thumb.split("<details")[0], "a")] == wanted[:4]
    assert re.search(r'href="/app/garden">.*?class="count-dot">9<', page)
    (tabs,) = re.findall(r'<nav class="tabs".*?</nav>', page, re.DOTALL)
    beside = ["/app/pruned"] if role == "owner" else []
    assert [link.get("href") for link in elements(tabs, "a")] == ["/app/answers", WEEDS.href, "/app/spam", *beside]


def test_two_in_one_place_and_a_tab_of_nothing_are_refused() -> None:
    again = RailSection(key="again", label="Again", href="/", icon="places", position=GARDEN.position)
    with pytest.raises(ValueError, match=r"sections of the rail have one position: .*15"):
        rail.joined([GARDEN, again], [])
    with pytest.raises(ValueError, match=r"one key: .*garden"):
        rail.joined([GARDEN, GARDEN], [])
    with pytest.raises(ValueError, match="tabs have one key"):
        rail.joined(joined.RAIL.sections, [WEEDS, WEEDS])
    with pytest.raises(ValueError, match="nobody declares: answers"):
        rail.joined([GARDEN], [WEEDS])


def test_a_tab_takes_the_filters_along() -> None:
    made = rail.joined([joined.RAIL.sections[1]], [WEEDS])
    assert made.tabs_of("answers", "weeds", "form=visit") == [("Weeds", "/app/weeds?form=visit", None, True)]
    assert made.tabs_of("answers", "list") == [("Weeds", "/app/weeds", None, False)]
    assert made.tabs_of("garden", "list") == []
