"""Who a mail is from or for: name and address as mail servers take them (RFC 5322, 5321, 6531; IDNA 2008). Pure."""

import re
import unicodedata
from typing import NamedTuple

import idna

from survey_service.core.email_address import MAX_ADDRESS, MAX_LOCAL_PART

MAX_NAME = 200
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+"
LOCAL_PART = re.compile(rf"{ATOM}(\.{ATOM})*")
DOMAIN = re.compile(r"(?=.{1,253}$)(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
JOINERS = "\u200c\u200d"
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of all that follows them: one of them could hide the address beside a name."""


class Mailbox(NamedTuple):
    """Somebody with an address; the name may be empty."""

    name: str
    address: str


def read_mailbox(text: str) -> Mailbox:
    """`Linden Flowers <hello@example.org>`, or the address alone. Raises ValueError if there is no valid address."""
    name, opened, rest = text.strip().rpartition("<")
    if not opened:
        return Mailbox("", sendable(rest))
    if not rest.endswith(">"):
        raise ValueError("ends without >")
    name = name.strip()
    if QUOTED.fullmatch(name):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return Mailbox(shown(name, MAX_NAME), sendable(rest[:-1].strip()))


def sendable(text: str) -> str:
    """The address as a mail is sent to it: as typed, its domain as DNS writes it. Raises ValueError."""
    local, at, domain = text.rpartition("@")
    if not at:
        raise ValueError("there is no @")
    if not LOCAL_PART.fullmatch(local) or any(_never_in_a_name(char) for char in local):
        raise ValueError("what stands before the @ has characters that cannot be sent")
    if len(local.encode()) > MAX_LOCAL_PART:
        raise ValueError("what stands before the @ is too long")
    address = f"{local}@{ascii_domain(domain)}"
    if len(address.encode()) > MAX_ADDRESS:
        raise ValueError("it is too long")
    return address


def _never_in_a_name(char: str) -> bool:
    return unicodedata.category(char)[0] in "CZ" and char not in JOINERS


def ascii_domain(domain: str) -> str:
    """The domain as DNS writes it (IDNA 2008: `straße` is a name of its own). Raises ValueError."""
    try:
        plain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError(f"what stands after the @ cannot be a name in the internet: {error}") from error
    if not DOMAIN.fullmatch(plain):
        raise ValueError("what stands after the @ cannot be a name in the internet")
    return plain


def one_line(text: str) -> str:
    """`text` on one line: control and line characters become spaces, half characters a sign of their own."""
    shown = ((char, unicodedata.category(char)) for char in text)
    kept = (" " if kind in ("Cc", "Zl", "Zp") else "\ufffd" if kind == "Cs" else char for char, kind in shown)
    return " ".join("".join(kept).split())


def shown(text: str, longest: int) -> str:
    """`text` as it stands in a header: on one line, without turned directions, with `…` where it had to be cut."""
    line = one_line(DIRECTIONS.sub("", text))
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
