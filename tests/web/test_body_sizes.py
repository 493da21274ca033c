"""How large a body each route takes, and that a larger one is refused before it is read."""

from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler

from survey_service.app import SurveyApp, create_app
from survey_service.core.http import BUTTON_BYTES, DRAFT_BYTES, PAGE_BYTES
from survey_service.core.settings import load
from survey_service.responses.schemas import MAX_SUBMISSION_BYTES
from tests.bare import ask
from tests.conftest import SECRET

DRAFTS = {
    "/api/v1/forms", "/api/v1/forms/{slug}", "/api/v1/languages/{language}/words", "/api/v1/sending/go-on",
    "/app/forms/{slug}/save", "/app/forms/{slug}/try", "/app/forms/{slug}/publish", "/app/forms/{slug}/questions",
    "/app/forms/{slug}/questions/{number}/{act}", "/app/forms/{slug}/settings", "/app/languages/{language}",
    "/app/sending", "/app/sign-in", "/app/again",
}  # fmt: skip
"""What carries a whole form, all words of a language, a list without an end; or what somebody had typed there."""
SUBMISSIONS = {"/s/{slug}", "/s/{slug}/more/{token}", "/c/{slug}", "/i/{token}", "/i/{token}/more",
               "/api/v1/forms/{slug}/responses"}  # fmt: skip
BUTTONS = {"/u/{token}", "/app/link/{secret}"}


@pytest.fixture(scope="module")
def app() -> SurveyApp:
    return create_app(load({"SURVEY_DATABASE_URL": "sqlite:///never-opened.db", "SURVEY_SECRET_KEY": SECRET}))


def _with_bodies(app: SurveyApp) -> dict[tuple[str, str], HTTPRouteHandler]:
    return {
        (str(method), route.path): handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods & {"POST", "PUT", "PATCH", "DELETE"}
    }


def _plain(path: str) -> str:
    """The path as it is written above: without types, and with one name for all that is done to a question."""
    plain = path
    for kind in (":str", ":uuid", ":int"):
        plain = plain.replace(kind, "")
    head, found, _ = plain.partition("/questions/{number}/")
    return f"{head}{found}{{act}}" if found else plain


def test_every_route_has_a_bound_and_few_a_large_one(app: SurveyApp) -> None:
    found: dict[Any, set[str]] = {}
    for (method, path), handler in _with_bodies(app).items():
        if method != "DELETE":
            found.setdefault(handler.resolve_request_max_body_size(), set()).add(_plain(path))
    assert set(found) == {BUTTON_BYTES, PAGE_BYTES, MAX_SUBMISSION_BYTES, DRAFT_BYTES}
    assert found[BUTTON_BYTES] == BUTTONS
    assert found[MAX_SUBMISSION_BYTES] == SUBMISSIONS
    assert found[DRAFT_BYTES] == DRAFTS


async def test_what_is_announced_as_too_large_is_not_read(app: SurveyApp) -> None:
    routes = {
        "/app/again": (DRAFT_BYTES, "text/html"),
        "/app/sign-in": (DRAFT_BYTES, "text/html"),
        "/api/v1/forms/visit/responses": (MAX_SUBMISSION_BYTES, "application/json"),
    }
    for path, (bound, accepted) in routes.items():
        pieces = [{"type": "http.request", "body": b"x", "more_body": True}] * 10
        coming = iter(pieces)
        site = {"host": "localhost", "origin": "http://localhost", "accept": accepted}
        begun, *_ = await ask(
            app, "POST", path, coming, **site, content_type="application/json", content_length=str(bound + 1)
        )
        assert begun["status"] == 413, path
        assert len(list(coming)) >= len(pieces) - 1, path
