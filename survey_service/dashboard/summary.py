"""The one path from counts to what is shown: page, PDF, command line and API all come through here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from survey_service.core.clock import local_day
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import number
from survey_service.counts.dimensions import DIMENSIONS, RECEIVED
from survey_service.counts.schemas import Group
from survey_service.dashboard import periods, queries
from survey_service.dashboard.queries import Scope, scope_of
from survey_service.dashboard.schemas import (
    Figure,
    FormChoice,
    ScoredQuestion,
    SplitRow,
    Summary,
    Trend,
    TrendPoint,
)
from survey_service.dashboard.tree import as_tree
from survey_service.nps.histogram import Histogram
from survey_service.nps.scores import Change, Metric, Score, change, score
from survey_service.nps.trend import (
    MAX_BUCKETS,
    SHORTEST,
    DayCount,
    Period,
    previous_period,
    readable_step,
    series,
    span,
)
from survey_service.responses import queries as responses
from survey_service.responses.filters import Filter
from survey_service.responses.schemas import Value
from survey_service.responses.values import within

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
LONGEST_DAYS = MAX_BUCKETS * SHORTEST["month"]
"""All time: no survey is older, and no clock is righter."""
NEWEST = 6
METRIC_ORDER: tuple[Metric, ...] = ("nps", "csat", "ces", "ces_share")


class Asker(NamedTuple):
    """For whom a summary is made: the workspace and what its figures depend on."""

    workspace: UUID
    name: str
    time_zone: str
    min_n: int


class Scored(NamedTuple):
    """The answers of one question that can be scored together, and what had to be left out."""

    score: Score
    revisions: frozenset[int]
    left_out: int

    @property
    def only(self) -> tuple[int, ...]:
        """The revisions that are in the score; empty if all are."""
        return tuple(sorted(self.revisions)) if self.left_out else ()


async def summary(asker: Asker, filters: Filter, now: datetime, *, comments: int = NEWEST) -> Summary:
    """Everything about one form in one period. `comments`: how many of the newest to bring along.

    Raises NotFound for a form or place that is not the workspace's, Invalid for a period the wrong way round.
    """
    form = await chosen_form(asker.workspace, filters.form)
    scope = await scope_of(asker.workspace, form, filters)
    all_time = filters.first is None and filters.last is None
    today = local_today(asker, now)
    period = await _period(scope, filters, today)
    before = None if all_time else previous_period(period)
    figures = await _figures(scope, form, period, before, asker)
    hero = figures[0] if figures else None
    splits, counted = await _splits(scope, hero, period, before, asker)
    answers, commented = await scope.responses(period)
    limits = {name: scope.names[name].label(code) for name, code in filters.of_figures().chosen.items()}
    return Summary(
        workspace_name=asker.name,
        time_zone=asker.time_zone,
        min_n=asker.min_n,
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
        trend=await _trend(scope, hero.question, period, asker.min_n) if hero else None,
        splits=splits,
        sentiment_counted=counted,
        newest=await queries.newest_comments(scope, period, comments) if comments else (),
        exclusions=await responses.exclusions(scope.answers(period)),
        limits=limits,
        within=within(filters.of_figures(), limits),
        names=scope.names,
    )


async def chosen_form(workspace: UUID, slug: str) -> FormChoice:
    """The form of this name; without one, that with the newest answer among those with a scored question, or among
    all if none has one. Before the first answer it is the one that was made first.

    Raises NotFound when there is none.
    """
    if slug:
        return await queries.form_choice(workspace, slug)
    every = await queries.form_choices(workspace)
    if not every:
        raise NotFound(_("There is no published form yet."))
    known = {form.id: form for form in every}
    answered = [known[form] for form in await responses.lately_answered(workspace, list(known))]
    in_order = [*answered, *(form for form in every if form not in answered)]
    for form in in_order:
        if await queries.scored_questions(workspace, form):
            return form
    return in_order[0]


def local_today(asker: Asker, now: datetime) -> date:
    """The day it is where the workspace is."""
    return local_day(now, asker.time_zone)


def scored(question: ScoredQuestion, groups: Iterable[Group], min_n: int) -> Scored:
    """The score of all revisions that share the scale of the newest one that was answered."""
    by_revision: defaultdict[int, list[Histogram]] = defaultdict(list)
    for group in groups:
        if group.histogram:
            by_revision[group.revision].append(group.histogram)
    newest = max(by_revision, default=question.revision)
    scale = question.scale(newest)
    kept = {revision for revision in by_revision if question.scale(revision).highest == scale.highest}
    merged = Histogram.merge(one for revision in kept for one in by_revision[revision])
    left_out = sum(one.n for revision in by_revision.keys() - kept for one in by_revision[revision])
    found = score(question.metric, merged, scale_max=scale.highest, top=scale.top, min_n=min_n)
    return Scored(found, frozenset(kept), left_out)


def compared(current: Scored, previous: Scored) -> tuple[Change, bool]:
    """The change between two periods, and whether a new wording forbids to compare them."""
    if current.revisions and previous.revisions and len(current.revisions | previous.revisions) > 1:
        return Change(), True
    return change(current.score, previous.score), False


async def _period(scope: Scope, filters: Filter, today: date) -> Period:
    """The days asked for; an open end is closed by the first or last day with answers."""
    if filters.first and filters.last:
        if filters.first > filters.last:
            raise Invalid.field("from", "after_to", _("The first day lies after the last."))
        return _short_enough(Period(filters.first, filters.last))
    earliest = filters.first or min(FIRST_DAY, filters.last or FIRST_DAY)
    wide = Period(earliest, filters.last or max(LAST_DAY, earliest))
    answered = span(DayCount(group.day or today, 0, group.histogram) for group in await scope.groups("*", wide, "day"))
    first = filters.first or (answered.first if answered else min(today, wide.last))
    last = filters.last or (max(answered.last, today) if answered else max(today, first))
    return _short_enough(Period(min(first, last), last))


def _short_enough(period: Period) -> Period:
    if period.days > LONGEST_DAYS:
        said = _("A period has %(n)s days at most, some 300 years.", n=number(LONGEST_DAYS))
        raise Invalid.field("from", "too_long", said)
    return period


async def _figures(scope: Scope, form: FormChoice, period: Period, before: Period | None, asker: Asker) -> list[Figure]:
    """One for each scored question of the form, the main one first."""
    questions = await queries.scored_questions(asker.workspace, form)
    in_order = sorted(questions, key=lambda question: METRIC_ORDER.index(question.metric))
    return [await _figure(scope, question, period, before, asker.min_n) for question in in_order]


async def _figure(scope: Scope, question: ScoredQuestion, period: Period, before: Period | None, min_n: int) -> Figure:
    current = scored(question, await scope.groups(question.key, period), min_n)
    if before is None:
        return Figure(question, current.score, None, Change(), False, current.left_out, current.only)
    previous = scored(question, await scope.groups(question.key, before), min_n)
    moved, broken = compared(current, previous)
    return Figure(question, current.score, previous.score, moved, broken, current.left_out, current.only)


async def _trend(scope: Scope, question: ScoredQuestion, period: Period, min_n: int) -> Trend:
    shown = periods.trend_period(period)
    days = [
        DayCount(group.day, group.revision, group.histogram)
        for group in await scope.groups(question.key, shown, "day")
        if group.day
    ]
    step = readable_step(days, shown, min_n)
    segments = []
    wordings = series(days, shown, step)
    for segment in wordings:
        only = (segment.revision,) if segment.revision is not None and len(wordings) > 1 else ()
        scale = question.scale(segment.revision or question.revision)
        segments.append(
            tuple(
                TrendPoint(
                    point.key,
                    point.first,
                    point.last,
                    score(question.metric, point.histogram, scale_max=scale.highest, top=scale.top, min_n=min_n),
                    only,
                )
                for point in segment.points
            )
        )
    breaks = tuple(segment[0].key for segment in segments[1:])
    return Trend(step, shown, tuple(segments), breaks)


async def _splits(
    scope: Scope, hero: Figure | None, period: Period, before: Period | None, asker: Asker
) -> tuple[Mapping[str, tuple[SplitRow, ...]], bool]:
    """The main question's score per value of each dimension; of a late one only without filters."""
    if hero is None:
        return {}, False
    splits: dict[str, tuple[SplitRow, ...]] = {}
    for dimension in RECEIVED if scope.filtered else DIMENSIONS:
        now = _by_key(await scope.groups(hero.question.key, period, dimension))
        then = _by_key(await scope.groups(hero.question.key, before, dimension)) if before else {}
        every = {
            key: _row(hero.question, groups, then.get(key, ()), scope.names[dimension].of(key), asker.min_n)
            for key, groups in now.items()
        }
        rows = {key: row for key, row in every.items() if row.score.n}
        ordered = as_tree(rows, scope.tree, _best_first) if dimension == "place" else None
        splits[dimension] = tuple(ordered or sorted(rows.values(), key=_best_first))
    return splits, not scope.filtered


def _by_key(groups: Iterable[Group]) -> dict[str, list[Group]]:
    found: dict[str, list[Group]] = {}
    for group in groups:
        found.setdefault(group.key, []).append(group)
    return found


def _row(
    question: ScoredQuestion,
    groups: Sequence[Group],
    before: Sequence[Group],
    named: Value,
    min_n: int,
) -> SplitRow:
    current, previous = scored(question, groups, min_n), scored(question, before, min_n)
    moved, _ = compared(current, previous)
    return SplitRow(*named, score=current.score, change=moved, revisions=current.only)


def _best_first(row: SplitRow) -> tuple[bool, float, int]:
    """Rows with enough answers by score, then the rest by their number."""
    return row.score.state != "ok", -(row.score.score or 0.0) if row.score.state == "ok" else 0.0, -row.score.n
