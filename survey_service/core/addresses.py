"""Where the service stands on its host. Inside, every address begins at the service's own root (`/app/forms`); what
leaves it (a page's links and forms, redirects, cookies) gets the path of the public address before it, here and
nowhere else. Pure but for Jinja's hook, which works when a template is compiled.
"""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import idna
from jinja2.ext import Extension

from survey_service.core.asgi import App, Message, Receive, Scope, Send
from survey_service.core.errors import Malformed
from survey_service.core.form_encoding import URL_ENCODED, decode

OURS = frozenset(
    ("api", "app", "c", "embed.js", "healthz", "i", "in", "k", "metrics", "my", "q", "r", "readyz", "s", "schema",
     "static", "u")
)  # fmt: skip
"""First parts of the service's own addresses: a public path must not begin with one, or both could be meant."""
PORTS = {"http": 80, "https": 443}
PLAIN_PATH = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._~-]*)*")

_ADDRESSES = r"""(\b(?:href|src|action|formaction|data-(?:plotly|href|src|url|action))=")"""
_WRITTEN = re.compile(_ADDRESSES + r"/(?!/)")
_SENTENCE = re.compile(r"(\{%-?\s*trans\b.*?endtrans\s*-?%\})", re.DOTALL)
_COMPUTED = re.compile(_ADDRESSES + r"\{\{-?\s*(.+?)\s*-?\}\}")


def path_of(url: str) -> str:
    """The path of a public address, without a slash at its end: empty, or such as `/feedback`."""
    return urlsplit(url).path.rstrip("/")


def with_query(path: str, **parameters: str | None) -> str:
    """A path with these parameters beside those that it has; empty ones are left out."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path


def older(path: str, cursor: str | None) -> str:
    """The address of the page of a list after this one, empty on the last."""
    return with_query(path, cursor=cursor) if cursor else ""


def came_from(referer: str) -> tuple[str, dict[str, str]]:
    """The path and the query of the page before, as a browser says it; whoever sends nonsense came from nowhere."""
    try:
        parts = urlsplit(referer)
        query = decode(parts.query.encode(), URL_ENCODED)
        return parts.path, {name: texts[0] for name, texts in query.items()}
    except (ValueError, Malformed):
        return "", {}


def origin_of(url: str) -> str:
    """The origin of an address as browsers write it (RFC 6454, 6.2): small letters, the host as DNS has it, no port
    where it is the scheme's own. Empty for what has none."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except ValueError:  # idna's errors are too
        return ""
    if parts.scheme not in PORTS or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, PORTS[parts.scheme]) else "")


def is_own_origin(origin: str, host: str, base_url: str) -> bool:
    """Whether a page of the service itself says that it is of `origin`, asking for `host` (the request's header).

    Where a public address is set, it is that one's: a name that somebody else points at this machine is not ours.
    At the machine itself it may be any of its loopback names. Without a public address the name that was asked is all
    there is to go by.
    """
    said = origin_of(origin)
    if not said:
        return False
    if base_url and said == origin_of(base_url):
        return True
    asked = said == origin_of(f"{urlsplit(said).scheme}://{host}")
    return asked and (not base_url or _is_loopback(urlsplit(said).hostname or ""))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def fault_of(path: str) -> str:
    """Why the service cannot stand under this path, empty if it can."""
    if not PLAIN_PATH.fullmatch(path):
        return "has a path with other signs than letters, digits, points, hyphens and underscores"
    if path[1:].partition("/")[0] in OURS:
        return f"has a path that begins like one of the service's own addresses ({path}); choose another name"
    return ""


def under(path: str, address: str) -> str:
    """An address of the service as the outside knows it; one of another site, or a relative one, stays as it is."""
    return path + address if address.startswith("/") and not address.startswith("//") else address


class Addresses(Extension):
    """Puts the environment's `service_path` before the addresses in a template's attributes: before written ones
    as it is compiled, before computed ones as it is rendered."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with every address led through `under`."""
        path = self.environment.globals["service_path"]

        def led(part: str) -> str:
            return _COMPUTED.sub(r"\1{{ (\2) | under_path }}", _WRITTEN.sub(rf"\1{path}/", part))

        parts = _SENTENCE.split(source)  # a sentence to be translated takes its addresses ready, through `here`
        return "".join(part if _SENTENCE.fullmatch(part) else led(part) for part in parts)


def entered(path: str, scope: Scope) -> Scope:
    """The request as inside: proxies may keep the path or cut it off before they hand on."""
    asked: str = scope["path"]
    if asked != path and not asked.startswith(path + "/"):
        return scope
    inside = asked[len(path) :] or "/"
    raw: bytes = scope.get("raw_path") or asked.encode()
    kept = raw[len(path) :] if raw.startswith(path.encode()) else inside.encode()
    return {**scope, "path": inside, "raw_path": kept or b"/"}


async def answer_under(path: str, app: App, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers a request to a service that stands under `path`."""

    async def leave(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [_left(path, name, value) for name, value in message["headers"]]
        await send(message)

    await app(entered(path, scope), receive, leave)


def _left(path: str, name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header as the outside reads it."""
    if name.lower() != b"location":
        return name, value
    return name, under(path, value.decode("latin-1")).encode("latin-1")


def under_filter(path: str) -> Any:
    """The filter `under_path` of an environment."""
    return lambda value: under(path, value) if isinstance(value, str) else value
