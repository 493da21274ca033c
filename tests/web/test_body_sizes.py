"""How large a body each route takes, and that a larger one is refused before it is read."""

from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler

from survey_service.app import SurveyApp, create_app
from survey_service.core.http import BUTTON_BYTES, DRAFT_BYTES, PAGE_BYTES
from survey_service.core.settings import load
from survey_service.responses.schemas import MAX_SUBMISSION_BYTES
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
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"x", "more_body": True}

    routes = {
        "/app/again": (DRAFT_BYTES, b"text/html"),
        "/app/sign-in": (DRAFT_BYTES, b"text/html"),
        "/api/v1/forms/visit/responses": (MAX_SUBMISSION_BYTES, b"application/json"),
    }
    for path, (bound, accepted) in routes.items():
        sent: list[Any] = []
        headers = [(b"host", b"localhost"), (b"accept", accepted), (b"content-type", b"application/json"),
                   (b"origin", b"http://localhost"), (b"content-length", str(bound + 1).encode())]  # fmt: skip
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": headers,
            "client": ("192.0.2.1", 1), "server": ("localhost", 80), "state": {},
        }  # fmt: skip

        async def send(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        asked = 0
        await app(scope, receive, send)
        assert sent[0]["status"] == 413, path
        assert asked <= 1, path
