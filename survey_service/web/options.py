"""OPTIONS: which methods an address takes and, where any site may send answers, that browsers let it."""

from collections import defaultdict
from collections.abc import Iterable

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler

ALSO = {"GET": ("HEAD", "OPTIONS")}
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "7200",
}


def answers(handlers: Iterable[HTTPRouteHandler]) -> list[HTTPRouteHandler]:
    """A handler of OPTIONS for every path. They have to be listed before the others: the framework adds one of its
    own to a path that has none, and that one knows only the method which was listed first."""
    methods: dict[str, set[str]] = defaultdict(set)
    open_to_sites = set()
    for handler in handlers:
        for path in handler.paths:
            for method in handler.http_methods:
                methods[path] |= {str(method), *ALSO.get(str(method), ("OPTIONS",))}
            if handler.opt.get("any_site"):
                open_to_sites.add(path)
    return [_answer(path, allowed, path in open_to_sites) for path, allowed in methods.items()]


def _answer(path: str, allowed: set[str], any_site: bool) -> HTTPRouteHandler:
    headers = {"Allow": ", ".join(sorted(allowed))} | (CORS if any_site else {})

    @route(path, http_method=[HttpMethod.OPTIONS], opt={"public": True}, include_in_schema=False, status_code=204)
    async def options() -> Response[None]:
        """What may be asked of this address."""
        return Response(None, status_code=204, headers=headers)

    return options
