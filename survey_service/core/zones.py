"""The time zones of the world by their names: those that are known, and those that people are offered. Pure."""

import functools
from importlib.resources import files
from zoneinfo import available_timezones

EVERYWHERE = "UTC"
NOWHERE = frozenset({"Factory", "localtime", "posixrules"})
"""Names that mean another zone on every machine, or none yet."""


@functools.cache
def time_zones() -> tuple[str, ...]:
    """The names of all time zones, sorted."""
    return tuple(sorted(available_timezones() - NOWHERE))


@functools.cache
def places() -> frozenset[str]:
    """The zones that the source's own table of countries names, each place as it is written today: `Asia/Calcutta`,
    `US/Eastern` and `Zulu` are kept for old data alone."""
    table = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    return frozenset(line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#"))


def choices(standing: str = "") -> list[tuple[str, str]]:
    """(name, label) of what a list offers: places and UTC, and the zone that stands already, whatever it is."""
    offered = [name for name in time_zones() if name in places() or name in (EVERYWHERE, standing)]
    return [(name, name.replace("_", " ")) for name in offered]
