"""The audit trail says what a room declares, in the words that stand there."""

import httpx
import pytest

from survey_service import joined
from survey_service.accounts import audit
from survey_service.accounts.actions import Actions, AuditAction, StaffAction
from survey_service.core.i18n.staff import N_
from survey_service.core.state import state_in
from tests.accounts.conftest import PASSWORD, Cast
from tests.conftest import whole_product
from tests.static.samples import words


class GardenAction(AuditAction):
    """What one more room declares."""

    WATERED = "garden_watered", N_("Watered the garden")


ROOMS = {type(action) for action in joined.ACTIONS.by_key.values()}


async def test_a_new_action_is_its_declaration(client: httpx.AsyncClient, cast: Cast) -> None:
    state_in(whole_product().state).put(Actions(*ROOMS, GardenAction))
    await audit.record(cast.alice, GardenAction.WATERED, "roses")
    await client.post(
        "/app/sign-in",
        data={"email": "alice@example.org", "password": PASSWORD},
        headers={"Origin": "http://testserver.local"},
    )
    page = words((await client.get("/app/settings/audit")).text)
    assert "Watered the garden roses" in page
    assert "Signed in" in page


def test_two_actions_of_one_name_are_refused() -> None:
    class Again(AuditAction):
        SIGNED_IN = "signed_in", "Signed in again"

    with pytest.raises(ValueError, match="signed_in"):
        Actions(StaffAction, Again)


def test_what_a_later_release_wrote_is_told_by_its_name() -> None:
    assert Actions(StaffAction).words("garden_watered") == "Garden watered"
