"""Pages: Jinja over our own templates, static addresses that never go stale, and what a page may do."""

import functools
import hashlib
import secrets
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from litestar import Response

from survey_service.core import addresses, policies
from survey_service.core.i18n import staff
from survey_service.core.i18n.script_words import script_words

PACKAGE = Path(__file__).parent.parent
SOURCE_TREE = PACKAGE.parent
NONCE_BYTES = 16


def static_folder() -> Path:
    """Where `css/`, `js/` and `embed.js` lie: the source tree's own, or inside the installed wheel."""
    if (SOURCE_TREE / "pyproject.toml").is_file():
        return SOURCE_TREE / "static"
    return PACKAGE / "static"


@functools.cache
def static_text(name: str) -> str:
    """The text of a static file, for pages that carry it inside."""
    return (static_folder() / name).read_text(encoding="utf-8")


@functools.cache
def static_url(name: str) -> str:
    """The address of a static file with a mark of its content, so that it may be cached for ever."""
    digest = hashlib.sha256((static_folder() / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


_path = ""


def stand_under(path: str) -> None:
    """From now on pages are those of a service under this path of its host; empty for the host's root."""
    global _path
    if path != _path:
        _path = path
        environment.cache_clear()


@functools.cache
def environment() -> Environment:
    """Our templates; a misspelt variable is an error, not an empty place."""
    jinja = Environment(
        loader=PackageLoader("survey_service", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True, disabled_extensions=("txt",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals["static_url"] = static_url
    jinja.globals["here"] = functools.partial(addresses.under, _path)
    _let_speak(jinja)
    jinja.filters["plain"] = str  # for attributes and titles, where words in another language cannot be marked
    if _path:
        jinja.globals["service_path"] = _path
        jinja.filters["under_path"] = addresses.under_filter(_path)
        jinja.add_extension(addresses.Addresses)
    return jinja


def _let_speak(jinja: Environment) -> None:
    """`_`, `ngettext` and `{% trans %}` say a message in the language of whoever reads the page. What `trans` says is
    part of the page, with its tags; what `_` says is escaped like every text."""
    jinja.add_extension("jinja2.ext.i18n")
    jinja.policies["ext.i18n.trimmed"] = True
    install: Any = jinja
    install.install_gettext_callables(staff.plain, staff.plain_plural, newstyle=True)
    jinja.globals |= {"_": staff.gettext, "pgettext": staff.pgettext, "reads": staff.language}
    jinja.globals |= {"reading_direction": staff.direction, "script_words": script_words}
    jinja.filters |= {"language_name": staff.name_of, "in_a_row": staff.in_a_row}


def render(name: str, /, **context: Any) -> str:
    """The text of a template."""
    return environment().get_template(name).render(**context)


def html(
    content: str | bytes, *, policy: str, status_code: int = 200, headers: dict[str, str] | None = None
) -> Response[bytes]:
    """A page with what it may do. What every answer carries is added when it leaves."""
    body = content.encode() if isinstance(content, str) else content
    every = {"Content-Security-Policy": policy, **(headers or {})}
    return Response(body, status_code=status_code, media_type="text/html", headers=every)


def page(
    name: str, *, status_code: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> Response[bytes]:
    """A rendered template as a page that stands by itself (sign-in, errors)."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    policy = policies.of_staff(nonce)
    return html(render(name, nonce=nonce, **context), policy=policy, status_code=status_code, headers=headers)


def staff_page(
    caller: Any,
    name: str,
    *,
    current: str,
    status_code: int = 200,
    headers: dict[str, str] | None = None,
    frames: str = policies.NOBODY,
    **context: Any,
) -> Response[bytes]:
    """A rendered template inside the staff shell. `caller` looks; `current` is the key of the rail's open section;
    `frames` are whose pages it shows inside."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    shell = {"caller": caller, "current": current, "csrf_token": caller.csrf_token, "nonce": nonce}
    policy = policies.of_staff(nonce, frames=frames)
    return html(render(name, **shell, **context), policy=policy, status_code=status_code, headers=headers)
