"""The root of the site, and the static files."""

import mimetypes
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from survey_service.core import templates
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _

FOREVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300"


@get("/", opt={"public": True}, include_in_schema=False)
async def home() -> Redirect:
    """Staff begin at today's figures."""
    return Redirect("/app", status_code=303)


@get("/static/{name:path}", opt={"public": True, "quiet": True}, include_in_schema=False)
async def static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A file of ours. With the mark of its content in the address it may be kept for ever."""
    folder = templates.static_folder().resolve()
    try:
        path = (folder / name.lstrip("/")).resolve()
        found = path.is_relative_to(folder) and path.is_file()
    except (OSError, ValueError):  # a name that no file system takes
        found = False
    if not found:
        raise NotFound(_("There is no such file."))
    return file_response(path.read_bytes(), path.name, FOREVER if "v" in request.query_params else SHORT)


@get("/embed.js", opt={"public": True}, include_in_schema=False)
async def embed_loader() -> Response[bytes]:
    """The loader that other sites include; its address never changes, so that it is kept for minutes only."""
    answer = file_response((templates.static_folder() / "embed.js").read_bytes(), "embed.js", SHORT)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def file_response(content: bytes, name: str, caching: str) -> Response[bytes]:
    """A file's bytes with their type."""
    kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": caching}
    return Response(content, media_type=kind, headers=headers)


ROUTES = [home, static_file, embed_loader]
