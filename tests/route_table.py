"""The routes of the product, each with what its handler asks for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from survey_service.app import create_app
from survey_service.core.settings import load
from tests.conftest import SECRET


@dataclass(frozen=True)
class Target:
    """One method of one route, and what its handler asks for."""

    method: str
    path: str
    opt: dict[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.path

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"\{(\w+):\w+\}", self.path)

    @property
    def guarded(self) -> bool:
        return self.opt.get("public") is not True

    def url(self, values: dict[str, Any]) -> str:
        """The address of what Alice has. Staff call a response by our id, programs by the submission's own."""
        if self.path.startswith("/app/"):
            values = {**values, "response_id": values["row_id"]}
        return re.sub(r"\{(\w+):\w+\}", lambda found: str(values[found[1]]), self.path)


def targets(app: Litestar) -> Iterator[Target]:
    """Every handler of the application but the ones that Litestar adds for OPTIONS and the schema."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            assert isinstance(handler, HTTPRouteHandler)
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                if not route.path.startswith("/schema"):
                    yield Target(str(method), route.path, dict(handler.opt))


@pytest.fixture(scope="module")
def table() -> list[Target]:
    settings = load({"SURVEY_DATABASE_URL": "sqlite:///never-opened.db", "SURVEY_SECRET_KEY": SECRET})
    return list(targets(create_app(settings)))
