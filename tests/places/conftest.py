"""The owner in front of the pages of places."""

from tests.builder.browsing import alice

__all__ = ["alice"]
