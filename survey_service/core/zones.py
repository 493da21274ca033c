"""The time zones of the world by their names: those that are known, and those that people are offered. Pure."""

import functools
from zoneinfo import available_timezones

AREAS = frozenset(
    {
        "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
    }
)  # fmt: skip
"""Names under these are places; others, such as `Zulu`, `ROC` and `US/Eastern`, are kept by the source for old data."""
EVERYWHERE = "UTC"
NOWHERE = frozenset({"Factory", "localtime", "posixrules"})
"""Names that mean another zone on every machine, or none yet."""


@functools.cache
def time_zones() -> tuple[str, ...]:
    """The names of all time zones, sorted."""
    return tuple(sorted(available_timezones() - NOWHERE))


def choices(standing: str = "") -> list[tuple[str, str]]:
    """(name, label) of what a list offers: places and UTC, and the zone that stands already, whatever it is."""
    offered = [name for name in time_zones() if name.partition("/")[0] in AREAS or name in (EVERYWHERE, standing)]
    return [(name, name.replace("_", " ")) for name in offered]
