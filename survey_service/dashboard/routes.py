"""Scores for other programs."""

from datetime import date
from typing import Annotated, Literal

from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import FromQuery, QueryParameter

from survey_service.accounts.guards import Caller
from survey_service.core.errors import NotFound
from survey_service.dashboard.schemas import Filters
from survey_service.dashboard.scores import AskedMetric, ScoreBy, Scores, scores

SLUG = r"^[a-z0-9][a-z0-9-]{0,63}$"
CODE = r"^([a-z0-9-]{1,40})?$"
KEY = r"^([a-z][a-z0-9_]{0,39})?$"
WORD = r"^([A-Za-z0-9-]{1,35})?$"

FormSlug = Annotated[
    str, QueryParameter(pattern=SLUG, description="The form's public name.", examples=[Example(value="visit")])
]
PlaceCode = Annotated[str, QueryParameter(pattern=CODE, description="Code of a place; what lies below it counts too.")]
QuestionKey = Annotated[
    str, QueryParameter(pattern=KEY, description="Key of the question; may be absent if the metric has only one.")
]
Word = Annotated[str, QueryParameter(pattern=WORD)]
FirstDay = Annotated[date, QueryParameter(name="from", description="First local day; from the first answer if absent.")]
LastDay = Annotated[date, QueryParameter(name="to", description="Last local day; to the newest answer if absent.")]


def days(first: date, last: date) -> tuple[date | None, date | None]:
    """The bounds of a period, None where there is none."""
    return first if first > date.min else None, last if last < date.max else None


@get(
    "/api/v1/scores",
    opt={"scope": "scores:read", "refuses": (NotFound,)},
    operation_id="ReadScores",
    summary="Read scores with their intervals",
    tags=["scores"],
)
async def read_scores(
    caller: NamedDependency[Caller],
    form: FormSlug,
    question: QuestionKey = "",
    metric: FromQuery[Literal[AskedMetric, ""]] = "",
    first: FirstDay = date.min,
    last: LastDay = date.max,
    by: FromQuery[Literal[ScoreBy, ""]] = "",
    place: PlaceCode = "",
    channel: Word = "",
    language: Word = "",
) -> Scores:
    """NPS, CSAT or CES of a form's question, whole and by day, week, month, place, channel or language. More is better
    for each: CES is the mean of the answers about ease."""
    filters = Filters(form, *days(first, last), place, channel, language)
    return await scores(caller.workspace, caller.min_n, filters, question, metric or None, by or None)


ROUTES = [read_scores]
