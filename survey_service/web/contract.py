"""What the API promises, as OpenAPI 3.1.

Litestar finds the operations and their parameters; msgspec describes the bodies, which it also checks, so that the
document cannot say anything else than what is done; refusals and the key, which all operations share, are said here.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, get_args, get_origin

import msgspec
from litestar import Litestar, Request, Response, Router
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import BodyKwarg
from litestar.routes import HTTPRoute

from survey_service.conditions.syntax import NAME_PATTERN, Condition, Operator
from survey_service.core.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    Malformed,
    NotFound,
    PreconditionFailed,
    ServiceError,
    SignInRequired,
    TooLarge,
    TooMany,
    Unavailable,
    UnsupportedType,
)
from survey_service.core.given_twice import repeated, twice
from survey_service.core.i18n.staff import gettext as _
from survey_service.responses.filters import TITLES
from survey_service.web.errors import ODD_ADDRESS, PROBLEM, Problem
from survey_service.web.parameters import parameters_of

JSON = "application/json"
REFERENCE = "#/components/schemas/{name}"
DONE = {200: "As asked for.", 201: "It was made.", 202: "It is queued.", 204: "It is done; nothing is told."}
REFUSALS: dict[type[ServiceError], str] = {
    Malformed: "The body is not JSON in UTF-8, or `If-Match` is neither `*` nor entity tags.",
    SignInRequired: "No key, or one that is unknown or revoked.",
    Forbidden: "The key lacks the scope, or the form does not take answers this way.",
    NotFound: "There is no such thing in this workspace.",
    Conflict: "It exists already, or is not any more as it was.",
    PreconditionFailed: "It is not any more as `If-Match` says; nothing was changed.",
    Gone: "It has ended and takes nothing more.",
    TooLarge: "More bytes than are taken.",
    UnsupportedType: "The body is of another type than JSON.",
    Invalid: "Read and understood, and wrong: `errors` names each field.",
    TooMany: "Too often, or too many. Try again after so many seconds.",
    Unavailable: "It cannot be done now. Try again after so many seconds.",
}
HEADERS: dict[type[ServiceError], tuple[str, dict[str, str]]] = {
    SignInRequired: ("WWW-Authenticate", {"type": "string"}),
    TooMany: ("Retry-After", {"type": "integer"}),
    Unavailable: ("Retry-After", {"type": "integer"}),
}
WITH_BODY = (Malformed, TooLarge, UnsupportedType, Invalid)
NOISE = ("deprecated", "allowEmptyValue", "allowReserved")

Document = dict[str, Any]
Operation = dict[str, Any]


class DescribedJson(JsonRenderPlugin):
    """The document at /schema/openapi.json, put together at the first request."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json")
        self._document: Document | None = None

    def receive_router(self, router: Router) -> None:
        """Leaves the document alone under /schema: Litestar adds an HTML page for what is not there."""
        router.routes[:] = [route for route in router.routes if route.path.endswith("/openapi.json")]

    def render(self, request: Request[Any, Any, Any], openapi_schema: Document) -> bytes:
        if self._document is None:
            self._document = document(request.app)
        return self.render_json(request, self._document)


def operation_id(handler: HTTPRouteHandler, *_: Any) -> str:
    """`ListKeys` of the handler `list_keys`."""
    return handler.handler_name.title().replace("_", "")


def document(app: Litestar) -> Document:
    """The whole document of the application's operations."""
    described = app.openapi_schema.to_schema()
    operations = [(described["paths"][path][method], handler) for path, method, handler in _operations(app)]
    schemas = _schemas({kind for _, handler in operations for kind in _bodies(handler)} | {Problem})
    for operation, handler in operations:
        _complete(operation, handler, schemas)
    described["components"] |= {"schemas": schemas.components, "responses": _refusals()}
    return described


def takes_json(handler: BaseRouteHandler) -> bool:
    """Whether the handler reads a JSON body."""
    given = handler.parsed_fn_signature.parameters.get("data")
    definition = given.kwarg_definition if given else None
    return isinstance(definition, BodyKwarg) and definition.media_type == JSON


async def require_json(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of JSON bodies: what says that it is something else is not read as JSON."""
    kind = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind != JSON and takes_json(handler):
        raise UnsupportedType(_("Send the body as application/json."))


async def require_once(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of parameters: one that has a single value comes once, as neither the first nor the last is meant.
    What respondents open is shown in any case."""
    if not handler.opt.get("public"):
        for name in repeated(connection.query_params.items()):
            if name in parameters_of(connection.app, handler).single:
                raise twice(name) if "scope" in handler.opt else _twice_on_a_page(name)


def _twice_on_a_page(name: str) -> Invalid:
    """The same for people: a filter by what pages call it; whatever else an address has, nobody has typed."""
    if name in TITLES:
        return twice(name, _(TITLES[name]))
    return Invalid.field(name, "repeated", _(ODD_ADDRESS))


_INNER = {"type": "object", "description": "A condition again."}
WRITTEN: Mapping[str, Document] = {
    "Condition": {
        "title": "Condition",
        "description": Condition.__doc__,
        "type": "object",
        "properties": {
            "all": {"type": "array", "items": _INNER},
            "any": {"type": "array", "items": _INNER},
            "not": _INNER,
            "of": {"type": "string", "pattern": NAME_PATTERN, "description": "A question's key, `language`, …"},
            "is": {"enum": list(get_args(Operator)), "default": "answered"},
            "to": {"description": "What it is compared with: a number, a text, a list of choices, or bounds."},
        },
        "additionalProperties": False,
    }
}
"""Components whose schema is written by hand. This one does not go round: whoever makes examples of it comes to an
end."""


class Schemas(msgspec.Struct, frozen=True):
    """Types and the schema of each, with the components that these refer to."""

    by_type: Mapping[Any, Document]
    components: Document


def _schemas(kinds: set[Any]) -> Schemas:
    ordered = sorted(kinds, key=str)
    found, components = msgspec.json.schema_components(ordered, ref_template=REFERENCE)
    return Schemas(dict(zip(ordered, found, strict=True)), {**components, **WRITTEN})


def _operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Path, method in small letters and handler of all that is described."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if handler.resolve_include_in_schema():
                    for method in handler.http_methods:
                        yield route.path_format, str(method).lower(), handler


def _body(handler: HTTPRouteHandler) -> Any:
    return handler.parsed_fn_signature.parameters["data"].annotation if takes_json(handler) else None


def _answer(handler: HTTPRouteHandler) -> Any:
    """The type of a JSON answer; None if there is none or it is a file."""
    kind = handler.parsed_fn_signature.return_type.annotation
    if get_origin(kind) is Response:
        (kind,) = get_args(kind)
    is_json = (isinstance(kind, type) and issubclass(kind, msgspec.Struct)) or get_origin(kind) is not None
    return kind if is_json else None


def _bodies(handler: HTTPRouteHandler) -> set[Any]:
    return {_body(handler), _answer(handler)} - {None}


def _complete(operation: Operation, handler: HTTPRouteHandler, schemas: Schemas) -> None:
    """Puts into an operation what Litestar does not know of it."""
    for parameter in operation.get("parameters", []):
        _plain(parameter)
    body, answer = schemas.by_type.get(_body(handler)), schemas.by_type.get(_answer(handler))
    if body:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    if "scope" in handler.opt:
        operation["security"] = [{"key": []}]
    for name in NOISE:
        operation.pop(name, None)
    operation["responses"] = _responses(operation["responses"], answer) | {
        str(kind.status): {"$ref": f"#/components/responses/{kind.__name__}"}
        for kind in sorted(_refused(operation, handler), key=lambda kind: kind.status)
    }


def _plain(parameter: Document) -> None:
    """A parameter of an address is there or absent: it is never null."""
    schema = parameter["schema"]
    for alternative in schema.pop("oneOf", []):
        if alternative != {"type": "null"}:
            schema |= alternative
    if schema.get("default") == "":
        del schema["default"]
    schema.pop("description", None)
    for name in NOISE:
        parameter.pop(name, None)


def _responses(found: Document, answer: Document | None) -> Document:
    """What is answered when all goes well. Litestar's guess of a 400 is not ours."""
    kept = {}
    for status, response in found.items():
        if status != "400":
            number = HTTPStatus(int(status))
            if response["description"] == number.description:
                response["description"] = DONE[number]
            if answer:
                response["content"] = {JSON: {"schema": answer}}
            kept[status] = {name: value for name, value in response.items() if value}
    return kept


def _refused(operation: Operation, handler: HTTPRouteHandler) -> set[type[ServiceError]]:
    """What an operation may refuse: by what it takes, and what its `opt` adds as `refuses`."""
    kinds: set[type[ServiceError]] = set(handler.opt.get("refuses", ()))
    parameters = operation.get("parameters", [])
    if "scope" in handler.opt:
        kinds |= {SignInRequired, Forbidden, Unavailable}
    if any(parameter["in"] == "path" for parameter in parameters):
        kinds.add(NotFound)
    if any(parameter["in"] == "query" for parameter in parameters):
        kinds.add(Invalid)
    if takes_json(handler):
        kinds |= {*WITH_BODY}
    if any(parameter["name"] == "If-Match" for parameter in parameters):
        kinds |= {Malformed, PreconditionFailed}
    return kinds


def _refusals() -> Document:
    """The shared answers: problem details, with the header that belongs to the status."""
    shared: Document = {}
    for kind, description in REFUSALS.items():
        content = {PROBLEM: {"schema": {"$ref": REFERENCE.format(name="Problem")}}}
        shared[kind.__name__] = {"description": description, "content": content}
        if kind in HEADERS:
            name, schema = HEADERS[kind]
            shared[kind.__name__]["headers"] = {name: {"required": True, "schema": schema}}
    return shared
