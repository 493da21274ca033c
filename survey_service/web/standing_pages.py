"""The page on which staff see whether address, mail and backup are as they should be. Whether answers can be taken
`/readyz` tells a program, and what lies in the database and on the machine the command `check` tells who runs it."""

import asyncio

from litestar import get
from litestar.di import NamedDependency

from survey_service.accounts import queries as accounts
from survey_service.accounts.frame import settings_page
from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.http import AnyRequest, Html, settings_of
from survey_service.core.i18n import staff
from survey_service.core.i18n.staff import N_
from survey_service.core.rail import Tab
from survey_service.invitations import resuming
from survey_service.responses import flood
from survey_service.web import standing

STANDING = "/app/settings/standing"
TABS = (Tab(section="settings", key="standing", label=N_("How it stands"), href=STANDING, position=60),)
TITLES = {"address": N_("Address"), "proxy": N_("Server in between"), "mail": N_("Mail"), "backup": N_("Backup")}


@get(STANDING, opt={"role": "viewer"}, include_in_schema=False)
async def standing_page(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Address, mail and backup, each with what to do about it."""
    settings = settings_of(request)
    backed_up_at = await accounts.moment_of(standing.BACKED_UP)
    on_the_way = standing.proxy(flood.unnamed_proxy(request.scope))
    rows = [
        standing.address(settings),
        *on_the_way,
        standing.mail(settings),
        standing.backup(backed_up_at, clock.now()),
    ]
    hindrance = resuming.hindrance(settings)
    languages = await asyncio.to_thread(staff.completeness)
    return settings_page(
        caller,
        "standing",
        "standing",
        rows=rows,
        titles=TITLES,
        hindrance=hindrance,
        languages=languages,
        own_name=staff.own_name,
    )


ROUTES = [standing_page]
