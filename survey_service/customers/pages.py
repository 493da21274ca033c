"""The list of customers, and one customer's whole history."""

from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.core.addresses import older, with_query
from survey_service.core.database.paging import PAGE_SIZE
from survey_service.core.http import AnyRequest, state_of
from survey_service.core.i18n.staff import N_, name_of, number
from survey_service.core.moments import local_day, local_time
from survey_service.core.rail import RailSection
from survey_service.core.templates import staff_page
from survey_service.customers import history, queries, words
from survey_service.customers.timeline import TimelineKinds
from survey_service.nps.metrics.nps import NPS
from survey_service.places import queries as places
from survey_service.places.tree import full_name

VIEW = {"role": "viewer"}
CUSTOMERS = "/app/customers"
RAIL_SECTION = RailSection(key="customers", label=N_("Customers"), href=CUSTOMERS, icon="customers", position=40)


@get(CUSTOMERS, opt=VIEW, include_in_schema=False)
async def customers_page(
    caller: NamedDependency[Caller], search: FromQuery[str] = "", cursor: FromQuery[str] = ""
) -> Response[bytes]:
    """Customers, those seen last first, or those that a search finds."""
    page = await queries.customer_list(caller.workspace, search, cursor, PAGE_SIZE)
    path = with_query(CUSTOMERS, search=search)
    rows = [
        (row, queries.called(row), local_time(row.seen_at, caller.time_zone), _language(row.language))
        for row in page.items
    ]
    return staff_page(
        caller,
        "customers/list.html",
        current="customers",
        rows=rows,
        search=search,
        searched=number(queries.SEARCHED),
        newer=path if cursor else "",
        older=older(path, page.next),
    )


@get("/app/customers/{customer_id:uuid}", opt=VIEW, include_in_schema=False)
async def customer_page(
    request: AnyRequest, caller: NamedDependency[Caller], customer_id: FromPath[UUID], cursor: FromQuery[str] = ""
) -> Response[bytes]:
    """Who the customer is, and everything that happened, newest first."""
    profile = await queries.profile(caller.workspace, customer_id, cursor)
    known = {place.id: place for place in await places.places_of(caller.workspace, archived=True)}
    names = {identity: full_name(place, known) for identity, place in known.items()}
    path = f"/app/customers/{customer_id}"
    left, kinds = profile.unsubscribed_at, state_of(request).part(TimelineKinds)
    return staff_page(
        caller,
        "customers/profile.html",
        current="customers",
        customer=profile.customer,
        called=queries.called(profile.customer),
        language=_language(profile.customer.language),
        known_since=local_day(profile.customer.created_at, caller.time_zone),
        seen=local_time(profile.customer.seen_at, caller.time_zone),
        identities=[
            (msgspec.structs.replace(row, source=words.source(row.source)), local_day(row.created_at, caller.time_zone))
            for row in profile.identities
        ],
        own_answers=[
            (answer, score, NPS.group_of(score))
            for answer, score in await queries.own_answers(caller.workspace, customer_id)
        ],
        unsubscribed=local_time(left, caller.time_zone) if left else "",
        months=history.by_month(profile.timeline, kinds, names, caller.time_zone),
        newer=path if cursor else "",
        older=older(path, profile.next),
    )


def _language(code: str) -> str:
    return name_of(code) if code else ""


ROUTES = [customers_page, customer_page]
