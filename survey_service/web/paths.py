"""What addresses need special treatment, as their handlers say it on `opt`; of one that nothing has, by how it begins.

`"respondent": True`: errors are told in the words and the language of whoever answers a survey. `"secret_part": name`:
whoever knows this part of the address may act for somebody, so that it is in no log. `"private": True`: its errors are
framed by nobody and give no referrer. `"quiet": True`: asked so often that it has no line in the log. `"stream": True`:
it never ends, so that HEAD is not answered by GET. `"about_itself": True`: programs ask it how the service is, so its
errors are told to programs, and its answers are none of what the service is there for.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from litestar.handlers import HTTPRouteHandler

RESERVED = ("/k/", "/my/")
"""Sections that are respondents' too, although nothing is at them yet."""
PARAMETER = re.compile(r"\{(\w+):\w+\}")


class Paths(NamedTuple):
    """Beginnings of addresses, addresses that are streams, and what is secret in an address: its one group stays."""

    respondent: tuple[str, ...]
    private: tuple[str, ...]
    quiet: tuple[str, ...]
    streams: frozenset[str]
    about_itself: frozenset[str]
    secret: re.Pattern[str]


def paths_of(handlers: Iterable[HTTPRouteHandler]) -> Paths:
    """What the handlers say of their addresses."""
    said = [(path, handler.opt) for handler in handlers for path in sorted(handler.paths)]
    secret = {_up_to(path, opt["secret_part"]) for path, opt in said if "secret_part" in opt}
    return Paths(
        respondent=_unique([*(_section(path) for path, opt in said if opt.get("respondent")), *RESERVED]),
        private=_unique(_section(path) for path, opt in said if opt.get("private")),
        quiet=_unique(path.partition("{")[0] for path, opt in said if opt.get("quiet")),
        streams=frozenset(path for path, opt in said if opt.get("stream")),
        about_itself=frozenset(path for path, opt in said if opt.get("about_itself")),
        secret=re.compile(f"^({'|'.join(sorted(secret))})[^/]+" if secret else r"((?!))"),
    )


def _section(path: str) -> str:
    """`/s/{slug:str}/more` is of the section `/s/`."""
    return f"/{path.split('/')[1]}/"


def _up_to(path: str, parameter: str) -> str:
    """A pattern for all that stands before a parameter. ValueError if the address has no such parameter."""
    before, found, _ = path.partition(f"{{{parameter}:")
    if not found:
        raise ValueError(f"{path} has no part named {parameter}")
    return PARAMETER.sub("[^/]+", before)


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
