"""What the audit trail says of promises. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import id_in


def _answer(subject: str) -> str:
    """Whose wish it was, by the receipt with which their answer is found. Nothing for an answer that was gone, and for
    its id, which was stored before."""
    return _("Answer %(receipt)s", receipt=subject) if subject and not id_in(subject) else ""


class PromiseAction(AuditAction):
    """What is done to a promised reply or call."""

    KEPT = "promise_kept", N_("Marked a reply or call as done"), _answer
    REOPENED = "promise_reopened", N_("Put somebody back among those who wait"), _answer
