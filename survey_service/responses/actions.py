"""What the audit trail says of answers. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_, ngettext


def _count(subject: str) -> str:
    """So many answers; what came before was stored with words after the number."""
    number = subject.partition(" ")[0]
    return ngettext("%(n)s answer", "%(n)s answers", int(number), n=number) if number.isdecimal() else subject


class AnswerAction(AuditAction):
    """What is done to answers of the spam box."""

    RELEASED = "answers_released", N_("Released answers from the spam box"), _count
    DISCARDED = "answers_discarded", N_("Deleted answers of the spam box"), _count
