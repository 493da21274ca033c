"""What the settings of a form are called, on its page and in the audit trail. Pure."""

from survey_service.core.i18n.staff import N_, NP_

SETTINGS_LABELS = {
    "name": NP_("of a shop, place or form", "Name"),
    "accepts_json": N_("Programs may send answers as JSON"),
    "allowed_origins": N_("Sites that may show it inside their pages"),
    "promise": N_("What people may wait for after sending it"),
}
"""What can be changed of a form beside its draft, as its page calls it."""
DRAFT_LABEL = N_("Questions and words of the draft")
