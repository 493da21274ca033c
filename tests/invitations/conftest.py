"""The owner in front of the pages, and a workspace that invites."""

from tests.builder.browsing import alice
from tests.invitations.product import workspace

__all__ = ["alice", "workspace"]
