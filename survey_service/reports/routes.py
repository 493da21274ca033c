"""The PDF summary for other programs."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.errors import NotFound
from survey_service.core.http import settings_of
from survey_service.counts.dimensions import Chosen
from survey_service.dashboard.routes import FirstDay, FormSlug, LastDay
from survey_service.reports.download import pdf_response
from survey_service.reports.schemas import ReportOptions
from survey_service.reports.service import make_report
from survey_service.responses.filters import Filter, days, query
from survey_service.responses.parameters import FIGURES

WithComments = Annotated[bool, QueryParameter(description="Whether the customers' newest comments are in it.")]


@get(
    "/api/v1/reports/summary.pdf",
    opt={"scope": "reports:read", "refuses": (NotFound,)},
    dependencies=FIGURES,
    operation_id="ReadSummaryReport",
    summary="Fetch the PDF summary of a period",
    tags=["reports"],
    media_type="application/pdf",
    responses={200: ResponseSpec(bytes, media_type="application/pdf", generate_examples=False, description="The PDF.")},
)
async def read_summary_report(
    request: Request[Any, Any, State],
    caller: NamedDependency[Caller],
    where: NamedDependency[Chosen],
    form: FormSlug,
    first: FirstDay = date.min,
    last: LastDay = date.max,
    comments: WithComments = False,
) -> Response[bytes]:
    """The PDF itself, with the same figures as the dashboard. No dates mean all time. Two are made at a time; when a
    third has waited for a minute, the answer is 503."""
    filters = Filter(form, *days(first, last), **msgspec.structs.asdict(where))
    link = f"{settings_of(request).public_url}/app?{query(filters)}"
    made = await make_report(caller, filters, clock.now(), ReportOptions(comments, link))
    return pdf_response(made.name, made.pdf)


ROUTES = [read_summary_report]
