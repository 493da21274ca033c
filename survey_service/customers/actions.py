"""What the audit trail says of customers. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_


class CustomerAction(AuditAction):
    """What is done to a customer, who is named in a way that names nobody."""

    KEPT = "customer_kept", N_("Added or changed a customer")
    TOKEN_MADE = "customer_token_made", N_("Made a customer’s token")
