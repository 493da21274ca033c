"""What the audit trail says of answers. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_


class AnswerAction(AuditAction):
    """What is done to answers of the spam box."""

    RELEASED = "answers_released", N_("Released answers from the spam box")
    DISCARDED = "answers_discarded", N_("Deleted answers of the spam box")
