"""What the rooms declare, joined: kinds of jobs, who hears of events, what the audit trail and a
customer's timeline can say, panels on others' pages, and the rail.

A new room that has some is named here, and nowhere else.
"""

from survey_service.accounts import frame as settings_pages
from survey_service.accounts.actions import Actions, RefusalAction, StaffAction
from survey_service.beginning import jobs as beginning
from survey_service.beginning.actions import BeginningAction
from survey_service.builder import list_pages as forms_pages
from survey_service.cases import jobs as cases
from survey_service.cases import pages as cases_pages
from survey_service.cases.actions import PromiseAction
from survey_service.core import rail
from survey_service.customers import pages as customers_pages
from survey_service.customers.actions import CustomerAction
from survey_service.customers.timeline import TimelineKinds
from survey_service.dashboard import pages as dashboard_pages
from survey_service.forms.actions import FormAction
from survey_service.inbox import pages as inbox_pages
from survey_service.invitations import jobs as invitations
from survey_service.invitations import pages as invitations_pages
from survey_service.invitations import timeline as invitations_timeline
from survey_service.invitations.actions import InvitationAction
from survey_service.jobs.kinds import by_name, merged
from survey_service.places import pages as places_pages
from survey_service.places.actions import PlaceAction
from survey_service.reports import pages as reports_pages
from survey_service.reports.actions import ReportAction
from survey_service.responses import jobs as responses
from survey_service.responses import timeline as answers_timeline
from survey_service.responses.actions import AnswerAction
from survey_service.web import standing_pages

JOBS = by_name([*responses.JOBS, *cases.JOBS, *invitations.JOBS, *beginning.JOBS])
EVENTS = merged([responses.EVENTS, cases.EVENTS])
SENT = {name: kind.through.is_set_up for name, kind in JOBS.items() if kind.through}
"""What waits, untried, until its server is set up and where sending is paused."""
ACTIONS = Actions(
    AnswerAction, StaffAction, RefusalAction, FormAction, PlaceAction, PromiseAction, InvitationAction, CustomerAction,
    ReportAction, BeginningAction,
)  # fmt: skip
"""What the audit trail can say."""
TIMELINE = TimelineKinds([*answers_timeline.TIMELINE, *invitations_timeline.TIMELINE])
"""What can stand on a customer's timeline."""
PANELS = {"answer": [cases_pages.PANELS["answer"]]}
"""Page → what other rooms show on it, in order."""
RAIL = rail.joined(
    [
        dashboard_pages.RAIL_SECTION,
        inbox_pages.RAIL_SECTION,
        cases_pages.RAIL_SECTION,
        customers_pages.RAIL_SECTION,
        forms_pages.RAIL_SECTION,
        places_pages.RAIL_SECTION,
        invitations_pages.RAIL_SECTION,
        reports_pages.RAIL_SECTION,
        settings_pages.RAIL_SECTION,
    ],
    [*inbox_pages.TABS, *settings_pages.TABS, *standing_pages.TABS],
)
"""Each place says itself where it stands."""
