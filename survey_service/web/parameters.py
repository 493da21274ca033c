"""The parameters of addresses, as the framework has found them."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute


class Parameters(NamedTuple):
    """Of one handler: the names in its addresses of those that have a single value, and by what the code calls them."""

    single: frozenset[str]
    by_code: Mapping[str, str]


def parameters_of(app: Litestar, handler: BaseRouteHandler) -> Parameters:
    """Those of a handler; the framework works with copies of it, whose function is the same."""
    return _known(app).get(handler.fn, Parameters(frozenset(), {}))


@lru_cache(maxsize=4)
def _known(app: Litestar) -> Mapping[Callable[..., Any], Parameters]:
    models = [each for route in app.routes if isinstance(route, HTTPRoute) for each in route.route_handler_map.values()]
    return {
        handler.fn: Parameters(
            frozenset(one.field_alias for one in model.expected_query_params if not one.is_sequence),
            {one.field_name: one.field_alias for one in model.expected_query_params},
        )
        for handler, model in models
    }
