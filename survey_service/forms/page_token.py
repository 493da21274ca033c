"""The signed mark of a page: when it was made, and by which way the respondent came.

The channel and place come from here, so that an anonymous client cannot choose them.
"""

from datetime import UTC, datetime

import msgspec

from survey_service.core import tokens

PURPOSE = "survey-page"


class PageToken(msgspec.Struct, frozen=True):
    """What a page knows of itself. `place` is a place's code or empty."""

    made_at: datetime
    channel: str
    place: str


def make(secret: str, now: datetime, channel: str, place: str) -> str:
    """The token of a page made `now` (to the millisecond) for a respondent who came by `channel`."""
    return tokens.sign(secret, PURPOSE, [int(now.timestamp() * 1000), channel, place])


def read(secret: str, text: str) -> PageToken | None:
    """The token's content; None if we did not make it."""
    try:
        milliseconds, channel, place = msgspec.convert(tokens.read(secret, PURPOSE, text), tuple[int, str, str])
    except (tokens.BadToken, msgspec.ValidationError):
        return None
    return PageToken(datetime.fromtimestamp(milliseconds / 1000, UTC), channel, place)
