"""The JSON API of customers."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.database.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.core.http import AnyRequest, keys_of
from survey_service.customers import queries, service
from survey_service.customers.schemas import CustomerRow, CustomerToken, NewCustomer, Profile

READ = {"scope": "customers:read"}
WRITE = {"scope": "customers:write"}


@get("/api/v1/customers", opt=READ, summary="List customers", tags=["customers"])
async def list_customers(
    caller: NamedDependency[Caller],
    search: FromQuery[str] = "",
    cursor: Cursor = "",
    limit: Limit = PAGE_SIZE,
) -> Page[CustomerRow]:
    """Customers, those seen last first. `search` is a whole address, or a part of a name or address; a part is
    looked for among the 100,000 customers seen last."""
    return await queries.customer_list(caller.workspace, search, cursor, limit)


@get("/api/v1/customers/{customer_id:uuid}", opt=READ, summary="Read a customer", tags=["customers"])
async def read_customer(
    caller: NamedDependency[Caller],
    customer_id: FromPath[UUID],
    cursor: Cursor = "",
    limit: Limit = PAGE_SIZE,
) -> Profile:
    """One customer with a page of the timeline, newest first."""
    return await queries.profile(caller.workspace, customer_id, cursor, limit)


@post("/api/v1/customers", opt=WRITE, summary="Add a customer", tags=["customers"])
async def add_customer(caller: NamedDependency[Caller], data: JSONBody[NewCustomer]) -> CustomerRow:
    """Adds a customer whom you vouch for, or names the one who is known by this address."""
    return await queries.customer(caller.workspace, await service.keep(caller, data, clock.now()))


@post("/api/v1/customers/{customer_id:uuid}/token", opt=WRITE, summary="Make a customer's token", tags=["customers"])
async def make_token(
    request: AnyRequest, caller: NamedDependency[Caller], customer_id: FromPath[UUID]
) -> CustomerToken:
    """A signed token that may stand as `customer` in a submission, so that its answer is certainly this person's."""
    return CustomerToken(await service.make_token(keys_of(request), caller, customer_id))


ROUTES = [list_customers, read_customer, add_customer, make_token]
