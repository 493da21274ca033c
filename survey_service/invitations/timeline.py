"""What invitations, and leaving the mails by one, write to a customer's timeline. Pure."""

from survey_service.core.i18n.staff import N_
from survey_service.customers.timeline import CAME_BACK, LEFT, TimelineKind

PAGES = "/app/invitations"
QUEUED = TimelineKind(
    name="invitation_queued", title=N_("Invitation waiting to go out"), icon="clock", pages=PAGES, until_more=True
)
SENT = TimelineKind(name="invitation_sent", title=N_("Invitation sent"), icon="mail", pages=PAGES)
FAILED = TimelineKind(name="invitation_failed", title=N_("Invitation not delivered"), icon="alert", pages=PAGES)
SUPPRESSED = TimelineKind(name="invitation_suppressed", title=N_("Invitation not sent"), icon="mail", pages=PAGES)
TAKEN_BACK = TimelineKind(name="invitation_taken_back", title=N_("Invitation taken back"), icon="undo", pages=PAGES)
UNSUBSCRIBED = TimelineKind(name=LEFT, title=N_("Unsubscribed from mails"), icon="cross", pages=PAGES)
RESUBSCRIBED = TimelineKind(name=CAME_BACK, title=N_("Subscribed to mails again"), icon="undo", pages=PAGES)
TIMELINE = (QUEUED, SENT, FAILED, SUPPRESSED, TAKEN_BACK, UNSUBSCRIBED, RESUBSCRIBED)
