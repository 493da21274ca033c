"""The document names every route of the API, and the public contract is answered as it is promised."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from survey_service.app import create_app
from survey_service.core import clock
from survey_service.core.settings import Settings, load
from survey_service.counts import fold
from survey_service.inbox.export import FORMATS
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from survey_service.web.contract import document
from tests import factories
from tests.conftest import SECRET

JSON = "application/json"
PROBLEM = "application/problem+json"
KEY = "a-key-of-the-contract-that-is-long-enough"
ABSENT = "0199c000-0000-7000-8000-000000000000"
METHODS = ("get", "post", "patch", "delete", "put")
WITH_BODY = [
    ("POST", "/api/v1/forms"),
    ("PATCH", "/api/v1/forms/visit"),
    ("POST", "/api/v1/forms/visit/responses"),
    ("POST", "/api/v1/places"),
    ("PATCH", f"/api/v1/places/{ABSENT}"),
    ("PUT", f"/api/v1/places/{ABSENT}/form"),
    ("POST", "/api/v1/employees"),
    ("PATCH", f"/api/v1/employees/{ABSENT}"),
    ("POST", "/api/v1/customers"),
    ("POST", "/api/v1/invitations"),
    ("POST", "/api/v1/keys"),
    ("PATCH", "/api/v1/workspace"),
]


@pytest.fixture(scope="module")
def app() -> Any:
    return create_app(load({"SURVEY_DATABASE_URL": "sqlite:///never-opened.db", "SURVEY_SECRET_KEY": SECRET}))


@pytest.fixture(scope="module")
def described(app: Any) -> dict[str, Any]:
    return document(app)


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, found in described["paths"].items():
        for method in METHODS:
            if method in found:
                yield method, path, found[method]


# The document ----------------------------------------------------------------------------------------------------


def test_every_route_of_the_api_is_described(app: Any, described: dict[str, Any]) -> None:
    told = {(method.upper(), path) for method, path, _ in operations(described)}
    there = {
        (str(method), re.sub(r":\w+\}", "}", route.path))
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and route.path.startswith("/api/")
        for method in handler.http_methods - {"OPTIONS"}
    }
    assert len(there) >= 32
    assert there | {("GET", "/healthz"), ("GET", "/readyz")} == told


def test_operations_have_names_and_a_place_of_their_own(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(described)]
    assert sorted(set(names)) == sorted(names)
    for _, path, operation in operations(described):
        assert re.fullmatch(r"([A-Z][a-z]+)+", operation["operationId"]), path
        assert len(operation["tags"]) == 1
        assert 0 < len(operation["summary"]) <= 60
        assert operation["description"].endswith(".")


def test_all_but_the_open_ones_ask_for_a_key(described: dict[str, Any]) -> None:
    without = {path for _, path, operation in operations(described) if operation.get("security") != [{"key": []}]}
    assert without == {"/healthz", "/readyz", "/api/v1/forms/{slug}/responses"}
    scheme = described["components"]["securitySchemes"]["key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_every_refusal_is_problem_details(described: dict[str, Any]) -> None:
    shared = described["components"]["responses"]
    for method, path, operation in operations(described):
        for status, response in operation["responses"].items():
            if status >= "400" and path not in ("/healthz", "/readyz"):
                name = response["$ref"].removeprefix("#/components/responses/")
                assert list(shared[name]["content"]) == [PROBLEM], (method, path, status)
    assert described["components"]["schemas"]["Problem"]["required"] == ["title", "status", "detail", "code"]


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    def references(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            for name, value in part.items():
                if name == "$ref":
                    yield value
                else:
                    yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    found = set(references(described))
    assert len(found) > 20
    for reference in found:
        part = described
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]


def test_files_say_what_they_are(described: dict[str, Any]) -> None:
    kinds = {
        "/api/v1/reports/summary.pdf": "application/pdf",
        **{f"/api/v1/responses.{made.name}": made.media_type for made in FORMATS.values()},
        "/api/v1/places/{place_id}/qr.svg": "image/svg+xml",
        "/api/v1/places/{place_id}/qr.png": "image/png",
        "/api/v1/employees/{employee_id}/qr.svg": "image/svg+xml",
        "/api/v1/employees/{employee_id}/qr.png": "image/png",
    }
    for path, kind in kinds.items():
        assert list(described["paths"][path]["get"]["responses"]["200"]["content"]) == [kind]


def test_bodies_are_described_by_what_checks_them(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    question = schemas["Definition"]["properties"]["questions"]["items"]
    assert question["discriminator"]["propertyName"] == "kind"
    assert schemas["Submission"]["additionalProperties"] is False
    submitted = described["paths"]["/api/v1/forms/{slug}/responses"]["post"]
    assert submitted["requestBody"]["content"] == {JSON: {"schema": {"$ref": "#/components/schemas/Submission"}}}
    receipt = {JSON: {"schema": {"$ref": "#/components/schemas/Receipt"}}}
    assert submitted["responses"]["200"]["content"] == submitted["responses"]["201"]["content"] == receipt


# The public contract ---------------------------------------------------------------------------------------------


@pytest.fixture
def settings(database_url: str) -> Settings:
    return load({"SURVEY_DATABASE_URL": database_url, "SURVEY_SECRET_KEY": SECRET, "SURVEY_API_KEY": KEY})


@pytest.fixture
async def api(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A program with a key of every scope, the form `visit` and the place `old-bridge`."""
    client.headers["Authorization"] = f"Bearer {KEY}"
    workspace = await factories.workspace()
    await factories.published("visit", owner=workspace)
    await places.create_place(workspace, NewPlace(name="Old Bridge", code="old-bridge"), clock.now())
    return client


async def test_the_document_is_served(client: httpx.AsyncClient) -> None:
    served = await client.get("/schema/openapi.json")
    assert served.status_code == 200
    assert served.json()["openapi"].startswith("3.1")
    assert served.json()["components"]["schemas"]["Submission"]["additionalProperties"] is False


async def test_a_submission(api: httpx.AsyncClient) -> None:
    identity = str(uuid4())
    path, body = "/api/v1/forms/visit/responses", {"id": identity, "answers": {"recommend": 9}, "language": "am"}
    body |= {"place": "old-bridge", "hidden": {"order": "17"}}
    del api.headers["Authorization"]
    kept = await api.post(path, json=body)
    assert kept.status_code == 201
    assert set(kept.json()) == {"id", "receipt"}
    assert kept.json()["id"] == identity
    assert kept.headers["access-control-allow-origin"] == "*"
    again = await api.post(path, json=body)
    assert (again.status_code, again.json()) == (200, kept.json())
    other = await api.post(path, json=body | {"answers": {"recommend": 1}})
    assert (other.status_code, other.headers["content-type"]) == (409, PROBLEM)
    wrong = await api.post(path, json={"answers": {"recommend": 11, "colour": "red"}})
    assert wrong.status_code == 422
    assert {frozenset(error) for error in wrong.json()["errors"]} == {frozenset({"question", "code", "message"})}
    assert {error["question"] for error in wrong.json()["errors"]} == {"recommend", "colour"}


async def test_another_sites_script_may_submit_and_nothing_else(api: httpx.AsyncClient) -> None:
    asks = {"Origin": "https://florist.example", "Access-Control-Request-Method": "POST"}
    asked = await api.options("/api/v1/forms/visit/responses", headers=asks)
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "content-type" in asked.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in asked.headers
    for path in ("/api/v1/responses", "/api/v1/forms", "/api/v1/customers", "/app"):
        assert "access-control-allow-origin" not in (await api.options(path, headers=asks)).headers


async def test_scores(api: httpx.AsyncClient) -> None:
    for score in (10, 9, 9, 10, 9, 10, 9, 8, 7, 3):
        body = {"answers": {"recommend": score}, "language": "am", "place": "old-bridge"}
        assert (await api.post("/api/v1/forms/visit/responses", json=body)).status_code == 201
    await fold.fold()
    asked = {"form": "visit", "question": "recommend", "metric": "nps", "by": "place"}
    found = (await api.get("/api/v1/scores", params=asked)).json()
    assert set(found) == {"score", "low", "high", "n", "state", "histogram", "groups"}
    assert (found["score"], found["n"], found["state"]) == (60.0, 10, "ok")
    assert found["histogram"] == {str(n): {10: 3, 9: 4, 8: 1, 7: 1, 3: 1}.get(n, 0) for n in range(11)}
    (group,) = found["groups"]
    assert set(group) == {"key", "label", "score", "low", "high", "n", "state", "histogram"}
    assert (group["key"], group["label"], group["score"]) == ("old-bridge", "Old Bridge", 60.0)
    keys = {"month": r"\d{4}-\d{2}", "week": r"\d{4}-W\d{2}", "day": r"\d{4}-\d{2}-\d{2}"}
    for by, form in (keys | {"channel": "api", "language": "am"}).items():
        groups = (await api.get("/api/v1/scores", params=asked | {"by": by})).json()["groups"]
        assert [bool(re.fullmatch(form, group["key"])) for group in groups] == [True]
    none = (await api.get("/api/v1/scores", params={"form": "visit", "metric": "csat"})).json()
    assert (none["score"], none["low"], none["high"], none["n"], none["state"]) == (None, None, None, 0, "none")


async def test_an_invitation(api: httpx.AsyncClient) -> None:
    body = {"form": "visit", "email": "hana@example.org", "name": "Hana", "language": "am"}
    queued = await api.post("/api/v1/invitations", json=body | {"place": "old-bridge", "question": "recommend"})
    assert queued.status_code == 202
    told = queued.json()
    assert {name: told[name] for name in body} == body
    assert (told["place"], told["question"], told["state"]) == ("old-bridge", "recommend", "queued")
    assert [set(step) for step in told["trace"]] == [{"at", "what"}]
    assert (await api.get(f"/api/v1/invitations/{told['id']}")).json() == told


# What is refused -------------------------------------------------------------------------------------------------

LISTS = (
    "keys",
    "audit",
    "customers",
    "invitations",
    "promises",
    "forms",
    "forms/visit/versions",
    "places",
    "employees",
    "responses",
)
UNREADABLE = [b"{", b'{"\xff": 1}', b'{"\\ud800": 1}', b"\x00"]


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
async def test_bodies_that_cannot_be_read(api: httpx.AsyncClient, method: str, path: str) -> None:
    for content in UNREADABLE:
        got = await api.request(method, path, content=content, headers={"Content-Type": JSON})
        assert (got.status_code, got.headers["content-type"]) == (400, PROBLEM), (content[:20], got.text)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/x-msgpack", "multipart/form-data"):
        got = await api.request(method, path, content=b"{}", headers={"Content-Type": kind})
        assert (got.status_code, got.json()["code"]) == (415, "unsupported_type"), kind
    got = await api.request(method, path, content=b"[]", headers={"Content-Type": "application/json; charset=utf-8"})
    assert got.status_code == 422
    got = await api.request(method, path)
    assert (got.status_code, got.json()["errors"][0]["message"]) == (422, "This is missing.")
    got = await api.request(method, path, content=b'"' + b"x" * 3_000_000, headers={"Content-Type": JSON})
    assert (got.status_code, got.headers["content-type"]) == (413, PROBLEM)


@pytest.mark.parametrize(
    ("path", "body", "field", "code"),
    [
        ("/api/v1/forms", {"slug": "new", "name": "New", "definition": {}, "accepts_json": 0}, "definition", "missing"),
        ("/api/v1/places", {"name": 5}, "name", "invalid"),
        ("/api/v1/places", {"name": "A", "archived": True}, "archived", "unknown"),
        ("/api/v1/places", {"kind": "store"}, "name", "missing"),
        ("/api/v1/places", {"name": "A\0"}, "name", "malformed"),
        ("/api/v1/places", {"name": "A", "parent": ABSENT}, "parent", "unknown"),
        ("/api/v1/employees", {"name": "A", "place": ABSENT}, "place", "unknown"),
        ("/api/v1/employees", {"name": "A"}, "place", "missing"),
        ("/api/v1/keys", {"name": "A", "scopes": ["\0"]}, "scopes", "unknown"),
        ("/api/v1/customers", {"email": "a\0@example.org"}, "email", "malformed"),
        ("/api/v1/customers", {"email": "a@example.org", "language": "\0"}, "language", "malformed"),
        ("/api/v1/invitations", {"form": "\0", "email": "a@example.org"}, "form", "unknown"),
    ],
)
async def test_members_that_cannot_be(
    api: httpx.AsyncClient, path: str, body: dict[str, Any], field: str, code: str
) -> None:
    """Types are strict: 0 is not false, and no database is asked to keep a NUL."""
    got = await api.post(path, json=body)
    assert got.status_code == 422, got.text
    (error,) = got.json()["errors"]
    assert (error["field"].split(".")[0], error["code"]) == (field, code)


@pytest.mark.parametrize("value", ["0", "-1", "201", "null", "", "x", "1.5", "9" * 30, "%00", "%FF"])
async def test_limits(api: httpx.AsyncClient, value: str) -> None:
    for path in LISTS:
        got = await api.get(f"/api/v1/{path}?limit={value}")
        assert got.status_code == 422, (path, got.text)
        assert got.json()["errors"][0]["field"] == "limit"


@pytest.mark.parametrize("value", ["x", "%00", "%FF", "null", "A" * 201, "MDAwMS0wMS0wMSAx"])
async def test_cursors(api: httpx.AsyncClient, value: str) -> None:
    for path in LISTS:
        got = await api.get(f"/api/v1/{path}?cursor={value}")
        assert got.status_code == 422, (path, got.text)


@pytest.mark.parametrize("value", ["null", "", "2026-02-30", "2026-1-1", "0000-01-01", "10000-01-01", "%00", "-1"])
async def test_days_that_there_are_not(api: httpx.AsyncClient, value: str) -> None:
    for path in ("responses?", "responses.csv?", "scores?form=visit&", "reports/summary.pdf?form=visit&"):
        for name in ("from", "to"):
            got = await api.get(f"/api/v1/{path}{name}={value}")
            assert (got.status_code, got.headers["content-type"]) == (422, PROBLEM), (path, got.text)


async def test_the_first_and_the_last_day_there_are(api: httpx.AsyncClient) -> None:
    assert (await api.post("/api/v1/forms/visit/responses", json={"answers": {"recommend": 9}})).status_code == 201
    for path in ("responses?", "responses.csv?", "scores?form=visit&metric=nps&by=day&"):
        for period in ("from=0001-01-01&to=9999-12-31", "to=0001-01-02", "from=9999-12-30"):
            got = await api.get(f"/api/v1/{path}{period}")
            assert got.status_code == 200, (path, got.text)


FAR = {
    "from=9999-12-30": 200,
    "to=0001-01-02": 200,
    "from=0001-01-01&to=9999-12-31": 200,
    "from=0001-01-02": 422,
    "from=0001-01-02&to=9999-12-30": 422,
    "from=9999-12-30&to=0001-01-02": 422,
}


async def test_reports_of_far_days(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unprinted(html: str) -> bytes:
        return html.encode()

    monkeypatch.setattr("survey_service.reports.service._rendered", unprinted)
    for period, status in FAR.items():
        got = await api.get(f"/api/v1/reports/summary.pdf?form=visit&{period}")
        assert got.status_code == status, (period, got.text)


@pytest.mark.parametrize("slug", ["%00", "%FF", "A", "x", "a" * 65, "vis%0Ait", "nothing-here"])
async def test_forms_that_there_are_not(api: httpx.AsyncClient, slug: str) -> None:
    submitted = await api.post(f"/api/v1/forms/{slug}/responses", json={"answers": {}})
    read = await api.get(f"/api/v1/forms/{slug}")
    for got in (submitted, read):
        assert (got.status_code, got.headers["content-type"]) == (404, PROBLEM)


async def test_filters_by_what_there_is_not(api: httpx.AsyncClient, described: dict[str, Any]) -> None:
    """Whatever such a filter is answered with, the document says so."""
    filters, tried = {"form", "place", "channel", "language", "state", "question"}, 0
    for method, path, operation in operations(described):
        names = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"}
        for name in names & filters if method == "get" and "{" not in path else ():
            asked = {"form": "visit"} if "form" in names else {}
            got = await api.get(path, params=asked | {name: "nothing-here"})
            assert str(got.status_code) in operation["responses"], (path, name, got.text)
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("name", ["search", "state", "form", "place", "q", "score", "language"])
async def test_texts_that_no_database_keeps(api: httpx.AsyncClient, name: str) -> None:
    for path in ("customers", "invitations", "responses", "responses.csv", "scores"):
        for value in ("%00", "a%00b", "%FF", "%ED%A0%80"):
            got = await api.get(f"/api/v1/{path}?{name}={value}")
            assert got.status_code in (200, 404, 422), (path, value, got.text)


async def test_methods_and_addresses(api: httpx.AsyncClient) -> None:
    refused = await api.put("/api/v1/forms")
    assert (refused.status_code, refused.headers["content-type"]) == (405, PROBLEM)
    assert {"GET", "POST"} <= set(refused.headers["allow"].split(", "))
    asked = await api.options("/api/v1/forms")
    assert asked.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    head = await api.head("/api/v1/forms")
    assert (head.status_code, head.content) == (200, b"")
    nowhere = await api.get("/api/v1/nowhere")
    assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, PROBLEM)
    del api.headers["Authorization"]
    stranger = await api.get("/api/v1/forms")
    assert (stranger.status_code, stranger.headers["www-authenticate"]) == (401, 'Bearer realm="api"')
