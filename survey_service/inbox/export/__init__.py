"""Formats of an export: one file a format, and here the one table of them.

What all say of themselves is `base.Format`. A new one is its file and its place in the table; the buttons of the list,
the API and the command follow it.
"""

from collections.abc import Mapping

from survey_service.inbox.export.base import Format
from survey_service.inbox.export.csv import CSV

FORMATS: Mapping[str, Format] = {made.name: made for made in (CSV,)}
"""Every format by the ending of its files; the first is taken for a file that ends otherwise."""


def format_of(file_name: str) -> Format:
    """The format of a file by its ending."""
    ending = file_name.rpartition(".")[2].lower()
    return FORMATS.get(ending) or next(iter(FORMATS.values()))
