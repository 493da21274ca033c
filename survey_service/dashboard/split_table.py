"""The main question's score by the values of one dimension: read from the counts, and shown as a table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.counts.dimensions import DIMENSIONS
from survey_service.counts.schemas import Group
from survey_service.dashboard import words
from survey_service.dashboard.axes import Axis
from survey_service.dashboard.charts.dot_whisker import DOT_WHISKER_CHART, Ranged, axis_svg, range_axis
from survey_service.dashboard.links import answers_url, score_filter
from survey_service.dashboard.schemas import Figure, ScoredQuestion, SplitRow, Summary
from survey_service.dashboard.scoring import compared, scored
from survey_service.dashboard.sections.base import Asking, Sheet
from survey_service.places.schemas import NO_PLACE, NOBODY
from survey_service.responses.schemas import Value

INCLUDED = N_("Each place includes the places that belong to it.")
Rows = Mapping[str, SplitRow]
"""Rows that have answers, by the key of the counts."""


async def split_rows(asking: Asking, hero: Figure, dimension: str) -> Rows:
    """The score per value of a dimension, beside the period before."""
    scope, question = asking.scope, hero.question
    now = _by_key(await scope.groups(question.key, asking.period, dimension))
    then = _by_key(await scope.groups(question.key, asking.before, dimension)) if asking.before else {}
    every = {
        key: _row(question, groups, then.get(key, ()), scope.names[dimension].of(key), asking.min_n)
        for key, groups in now.items()
    }
    return {key: row for key, row in every.items() if row.score.n}


def best_first(row: SplitRow) -> tuple[bool, float, int]:
    """Rows with enough answers by score, then the rest by their number."""
    return row.score.state != "ok", -(row.score.score or 0.0) if row.score.state == "ok" else 0.0, -row.score.n


def split_table(made: Summary, dimension: str, every: Sequence[SplitRow], sheet: Sheet) -> dict[str, Any] | None:
    """One split as a table; None when there is nothing to compare, as where no answer names anybody. No row with enough
    answers: no axis, no whole."""
    rows = every[: sheet.most_rows]
    named = getattr(made.filters, dimension) or any(row.key not in (NO_PLACE, NOBODY) for row in rows)
    if made.hero is None or not rows or not named:
        return None
    whole = made.hero.score
    shown = [row.score for row in rows if row.score.state == "ok"]
    axis = range_axis([whole, *shown]) if shown else None
    return {
        "dimension": dimension,
        "title": _(DIMENSIONS[dimension].split),
        "head": _(DIMENSIONS[dimension].head or DIMENSIONS[dimension].title),
        "whole": words.value(whole) if axis and whole.state == "ok" else "",
        "axis": sheet.draw(axis_svg(axis)) if axis else "",
        "rows": [_shown_row(made, made.hero, dimension, row, axis, sheet) for row in rows],
        "more": len(every) - len(rows),
        "note": _(INCLUDED) if any(row.depth for row in rows) else "",
    }


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


def _shown_row(
    made: Summary, hero: Figure, dimension: str, row: SplitRow, axis: Axis | None, sheet: Sheet
) -> dict[str, Any]:
    mean = hero.score.score if hero.score.state == "ok" else None
    href = answers_url(made.filters, **{dimension: row.key, "score": score_filter(hero, part=row)})
    return {
        "label": row.label,
        "own_name": row.own_name,
        "under": row.under,
        "depth": row.depth,
        "href": href,
        "state": row.score.state,
        "value": words.in_table(row.score),
        "range": words.interval(row.score),
        "n": words.count(row.score.n),
        "answers": words.answers(row.score.n),
        "svg": sheet.draw(DOT_WHISKER_CHART.svg(Ranged(row.score, axis, mean), "wide")) if axis else "",
        "by": words.by(row.change, row.score.metric),
        "direction": row.change.direction,
        "hue": words.hue(row.change, row.score.metric),
        "few": words.too_few(row.score, made.min_n),
    }
