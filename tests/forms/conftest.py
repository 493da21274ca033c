"""The owner in front of the pages. A busy machine is no failure, and drawn definitions are large: no deadline, fifty
examples."""

from hypothesis import HealthCheck, settings

from tests.builder.browsing import alice
from tests.invitations.product import workspace

__all__ = ["alice", "workspace"]

settings.register_profile("forms", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("forms")
