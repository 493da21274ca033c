"""The page from the demo to one's own. It has no twin in the API: it is done once, by a person or by the command
`begin`, and a program has nobody's name, shop and password to tell."""

from collections.abc import Callable, Mapping

from litestar import Response, get, post
from litestar.di import NamedDependency

from survey_service.accounts import queries as accounts
from survey_service.accounts.guards import Caller
from survey_service.beginning import service
from survey_service.beginning.service import Beginning
from survey_service.core import clock, i18n, zones
from survey_service.core.errors import ServiceError, Unavailable
from survey_service.core.form_encoding import Fields
from survey_service.core.http import AnyRequest, errors_of, form_fields, see
from survey_service.core.i18n import staff as staff_words
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import ngettext, number
from survey_service.core.templates import staff_page

BEGIN = "/app/begin"
OWNER = {"role": "owner"}


@get(BEGIN, opt=OWNER, include_in_schema=False)
async def begin_page(caller: NamedDependency[Caller]) -> Response[bytes]:
    """What goes and what stays, and the three questions."""
    assert caller.actor is not None, "a session is a person's"
    staff = await accounts.staff_member(caller.workspace, caller.actor)
    known = staff.email != accounts.FIRST_EMAIL
    own = staff_words.language()
    first = (own if own in i18n.LANGUAGES else "en",)
    return await _page(
        caller, Beginning(staff.name if known else "", staff.email if known else "", languages=first), None
    )


@post(BEGIN, opt={**OWNER, "secret": ("password",)}, include_in_schema=False)
async def begin(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[bytes]:
    """Removes the demo and leads to the first form, or shows the questions again with what was typed."""
    wanted = _typed(await form_fields(request))
    try:
        slug = await service.begin(caller, wanted, clock.now())
    except Unavailable:
        raise
    except ServiceError as error:
        return await _page(caller, wanted, error)
    return see(f"/app/forms/{slug}/share")


TEXTS = ("owner_name", "email", "password", "shop", "time_zone")


def _typed(fields: Fields) -> Beginning:
    texts = {name: fields[name][-1] for name in TEXTS if name in fields}
    first = fields.get("language", [])[-1:]
    return Beginning(**texts, languages=(*first, *(tag for tag in fields.get("also", []) if tag not in first)))


def _in_words(goes: Mapping[str, int]) -> list[str]:
    """`1,204 answers`, …"""
    said: dict[str, Callable[[int], str]] = {
        "answers": lambda n: ngettext("%(n)s answer", "%(n)s answers", n, n=number(n)),
        "customers": lambda n: ngettext("%(n)s customer", "%(n)s customers", n, n=number(n)),
        "invitations": lambda n: ngettext("%(n)s invitation", "%(n)s invitations", n, n=number(n)),
        "places": lambda n: ngettext("%(n)s place", "%(n)s places", n, n=number(n)),
        "employees": lambda n: ngettext("%(n)s employee", "%(n)s employees", n, n=number(n)),
        "forms": lambda n: ngettext("%(n)s form", "%(n)s forms", n, n=number(n)),
    }
    return [said[name](n) for name, n in goes.items()]


async def _page(caller: Caller, wanted: Beginning, error: ServiceError | None) -> Response[bytes]:
    assert caller.actor is not None, "a session is a person's"
    staff = await accounts.staff_member(caller.workspace, caller.actor)
    demo = await service.demo_of(caller.workspace)
    return staff_page(
        caller,
        "beginning/begin.html",
        current="settings",
        status_code=error.status if error else 200,
        demo=demo,
        goes=_in_words(demo.goes) if demo else [],
        typed=wanted,
        has_password=staff.has_password,
        zones=[("", _("Choose")), *zones.choices(wanted.time_zone)],
        languages=i18n.LANGUAGES.values(),
        errors=errors_of(error) if error else {},
        what_to_do=error.what_to_do if error else "",
    )


ROUTES = [begin_page, begin]
