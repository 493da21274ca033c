"""The dashboard's address: query parameters as filters, the same for the page, the PDF and the API's report."""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from survey_service.core.errors import Invalid
from survey_service.dashboard import periods
from survey_service.dashboard.schemas import Filters

PATTERNS = {
    "form": re.compile(r"[a-z0-9][a-z0-9-]{0,63}"),
    "place": re.compile(r"[a-z0-9-]{1,40}"),
    "channel": re.compile(r"[a-z]{1,16}"),
    "language": re.compile(r"[A-Za-z0-9-]{1,35}"),
}


class Asked(msgspec.Struct, frozen=True):
    """Filters, and the name of the preset that gave the days; empty for days that were typed."""

    filters: Filters
    preset: str


def asked(parameters: Mapping[str, str], today: date, default: str = periods.DEFAULT) -> Asked:
    """What an address asks for: typed days before a preset, `default` without either.

    Raises Invalid for a day, a preset or a filter that cannot be one.
    """
    first, last = _day("from", parameters), _day("to", parameters)
    name = "" if first or last else parameters.get("period", "") or default
    if name and name not in periods.PRESETS:
        raise Invalid.field("period", "unknown", f"“period” is one of {', '.join(periods.PRESETS)}.")
    chosen = periods.preset(name, today)
    if chosen:
        first, last = chosen.first, chosen.last
    words = {key: _word(key, parameters) for key in PATTERNS}
    return Asked(Filters(first=first, last=last, **words), name)


def _day(name: str, parameters: Mapping[str, str]) -> date | None:
    text = parameters.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid.field(name, "no_day", f"“{name}” is a day such as 2026-10-05.") from error


def _word(name: str, parameters: Mapping[str, str]) -> str:
    text = parameters.get(name, "").strip()
    if text and not PATTERNS[name].fullmatch(text):
        raise Invalid.field(name, "unknown", f"“{name}” is not one of ours.")
    return text
