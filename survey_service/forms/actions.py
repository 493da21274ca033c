"""What the audit trail says of forms and of words for respondents. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.telling import labels, language
from survey_service.forms.labels import DRAFT_LABEL, SETTINGS_LABELS


class FormAction(AuditAction):
    """What is done to a form, or to the words of all of them in one language."""

    MADE = "form_made", N_("Made a form")
    CHANGED = "form_changed", N_("Changed a form"), labels({**SETTINGS_LABELS, "draft": DRAFT_LABEL}, after=": ")
    PUBLISHED = "form_published", N_("Published a form")
    OPENED = "form_opened", N_("Opened a form")
    CLOSED = "form_closed", N_("Closed a form")
    ARCHIVED = "form_archived", N_("Archived a form")
    BROUGHT_BACK = "form_brought_back", N_("Brought a form back")
    DELETED = "form_deleted", N_("Deleted a draft")
    POSTER_CHOSEN = "poster_chosen", N_("Chose which form a place’s QR code opens")
    LANGUAGE_BEGUN = "language_begun", N_("Began a language"), language
    WORDS_WRITTEN = "words_written", N_("Wrote words for respondents"), language
