"""Structured logs: one line an event, with the id of the request that caused it."""

import contextlib
import logging
import os
import re
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import structlog

from survey_service.core.settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside one."""


NO_SECRET = re.compile("((?!))")


def mask_paths(secret: re.Pattern[str]) -> structlog.types.Processor:
    """Takes what is secret out of a log line's path, after the pattern's one group: who may read logs may not act for
    customers and staff."""

    def mask(_: Any, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        if isinstance(path := event.get("path"), str):
            event["path"] = secret.sub(r"\1…", path)
        return event

    return mask


def add_request_id(_: Any, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Puts the request's id on a log line that has none."""
    if current := request_id.get():
        event.setdefault("request_id", current)
    return event


class Lines(structlog.PrintLogger):
    """Writes each event as a line. Nobody fails because it cannot be written: the disk may be full, or whoever read
    along may have gone."""

    def msg(self, message: str) -> None:
        """Writes a line, if that is possible."""
        with contextlib.suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def configure(settings: Settings, secret: re.Pattern[str] = NO_SECRET) -> None:
    """Sets up structlog and the standard library's loggers alike, on standard error. `secret` is what an address has
    that is written nowhere: it follows the pattern's one group."""
    lines = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115  (as long as the process lives, which began without one)
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not lines.isatty())
    shared: list[structlog.types.Processor] = [
        add_request_id,
        mask_paths(secret),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=lines.isatty())
    )
    level = getattr(logging, settings.log_level.upper())
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: Lines(sys.stderr or lines),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(lines)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a module."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger
