"""What is stored of a subject is read in the reader's language, and what nobody writes stays as it is."""

from survey_service.core.i18n.staff import N_, one_after_another, spoken
from survey_service.core.i18n.telling import keyed, labels, language, message, plainly, with_days

NAMES = {"owner": N_("Owner"), "viewer": N_("Viewer")}


def test_a_subject_is_told_as_it_is_declared() -> None:
    roles = keyed(NAMES, " → ", ": ", " → ".join)
    listed = labels(NAMES, after=": ")
    with spoken("de"):
        assert plainly("Owner") == "Owner"
        assert message("Owner") == "Inhaber"
        assert roles("Bob: owner → viewer") == "Bob: Inhaber → Betrachter"
        assert roles("Owner") == "Inhaber"
        assert listed("Bob: Owner, Viewer, roses") == "Bob: Inhaber, Betrachter, roses"
        assert language("ka") == "Georgisch"
        assert language("") == "Wie im Browser"
        assert with_days("Visit 2026-10-01, 2026-99-99") == "Visit 01.10.2026, 2026-99-99"
    assert keyed(NAMES, " ", ": ", one_after_another)("Till: viewer owner") == "Till: Viewer; Owner"
