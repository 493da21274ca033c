"""The survey behind the QR code of a place."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from survey_service.core.http import keys_of
from survey_service.forms import posters
from survey_service.places import queries as places
from survey_service.survey import pages


@get("/q/{code:str}", opt=pages.RESPONDENT, include_in_schema=False)
async def poster_survey(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[bytes]:
    """The survey of a place's QR poster, or of an employee's card there: channel `qr`, place set."""
    place = await places.place_by_code(code)
    published = await posters.form_of(place) if place else None
    if place is None or published is None:
        return pages.notice(request, "not_found", status_code=404)
    employee = await pages.employee_of(published, keys_of(request), request.query_params.get("_employee"))
    return pages.open_survey(request, published, channel="qr", place=place, employee=employee)


ROUTES = [poster_survey]
