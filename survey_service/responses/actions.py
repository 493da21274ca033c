"""What the audit trail says of answers. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.telling import with_days
from survey_service.responses.labels import answers


def _count(subject: str) -> str:
    """So many answers; what came before was stored with words after the number."""
    count = subject.partition(" ")[0]
    return answers(int(count)) if count.isdecimal() else subject


class AnswerAction(AuditAction):
    """What is done to answers of the spam box, and which ones were taken out."""

    RELEASED = "answers_released", N_("Released answers from the spam box"), _count
    EXPORTED = "answers_exported", N_("Exported answers"), with_days
    DISCARDED = "answers_discarded", N_("Deleted answers of the spam box"), _count
