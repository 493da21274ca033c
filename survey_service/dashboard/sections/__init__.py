"""Sections of a summary: one file a section, and here the one table of them, page by page.

What all say of themselves is `base.Section`. A new section is its file, its place in the table and a partial template
for each page that it stands on; the tests of this room name what is missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet
from survey_service.dashboard.sections.comments import COMMENTS
from survey_service.dashboard.sections.counted import COUNTED
from survey_service.dashboard.sections.headline import HEADLINE
from survey_service.dashboard.sections.histogram import HISTOGRAM
from survey_service.dashboard.sections.late_splits import LATE_SPLITS
from survey_service.dashboard.sections.more_scores import MORE_SCORES
from survey_service.dashboard.sections.places import PLACES
from survey_service.dashboard.sections.scores import SCORES
from survey_service.dashboard.sections.splits import SPLITS
from survey_service.dashboard.sections.suspects import SUSPECTS
from survey_service.dashboard.sections.trend import TREND
from survey_service.dashboard.sections.waiting import WAITING

AnySection = Section[Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a summary is shown on: the folder of its partial templates, and what stands in each of the areas
    that its template has, in order."""

    folder: str
    areas: Mapping[str, tuple[AnySection, ...]]

    @property
    def sections(self) -> Iterator[AnySection]:
        """Every section of the page, in order."""
        return (section for area in self.areas.values() for section in area)


class Part(NamedTuple):
    """A section as it is shown: its partial template and what that draws."""

    name: str
    template: str
    shown: Mapping[str, Any]


TODAY = Page(
    "dashboard/sections",
    {
        "head": (HEADLINE, WAITING),
        "notice": (SUSPECTS,),
        "scores": (SCORES,),
        "drawings": (TREND, HISTOGRAM),
        "main": (COMMENTS, PLACES, LATE_SPLITS),
        "side": (SPLITS,),
        "foot": (COUNTED,),
    },
)
PDF = Page(
    "reports/sections",
    {
        "head": (HEADLINE,),
        "body": (SCORES, TREND, HISTOGRAM, PLACES, SPLITS, LATE_SPLITS, MORE_SCORES, COMMENTS),
        "foot": (COUNTED,),
    },
)
PAGES = (TODAY, PDF)
"""The pages that have sections. Where each section stands is said here and nowhere else."""


def by_name(sections: Iterable[AnySection]) -> Mapping[str, AnySection]:
    """The sections by their names. ValueError for two of one name."""
    found: dict[str, AnySection] = {}
    for section in sections:
        if found.setdefault(section.name, section) is not section:
            raise ValueError(f"two sections have one name: {section.name}")
    return found


SECTIONS = by_name(section for page in PAGES for section in page.sections)
"""Every section by its name."""


async def facts(asking: Asking, wanted: Iterable[AnySection]) -> dict[str, Any]:
    """What each of these sections reads, by its name."""
    return {section.name: await section.read(asking) for section in wanted}


def shown(made: Summary, page: Page, sheet: Sheet) -> dict[str, list[Part]]:
    """What stands in each area of a page: the sections that have something to draw."""
    return {
        area: [
            Part(section.name, f"{page.folder}/{section.name}.html", drawn)
            for section in sections
            if (drawn := section.show(section.of(made), made, sheet)) is not None
        ]
        for area, sections in page.areas.items()
    }
