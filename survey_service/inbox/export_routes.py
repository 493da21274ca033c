"""Answers as a file, in every format there is, for staff and for programs."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from survey_service.accounts import audit
from survey_service.accounts.guards import Caller
from survey_service.core import clock, database
from survey_service.core.errors import NotFound
from survey_service.inbox.export import FORMATS
from survey_service.inbox.export.base import Format
from survey_service.inbox.export_file import exported, file_name, pieces
from survey_service.responses.actions import AnswerAction
from survey_service.responses.filters import Filter, typed
from survey_service.responses.meaning import resolve
from survey_service.responses.parameters import FILTERS


async def download(caller: Caller, asked: Filter, made: Format) -> Stream:
    """The answers of a filter as a file. Faults of the filter are raised before the first byte is sent."""
    wanted, published = await resolve(caller.workspace, asked)
    today = clock.local_day(clock.now(), caller.time_zone)
    name = file_name(published, today, made)
    await audit.record_taken(caller, AnswerAction.EXPORTED, exported(published, made, asked.first, asked.last))
    database.allow(database.PATIENT_SECONDS)  # for the file alone: whether it may be made is said at once
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(pieces(wanted, published, made), media_type=made.media_type, headers=headers)


def page_of(made: Format) -> HTTPRouteHandler:
    """The address behind a format's button of the list."""

    @get(f"/app/answers.{made.name}", opt={"role": "viewer"}, include_in_schema=False)
    async def download_page(request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Stream:
        """The file, under the same filters."""
        return await download(caller, typed(request.query_params), made)

    return download_page


def route_of(made: Format) -> HTTPRouteHandler:
    """The operation that gives programs a format."""

    @get(
        f"/api/v1/responses.{made.name}",
        opt={"scope": "responses:read", "refuses": (NotFound,)},
        dependencies=FILTERS,
        operation_id=made.operation,
        summary=made.summary,
        tags=["responses"],
        responses={200: ResponseSpec(str, media_type=made.media_type, generate_examples=False, description=made.about)},
    )
    async def export_responses(caller: NamedDependency[Caller], asked: NamedDependency[Filter]) -> Stream:
        """All responses under the same filters as the list, the newest first, with a column for each question."""
        return await download(caller, asked, made)

    return export_responses


ROUTES = [handler(made) for made in FORMATS.values() for handler in (page_of, route_of)]
