"""What goes out to whoever watches over the service."""

from typing import Literal

import msgspec

from survey_service.core.database.base import Trouble

Hindrance = Trouble | Literal["behind"]
"""Why requests cannot be served: what troubles the database, or `behind`, where migrations are still to run."""


class Liveness(msgspec.Struct, frozen=True):
    """Whether it is worth to let the process go on."""

    status: Literal["alive", "failing"]


class Readiness(msgspec.Struct, frozen=True):
    """Whether requests can be served, and why not. `worker_lag` is the age of the oldest due job in seconds;
    `worker_running` says whether the worker that was started with the service lives, null where it runs apart.

    `trouble`, if it is not empty: `held` (somebody else holds the database), `full` (its disk), `read_only`, `damaged`
    (or not in its place), `away` (it does not answer), `behind` (migrations are still to run).
    """

    ready: bool
    trouble: Hindrance
    database: bool
    migrated: bool
    worker_lag: float
    worker_in_time: bool
    worker_running: bool | None
