"""E-mail addresses: as they are written to, and what makes two of them the same. Pure: no network is asked.

Syntax and normal form are email-validator's (RFC 5321, 6531, IDNA 2008). An address is kept and used as that gives it:
nobody else's server may take it for another one. Its key is for comparing only: upper and lower case are one, as every
mail service in use has it, and the domain is as DNS writes it. `weiß@…` and `weiss@…` are two people.
"""

import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from survey_service.core.i18n.staff import N_

MAX_EMAIL = 320
"""Characters that are looked at; what can be written to is shorter."""
MAX_READ = 4 * MAX_EMAIL
"""Characters that are looked at for which part of a text is too long for one."""
MAX_LOCAL_PART = 64
"""Octets before the @ (RFC 5321, 4.5.3.1.1). A letter with an accent is two, one of Ethiopic or Georgian three."""
MAX_LABEL, MAX_DOMAIN = 63, 253
"""Octets of a domain's parts and of all of it, as DNS writes them (RFC 1035, 2.3.4)."""
MAX_ADDRESS = 254
"""Octets of the whole (RFC 5321, 4.5.3.1.3, without the brackets)."""


class NotAnAddress(ValueError):
    """The text is not an e-mail address; `words` say to whoever typed it what to write."""

    words = N_("Write the whole address, such as name@example.org.")


class TooLong(NotAnAddress):
    """No mail server takes so long an address; the classes below say which part of it."""


class LocalPartTooLong(TooLong):
    """What stands before the @."""

    words = N_("This address is too long for mail: at most 64 plain characters before the @, fewer in other scripts.")


class DomainTooLong(TooLong):
    """What stands after the @, or one part of it."""

    words = N_(
        "This address is too long for mail after the @: at most 253 plain characters, and 63 between two points, fewer "
        "in other scripts."
    )


class WholeTooLong(TooLong):
    """Each part would do, but not both together."""

    words = N_("This address is too long for mail: at most 254 plain characters in all, fewer in other scripts.")


def read(text: str) -> str:
    """The address as it is kept, shown and written to. Raises NotAnAddress."""
    text = text.strip()
    if len(text) > MAX_EMAIL:
        raise (_too_long(text[:MAX_READ]) or WholeTooLong)("An address has 320 characters at most.")
    try:
        address = validate_email(text, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError) as error:
        raise (_too_long(text) or NotAnAddress)(str(error)) from error
    if long := _too_long(address):  # email-validator bounds the domain and the whole, but no local part.
        raise long("A part has more octets than mail servers take.")
    return address


def _too_long(text: str) -> type[TooLong] | None:
    """The part that is too long, of whatever was typed; in octets as mail and DNS carry them."""
    local, at, domain = unicodedata.normalize("NFC", text).rpartition("@")
    before = len(local.encode(errors="replace"))
    labels = [len(label) if label.isascii() else len(b"xn--" + label.encode("punycode")) for label in domain.split(".")]
    after = sum(labels) + len(labels) - 1
    if not at:
        return None
    if before > MAX_LOCAL_PART:
        return LocalPartTooLong
    if max(labels) > MAX_LABEL or after > MAX_DOMAIN:
        return DomainTooLong
    return WholeTooLong if before + 1 + max(after, len(domain.encode(errors="replace"))) > MAX_ADDRESS else None


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
