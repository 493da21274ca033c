"""Scores for other programs."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import FromQuery, QueryParameter

from survey_service.accounts.guards import Caller
from survey_service.core.errors import NotFound
from survey_service.counts.dimensions import Chosen
from survey_service.dashboard.scores import AskedMetric, ScoreBy, Scores, scores
from survey_service.responses.filters import Filter, days
from survey_service.responses.parameters import FIGURES

SLUG = r"^[a-z0-9][a-z0-9-]{0,63}$"
KEY = r"^([a-z][a-z0-9_]{0,39})?$"

FormSlug = Annotated[
    str, QueryParameter(pattern=SLUG, description="The form's public name.", examples=[Example(value="visit")])
]
QuestionKey = Annotated[
    str, QueryParameter(pattern=KEY, description="Key of the question; may be absent if the metric has only one.")
]
FirstDay = Annotated[date, QueryParameter(name="from", description="First local day; from the first answer if absent.")]
LastDay = Annotated[date, QueryParameter(name="to", description="Last local day; to the newest answer if absent.")]


@get(
    "/api/v1/scores",
    opt={"scope": "scores:read", "refuses": (NotFound,)},
    dependencies=FIGURES,
    operation_id="ReadScores",
    summary="Read scores with their intervals",
    tags=["scores"],
)
async def read_scores(
    caller: NamedDependency[Caller],
    where: NamedDependency[Chosen],
    form: FormSlug,
    question: QuestionKey = "",
    metric: FromQuery[AskedMetric] = "",
    first: FirstDay = date.min,
    last: LastDay = date.max,
    by: FromQuery[ScoreBy] = "",
) -> Scores:
    """NPS, CSAT or CES of a form's question, whole and by day, week, month or a dimension such as the place. More is
    better for each: CES is the mean of the answers about ease."""
    filters = Filter(form, *days(first, last), **msgspec.structs.asdict(where))
    return await scores(caller.workspace, caller.min_n, filters, question, metric or None, by)


ROUTES = [read_scores]
