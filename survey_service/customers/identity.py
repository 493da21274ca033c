"""What makes two addresses the same one. Pure: no network is asked.

Syntax and normal form are email-validator's (RFC 5321, 6531, IDNA 2008); upper and lower case are one, as
every mail service in use has it.
"""

from email_validator import EmailNotValidError, validate_email

MAX_EMAIL = 320


class NotAnAddress(ValueError):
    """The text is not an e-mail address."""


def normalise_email(text: str) -> str:
    """The address as it is stored and compared. Raises NotAnAddress."""
    if len(text) > MAX_EMAIL:
        raise NotAnAddress("An address has 320 characters at most.")
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.casefold()
    except (EmailNotValidError, UnicodeError) as error:
        raise NotAnAddress(str(error)) from error


def masked(email: str) -> str:
    """The address for logs: `h…@example.org` tells two apart without naming anyone."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}…{at}{domain}"
