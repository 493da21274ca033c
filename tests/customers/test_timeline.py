"""What can stand on a timeline is what rooms declare."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from survey_service import joined
from survey_service.accounts.schemas import Caller
from survey_service.core.ids import new_id
from survey_service.core.state import state_in
from survey_service.customers import service as customers
from survey_service.customers.schemas import VERIFIED, Details, TimelineRow
from survey_service.customers.timeline import TimelineKind, TimelineKinds
from tests.conftest import whole_product
from tests.static.samples import elements, words

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ORDERED = TimelineKind(name="garden_ordered", title="Ordered", icon="clock", pages="/app/garden", until_more=True)
PLANTED = TimelineKind(
    name="garden_planted", title="Planted", icon="check", pages="/app/garden", by_channel={"phone": "Planted by phone"}
)
RATED = TimelineKind(name="garden_rated", title="Garden rated", icon="check", pages="", shows_score=True)


async def test_a_new_kind_is_its_declaration(client: httpx.AsyncClient, alice: Caller) -> None:
    made = TimelineKinds([*joined.TIMELINE.by_name.values(), ORDERED, PLANTED, RATED])
    state_in(whole_product().state).put(made)
    hana = await customers.customer_for_email(alice.workspace, "h@x.org", "Hana", "am", "invitation", NOW)
    done, waiting = new_id(), new_id()
    for minute, (kind, subject) in enumerate([(ORDERED, done), (PLANTED, done), (ORDERED, waiting), (RATED, done)]):
        at = NOW + timedelta(minutes=minute)
        details = Details(channel="phone", score=7)
        await customers.note(TimelineRow(alice.workspace, hana, kind, VERIFIED, subject, details, at))
    page = (await client.get(f"/app/customers/{hana}")).text
    shown = [words(each) for each in page.split('<li class="event">')[1:]]
    assert [line.partition(" 21 Nov")[0] for line in shown] == [
        "Score 7 Garden rated",
        "Ordered",
        "Planted by phone",
    ]
    links = [link.get("href") for link in elements(page, "a") if "/app/garden" in str(link.get("href"))]
    assert links == [f"/app/garden/{waiting}", f"/app/garden/{done}"]


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="garden_planted"):
        TimelineKinds([PLANTED, PLANTED])


def test_what_a_later_release_wrote_is_told_by_its_name_and_leads_nowhere() -> None:
    kind = joined.TIMELINE.of("moved_house")
    assert (kind.words("phone"), kind.href(new_id())) == ("Moved house", "")
