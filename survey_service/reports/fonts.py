"""Which texts the PDF would show as boxes: they are drawn as a report is, and what had no glyph is told."""

import logging
from collections.abc import Mapping
from html import escape

NO_GLYPH = ".notdef"
DRAWN_BY = "weasyprint"


class _Unknown(logging.Handler):
    """Keeps what the drawing library says about signs without a glyph."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if NO_GLYPH in message:
            self.told.append(message)


def undrawn(samples: Mapping[str, str]) -> list[str]:
    """The names of the texts that have a sign which no font of this machine draws.

    Raises OSError where the library that sets text is missing.
    """
    from survey_service.reports.render import pdf_of  # 90 MB that only this and the PDF need

    log, listener = logging.getLogger(DRAWN_BY), _Unknown()
    log.addHandler(listener)
    missing = []
    try:
        for name, text in samples.items():
            listener.told.clear()
            pdf_of(f'<!doctype html><html lang="en"><title>{escape(name)}</title><p>{escape(text)}</p></html>')
            if listener.told:
                missing.append(name)
    finally:
        log.removeHandler(listener)
    return missing
