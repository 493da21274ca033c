"""What the audit trail says of promises. Pure."""

from uuid import UUID

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _


def _answer(subject: str) -> str:
    """Whose wish it was, by the receipt with which their answer is found. Nothing for an answer that was gone, and for
    its id, which was stored before."""
    try:
        UUID(subject)
    except ValueError:
        return _("Answer %(receipt)s", receipt=subject) if subject else ""
    return ""


class PromiseAction(AuditAction):
    """What is done to a promised reply or call."""

    KEPT = "promise_kept", N_("Marked a reply or call as done"), _answer
    REOPENED = "promise_reopened", N_("Put somebody back among those who wait"), _answer
