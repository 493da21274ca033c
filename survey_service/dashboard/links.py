"""Where figures lead: exactly the answers, or the days, that each is made of. Pure."""

from survey_service.core.addresses import with_query
from survey_service.dashboard.schemas import Figure, SplitRow, TrendPoint
from survey_service.responses.filters import Filter, query


def follow_up_url(place: str, form: str = "") -> str:
    """The page with exactly those who wait at a place and below it, after one form or any."""
    return with_query("/app/follow-up", form=form, place=place)


def answers_url(filters: Filter, **more: str) -> str:
    """The page with exactly the answers that a figure with these filters counts."""
    return f"/app/answers?{query(filters, **more)}"


def answer_url(filters: Filter, figure: Figure, answer: int) -> str:
    """The page with the responses that gave this one answer."""
    return answers_url(filters, score=score_filter(figure, answer, answer))


def point_url(filters: Filter, point: TrendPoint) -> str:
    """Today for the days of one point of the trend."""
    return f"/app?{query(filters, **days_of(point))}"


def days_of(point: TrendPoint) -> dict[str, str]:
    """The days of a point as an address says them."""
    return {"from": point.first.isoformat(), "to": point.last.isoformat()}


def pdf_url(filters: Filter) -> str:
    """The PDF of exactly this view."""
    return f"/app/reports/summary.pdf?{query(filters)}"


def explore_url(filters: Filter, chart: str) -> str:
    """What exploring a chart of this view takes."""
    return f"/app/figures/{chart}?{query(filters)}"


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
