"""The code of an employee as it stands in links and on cards: signed, so that a figure can believe it. Pure but for the
keys that are handed in."""

from uuid import UUID

from survey_service.core import tokens
from survey_service.core.keyring import Keyring

PURPOSE = "employee-code"
SIGNATURE_LENGTH = 24
"""Hexadecimal digits: 96 bits, few enough for a QR code that reads from a badge."""
MAX_LENGTH = 40 + 1 + SIGNATURE_LENGTH


def signed(keys: Keyring, workspace: UUID, code: str) -> str:
    """`anna.5f0c…`: the code and a signature that holds in this workspace."""
    return f"{code}.{_signature(keys.signing, workspace, code)}"


def read(keys: Keyring, workspace: UUID, text: str) -> tuple[str, bool]:
    """The code in a text, signed or not, and whether we signed it."""
    code, _, signature = text.partition(".")
    ours = [tokens.same(signature, _signature(key, workspace, code)) for key in keys.keys]
    return code, any(ours)


def _signature(key: str, workspace: UUID, code: str) -> str:
    return tokens.keyed(key, PURPOSE, f"{workspace.hex}.{code}")[:SIGNATURE_LENGTH]
