"""What is kept of whoever does not want to be written to."""

from datetime import datetime
from uuid import UUID

import msgspec

UNSUBSCRIBED = "unsubscribed"


class SuppressionRow(msgspec.Struct, frozen=True):
    """That an address is not written to; `source` is the message by whose link it left, if one is known."""

    address_hash: str
    reason: str
    source: UUID | None
    created_at: datetime


class Withdrawal(msgspec.Struct, frozen=True, omit_defaults=True):
    """That an address must not be written to any more, or (`back`) may be again, from a moment on."""

    workspace: UUID
    address_hash: str
    at: datetime
    reason: str = UNSUBSCRIBED
    back: bool = False
