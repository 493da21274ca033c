"""Where staff choose a report and download it."""

from litestar import Response, get
from litestar.di import NamedDependency

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.http import AnyRequest, settings_of
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.rail import RailSection
from survey_service.core.templates import staff_page
from survey_service.core.text import by_name
from survey_service.counts.dimensions import RECEIVED
from survey_service.dashboard import parameters, periods, queries
from survey_service.reports.download import pdf_response
from survey_service.reports.schemas import ReportOptions
from survey_service.reports.service import make_report
from survey_service.responses.filters import query, require_sense, typed
from survey_service.responses.values import fields, names_of

REPORTS = "/app/reports"
RAIL_SECTION = RailSection(key="reports", label=N_("Reports"), href=REPORTS, icon="reports", position=80)
DEFAULT_PERIOD = "last-month"


@get(REPORTS, opt={"role": "viewer"}, include_in_schema=False)
async def reports_page(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[bytes]:
    """Which form and period, what Today is filtered by, and whether with comments; what the address names is chosen,
    though it is archived."""
    asked = typed(request.query_params)
    require_sense(asked)
    forms = await queries.form_choices(caller.workspace, asked.form)
    languages = dict.fromkeys(language for form in forms for language in form.languages)
    names = await names_of(caller.workspace, tuple(languages))
    choices = {
        "forms": by_name((one.slug, one.name) for one in forms),
        "form": asked.form or next((one.slug for one in forms), ""),
        "filters": fields(names, asked, RECEIVED),
        "periods": [(key, _(name)) for key, name in periods.PRESETS.items()],
        "period": DEFAULT_PERIOD,
    }
    return staff_page(caller, "reports/reports.html", current="reports", fields=choices)


@get(REPORTS + "/summary.pdf", opt={"role": "viewer"}, include_in_schema=False)
async def summary_download(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[bytes]:
    """The PDF of a view of the dashboard."""
    now = clock.now()
    given = request.query_params
    asked = parameters.asked(given, clock.local_day(now, caller.time_zone), DEFAULT_PERIOD)
    link = f"{settings_of(request).public_url}/app?{query(asked.filters)}"
    options = ReportOptions(comments=given.get("comments") == "1", link=link)
    made = await make_report(caller, asked.filters, now, options)
    return pdf_response(made.name, made.pdf)


ROUTES = [reports_page, summary_download]
