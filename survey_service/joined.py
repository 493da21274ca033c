"""What the rooms declare, joined: kinds of jobs, who hears of events, panels on others' pages, and counts in the rail.

A new room that has some is named here, and nowhere else.
"""

from survey_service.beginning import jobs as beginning
from survey_service.cases import jobs as cases
from survey_service.cases import pages as cases_pages
from survey_service.invitations import jobs as invitations
from survey_service.jobs.kinds import by_name, merged
from survey_service.responses import jobs as responses

JOBS = by_name([*responses.JOBS, *cases.JOBS, *invitations.JOBS, *beginning.JOBS])
EVENTS = merged([responses.EVENTS, cases.EVENTS])
MAIL_KINDS = tuple(name for name, kind in JOBS.items() if kind.is_mail)
"""What waits, untried, without a mail server and where sending is paused."""
PANELS = {"answer": [cases_pages.PANELS["answer"]]}
"""Page → what other rooms show on it, in order."""
BADGES = cases_pages.BADGES
"""Entry of the rail → what is counted beside it."""
