"""A real SMTP server on loopback that keeps, or refuses, what arrives."""

import asyncio
import contextlib
import email
import email.policy
import ssl
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP


class Mailbox:
    """Keeps what arrives, as bytes and as Python reads them; refuses by the texts given."""

    def __init__(self, rcpt: str = "", data: str = "") -> None:
        self.rcpt, self.data = rcpt, data
        self.contents: list[bytes] = []
        self.mails: list[EmailMessage] = []
        self.senders: list[str] = []
        self.recipients: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data:
            return self.data
        self.contents.append(envelope.original_content)
        self.senders.append(envelope.mail_from)
        parsed = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.recipients += envelope.rcpt_tos
        return "250 kept as 1"


@contextlib.asynccontextmanager
async def serving(mailbox: Mailbox, over_tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
    """Serves the mailbox on a free port, which is given; with `over_tls` as smtps."""
    options = {"enable_SMTPUTF8": True, **options}
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: SMTP(mailbox, **options), "127.0.0.1", 0, ssl=over_tls)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
