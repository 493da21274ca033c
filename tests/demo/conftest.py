"""A year that needs no database, and one that fills it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from survey_service.demo import definitions
from survey_service.demo.company import OPENED_BEFORE, REWORDED_BEFORE, TIME_ZONE, Company, Version
from survey_service.demo.year import Year
from survey_service.demo_texts.employees import EMPLOYEES
from survey_service.demo_texts.places import PLACES
from survey_service.forms.definition import Definition

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
WORKSPACE = UUID(int=1)


def version(slug: str, number: int, before: timedelta, definition: Definition) -> Version:
    """A version that was published so long before NOW."""
    form = UUID(int=100 + list(definitions.NAMES).index(slug))
    return Version(form, slug, definitions.NAMES[slug], number, NOW - before, definition)


@pytest.fixture(scope="session")
def company() -> Company:
    """Linden Flowers as it stands in a database, with ids that never change."""
    return Company(
        workspace=WORKSPACE,
        time_zone=TIME_ZONE,
        versions={
            "visit": (
                version("visit", 1, OPENED_BEFORE, definitions.earlier_visit()),
                version("visit", 2, REWORDED_BEFORE, definitions.visit()),
            ),
            "contact": (version("contact", 1, OPENED_BEFORE, definitions.contact()),),
            "callback": (version("callback", 1, OPENED_BEFORE, definitions.callback()),),
        },
        places={place.code: UUID(int=1000 + number) for number, place in enumerate(PLACES)},
        employees={each.code: UUID(int=2000 + number) for number, each in enumerate(EMPLOYEES)},
    )


@pytest.fixture(scope="session")
def year(company: Company) -> Year:
    """A year of 20,000 answers."""
    return Year(company, seed=1, responses=20_000, now=NOW)
