"""The application: settings in, ASGI out. The only module that lists routes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from typing import Any

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Server
from litestar.types import ControllerRouterHandler

from survey_service import joined, piccolo_conf
from survey_service.accounts import (
    entrance_pages,
    guards,
    installation_service,
    own_pages,
    pausing,
    signing_service,
)
from survey_service.accounts import pages as accounts_pages
from survey_service.accounts import routes as accounts_routes
from survey_service.accounts.refusals import Refusals
from survey_service.beginning import pages as beginning_pages
from survey_service.builder import (
    card_pages,
    language_pages,
    list_pages,
    poster_pages,
    poster_routes,
    preview_pages,
    settings_pages,
    share_pages,
)
from survey_service.builder import pages as builder_pages
from survey_service.cases import pages as cases_pages
from survey_service.cases import routes as cases_routes
from survey_service.core import addresses, arrival, clock, database, logs, templates
from survey_service.core.database import schema
from survey_service.core.http import PAGE_BYTES
from survey_service.core.i18n import staff
from survey_service.core.panels import OfRooms
from survey_service.core.settings import Settings
from survey_service.core.state import AppState, kept, state_in
from survey_service.customers import pages as customers_pages
from survey_service.customers import routes as customers_routes
from survey_service.dashboard import pages as dashboard_pages
from survey_service.dashboard import routes as dashboard_routes
from survey_service.forms import routes as forms_routes
from survey_service.forms import wording_routes
from survey_service.inbox import export_routes
from survey_service.inbox import pages as inbox_pages
from survey_service.inbox import routes as inbox_routes
from survey_service.invitations import pages as invitations_pages
from survey_service.invitations import routes as invitations_routes
from survey_service.invitations import sending_pages
from survey_service.jobs import queries as jobs
from survey_service.messaging import withdrawals
from survey_service.places import employee_pages, employee_routes
from survey_service.places import pages as places_pages
from survey_service.places import routes as places_routes
from survey_service.reports import pages as reports_pages
from survey_service.reports import routes as reports_routes
from survey_service.responses import routes as responses_routes
from survey_service.responses.group_commit import GroupCommit
from survey_service.responses.spam import Bursts
from survey_service.responses.spam_box import SpamBox
from survey_service.survey import answer_pages, fast_lane, invitation_pages, unsubscribe_pages
from survey_service.survey import pages as survey_pages
from survey_service.survey import poster_pages as survey_poster_pages
from survey_service.survey.fast_lane import ShortCut
from survey_service.web import contract, errors, health_routes, home_pages, options, own_language, standing_pages
from survey_service.web.bodies import StrictRequest
from survey_service.web.metrics import Metrics
from survey_service.web.paths import Paths, paths_of
from survey_service.web.requests import surround

MODULES = (
    survey_pages, survey_poster_pages, answer_pages, invitation_pages, unsubscribe_pages, responses_routes,
    inbox_pages, inbox_routes, export_routes, list_pages, builder_pages, settings_pages, preview_pages, share_pages,
    language_pages, poster_pages, poster_routes, card_pages, forms_routes, wording_routes, invitations_pages,
    invitations_routes, sending_pages,
    customers_pages, customers_routes, cases_pages, cases_routes, dashboard_pages, dashboard_routes, reports_pages,
    reports_routes, places_pages, places_routes, employee_pages, employee_routes, entrance_pages, own_pages,
    accounts_pages, accounts_routes,
    beginning_pages, standing_pages, health_routes, home_pages,
)  # fmt: skip
"""Every module with ROUTES."""


def handlers() -> list[HTTPRouteHandler]:
    """Every handler of every room."""
    return [handler for module in MODULES for handler in module.ROUTES]


def routes() -> Sequence[ControllerRouterHandler]:
    """Every handler of the product, behind the guard that refuses whoever its `opt` does not name."""
    own = handlers()
    return [
        Router(
            "/",
            route_handlers=[*options.answers(own), *own],
            guards=[guards.authorise, contract.require_json, contract.require_once],
            request_class=StrictRequest,
            dependencies=guards.DEPENDENCIES,
        )
    ]


class SurveyApp(Litestar):
    """Litestar inside what surrounds every request, also those that no route takes."""

    standing_under = ""
    """The path of its host that the service has to itself, empty for the whole host."""
    short_cuts: Sequence[ShortCut] = ()
    """What is answered around the framework, as long as all is well with it; with none, all goes through it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
        elif self.standing_under:
            await addresses.answer_under(self.standing_under, self._surrounded, scope, receive, send)
        else:
            await self._surrounded(scope, receive, send)

    async def _surrounded(self, scope: Any, receive: Any, send: Any) -> None:
        await surround(self._answer, state_in(self.state), scope, receive, send)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        for is_asked, answer in self.short_cuts:
            if is_asked(scope):
                await answer(scope, receive, send, state_in(self.state), self._ordinary)
                return
        await self._ordinary(scope, receive, send)

    async def _ordinary(self, scope: Any, receive: Any, send: Any) -> None:
        """By the framework, in the language that the browser or program wishes for; a person's own comes first."""
        wish = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        with staff.spoken(staff.wished(wish)):
            if scope["path"].startswith("/app"):
                staff.speak(own_language.remembered(scope, state_in(self.state).settings))
            await super().__call__(scope, receive, send)


def create_app(settings: Settings) -> SurveyApp:
    """The whole product on one database. What follows an answer the worker does, which runs by itself."""
    paths = paths_of(handlers())
    logs.configure(settings, paths.secret)
    templates.stand_under(settings.public_path)
    app = SurveyApp(
        route_handlers=routes(),
        state=state_for(settings, paths),
        lifespan=[lifespan],
        exception_handlers=errors.HANDLERS,
        before_send=[arrival.say_so, own_language.remember],
        openapi_config=openapi_config(settings.public_path),
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=5, exclude=["/app/stream", "/static/plotly"]
        ),
        request_max_body_size=PAGE_BYTES,
        logging_config=None,
        debug=False,
    )
    app.standing_under, app.short_cuts = settings.public_path, fast_lane.SHORT_CUTS
    return app


def state_for(settings: Settings, paths: Paths) -> State:
    """What requests share, before the application starts."""
    of_rooms = OfRooms(joined.PANELS, joined.RAIL, joined.SENT)
    return kept(
        AppState(settings, paths, Metrics(), Bursts(), SpamBox(), Refusals(), of_rooms, joined.ACTIONS, joined.TIMELINE)
    )


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    """Opens the database, brings it up to date, commits submissions; and ends all that in order."""
    state = state_in(app.state)
    settings = state.settings
    async with opened(settings) as opened_database:
        await prepare(settings)
        state.keys.take((await signing_service.signing_keys(settings)).keys)
        reading = asyncio.create_task(signing_service.keep_reading(state.keys, settings, state.stopping), name="keys")
        group_commit = GroupCommit(opened_database)
        group_commit.start()
        state.put(group_commit)
        refusals = state.part(Refusals)
        refusals.start()
        try:
            yield
        finally:
            state.stopping.set()
            await group_commit.stop()
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            await refusals.stop()


async def prepare(settings: Settings) -> None:
    """The open database as this release needs it, with the owner and key that the settings name. If it came back
    from a backup, nothing is sent until somebody says so, and whoever left since stays away."""
    await schema.refuse_read_only()
    await schema.migrate()
    await withdrawals.apply(settings.withdrawals_path)
    await pausing.notice_restore(clock.now(), jobs.settle_copied)
    await installation_service.ensure_first_owner(settings)
    await installation_service.ensure_api_key(settings)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[database.Database]:
    """The settings' database, open and in use."""
    opened_database = database.database_of(settings)
    piccolo_conf.bind(opened_database)
    await opened_database.open()
    database.use(opened_database)
    try:
        yield opened_database
    finally:
        await opened_database.close()
        database.use(None)


def openapi_config(path: str) -> OpenAPIConfig:
    """OpenAPI 3.1 at /schema/openapi.json of a service under `path`."""
    return OpenAPIConfig(
        title="Survey service",
        version=version("survey-service"),
        path="/schema",
        servers=[Server(url=path or "/")],
        render_plugins=[contract.DescribedJson()],
        operation_id_creator=contract.operation_id,
        components=Components(
            security_schemes={
                "key": SecurityScheme(type="http", scheme="bearer", description="An API key from Settings, API keys.")
            }
        ),
        use_handler_docstrings=True,
    )
