"""The rail of staff pages: its sections, and the tabs of a section. Pure.

Each room declares its own beside its pages; `survey_service.joined` brings them together, and the guard shows whoever
asks those that their role opens.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey_service.core.i18n.staff import gettext as _

Count = Callable[[Any], Awaitable[int]]
"""How many wait in a section, for whoever asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailSection:
    """A section of the rail. `key` is what its pages name as `current`, `label` a message, `icon` one of
    `components.html`. Sections stand by their `position`; the first four are those that a phone shows at once.

    `role` is that of the page it leads to. `at_foot` puts it beside the person. `count` is the number beside it.
    """

    key: str
    label: str
    href: str
    icon: str
    position: int
    role: str = "viewer"
    at_foot: bool = False
    count: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A page beside others of one section, which may be another room's. Tabs stand by their `position`."""

    section: str
    key: str
    label: str
    href: str
    position: int
    role: str = "viewer"


TabRow = tuple[str, str, None, bool]
"""Words, address, no count, whether it is open: a row of `ui.tabs`."""


@dataclass(frozen=True, slots=True)
class Rail:
    """Sections and tabs in their order, and the numbers beside sections by their keys."""

    sections: Sequence[RailSection] = ()
    tabs: Sequence[Tab] = ()
    counts: Mapping[str, int] | None = None

    def opened_by(self, may: Callable[[str], bool]) -> "Rail":
        """What somebody sees: `may` says whether they have a role, or a mightier one."""
        return Rail([one for one in self.sections if may(one.role)], [one for one in self.tabs if may(one.role)])

    async def counted(self, caller: Any) -> "Rail":
        """With the numbers for whoever asks."""
        return replace(self, counts={one.key: await one.count(caller) for one in self.sections if one.count})

    def number(self, key: str) -> int:
        """What is beside a section; 0 for nothing."""
        return (self.counts or {}).get(key, 0)

    def label_of(self, path: str) -> str:
        """What the page with this path, or the one above it, is called: the message of a tab or section. Empty for none
        but the first page of all."""
        called = {one.href: one.label for one in self.sections} | {one.href: one.label for one in self.tabs}
        over = [href for href in called if path == href or (href.count("/") > 1 and path.startswith(f"{href}/"))]
        return called[max(over, key=len)] if over else ""

    def tabs_of(self, section: str, current: str, kept: str = "") -> list[TabRow]:
        """The tabs of a section with the open one marked. `kept` is a query string that each of them takes."""
        own = [one for one in self.tabs if one.section == section]
        return [(_(one.label), f"{one.href}?{kept}" if kept else one.href, None, one.key == current) for one in own]


def joined(sections: Iterable[RailSection], tabs: Iterable[Tab]) -> Rail:
    """The rail of all rooms. ValueError for two of one key or position, and for a tab of no section."""
    every, beside = sorted(sections, key=lambda one: one.position), sorted(tabs, key=lambda one: one.position)
    _check_apart("sections of the rail", [(one.key,) for one in every], [(one.position,) for one in every])
    _check_apart("tabs", [(one.section, one.key) for one in beside], [(one.section, one.position) for one in beside])
    strays = {one.section for one in beside} - {one.key for one in every}
    if strays:
        raise ValueError(f"tabs of a section that nobody declares: {', '.join(sorted(strays))}")
    return Rail(tuple(every), tuple(beside))


def _check_apart(what: str, keys: Sequence[tuple[object, ...]], positions: Sequence[tuple[object, ...]]) -> None:
    for called, found in (("key", keys), ("position", positions)):
        if twice := sorted({str(one) for one in found if found.count(one) > 1}):
            raise ValueError(f"two {what} have one {called}: {', '.join(twice)}")
