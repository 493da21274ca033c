"""A part of the product on the test's database: staff, customers, places, forms, invitations, posters."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import UUID

import httpx
import msgspec
from litestar import Litestar, Router

from survey_service.accounts import guards, installation_service, key_service, sign_in
from survey_service.accounts import queries as accounts
from survey_service.accounts.schemas import SCOPES, Caller
from survey_service.builder import poster_pages, poster_routes, share_pages
from survey_service.core import clock
from survey_service.core.settings import Settings
from survey_service.core.state import AppState, kept
from survey_service.customers import pages as customers_pages
from survey_service.customers import routes as customers_routes
from survey_service.forms import service as forms_service
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import NewForm
from survey_service.invitations import pages as invitations_pages
from survey_service.invitations import routes as invitations_routes
from survey_service.places import pages as places_pages
from survey_service.places import routes as places_routes
from survey_service.questions.long_text import LongTextQuestion
from survey_service.questions.nps import NpsQuestion
from survey_service.survey import pages as forms_pages
from survey_service.survey import poster_pages as survey_poster_pages
from survey_service.survey import unsubscribe_pages
from survey_service.web import errors
from survey_service.web.paths import paths_of

MODULES = (
    customers_pages,
    customers_routes,
    places_pages,
    places_routes,
    invitations_pages,
    poster_pages,
    poster_routes,
    share_pages,
    survey_poster_pages,
    unsubscribe_pages,
    invitations_routes,
    forms_pages,
)
PASSWORD = "a long password of the tests"


@contextlib.asynccontextmanager
async def browsing(settings: Settings, secret: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without cookies. The database is open already."""
    handlers = [handler for module in MODULES for handler in module.ROUTES]
    router = Router("/", route_handlers=handlers, guards=[guards.authorise], dependencies=guards.DEPENDENCIES)
    shared = AppState(settings, paths_of(handlers))
    shared.secret = secret
    app = Litestar([router], state=kept(shared), exception_handlers=errors.HANDLERS, openapi_config=None)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", app)), base_url="http://testserver.local"
    ) as browser:
        yield browser


class Staff(msgspec.Struct):
    """Somebody signed in: the caller, and what a browser of theirs sends."""

    caller: Caller
    cookies: dict[str, str]

    def fields(self, **fields: str) -> dict[str, str]:
        """A form's fields with the token that our own pages carry."""
        return {"_csrf_token": self.caller.csrf_token, **fields}

    async def key(self) -> dict[str, str]:
        """The header of a new API key with every scope."""
        made = await key_service.make_key(self.caller, "tests", SCOPES)
        return {"Authorization": f"Bearer {made.key}"}


async def owner(email: str = "owner@linden.example") -> Staff:
    """The owner of the default workspace."""
    await installation_service.ensure_owner(email, PASSWORD)
    secret = await sign_in.sign_in(email, PASSWORD, "127.0.0.1")
    caller = await sign_in.caller_of_session(secret)
    assert caller is not None
    return Staff(caller, {sign_in.COOKIE: secret})


async def workspace() -> UUID:
    """The default workspace."""
    await installation_service.workspace_default()
    found = await accounts.default_workspace()
    assert found is not None
    return found.id


DEFINITION = Definition(
    title={"en": "Your visit", "am": "ጉብኝትዎ", "ar": "زيارتك"},
    languages=["en", "am", "ar"],
    questions=[
        NpsQuestion(
            key="recommend",
            text={
                "en": "How likely are you to recommend us?",
                "am": "ምን ያህል ይመክሩናል?",
                "ar": "ما مدى احتمال أن توصي بنا؟",
            },
            required=True,
        ),
        LongTextQuestion(key="comment", text={"en": "Why?", "am": "ለምን?", "ar": "لماذا؟"}),
    ],
)


async def publish(at: UUID, slug: str = "visit", definition: Definition = DEFINITION) -> None:
    """A published, open form."""
    await forms_service.create(at, NewForm(slug, f"Form {slug}", definition), clock.now())
    await forms_service.publish(at, slug, None, clock.now())


def shown_errors(answer: httpx.Response) -> dict[str, Any]:
    """Field → code of a problem."""
    return {error["field"]: error["code"] for error in answer.json()["errors"]}
