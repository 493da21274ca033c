"""What is kept of whoever does not want to be written to."""

from datetime import datetime
from uuid import UUID

import msgspec

UNSUBSCRIBED = "unsubscribed"


class Withdrawal(msgspec.Struct, frozen=True, omit_defaults=True):
    """That an address must not be written to any more, or (`back`) may be again, from a moment on."""

    workspace: UUID
    address_hash: str
    at: datetime
    reason: str = UNSUBSCRIBED
    back: bool = False
