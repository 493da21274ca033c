"""The signed mark of a page: when it was made, and by which way the respondent came.

The channel and place come from here, so that an anonymous client cannot choose them.
"""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from survey_service.core import tokens

PURPOSE = "survey-page"


class PageToken(msgspec.Struct, frozen=True):
    """What a page knows of itself. `place` is a place's code or empty."""

    made_at: datetime
    channel: str
    place: str


def make(secret: str, now: datetime, channel: str, place: str) -> str:
    """The token of a page made `now` (to the tenth of a second) for a respondent who came by `channel`."""
    return _made(secret, int(now.timestamp() * 10) * 100, channel, place)


@lru_cache(maxsize=256)
def _made(secret: str, milliseconds: int, channel: str, place: str) -> str:
    """Pages of one moment share their token: it marks a time and a way, never a person."""
    return tokens.sign(secret, PURPOSE, [milliseconds, channel, place])


def read(secret: str, text: str) -> PageToken | None:
    """The token's content; None if we did not make it."""
    try:
        milliseconds, channel, place = msgspec.convert(tokens.read(secret, PURPOSE, text), tuple[int, str, str])
    except (tokens.BadToken, msgspec.ValidationError):
        return None
    return PageToken(datetime.fromtimestamp(milliseconds / 1000, UTC), channel, place)
