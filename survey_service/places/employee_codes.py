"""The code of an employee as it stands in links and on cards: signed, so that a figure can believe it. Pure but for the
secret that is handed in."""

from uuid import UUID

from survey_service.core import tokens

PURPOSE = "employee-code"
SIGNATURE_LENGTH = 24
"""Hexadecimal digits: 96 bits, few enough for a QR code that reads from a badge."""
MAX_LENGTH = 40 + 1 + SIGNATURE_LENGTH


def signed(secret: str, workspace: UUID, code: str) -> str:
    """`anna.5f0c…`: the code and a signature that holds in this workspace."""
    return f"{code}.{_signature(secret, workspace, code)}"


def read(secret: str, workspace: UUID, text: str) -> tuple[str, bool]:
    """The code in a text, signed or not, and whether we signed it."""
    code, _, signature = text.partition(".")
    return code, bool(signature) and tokens.same(signature, _signature(secret, workspace, code))


def _signature(secret: str, workspace: UUID, code: str) -> str:
    return tokens.keyed(secret, PURPOSE, f"{workspace.hex}.{code}")[:SIGNATURE_LENGTH]
