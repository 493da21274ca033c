"""A workspace with a published form, staff who are signed in, and respondents who take their time."""

from uuid import UUID

import pytest

from survey_service.core.database import Database
from tests import factories
from tests.answers import staff
from tests.survey.respondent import patient

__all__ = ["patient", "staff"]


@pytest.fixture
async def home(database: Database) -> UUID:
    """The workspace of the published form `visit`."""
    return await factories.published()
