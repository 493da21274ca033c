"""An employee with the QR code of their card, and their link to each form."""

from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.builder.opened import opened
from survey_service.core.http import AnyRequest, keys_of, public_url
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.templates import staff_page
from survey_service.core.text import by_name
from survey_service.forms import queries as forms
from survey_service.places import qr
from survey_service.places import queries as places
from survey_service.places.employee_codes import signed

DONE = {
    "added": N_("%(name)s is added. The QR code is below."),
    "changed": N_("%(name)s is changed."),
    "moved": N_("%(name)s works at %(place)s now. Cards from before still count for the old place: print new ones."),
    "back": N_("%(name)s is back in lists and choices."),
}


@get("/app/employees/{employee_id:uuid}", opt={"role": "viewer"}, include_in_schema=False)
async def employee_page(
    request: AnyRequest, caller: NamedDependency[Caller], employee_id: FromPath[UUID], done: FromQuery[str] = ""
) -> Response[bytes]:
    """Somebody who works at a place, with what brings answers that count for them."""
    employee = await places.employee(caller.workspace, employee_id)
    base, code = public_url(request), signed(keys_of(request), employee.workspace, employee.code)
    url = qr.employee_url(base, employee.place_code, code)
    words = DONE.get("" if employee.left else done, "")
    return staff_page(
        caller,
        "builder/employee.html",
        current="places",
        employee=employee,
        said=_(words, name=employee.name, place=employee.place_name) if words else "",
        url=url,
        svg=qr.svg(url, _("QR code of %(place)s", place=employee.name)),
        links=[
            (name, qr.employee_link(base, slug, code))
            for slug, name in by_name(
                (published.slug, published.name)
                for published in await forms.published_forms_of(caller.workspace)
                if published.is_open
            )
        ],
        opened=await opened(await places.place(caller.workspace, employee.place)),
        loopback=qr.is_loopback(url),
    )


ROUTES = [employee_page]
