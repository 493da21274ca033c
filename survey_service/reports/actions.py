"""What the audit trail says of reports. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.telling import with_days


class ReportAction(AuditAction):
    """What is taken out as a document."""

    MADE = "report_made", N_("Made a PDF summary"), with_days
