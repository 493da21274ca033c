"""What the same server does when nothing is kept: the ceiling that figures are divided by.

Run with `python -m benchmarks.ceiling PORT BYTES`: the same framework, server and settings as the product, one
route that decodes and validates a submission and stores nothing, and one that answers BYTES bytes of page.
"""

import sys
from typing import Any
from uuid import UUID

import uvicorn
from litestar import Litestar, Request, Response, get, post
from litestar.params import JSONBody

from survey_service.responses.schemas import Receipt, Submission

NOWHERE = UUID(int=0)


@post("/submit", status_code=201)
async def submit(data: JSONBody[Submission]) -> Receipt:
    """Decodes and validates, stores nothing."""
    return Receipt(data.id or NOWHERE, "0000-0000")


def page_of(size: int) -> Any:
    """A handler that answers `size` bytes, made beforehand."""
    content = b"<!doctype html>" + b"x" * (size - 15)

    @get("/page")
    async def page(request: Request[Any, Any, Any]) -> Response[bytes]:
        return Response(content, media_type="text/html; charset=utf-8")

    return page


def main() -> None:
    """Serves until it is ended."""
    port, size = int(sys.argv[1]), int(sys.argv[2])
    app = Litestar([submit, page_of(size)], openapi_config=None, logging_config=None)
    uvicorn.run(app, port=port, log_level="error", access_log=False, loop="uvloop", http="httptools")


if __name__ == "__main__":
    main()
