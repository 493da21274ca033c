"""The one path from counts to what is shown: page, PDF, command line and API all come through here."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from survey_service.accounts.schemas import Caller
from survey_service.core.clock import local_day
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import number
from survey_service.counts.schemas import ALL
from survey_service.dashboard import queries
from survey_service.dashboard.queries import Scope, scope_of
from survey_service.dashboard.schemas import Figure, FormChoice, ScoredQuestion, Summary
from survey_service.dashboard.scoring import compared, scored
from survey_service.dashboard.sections import SECTIONS, AnySection, facts
from survey_service.dashboard.sections.base import Asking
from survey_service.nps.metrics import METRICS
from survey_service.nps.scores import Change
from survey_service.nps.trend import MAX_BUCKETS, SHORTEST, DayCount, Period, previous_period, span
from survey_service.responses import queries as responses
from survey_service.responses.filters import Filter
from survey_service.responses.values import within

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
"""All time: no survey is older, and no clock is righter."""
LONGEST_DAYS = MAX_BUCKETS * SHORTEST["month"]
"""As many as the trend can draw."""
NEWEST = 6
EVERY = tuple(SECTIONS.values())
FORMS_COMPARED = 12
"""So many forms with the newest answers are compared for the one that is shown if none is asked for."""


class Audience(NamedTuple):
    """For whom a summary is made: the workspace and what its figures depend on."""

    workspace: UUID
    name: str
    time_zone: str
    min_n: int


def audience_of(caller: Caller) -> Audience:
    """The workspace of whoever asks."""
    return Audience(caller.workspace, caller.workspace_name, caller.time_zone, caller.min_n)


async def summary(
    audience: Audience, filters: Filter, now: datetime, *, comments: int = NEWEST, wanted: Iterable[AnySection] = EVERY
) -> Summary:
    """One form in one period, with what the `wanted` sections read. `comments`: how many of the newest to bring along.

    Raises NotFound for a form or place that is not the workspace's, Invalid for a period the wrong way round.
    """
    form = await chosen_form(audience.workspace, filters)
    scope = await scope_of(audience.workspace, form, filters)
    all_time = filters.first is None and filters.last is None
    today = local_day(now, audience.time_zone)
    period = await _period(scope, filters, today)
    before = None if all_time else previous_period(period)
    figures = await _figures(scope, form, period, before, audience)
    hero = figures[0] if figures else None
    answers, commented = await scope.responses(period)
    limits = {name: scope.names[name].label(code) for name, code in filters.of_figures().chosen.items()}
    asking = Asking(scope, filters, period, before, hero, audience.min_n, comments)
    return Summary(
        workspace_name=audience.name,
        time_zone=audience.time_zone,
        min_n=audience.min_n,
        as_of=now,
        form=form,
        filters=msgspec.structs.replace(filters, form=form.slug, first=period.first, last=period.last),
        period=period,
        previous=before,
        complete=period.last < today,
        all_time=all_time,
        answers=answers,
        comments=commented,
        hero=hero,
        figures=tuple(figures),
        facts=await facts(asking, wanted),
        limits=limits,
        within=within(filters.of_figures(), limits),
        names=scope.names,
    )


async def chosen_form(workspace: UUID, filters: Filter) -> FormChoice:
    """The form that is asked for; without one, of those with a scored question that with the most answers under these
    filters, so that a new form does not push the main one aside with its first answer. Of several with as many it is
    that with the newest answer, before any answer the one that was made first. Forms without a scored question are
    chosen if there are no others.

    Raises NotFound when there is none.
    """
    if filters.form:
        return await queries.form_choice(workspace, filters.form)
    every = await queries.form_choices(workspace)
    if not every:
        raise NotFound(_("There is no published form yet."))
    known = {form.id: form for form in every}
    answered = [known[form] for form in await responses.lately_answered(workspace, list(known))]
    if rivals := [form for form in answered if form.scored]:
        return rivals[0] if len(rivals) == 1 else await _busiest(workspace, rivals[:FORMS_COMPARED], filters)
    in_order = [*answered, *(form for form in every if form not in answered)]
    for form in in_order:
        if await queries.scored_questions(workspace, form):
            return form
    return in_order[0]


async def _busiest(workspace: UUID, forms: Sequence[FormChoice], filters: Filter) -> FormChoice:
    """Of these forms, the first of those with the most answers."""
    first, last = filters.first or FIRST_DAY, filters.last or LAST_DAY
    period = Period(min(first, last), last)
    scope = await queries.scope_of(workspace, forms[0], filters)
    answers = [(await scope.of_form(form.id).responses(period))[0] for form in forms]
    return forms[answers.index(max(answers))]


async def _period(scope: Scope, filters: Filter, today: date) -> Period:
    """The days asked for; an open end is closed by the first or last day with answers."""
    if filters.first and filters.last:
        if filters.first > filters.last:
            raise Invalid.field("from", "after_to", _("The first day lies after the last."))
        return _short_enough(Period(filters.first, filters.last))
    earliest = filters.first or min(FIRST_DAY, filters.last or FIRST_DAY)
    wide = Period(earliest, filters.last or max(LAST_DAY, earliest))
    answered = span(DayCount(group.day or today, 0, group.histogram) for group in await scope.groups(ALL, wide, "day"))
    first = filters.first or (answered.first if answered else min(today, wide.last))
    last = filters.last or (max(answered.last, today) if answered else max(today, first))
    return _short_enough(Period(min(first, last), last))


def _short_enough(period: Period) -> Period:
    if period.days > LONGEST_DAYS:
        said = _("A period has %(n)s days at most, some 300 years.", n=number(LONGEST_DAYS))
        raise Invalid.field("from", "too_long", said)
    return period


async def _figures(
    scope: Scope,
    form: FormChoice,
    period: Period,
    before: Period | None,
    audience: Audience,
) -> list[Figure]:
    """One for each scored question of the form, the main one first."""
    questions = await queries.scored_questions(audience.workspace, form)
    in_order = sorted(questions, key=lambda question: list(METRICS).index(question.metric))
    return [await _figure(scope, question, period, before, audience.min_n) for question in in_order]


async def _figure(scope: Scope, question: ScoredQuestion, period: Period, before: Period | None, min_n: int) -> Figure:
    current = scored(question, await scope.groups(question.key, period), min_n)
    if before is None:
        return Figure(question, current.score, None, Change(), False, current.left_out, current.only)
    previous = scored(question, await scope.groups(question.key, before), min_n)
    moved, broken = compared(current, previous)
    return Figure(question, current.score, previous.score, moved, broken, current.left_out, current.only)
