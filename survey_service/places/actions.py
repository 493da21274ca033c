"""What the audit trail says of places and of who works there. Pure."""

from survey_service.accounts.actions import AuditAction
from survey_service.core.i18n.staff import N_


class PlaceAction(AuditAction):
    """What is done to a place or an employee."""

    ADDED = "place_added", N_("Added a place")
    CHANGED = "place_changed", N_("Changed a place")
    ARCHIVED = "place_archived", N_("Archived a place")
    BROUGHT_BACK = "place_brought_back", N_("Brought a place back")
    EMPLOYEE_ADDED = "employee_added", N_("Added an employee")
    EMPLOYEE_CHANGED = "employee_changed", N_("Changed an employee")
    EMPLOYEE_LEFT = "employee_left", N_("Noted that an employee left")
    EMPLOYEE_BACK = "employee_back", N_("Noted that an employee is back")
