"""E-mail addresses: as they are written to, and what makes two of them the same. Pure: no network is asked.

Syntax and normal form are email-validator's (RFC 5321, 6531, IDNA 2008). An address is kept and used as that gives it:
nobody else's server may take it for another one. Its key is for comparing only: upper and lower case are one, as every
mail service in use has it, and the domain is as DNS writes it. `weiß@…` and `weiss@…` are two people.
"""

import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

MAX_EMAIL = 320
"""Characters that are looked at; what can be written to is shorter."""
MAX_LOCAL_PART = 64
"""Octets before the @ (RFC 5321, 4.5.3.1.1). A letter with an accent is two, one of Ethiopic or Georgian three."""
MAX_ADDRESS = 254
"""Octets of the whole (RFC 5321, 4.5.3.1.3, without the brackets)."""


class NotAnAddress(ValueError):
    """The text is not an e-mail address; `words` say to whoever typed it what to write."""

    words = "Write the whole address, such as name@example.org."


class TooLong(NotAnAddress):
    """No mail server takes so long an address."""

    words = "This address is too long for mail: at most 64 plain characters before the @, fewer in other scripts."


def read(text: str) -> str:
    """The address as it is kept, shown and written to. Raises NotAnAddress."""
    if len(text) > MAX_EMAIL:
        raise TooLong("An address has 320 characters at most.")
    try:
        address = validate_email(text.strip(), check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError) as error:
        raise NotAnAddress(str(error)) from error
    if len(address.rpartition("@")[0].encode()) > MAX_LOCAL_PART:
        raise TooLong("What stands before the @ has more than 64 octets.")
    return address  # email-validator bounds the domain and the whole, in each of their forms.


def key_of(address: str) -> str:
    """By what an address, as `read` gave it, is compared with others."""
    if address.isascii():
        return address.lower()
    local, _, domain = address.rpartition("@")
    return f"{unicodedata.normalize('NFC', local.lower())}@{_ascii_domain(domain)}"


@lru_cache(maxsize=1024)
def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain
    except (EmailNotValidError, UnicodeError):
        return domain.lower()


def former_key_of(address: str) -> str:
    """By what addresses were compared, and what was kept of them, until keys came, which took `ß` for `ss`."""
    return address.casefold()


def masked(address: str) -> str:
    """The address for logs: `h…@example.org` tells two apart without naming anyone."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…{at}{domain}"
