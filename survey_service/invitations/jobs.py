"""Invitations that wait to be mailed."""

from survey_service.invitations import service
from survey_service.invitations.service import SEND_INVITATION
from survey_service.jobs.kinds import Failed, JobKind, Tools
from survey_service.jobs.schemas import JobRow
from survey_service.messaging.transports.email import RETRIES, MailServer


async def send(job: JobRow, tools: Tools) -> None:
    """Mails one."""
    await service.send_invitation(job, tools.server(MailServer), tools.keys)


async def tell(job: JobRow, failed: Failed) -> None:
    """Notes a failure on the invitation, where staff see it; a fault of ours only when it is the end."""
    if failed.follows.last:
        await service.give_up_invitation(job, failed.words)
    elif failed.follows.next_try and not failed.is_fault:
        await service.postpone_invitation(job, failed.words, failed.follows.next_try)


JOBS = (JobKind(SEND_INVITATION, send, RETRIES, failed=tell, through=MailServer, at_once=10),)
