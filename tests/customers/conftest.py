"""The owner in front of the pages of customers."""

from tests.builder.browsing import alice

__all__ = ["alice"]
