"""Structured logs: one line an event, with the id of the request that caused it."""

import logging
import re
import sys
from contextvars import ContextVar
from typing import Any

import structlog

from survey_service.core.settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside one."""


WITH_SECRETS = re.compile(r"^(/(?:app/link|i|u|my|s/[^/]+/more)/)[^/]+")
"""Addresses whose next part lets whoever knows it act for somebody."""


def mask_path(_: Any, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Takes tokens out of a log line's path: who may read logs may not act for customers and staff."""
    if isinstance(path := event.get("path"), str):
        event["path"] = WITH_SECRETS.sub(r"\1…", path)
    return event


def add_request_id(_: Any, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Puts the request's id on a log line that has none."""
    if current := request_id.get():
        event.setdefault("request_id", current)
    return event


def configure(settings: Settings) -> None:
    """Sets up structlog and the standard library's loggers alike, on standard error."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        add_request_id,
        mask_path,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    level = getattr(logging, settings.log_level.upper())
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a module."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger
