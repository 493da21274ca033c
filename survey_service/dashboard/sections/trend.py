"""The main score over time."""

from typing import Any

from survey_service.core.i18n.staff import gettext as _
from survey_service.dashboard import periods, words
from survey_service.dashboard.charts.trend import TREND_CHART, trend_figure
from survey_service.dashboard.links import answers_url, days_of, explore_url, point_url, score_filter
from survey_service.dashboard.periods import bucket_label
from survey_service.dashboard.schemas import Figure, Summary, Trend, TrendPoint
from survey_service.dashboard.sections.base import Asking, Section, Sheet
from survey_service.nps.metrics import score
from survey_service.nps.trend import DayCount, readable_step, series
from survey_service.responses.filters import Filter


async def _read(asking: Asking) -> Trend | None:
    """The trend of the main question; None for a form without one."""
    if asking.hero is None:
        return None
    question = asking.hero.question
    shown = periods.trend_period(asking.period)
    days = [
        DayCount(group.day, group.revision, group.histogram)
        for group in await asking.scope.groups(question.key, shown, "day")
        if group.day
    ]
    step = readable_step(days, shown, asking.min_n)
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
                    score(question.metric, point.histogram, scale_max=scale.highest, top=scale.top, min_n=asking.min_n),
                    only,
                )
                for point in segment.points
            )
        )
    breaks = tuple(segment[0].key for segment in segments[1:])
    return Trend(step, shown, tuple(segments), breaks)


def _show(trend: Trend | None, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    """As drawings and as a table."""
    hero = made.hero
    if hero is None or trend is None or not hero.score.n:
        return None
    points = [(point, number) for number, segment in enumerate(trend.segments) for point in segment if point.score.n]
    return {
        "title": words.by_step(hero.score.metric, trend.step),
        "legend": _legend(trend),
        "wide": sheet.draw(TREND_CHART.svg(trend, "wide")),
        "narrow": sheet.draw(TREND_CHART.svg(trend, "narrow")),
        "explore": explore_url(made.filters, "trend"),
        "rows": [_row(point, made.filters, hero, number > 0) for point, number in points],
    }


def _legend(trend: Trend) -> str:
    """What band and ticks of the drawing mean."""
    states = {point.score.state for segment in trend.segments for point in segment}
    if "ok" not in states:
        return _(words.TOO_FEW_BY_STEP[trend.step])
    ticked = _("Shaded: 95 %% interval. Grey tick: too few answers")
    return ticked if "too_few" in states else _("Shaded: 95 %% interval")


def _row(point: TrendPoint, filters: Filter, hero: Figure, new_wording: bool) -> dict[str, Any]:
    found = point.score
    return {
        "label": bucket_label(point.key, point.first, with_year=True),
        "value": words.in_table(found),
        "range": words.interval(found) if found.state == "ok" else _("too few"),
        "n": words.count(found.n),
        "state": found.state,
        "new_wording": new_wording,
        "href": answers_url(filters, **days_of(point), score=score_filter(hero, part=point)),
    }


def _explore(trend: Trend | None, made: Summary) -> bytes | None:
    if made.hero is None or trend is None or not made.hero.score.n:
        return None
    return trend_figure(trend, lambda point: point_url(made.filters, point))


TREND = Section(name="trend", read=_read, show=_show, explore=_explore)
