"""Whoever was promised a reply or a call is noted, and who is responsible is told by mail."""

from survey_service.cases import service
from survey_service.cases.service import TELL_STAFF
from survey_service.jobs.kinds import EventHandlers, JobKind, Tools
from survey_service.jobs.schemas import JobRow
from survey_service.messaging.transports.email import RETRIES, MailServer
from survey_service.responses.plans import RECEIVED


async def tell(job: JobRow, tools: Tools) -> None:
    """Mails what is new to one who is responsible."""
    await service.tell_staff(job, tools.server(MailServer))


JOBS = (JobKind(TELL_STAFF, tell, RETRIES, through=MailServer, at_once=10),)
EVENTS: EventHandlers = {RECEIVED: (service.note_promises,)}
