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
    """The names of the texts that have a sign which no font of this machine draws. They are drawn together, since a
    document costs more than its words; one by one only where something is missing.

    Raises OSError where the library that sets text is missing.
    """
    from survey_service.reports.render import pdf_of  # 90 MB that only this and the PDF need

    log, listener = logging.getLogger(DRAWN_BY), _Unknown()

    def lacks(*texts: str) -> bool:
        listener.told.clear()
        paragraphs = "".join(f"<p>{escape(text)}</p>" for text in texts)
        pdf_of(f'<!doctype html><html lang="en"><title>Fonts</title>{paragraphs}</html>')
        return bool(listener.told)

    log.addHandler(listener)
    try:
        return [name for name, text in samples.items() if lacks(text)] if lacks(*samples.values()) else []
    finally:
        log.removeHandler(listener)
