"""What the audit trail says of the demo's end. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_


class BeginningAction(AuditAction):
    """What is done to the demo."""

    BEGUN = "begun", N_("Removed the demo and began")
