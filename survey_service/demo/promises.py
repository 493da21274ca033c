"""Who waits in the demo: those who wrote or asked for a call of late; the others were answered in time."""

from datetime import datetime, timedelta
from random import Random

from survey_service.cases import service as cases
from survey_service.core.database.paging import MAX_PAGE_SIZE
from survey_service.demo.chance import drawn_for
from survey_service.demo.definitions import PROMISES
from survey_service.demo.year import Year
from survey_service.forms import queries as forms
from survey_service.responses import queries as responses
from survey_service.responses.queries import AnswerFilter

STILL_OPEN = timedelta(days=3)
"""Whoever wrote within it waits."""


async def note_promises(year: Year) -> int:
    """Notes what the forms promised and keeps what is older than `STILL_OPEN`; gives how many wait."""
    random, waiting = drawn_for(year.seed, "promises"), 0
    workspace = year.company.workspace
    for slug in [slug for slug, promise in PROMISES.items() if promise]:
        published = await forms.published(slug)
        page = await responses.responses(AnswerFilter(workspace, published.id), MAX_PAGE_SIZE)
        made = await cases.note(workspace, published, [row.id for row in page.items])
        for promise in made:
            if year.now - promise.made_at < STILL_OPEN:
                waiting += 1
            else:
                await cases.keep(workspace, promise.id, None, _kept_at(random, promise.made_at))
    return waiting


def _kept_at(random: Random, made_at: datetime) -> datetime:
    return made_at + timedelta(minutes=random.randrange(20, 30 * 60))
