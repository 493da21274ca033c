"""A summary as its page and its PDF show it: words, links and drawings, ready for the templates. Pure."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from survey_service.cases.schemas import Waiting
from survey_service.core.durations import age
from survey_service.core.i18n.staff import N_, name_of, ngettext
from survey_service.core.i18n.staff import gettext as _
from survey_service.counts.dimensions import DIMENSIONS
from survey_service.dashboard import figures, headline, words
from survey_service.dashboard.figures import Axis
from survey_service.dashboard.periods import bucket_label, is_month, is_year, label
from survey_service.dashboard.schemas import Figure, SplitRow, Summary, Trend, TrendPoint
from survey_service.nps.histogram import DETRACTORS, PASSIVES, PROMOTERS
from survey_service.nps.scores import Score
from survey_service.responses.filters import Filter, query
from survey_service.responses.labels import WITHOUT_PLACE, taken_for_machines, uncounted

INCLUDED = N_("Each place includes the places that belong to it.")

GROUPS = (
    ("promoter", N_("promoters"), PROMOTERS),
    ("passive", N_("passives"), PASSIVES),
    ("detractor", N_("detractors"), DETRACTORS),
)

NOUNS = {"promoter": N_("promoter"), "passive": N_("passive"), "detractor": N_("detractor")}

Draw = Callable[[str], Markup]
"""Marks a drawing as ready for a template."""


def follow_up_url(place: str, form: str = "") -> str:
    """The page with exactly those who wait at a place and below it, after one form or any."""
    named = urlencode({name: value for name, value in (("form", form), ("place", place)) if value})
    return f"/app/follow-up?{named}" if named else "/app/follow-up"


def waiting(waiting: Waiting, now: datetime, place: str = "") -> str:
    """“3 people wait for a reply or a call at Riga, the longest for 15 h (any form, channel, language and day).”
    Empty if nobody does. People wait whatever else the page is about, so it says which of its filters are meant."""
    if waiting.since is None:
        return ""
    longest = age(now - waiting.since)
    if place == WITHOUT_PLACE:
        one = N_(
            "Somebody whose answer has no place has waited for a reply or a call for %(age)s "
            "(any form, channel, language and day)."
        )
        many = N_(
            "%(n)s people whose answer has no place wait for a reply or a call, the longest for %(age)s "
            "(any form, channel, language and day)."
        )
    elif place:
        one = N_(
            "Somebody has waited for a reply or a call at %(place)s for %(age)s (any form, channel, language and day)."
        )
        many = N_(
            "%(n)s people wait for a reply or a call at %(place)s, the longest for %(age)s "
            "(any form, channel, language and day)."
        )
    else:
        one = N_("Somebody has waited for a reply or a call for %(age)s (any form, channel, language and day).")
        many = N_(
            "%(n)s people wait for a reply or a call, the longest for %(age)s (any form, channel, language and day)."
        )
    said = _(one, age=longest, place=place) if waiting.count == 1 else ""
    return said or _(many, n=words.count(waiting.count), age=longest, place=place)


def answers_url(filters: Filter, **more: str) -> str:
    """The page with exactly the answers that a figure with these filters counts."""
    return f"/app/answers?{query(filters, **more)}"


def answer_url(filters: Filter, figure: Figure, answer: int) -> str:
    """The page with the responses that gave this one answer."""
    return answers_url(filters, score=score_filter(figure, answer, answer))


def point_url(filters: Filter, point: TrendPoint) -> str:
    """Today for the days of one point of the trend."""
    return f"/app?{query(filters, **_days(point))}"


def _days(point: TrendPoint) -> dict[str, str]:
    return {"from": point.first.isoformat(), "to": point.last.isoformat()}


def pdf_url(filters: Filter) -> str:
    """The PDF of exactly this view."""
    return f"/app/reports/summary.pdf?{query(filters)}"


def score_filter(
    figure: Figure, low: int | None = None, high: int | None = None, part: Figure | SplitRow | TrendPoint | None = None
) -> str:
    """`recommend:0-6`; the whole scale without numbers. `part`: what of the figure is meant, if not all of it.

    Where only some wordings are in the score, they are named: `recommend.2.3:0-6`.
    """
    meant = part or figure
    first, last = meant.score.scale
    wordings = "".join(f".{revision}" for revision in meant.revisions)
    return f"{figure.question.key}{wordings}:{first if low is None else low}-{last if high is None else high}"


def shown_score(summary: Summary, figure: Figure) -> dict[str, Any]:
    """A figure for the score macro."""
    score = figure.score
    return {
        "name": _(words.NAMES[score.metric]),
        "question": figure.question.text,
        "state": score.state,
        "value": words.value(score),
        "unit": words.unit(score),
        "range": words.interval(score),
        "answers": words.answers(score.n),
        "href": answers_url(summary.filters, score=score_filter(figure)),
        "change": _shown_change(summary, figure),
        "hint": words.too_few(score, summary.min_n) if score.state == "too_few" else _left_out(figure),
    }


def shown_groups(summary: Summary) -> list[dict[str, str]]:
    """Promoters, passives and detractors of an NPS with their shares and links."""
    hero = summary.hero
    if hero is None or hero.score.metric != "nps" or not hero.score.n:
        return []
    counts = [hero.score.histogram.count(*ends) for _kind, _name, ends in GROUPS]
    return [
        {
            "kind": kind,
            "name": _(name),
            "noun": _(NOUNS[kind]) if n == 1 else _(name),
            "share": share,
            "count": words.count(n),
            "href": answers_url(summary.filters, score=score_filter(hero, *ends)),
        }
        for (kind, name, ends), n, share in zip(GROUPS, counts, words.shares(counts), strict=True)
    ]


def shown_split(summary: Summary, dimension: str, draw: Draw, most_rows: int) -> dict[str, Any] | None:
    """One split as a table; None when there is nothing to compare. No row with enough answers: no axis, no whole."""
    rows = summary.splits.get(dimension, ())[:most_rows]
    if summary.hero is None or not rows:
        return None
    whole = summary.hero.score
    shown = [row.score for row in rows if row.score.state == "ok"]
    axis = figures.range_axis([whole, *shown]) if shown else None
    return {
        "dimension": dimension,
        "title": _(DIMENSIONS[dimension].split),
        "head": _(DIMENSIONS[dimension].head or DIMENSIONS[dimension].title),
        "whole": words.value(whole) if axis and whole.state == "ok" else "",
        "axis": draw(figures.axis_svg(axis)) if axis else "",
        "rows": [_shown_row(summary, summary.hero, dimension, row, axis, draw) for row in rows],
        "more": len(summary.splits[dimension]) - len(rows),
        "note": _(INCLUDED) if any(row.depth for row in rows) else "",
    }


def shown_trend(trend: Trend, filters: Filter, hero: Figure, draw: Draw) -> dict[str, Any]:
    """The trend as drawings and as a table."""
    points = [(point, number) for number, segment in enumerate(trend.segments) for point in segment if point.score.n]
    return {
        "title": words.by_step(hero.score.metric, trend.step),
        "legend": _trend_legend(trend),
        "wide": draw(figures.trend_svg(trend, identity="trend-wide")),
        "narrow": draw(figures.trend_svg(trend, figures.NARROW, identity="trend-narrow")),
        "rows": [_trend_row(point, filters, hero, number > 0) for point, number in points],
    }


def _trend_legend(trend: Trend) -> str:
    """What band and ticks of the drawing mean."""
    states = {point.score.state for segment in trend.segments for point in segment}
    if "ok" not in states:
        return _(words.TOO_FEW_BY_STEP[trend.step])
    ticked = _("Shaded: 95 %% interval. Grey tick: too few answers")
    return ticked if "too_few" in states else _("Shaded: 95 %% interval")


def shown_histogram(summary: Summary, hero: Figure, draw: Draw) -> dict[str, Any]:
    """The main question's answers as a drawing and as a table."""
    score = hero.score
    low, high = score.scale
    shares = words.shares(score.histogram.counts[low : high + 1]) if score.state == "ok" else None
    return {
        "title": _("Scores in %(period)s", period=label(summary.period)) if is_named(summary) else _("Scores"),
        "answers": words.answers(score.n),
        "href": answers_url(summary.filters, score=score_filter(hero)),
        "few": "" if shares else words.too_few(score, summary.min_n),
        "narrow": draw(figures.histogram_svg(score, height=230 if shares else 150)),
        "wide": draw(figures.histogram_svg(score, width=600, height=190 if shares else 150, identity="histogram-wide")),
        "rows": [
            {
                "score": answer,
                "count": words.count(score.histogram.counts[answer]),
                "share": shares[answer - low] if shares else "",
                "href": answer_url(summary.filters, hero, answer),
            }
            for answer in range(low, high + 1)
        ],
    }


def shown_comments(summary: Summary) -> list[dict[str, Any]]:
    """The newest comments for the comment macro."""
    return [
        {
            "score": comment.score,
            "text": comment.text,
            "direction": text_direction(comment.text),
            "language": comment.language,
            "language_name": name_of(comment.language) if comment.language else "",
            "mood": comment.sentiment,
            "reason": _no_reader(comment.language),
            "place": comment.place,
            "channel": words.channel(comment.channel),
            "when": words.when(comment.received_at, summary.as_of, summary.time_zone),
            "iso": comment.received_at.isoformat(),
            "href": f"/app/answers/{comment.id}",
        }
        for comment in summary.newest
    ]


def _no_reader(language: str) -> str:
    return _("no reader for %(language)s yet", language=name_of(language)) if language else ""


def shown_exclusions(summary: Summary) -> str:
    """What came under the same filters and is in no figure, in one sentence."""
    return _("Not counted: %(what)s.", what=", ".join(text for text, _href in excluded(summary)))


def nothing(summary: Summary, *, is_open: bool) -> tuple[str, str]:
    """What is said where the figures would be, and what to do then. Filter may be why there is nothing; else the form
    is asked about, which nobody can answer while it is closed."""
    narrowed = " ".join(filter(None, summary.within))
    if narrowed:
        title = _("No answers %(narrowed)s in this period", narrowed=narrowed)
        return title, _("Take a filter out, or choose another period.")
    if not is_open:
        closed = _("The form is closed, so nobody can answer it now. Choose another period.")
        return _("No answers in this period"), closed
    live = _(
        "The form is live. Answers appear here within a second. Share its link or print a poster, or choose another "
        "period."
    )
    return _("No answers in this period"), live


def excluded(summary: Summary) -> list[tuple[str, str]]:
    """What came under the same filters and is in no figure: words, and the page with exactly these."""
    return [(uncounted(state, n), answers_url(summary.filters, state=state)) for state, n in summary.exclusions.items()]


def suspects(summary: Summary) -> tuple[str, str]:
    """(words, address) of what lies in the spam box under the filters of a period without answers; no words if
    nothing does."""
    said = taken_for_machines(0 if summary.answers else summary.exclusions.get("spam", 0))
    return said, f"/app/spam?{query(summary.filters)}"


def shown(summary: Summary, *, draw: Callable[[str], str] = str, most_rows: int = 1000) -> dict[str, Any]:
    """Everything that a template of a summary needs. `draw` has the last word on every drawing."""

    def marked(svg: str) -> Markup:
        return Markup(draw(svg) if svg else "")  # noqa: S704 (our own drawing; its texts are escaped)

    hero = summary.hero
    answered = hero is not None and hero.score.n > 0
    others = [figure for figure in summary.figures if figure is not hero]
    named = _("All %(n)s of %(period)s", n=words.count(summary.comments), period=label(summary.period))
    whole = _("All %(n)s", n=words.count(summary.comments))
    splits = {name: shown_split(summary, name, marked, most_rows) for name in DIMENSIONS}
    return {
        "headline": headline.headline(summary),
        "subline": headline.subline(summary),
        "period": label(summary.period),
        "as_of": words.clock(summary.as_of, summary.time_zone),
        "hero": shown_score(summary, hero) if hero else None,
        "groups": shown_groups(summary),
        "split_bar": marked(figures.split_svg(hero.score)) if hero else "",
        "others": [shown_score(summary, figure) for figure in others],
        "trend": shown_trend(summary.trend, summary.filters, hero, marked)
        if hero and summary.trend and answered
        else None,
        "histogram": shown_histogram(summary, hero, marked) if hero and answered else None,
        "splits": {name: split for name, split in splits.items() if split},
        "comments": shown_comments(summary),
        "comments_words": named if is_named(summary) else whole,
        "comments_url": answers_url(summary.filters, comment="1"),
        "comment_count": words.count(summary.comments),
        "answers": words.answers(summary.answers),
        "answers_url": answers_url(summary.filters),
        "unscored": bool(summary.answers) and not answered,
        "exclusions": shown_exclusions(summary),
        "excluded": excluded(summary),
        "suspects": suspects(summary),
        "sentiment_counted": summary.sentiment_counted,
    }


def _shown_change(summary: Summary, figure: Figure) -> dict[str, str] | None:
    text = headline.change_text(summary, figure)
    if not text:
        return None
    chance = headline.chance_text(summary, figure)
    said = _("%(change)s. %(chance)s", change=text, chance=chance) if chance else text
    hue = words.hue(figure.change, figure.score.metric)
    return {
        "direction": figure.change.direction,
        "hue": hue,
        "by": words.by(figure.change, figure.score.metric),
        "text": said,
    }


def _left_out(figure: Figure) -> str:
    if not figure.left_out:
        return ""
    return ngettext(
        "%(n)s answer on an earlier scale not included",
        "%(n)s answers on an earlier scale not included",
        figure.left_out,
        n=words.count(figure.left_out),
    )


def _shown_row(
    summary: Summary, hero: Figure, dimension: str, row: SplitRow, axis: Axis | None, draw: Draw
) -> dict[str, Any]:
    mean = hero.score.score if hero.score.state == "ok" else None
    href = answers_url(summary.filters, **{dimension: row.key, "score": score_filter(hero, part=row)})
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
        "svg": draw(figures.range_svg(row.score, axis, mean)) if axis else "",
        "by": words.by(row.change, row.score.metric),
        "direction": row.change.direction,
        "hue": words.hue(row.change, row.score.metric),
        "few": words.too_few(row.score, summary.min_n),
    }


def _trend_row(point: TrendPoint, filters: Filter, hero: Figure, new_wording: bool) -> dict[str, Any]:
    score: Score = point.score
    return {
        "label": bucket_label(point.key, point.first, with_year=True),
        "value": words.in_table(score),
        "range": words.interval(score) if score.state == "ok" else _("too few"),
        "n": words.count(score.n),
        "state": score.state,
        "new_wording": new_wording,
        "href": answers_url(filters, **_days(point), score=score_filter(hero, part=point)),
    }


def filter_words(summary: Summary) -> str:
    """What the figures are limited to, in words; empty without filters."""
    return ", ".join(filter(None, summary.limits.values()))


def is_named(summary: Summary) -> bool:
    """Whether the period is a month or a year, whose name is short enough to repeat."""
    return is_month(summary.period) or is_year(summary.period)


def text_direction(text: str) -> str:
    """`rtl` or `ltr` by the first letter that has a direction, as browsers decide `dir="auto"`."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L" else "ltr"
