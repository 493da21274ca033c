"""Staff who are signed in, for what needs them."""

from tests.answers import staff

__all__ = ["staff"]
