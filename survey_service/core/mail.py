"""Mail through the one SMTP server that the settings name.

A mail is handed over or a TransportError says why not, and whether trying again is of use. The same
`message_id` makes a repeated delivery recognisable to the receiving side (RFC 5322, 3.6.4).
"""

import asyncio
import contextlib
import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from survey_service.core.errors import TransportError
from survey_service.core.settings import Settings

COMMAND_SECONDS = 20.0
"""How long one answer of the server is waited for."""
DELIVERY_SECONDS = 60.0
"""How long one mail may take in all."""
MAX_ERROR = 500


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `headers` are further ones; their values are made by us, never typed by anyone."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    date: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


def message_id(identity: str, mail_from: str) -> str:
    """The Message-ID of what `identity` names, under the sender's domain."""
    domain = parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{identity}@{_ascii_domain(domain)}>"


def one_line(text: str) -> str:
    """`text` fit for a header: control and line characters become spaces, so that no header can be added."""
    return " ".join("".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text).split())


def build(mail: Mail, mail_from: str) -> EmailMessage:
    """The message as it goes out: multipart/alternative, plain text first. Raises a permanent TransportError
    for an address that cannot stand in a header."""
    message = EmailMessage(policy=SMTP_POLICY)
    try:
        message["From"] = _address(*parseaddr(mail_from))
        message["To"] = _address(mail.to_name, mail.to_address)
        message["Subject"] = one_line(mail.subject)
        message["Date"] = format_datetime(mail.date)
        message["Message-ID"] = mail.message_id
        for name, value in mail.headers.items():
            message[name] = value
    except (ValueError, MessageError) as error:
        raise TransportError(f"The mail cannot be addressed: {error}", permanent=True) from error
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    # Set before, it would move to the plain part.
    message["Content-Language"] = mail.language
    return message


async def send(settings: Settings, mail: Mail) -> str:
    """Hands the mail to the server and gives its answer. Raises TransportError."""
    if not settings.smtp_url:
        raise TransportError("No mail server is set. Set SURVEY_SMTP_URL and SURVEY_MAIL_FROM.", permanent=False)
    message = build(mail, settings.mail_from)
    try:
        async with asyncio.timeout(DELIVERY_SECONDS):
            return await _deliver(settings, message)
    except ssl.SSLCertVerificationError as error:
        raise _distrusted(error) from error
    except TimeoutError as error:
        raise TransportError("The mail server did not answer in time.", permanent=False) from error
    except OSError as error:
        raise TransportError(f"The mail server cannot be reached: {error}", permanent=False) from error
    except aiosmtplib.SMTPException as error:
        raise _refusal(error) from error


async def _deliver(settings: Settings, message: EmailMessage) -> str:
    client = _client(settings)
    await _connect(client)
    try:
        _, answer = await client.send_message(message)
    finally:
        # What the server has accepted stays accepted, however the goodbye goes.
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit()
        client.close()
    return one_line(answer)


async def _connect(client: aiosmtplib.SMTP) -> None:
    """Up to where the mail is handed over. What goes wrong before has nothing to do with the mail: it waits."""
    try:
        await client.connect()
    except aiosmtplib.SMTPAuthenticationError:
        raise
    except aiosmtplib.SMTPResponseException as error:
        words = f"The mail server refused the connection: {error.code} {one_line(error.message)}"
        raise TransportError(words[:MAX_ERROR], permanent=False) from error
    except aiosmtplib.SMTPConnectError as error:
        if isinstance(error.__cause__, ssl.SSLCertVerificationError):
            raise _distrusted(error.__cause__) from error
        raise
    except aiosmtplib.SMTPException as error:
        if "STARTTLS extension not supported" in str(error):
            words = "The mail server offers no encryption (STARTTLS), so nothing was sent. See SURVEY_SMTP_STARTTLS."
            raise TransportError(words, permanent=False) from error
        raise


def _client(settings: Settings) -> aiosmtplib.SMTP:
    parts = urlsplit(settings.smtp_url)
    secure = parts.scheme == "smtps"
    return aiosmtplib.SMTP(
        hostname=parts.hostname,
        port=parts.port or (465 if secure else 25),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=secure,
        start_tls=False if secure else _encrypts(settings.smtp_starttls, parts),
        tls_context=_trusting(settings.smtp_ca_file),
        timeout=COMMAND_SECONDS,
    )


def _encrypts(wish: str, server: SplitResult) -> bool | None:
    """Whether STARTTLS is required; None takes it if it is offered."""
    needed = wish == "required" or (wish == "auto" and bool(server.username) and not _is_here(server.hostname or ""))
    return True if needed else None


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=4)
def _trusting(ca_file: str) -> ssl.SSLContext:
    """The system's authorities and the one of `ca_file`, if any; read once a process."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _distrusted(error: ssl.SSLCertVerificationError) -> TransportError:
    words = f"The mail server’s certificate is not trusted: {error.verify_message}. Nothing was sent. "
    return TransportError(f"{words}An authority of your own is named by SURVEY_SMTP_CA_FILE.", permanent=False)


def _refusal(error: aiosmtplib.SMTPException) -> TransportError:
    """Our words for what the server said. A wrong password is ours to mend, so the mail waits for that."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            refused = error.recipients[0]
            return _answered("refused the recipient", refused.code, refused.message)
        case aiosmtplib.SMTPAuthenticationError():
            return TransportError(f"The mail server refused the password: {_shown(error)}", permanent=False)
        case aiosmtplib.SMTPSenderRefused():
            return _answered("refused the sender", error.code, error.message)
        case aiosmtplib.SMTPConnectTimeoutError() | aiosmtplib.SMTPReadTimeoutError() | aiosmtplib.SMTPTimeoutError():
            return TransportError("The mail server did not answer in time.", permanent=False)
        case aiosmtplib.SMTPResponseException():
            return _answered("refused the mail", error.code, error.message)
        case aiosmtplib.SMTPNotSupported():
            return TransportError(f"The mail server cannot take this address: {_shown(error)}", permanent=True)
        case _:
            return TransportError(f"The mail server cannot be reached: {_shown(error)}", permanent=False)


def _answered(what: str, code: int, answer: str) -> TransportError:
    words = f"The mail server {what}: {code} {one_line(answer)}"
    return TransportError(words[:MAX_ERROR], permanent=500 <= code < 600)


def _shown(error: Exception) -> str:
    return one_line(str(error))[:MAX_ERROR]


def _address(name: str, address: str) -> Address:
    if one_line(address) != address:
        raise ValueError("the address has characters that are not shown")
    local, _, domain = address.rpartition("@")
    return Address(one_line(name), local, _ascii_domain(domain))


def _ascii_domain(domain: str) -> str:
    """The domain as DNS writes it; IDNA 2003 is what the standard library has and covers what mail servers host."""
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain
