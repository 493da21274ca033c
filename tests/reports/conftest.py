"""The dashboard's shop, for its reports."""

from tests.dashboard.conftest import key, served

__all__ = ["key", "served"]
