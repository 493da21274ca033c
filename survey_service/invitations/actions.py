"""What the audit trail says of invitations. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_


class InvitationAction(AuditAction):
    """What is done to an invitation; it is named by whom it was to go to, in a way that names nobody."""

    ADDED = "invitation_added", N_("Added an invitation")
    ADDED_AGAIN = "invitation_added_again", N_("Added an invitation again")
    TAKEN_BACK = "invitation_taken_back", N_("Took an invitation back")
