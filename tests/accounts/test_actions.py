"""The audit trail says what a room declares, in the words that stand there."""

import httpx
import pytest

from survey_service import joined
from survey_service.accounts import audit
from survey_service.accounts.actions import Actions, AuditAction, StaffAction
from survey_service.accounts.schemas import SCOPES, WORKSPACE_LABELS
from survey_service.core import database
from survey_service.core.i18n.staff import N_, in_a_row, spoken
from survey_service.core.i18n.staff import gettext as _
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
    async with database.transaction():
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


STORED = [
    ("signed_in", "", "", ""),
    ("staff_added", "ann@example.org, viewer", "ann@example.org, Viewer", "ann@example.org, Betrachter"),
    ("role_changed", "a@b.org: owner → manager", "a@b.org: Owner → Manager", "a@b.org: Inhaber → Manager"),
    ("key_made", "Till: forms:read", "Till: Read forms and their versions", "Till: Formulare und ihre Versionen lesen"),
    ("settings_changed", "Name, Time zone", "Name, Time zone", "Name, Zeitzone"),
    ("form_changed", "visit: Questions and words of the draft", None, "visit: Fragen und Texte des Entwurfs"),
    ("answers_discarded", "1", "1 answer", "1 Antwort"),
    ("answers_discarded", "1204", "1,204 answers", "1.204 Antworten"),
    ("answers_released", "12 of the spam box", "12 answers", "12 Antworten"),
    ("role_changed", "what nobody writes", "what nobody writes", "what nobody writes"),
    ("key_made", f"Till: {' '.join(SCOPES)}", "Till: May do everything", "Till: Darf alles"),
    ("key_made", "From the settings", "From the settings", "Aus den Einstellungen"),
    ("sending_paused", "After a restore", "After a restore", "Nach einer Wiederherstellung"),
    ("promise_kept", "7KQ2-M9XD", "Answer 7KQ2-M9XD", "Antwort 7KQ2-M9XD"),
    ("promise_reopened", "", "", ""),
    ("promise_kept", "01a2196f-cf19-7000-8000-000000000000", "", ""),
    ("language_changed", "de", "German", "Deutsch"),
    ("language_changed", "", "As my browser says", "Wie im Browser"),
    ("language_begun", "am", "Amharic", "Amharisch"),
    ("words_written", "am", "Amharic", "Amharisch"),
    (
        "wrong_scope",
        "forms:read, 192.0.2.7",
        "Read forms and their versions, 192.0.2.7",
        "Formulare und ihre Versionen lesen, 192.0.2.7",
    ),
    ("wrong_role", "API keys, 192.0.2.7", "API keys, 192.0.2.7", "API-Schlüssel, 192.0.2.7"),
    ("wrong_role", "/app/forms/x/save, 192.0.2.7", "192.0.2.7", "192.0.2.7"),
    ("wrong_role", "192.0.2.7", "192.0.2.7", "192.0.2.7"),
    ("answers_exported", "Visit, CSV, 2026-10-01", "Visit, CSV, 1 Oct 2026", "Visit, CSV, 01.10.2026"),
    ("report_made", "Visit 2026-99-99", "Visit 2026-99-99", "Visit 2026-99-99"),
    ("of_a_later_release", "roses", "roses", "roses"),
]
"""Short name, what is stored, and how it reads in English and German."""


@pytest.mark.parametrize(("key", "stored", "english", "german"), STORED)
def test_a_subject_reads_in_the_language_of_whoever_reads_it(key: str, stored: str, english: str, german: str) -> None:
    assert joined.ACTIONS.subject(key, stored) == (stored if english is None else english)
    with spoken("de"):
        assert joined.ACTIONS.subject(key, stored) == german


def test_every_label_in_a_subject_is_translated_though_it_has_several_meanings() -> None:
    labels = ", ".join(WORKSPACE_LABELS.values())
    with spoken("am"):
        said = joined.ACTIONS.subject("settings_changed", labels)
        assert said == in_a_row(_(one) for one in WORKSPACE_LABELS.values())


def test_what_is_listed_has_the_commas_of_the_language() -> None:
    with spoken("ar"):
        assert "، " in joined.ACTIONS.subject("settings_changed", "Name, Time zone")
        assert "، " in joined.ACTIONS.subject("staff_added", "ann@example.org, viewer")
