"""What came to forms of the demo that were being removed."""

from survey_service.beginning import late
from survey_service.jobs.kinds import JobKind, Tools
from survey_service.jobs.schemas import JobRow


async def remove(job: JobRow, tools: Tools) -> None:
    """Removes what came late."""
    await late.remove(job)


JOBS = (JobKind(late.REMOVE_LATE, remove),)
