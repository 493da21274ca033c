"""What the audit trail says of promises. Pure."""

from survey_service.accounts.actions import AuditAction, unsaid
from survey_service.core.i18n.staff import N_


class PromiseAction(AuditAction):
    """What is done to a promised reply or call."""

    KEPT = "promise_kept", N_("Marked a reply or call as done"), unsaid
    REOPENED = "promise_reopened", N_("Put somebody back among those who wait"), unsaid
