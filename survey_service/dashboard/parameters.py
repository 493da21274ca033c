"""The dashboard's address: query parameters as filters, the same for the page and the PDF."""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from survey_service.core.errors import Invalid
from survey_service.core.given_twice import repeated, twice
from survey_service.core.i18n.staff import gettext as _
from survey_service.counts.dimensions import RECEIVED
from survey_service.dashboard import periods
from survey_service.responses.filters import Filter, require_sense, typed
from survey_service.responses.parameters import SLUG_PATTERN
from survey_service.responses.values import CALLED


class Asked(msgspec.Struct, frozen=True):
    """Filters, and the name of the preset that gave the days; empty for days that were typed."""

    filters: Filter
    preset: str


def asked(parameters: Mapping[str, str], today: date, default: str = periods.DEFAULT) -> Asked:
    """What an address asks for: typed days before a preset, `default` without either.

    Raises Invalid for a day, a preset or a code that cannot be one.
    """
    if "period" in repeated(parameters.items()):
        raise twice("period", _("Period"))
    _require_codes(parameters)
    wanted = typed(parameters)
    require_sense(wanted)
    filters = wanted.of_figures()
    name = "" if filters.first or filters.last else parameters.get("period", "") or default
    if name and name not in periods.PRESETS:
        raise Invalid.field("period", "unknown", _("“period” is one of %(names)s.", names=", ".join(periods.PRESETS)))
    chosen = periods.preset(name, today)
    if chosen:
        filters = msgspec.structs.replace(filters, first=chosen.first, last=chosen.last)
    return Asked(filters, name)


def _require_codes(parameters: Mapping[str, str]) -> None:
    patterns = {"form": SLUG_PATTERN, **{name: CALLED[name].pattern for name in RECEIVED}}
    for name, pattern in patterns.items():
        if not re.fullmatch(pattern, parameters.get(name, "").strip()):
            raise Invalid.field(name, "unknown", _("“%(name)s” is not one of ours.", name=name))
