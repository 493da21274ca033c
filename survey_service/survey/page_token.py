"""The signed mark of a page: of which form and version it is, when it was first made, and by which way the
respondent came.

All of that comes from here, so that an anonymous client cannot choose it. A page that is shown again (an error,
another language) keeps the moment of the first: whoever corrects one number needs no two seconds for it.
"""

from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from survey_service.core import tokens
from survey_service.core.keyring import Keyring

PURPOSE = "survey-page"
MAX_VERSION = 2**31 - 1
"""What a database keeps as a version; no form has had more."""


class PageToken(msgspec.Struct, frozen=True):
    """What a page knows of itself: the version that it shows, `place` as a place's code or empty, and `employee` as
    the code that its address had, signed or not."""

    made_at: datetime
    version: int
    channel: str
    place: str
    employee: str = ""


def make(
    keys: Keyring, made_at: datetime, workspace: UUID, form: UUID, version: int, channel: str, place: str,
    employee: str = "",
) -> str:  # fmt: skip
    """The token of a page of this version, first made at `made_at` (to the tenth of a second) for a respondent who
    came by `channel`."""
    milliseconds = int(made_at.timestamp() * 10) * 100
    return _made(keys.signing, milliseconds, _purpose(workspace, form), version, channel, place, employee)


@lru_cache(maxsize=256)
def _made(key: str, milliseconds: int, purpose: str, version: int, channel: str, place: str, employee: str) -> str:
    """Pages of one moment share their token: it marks a time and a way, never a person."""
    return tokens.sign(Keyring(key), purpose, [milliseconds, version, channel, place, employee])


def _purpose(workspace: UUID, form: UUID) -> str:
    """Both are a part of the purpose, not of the content: a page carries its token on every load."""
    return f"{PURPOSE} {workspace.hex} {form.hex}"


def read(keys: Keyring, workspace: UUID, form: UUID, text: str) -> PageToken | None:
    """The content of a token of this form's page; None if we did not make it, or for another form or
    workspace."""
    try:
        content = msgspec.convert(tokens.read(keys, _purpose(workspace, form), text), tuple[int, int, str, str, str])
        milliseconds, version, channel, place, employee = content
        made_at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (tokens.BadToken, msgspec.ValidationError, ValueError, OverflowError, OSError):  # also of no moment there is
        return None
    return PageToken(made_at, version if version <= MAX_VERSION else 0, channel, place, employee)
