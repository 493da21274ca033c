"""A year of believable answers for an empty workspace, through the same code as everybody's."""

from survey_service.demo.company import is_empty
from survey_service.demo.service import Summary, make_demo

__all__ = ["Summary", "is_empty", "make_demo"]
