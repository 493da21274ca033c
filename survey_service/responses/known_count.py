"""How many responses a filter means, from the running counts where they can tell: at ten millions as at ten."""

from datetime import date
from uuid import UUID

from survey_service.counts.dimensions import LATE
from survey_service.counts.queries import histograms
from survey_service.counts.schemas import ALL
from survey_service.forms import queries as forms
from survey_service.nps.histogram import Histogram
from survey_service.responses.queries import AnswerFilter
from survey_service.responses.schemas import COUNTED_STATES

MAX_FORMS = 20
"""So many forms are added up where none is chosen."""
UNREAD = ("",)
"""Answers whose comments were not read are counted by no mood."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)


async def known_count(wanted: AnswerFilter) -> int | None:
    """How many responses there are; None where only reading them all would tell."""
    if (
        wanted.search
        or wanted.ids
        or wanted.customer
        or wanted.where.get("sentiment") == UNREAD
        or wanted.states != COUNTED_STATES
    ):
        return None
    if wanted.question and wanted.commented:
        return None
    if len(wanted.where) > 1 and not wanted.where.keys().isdisjoint(LATE):
        return None
    chosen = (
        [wanted.form]
        if wanted.form
        else [published.id for published in await forms.published_forms_of(wanted.workspace, archived=True)]
    )
    if len(chosen) > MAX_FORMS:
        return None
    return sum([await _of_form(wanted, form) for form in chosen])


async def _of_form(wanted: AnswerFilter, form: UUID) -> int:
    groups = await histograms(
        wanted.workspace,
        form,
        wanted.question or ALL,
        wanted.from_day or FIRST_DAY,
        wanted.to_day or LAST_DAY,
        where=wanted.where,
    )
    meant = [group.histogram for group in groups if not wanted.revisions or group.revision in wanted.revisions]
    bins = Histogram.merge(meant).counts
    if wanted.question:
        lowest = wanted.lowest or 0
        return sum(bins[lowest : 11 if wanted.highest is None else wanted.highest + 1])
    return bins[1] if wanted.commented else sum(bins)
