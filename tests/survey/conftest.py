"""Staff who are signed in, and respondents who take their time, for what needs them."""

from tests.answers import staff
from tests.survey.respondent import patient

__all__ = ["patient", "staff"]
