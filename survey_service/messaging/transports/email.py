"""The one mail server that the settings name, and the connection to it that is kept while there is more to send.

A mail is handed over or a TransportError says why not, and whether trying again is of use. The same `message_id`
makes a repeated delivery recognisable to the receiving side (RFC 5322, 3.6.4).
"""

import asyncio
import contextlib
import ssl
import time
from datetime import timedelta
from functools import lru_cache
from ipaddress import ip_address
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from survey_service.core.errors import TransportError
from survey_service.core.guide import guide_to
from survey_service.core.mailbox import one_line
from survey_service.core.settings import Settings
from survey_service.messaging.message import Mail, Sealed, build

COMMAND_SECONDS = 20.0
"""How long one answer of the server is waited for."""
DELIVERY_SECONDS = 60.0
"""How long one mail may take in all."""
GOODBYE_SECONDS = 2.0
KEPT_SECONDS = 60.0
KEPT_MAILS = 100
"""A connection carries this many mails and lives this long at most: servers tend to cut off those who stay."""
RETRIES = (
    *(timedelta(minutes=5 * 2**tried) for tried in range(8)),
    *(timedelta(hours=12) for _ in range(8)),
)
"""How long after each failure a mail is tried again: 5, 10, 20, 40 minutes and so on, then twice a day, for nearly five
days in all (RFC 5321, 4.5.4.1). Servers that put off a stranger's first mail (grey-listing) take it after 5 minutes."""
UNAVAILABLE = 421
MAX_ERROR = 500


class MailServer:
    """Hands mails over, one after another. `close` ends the connection; the next mail opens another."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._turn = asyncio.Lock()
        self._client: aiosmtplib.SMTP | None = None
        self._opened_at = 0.0
        self._carried = 0

    @staticmethod
    def is_set_up(settings: Settings) -> bool:
        return bool(settings.smtp_url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def send(self, mail: Mail) -> str:
        """Hands the mail to the server and gives its answer. Raises TransportError."""
        if not self.is_set_up(self.settings):
            raise TransportError("No mail server is set up.", permanent=False)
        sealed = build(mail, self.settings.mail_from)
        try:
            async with self._turn, asyncio.timeout(DELIVERY_SECONDS):
                return await self._deliver(sealed)
        except ssl.SSLCertVerificationError as error:
            raise _distrusted(error) from error
        except TimeoutError as error:
            raise TransportError("The mail server did not answer in time.", permanent=False) from error
        except OSError as error:
            raise TransportError(f"The mail server cannot be reached: {error}", permanent=False) from error
        except aiosmtplib.SMTPException as error:
            raise _refusal(error) from error

    async def close(self) -> None:
        """Says goodbye to the server, if there is a connection."""
        async with self._turn:
            await self._part()

    async def _deliver(self, sealed: Sealed) -> str:
        """One transaction. After a plain refusal the connection is good for the next mail; after anything else, such
        as a time-out in the middle, nobody knows what the server waits for, so it is thrown away."""
        client = await self._begun(sealed)
        try:
            await _name_recipient(client, sealed)
            answer = (await client.data(sealed.content)).message
        except aiosmtplib.SMTPResponseException as error:
            await self._forget_transaction(client, error.code)
            raise
        except BaseException:
            self._throw_away()
            raise
        self._carried += 1
        return one_line(answer)

    async def _begun(self, sealed: Sealed) -> aiosmtplib.SMTP:
        """A connection on which the server has taken the sender. A kept one may have ended meanwhile, or be held for
        too old by the server: nothing of the mail is out yet, so a new one is asked."""
        if client := await self._kept():
            try:
                await _name_sender(client, sealed)
                return client
            except (aiosmtplib.SMTPException, OSError):
                self._throw_away()
            except BaseException:
                self._throw_away()
                raise
        client = await self._connected()
        try:
            await _name_sender(client, sealed)
        except BaseException:
            self._throw_away()
            raise
        return client

    async def _kept(self) -> aiosmtplib.SMTP | None:
        """The connection at hand, unless it has done its share."""
        aged = self._carried >= KEPT_MAILS or time.monotonic() - self._opened_at >= KEPT_SECONDS
        if self._client and (aged or not self._client.is_connected):
            await self._part()
        return self._client

    async def _connected(self) -> aiosmtplib.SMTP:
        client = _client(self.settings)
        await _connect(client)
        self._client, self._opened_at, self._carried = client, time.monotonic(), 0
        return client

    async def _forget_transaction(self, client: aiosmtplib.SMTP, code: int) -> None:
        try:
            if code == UNAVAILABLE:
                raise aiosmtplib.SMTPServerDisconnected("said goodbye")
            await client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._throw_away()
        except BaseException:
            self._throw_away()
            raise

    def _throw_away(self) -> None:
        if self._client:
            self._client.close()
        self._client = None

    async def _part(self) -> None:
        """What the server has accepted stays accepted, however the goodbye goes."""
        if self._client and self._client.is_connected:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit(timeout=GOODBYE_SECONDS)
        self._throw_away()


# One transaction -------------------------------------------------------------------------------------------------


async def _name_sender(client: aiosmtplib.SMTP, sealed: Sealed) -> None:
    options = []
    if client.supports_extension("size"):
        options.append(f"SIZE={len(sealed.content)}")
    if sealed.smtputf8:
        if not client.supports_extension("smtputf8"):
            raise aiosmtplib.SMTPNotSupported(sealed.recipient)
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    words = [f"FROM:<{sealed.sender}>", *options]
    answer = await client.execute_command(b"MAIL", *(word.encode() for word in words))
    if answer.code != aiosmtplib.SMTPStatus.completed:
        raise aiosmtplib.SMTPSenderRefused(answer.code, answer.message, sealed.sender)


async def _name_recipient(client: aiosmtplib.SMTP, sealed: Sealed) -> None:
    answer = await client.execute_command(b"RCPT", f"TO:<{sealed.recipient}>".encode())
    if answer.code not in (aiosmtplib.SMTPStatus.completed, aiosmtplib.SMTPStatus.will_forward):
        raise aiosmtplib.SMTPRecipientRefused(answer.code, answer.message, sealed.recipient)


# Connecting ------------------------------------------------------------------------------------------------------


async def _connect(client: aiosmtplib.SMTP) -> None:
    """Up to where the mail is handed over. What goes wrong before has nothing to do with the mail: it waits."""
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await _greet(client)
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
            words = f"The mail server offers no encryption (STARTTLS), so nothing was sent. {guide_to('Mail')}"
            raise TransportError(words, permanent=False) from error
        raise


async def _greet(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


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


# In our words ----------------------------------------------------------------------------------------------------


def _distrusted(error: ssl.SSLCertVerificationError) -> TransportError:
    words = f"The mail server’s certificate is not trusted: {error.verify_message}. Nothing was sent. "
    return TransportError(f"{words}{guide_to('Mail')}", permanent=False)


def _refusal(error: aiosmtplib.SMTPException) -> TransportError:
    """Our words for what the server said. A wrong password is ours to mend, so the mail waits for that."""
    match error:
        case aiosmtplib.SMTPRecipientRefused():
            return _answered("refused the recipient", error.code, error.message)
        case aiosmtplib.SMTPAuthenticationError():
            return TransportError(f"The mail server refused the password: {_shown(error)}", permanent=False)
        case aiosmtplib.SMTPSenderRefused():
            return _answered("refused the sender", error.code, error.message)
        case aiosmtplib.SMTPConnectTimeoutError() | aiosmtplib.SMTPReadTimeoutError() | aiosmtplib.SMTPTimeoutError():
            return TransportError("The mail server did not answer in time.", permanent=False)
        case aiosmtplib.SMTPResponseException():
            return _answered("refused the mail", error.code, error.message)
        case aiosmtplib.SMTPNotSupported():
            whose = "the sender’s address" if str(error).isascii() else "this address"
            words = f"The mail server takes only plain Latin letters before the @, and {whose} has others."
            return TransportError(words, permanent=not str(error).isascii())
        case _:
            return TransportError(f"The mail server cannot be reached: {_shown(error)}", permanent=False)


def _answered(what: str, code: int, answer: str) -> TransportError:
    words = f"The mail server {what}: {code} {one_line(answer)}"
    return TransportError(words[:MAX_ERROR], permanent=500 <= code < 600)


def _shown(error: Exception) -> str:
    return one_line(str(error))[:MAX_ERROR]
