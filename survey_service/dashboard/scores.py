"""Scores as the API gives them, from the same counts and the same arithmetic as the pages."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import UUID

import msgspec

from survey_service.core.errors import Invalid, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.counts.dimensions import RECEIVED
from survey_service.counts.schemas import Group
from survey_service.dashboard import queries
from survey_service.dashboard.periods import bucket_label
from survey_service.dashboard.queries import Scope
from survey_service.dashboard.schemas import ScoredQuestion
from survey_service.dashboard.scoring import scored
from survey_service.dashboard.summary import FIRST_DAY, LAST_DAY
from survey_service.nps.metrics import METRICS
from survey_service.nps.scores import Score, State
from survey_service.nps.trend import Period, Step, bucket_of
from survey_service.responses.filters import Filter

if TYPE_CHECKING:
    ScoreBy = str
    AskedMetric = str
else:
    ScoreBy = Literal["day", "week", "month", *RECEIVED, ""]
    AskedMetric = Literal[*dict.fromkeys(metric.asked for metric in METRICS.values()), ""]
"""What a score may be grouped by, time or what is known at receipt; and what it may be of, nothing being left open."""


class ScoreGroup(msgspec.Struct, frozen=True):
    """The score of one day, week, month or value of a dimension; fields as in Scores."""

    key: str
    label: str
    score: float | None
    low: float | None
    high: float | None
    n: int
    state: State
    histogram: dict[str, int]


class Scores(msgspec.Struct, frozen=True):
    """A score with its 95 % interval and histogram, nothing rounded: NPS −100…100, CSAT 0…100, CES the mean.

    State `too_few` is below the workspace's minimum, `none` has nulls.
    """

    score: float | None
    low: float | None
    high: float | None
    n: int
    state: State
    histogram: dict[str, int]
    groups: list[ScoreGroup]


async def scores(
    workspace: UUID, min_n: int, filters: Filter, question: str, metric: str | None, by: ScoreBy
) -> Scores:
    """The score of a question in a period, and of each group in it that has answers.

    Raises NotFound for a form or place that is not the workspace's, Invalid for a question or period that cannot be.
    """
    form = await queries.form_choice(workspace, filters.form)
    asked = chosen_question(await queries.scored_questions(workspace, form), question, metric)
    scope = await queries.scope_of(workspace, form, filters)
    first = filters.first or min(FIRST_DAY, filters.last or FIRST_DAY)
    last = filters.last or max(LAST_DAY, first)
    if first > last:
        raise Invalid.field("from", "after_to", _("The first day lies after the last."))
    period = Period(first, last)
    whole = scored(asked, await scope.groups(asked.key, period), min_n).score
    return Scores(**_fields(whole), groups=await _groups(scope, asked, period, by, min_n) if by else [])


def chosen_question(questions: Sequence[ScoredQuestion], key: str, metric: str | None) -> ScoredQuestion:
    """The question with this key, else the only one of the metric (the first there is unless told: NPS).

    Raises NotFound for an unknown key, Invalid when the metric is not the question's or does not decide.
    """
    if key:
        found = next((question for question in questions if question.key == key), None)
        if found is None:
            raise NotFound(_("The form has no scored question with this key."))
        if metric and METRICS[found.metric].asked != metric:
            words = _("“%(key)s” is a question of %(metric)s.", key=key, metric=METRICS[found.metric].asked)
            raise Invalid.field("metric", "other_metric", words)
        return found
    wanted = metric or next(iter(METRICS))
    several = [question for question in questions if METRICS[question.metric].asked == wanted]
    if len(several) != 1:
        keys = ", ".join(question.key for question in several)
        which = _("Say which “question”: %(keys)s.", keys=keys)
        said = which if several else _("The form has no question of %(metric)s.", metric=wanted)
        raise Invalid.field("question", "ambiguous" if several else "none", said)
    return several[0]


def _fields(found: Score) -> dict[str, Any]:
    return {
        "score": found.score,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "state": found.state,
        "histogram": found.histogram.by_score(),
    }


async def _groups(scope: Scope, question: ScoredQuestion, period: Period, by: ScoreBy, min_n: int) -> list[ScoreGroup]:
    if by == "day" or by == "week" or by == "month":
        days = await scope.groups(question.key, period, "day")
        dated = [(bucket_of(group.day, cast(Step, by)), group) for group in days if group.day and group.histogram]
        labels = {bucket.key: _time_label(bucket.key, bucket.first, by) for bucket, _ in dated}
        return _scored_groups(question, [(bucket.key, group) for bucket, group in dated], labels, min_n)
    groups = [group for group in await scope.groups(question.key, period, by) if group.histogram]
    shown = {group.key: scope.names[by].of(group.key) for group in groups}
    keyed = [(shown[group.key][0], group) for group in groups]
    return _scored_groups(question, keyed, {code: label for code, label, _, _ in shown.values()}, min_n)


def _scored_groups(
    question: ScoredQuestion, keyed: Iterable[tuple[str, Group]], labels: dict[str, str], min_n: int
) -> list[ScoreGroup]:
    collected: dict[str, list[Group]] = {}
    for key, group in keyed:
        collected.setdefault(key, []).append(group)
    return [
        ScoreGroup(key=key, label=labels[key], **_fields(scored(question, groups, min_n).score))
        for key, groups in sorted(collected.items())
    ]


def _time_label(key: str, first: date, by: ScoreBy) -> str:
    if by == "week":
        return _("Week %(week)s of %(year)s", week=int(key[-2:]), year=key[:4])
    return bucket_label(key, first, with_year=True)
