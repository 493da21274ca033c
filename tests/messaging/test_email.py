"""Against real SMTP servers on loopback."""

import asyncio
import contextlib
import ssl
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult

from survey_service.core.errors import TransportError
from survey_service.core.guide import guide_to
from survey_service.core.settings import Settings, load
from survey_service.messaging import message
from survey_service.messaging.transports import email
from survey_service.messaging.transports.email import MailServer
from tests.messaging.mailbox import Mailbox, serving

FROM = "Linden Flowers <hello@linden.example>"


AUTHORITY = trustme.CA()
CERTIFICATES = {"here": AUTHORITY.issue_cert("127.0.0.1"), "elsewhere": AUTHORITY.issue_cert("elsewhere.example")}
"""What an authority of our own says of this machine and of another."""
AUTHORITY_FILE = Path(tempfile.mkdtemp(prefix="survey-authority-")) / "ca.pem"
AUTHORITY.cert_pem.write_to_path(AUTHORITY_FILE)
TRUST = {"SMTP_CA_FILE": str(AUTHORITY_FILE)}


def settings(port: int, scheme: str = "smtp", user: str = "", host: str = "127.0.0.1", **more: str) -> Settings:
    given = {"SMTP_URL": f"{scheme}://{user}{host}:{port}", "MAIL_FROM": FROM} | more
    return load({f"SURVEY_{name}": text for name, text in given.items()})


def speaking_as(name: str) -> ssl.SSLContext:
    """The server's side of TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    CERTIFICATES[name].configure_cert(context)
    return context


class Overheard:
    """Stands between, as a wiretap does; with `strips` it keeps the server's offer of STARTTLS from the client."""

    def __init__(self, strips: bool = False) -> None:
        self.strips = strips
        self.heard = b""

    @contextlib.asynccontextmanager
    async def before(self, port: int) -> AsyncIterator[int]:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, here = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.suppress(OSError):
                await asyncio.gather(self._pass(reader, here), self._pass(there, writer))

        listener = await asyncio.start_server(connected, "127.0.0.1", 0)
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            listener.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            while chunk := await reader.read(65536):
                self.heard += chunk
                writer.write(chunk.replace(b"STARTTLS", b"X-NOTHING") if self.strips else chunk)
                await writer.drain()


async def send(chosen: Settings, what: message.Mail) -> str:
    """One mail over a connection of its own."""
    async with MailServer(chosen) as server:
        return await server.send(what)


def sample(**changes: Any) -> message.Mail:
    fields = {
        "to_name": "ሃና ተስፋዬ",
        "to_address": "hana@customers.example",
        "subject": "ጉብኝትዎ እንዴት ነበር?",
        "text": "ሰላም\n0  https://x/i/t?recommend=0\n",
        "html": "<p>ሰላም</p>",
        "language": "am",
        "message_id": "<one@linden.example>",
        "date": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        "unsubscribe": "https://feedback.linden.example/u/one",
    }
    return message.Mail(**{**fields, **changes})


async def test_a_mail_arrives_whole() -> None:
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        answer = await send(settings(port), sample())
    assert "kept as 1" in answer
    (arrived,) = mailbox.mails
    assert mailbox.recipients == ["hana@customers.example"]
    assert arrived["Subject"] == "ጉብኝትዎ እንዴት ነበር?"
    assert arrived["From"].addresses[0].addr_spec == "hello@linden.example"
    assert arrived["To"].addresses[0].display_name == "ሃና ተስፋዬ"
    assert arrived["Message-ID"] == "<one@linden.example>"
    assert arrived["Content-Language"] == "am"
    assert arrived["Date"].datetime == datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert arrived.get_content_type() == "multipart/alternative"
    plain, rich = arrived.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert "ሰላም" in plain.get_content()


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x00"])
async def test_nobody_adds_a_header(break_: str) -> None:
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        await send(
            settings(port),
            sample(to_name=f"Hana{break_}Bcc: x@evil.example", subject=f"Hello{break_}Bcc: y@evil.example"),
        )
    assert mailbox.mails[0]["Bcc"] is None
    assert mailbox.recipients == ["hana@customers.example"]
    with pytest.raises(TransportError) as caught:
        message.build(sample(to_address=f"hana{break_}Bcc:z@customers.example"), FROM)
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("mailbox", "permanent", "words"),
    [
        (Mailbox(rcpt="550 5.1.1 no such person"), True, "refused the recipient: 550 5.1.1 no such person"),
        (Mailbox(rcpt="451 4.7.1 grey-listed, later"), False, "refused the recipient: 451"),
        (Mailbox(data="552 5.3.4 too big"), True, "refused the mail: 552"),
        (Mailbox(data="452 4.3.1 disk full"), False, "refused the mail: 452"),
    ],
)
async def test_refusals_say_whether_to_try_again(mailbox: Mailbox, permanent: bool, words: str) -> None:
    async with serving(mailbox) as port:
        with pytest.raises(TransportError) as caught:
            await send(settings(port), sample())
    assert caught.value.permanent is permanent
    assert words in caught.value.message
    assert mailbox.mails == []


async def test_a_wrong_password_waits_to_be_mended() -> None:
    refusing: dict[str, Any] = {
        "auth_require_tls": False,
        "authenticator": lambda *_: AuthResult(success=False, handled=False),
    }
    async with serving(Mailbox(), **refusing) as port:
        with pytest.raises(TransportError) as caught:
            await send(settings(port, user="shop:wrong%40pass@"), sample())
    assert not caught.value.permanent
    assert "password" in caught.value.message
    assert "wrong@pass" not in caught.value.message


@contextlib.asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """Takes connections and never says a word."""
    waiting = await asyncio.start_server(lambda reader, writer: asyncio.sleep(30), "127.0.0.1", 0)
    try:
        yield waiting.sockets[0].getsockname()[1]
    finally:
        waiting.close()


async def test_a_silent_server_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "COMMAND_SECONDS", 0.2)
    async with silent_server() as port:
        with pytest.raises(TransportError) as caught:
            await send(settings(port), sample())
    assert not caught.value.permanent
    assert "in time" in caught.value.message


async def test_a_closed_port_is_temporary() -> None:
    async with silent_server() as port:
        pass
    with pytest.raises(TransportError) as caught:
        await send(settings(port), sample())
    assert not caught.value.permanent
    assert "cannot be reached" in caught.value.message


async def test_without_a_server_nothing_is_lost() -> None:
    with pytest.raises(TransportError) as caught:
        await send(load({}), sample())
    assert not caught.value.permanent
    assert caught.value.message == "No mail server is set up."


async def test_addresses_in_other_scripts() -> None:
    mailbox = Mailbox()
    async with serving(mailbox, enable_SMTPUTF8=True) as port:
        await send(settings(port), sample(to_address="hana@bücher.example"))
        await send(settings(port), sample(to_address="ሃና@bücher.example"))
    assert mailbox.recipients == ["hana@xn--bcher-kva.example", "ሃና@xn--bcher-kva.example"]


async def test_an_address_that_the_server_cannot_take_fails_for_good() -> None:
    async with serving(Mailbox(), enable_SMTPUTF8=False) as port:
        with pytest.raises(TransportError) as caught:
            await send(settings(port), sample(to_address="ሃና@bücher.example"))
    assert caught.value.permanent


def test_the_message_id_is_under_the_senders_domain() -> None:
    assert message.message_id("abc", FROM) == "<abc@linden.example>"


# Encryption ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{}, {"SMTP_STARTTLS": "required"}, {"SMTP_STARTTLS": "offered"}])
async def test_starttls_hides_the_mail_from_whoever_listens(more: dict[str, str]) -> None:
    mailbox, wire = Mailbox(), Overheard()
    async with serving(mailbox, tls_context=speaking_as("here")) as port, wire.before(port) as tapped:
        await send(settings(tapped, **TRUST, **more), sample())
    assert mailbox.recipients == ["hana@customers.example"]
    assert b"STARTTLS" in wire.heard
    assert b"hana@customers.example" not in wire.heard


async def test_the_password_is_sent_under_starttls_only() -> None:
    mailbox, wire, seen = Mailbox(), Overheard(), []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        seen.append((given.login, given.password))
        return AuthResult(success=True)

    options: dict[str, Any] = {"tls_context": speaking_as("here"), "auth_require_tls": True, "authenticator": check}
    async with serving(mailbox, **options) as port, wire.before(port) as tapped:
        await send(settings(tapped, user="shop:pass%40word@", **TRUST), sample())
    assert seen == [(b"shop", b"pass@word")]
    assert len(mailbox.mails) == 1
    assert b"AUTH PLAIN" not in wire.heard


async def test_smtps_is_encrypted_from_the_first_byte() -> None:
    mailbox, wire = Mailbox(), Overheard()
    async with serving(mailbox, over_tls=speaking_as("here")) as port, wire.before(port) as tapped:
        await send(settings(tapped, "smtps", **TRUST), sample())
    assert mailbox.recipients == ["hana@customers.example"]
    assert b"EHLO" not in wire.heard
    assert b"ehlo" not in wire.heard


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize(
    ("certificate", "more", "words"),
    [
        ("here", {}, "unable to get local issuer certificate"),
        ("elsewhere", TRUST, "IP address mismatch, certificate is not valid for '127.0.0.1'"),
    ],
)
async def test_a_certificate_that_is_not_trusted_is_told(
    scheme: str, certificate: str, more: dict[str, str], words: str
) -> None:
    mailbox, wire = Mailbox(), Overheard()
    kind = {"smtp": "tls_context", "smtps": "over_tls"}[scheme]
    async with serving(mailbox, **{kind: speaking_as(certificate)}) as port, wire.before(port) as tapped:
        with pytest.raises(TransportError) as caught:
            await send(settings(tapped, scheme, user="shop:pass%40word@", **more), sample())
    assert not caught.value.permanent
    assert "certificate is not trusted" in caught.value.message
    assert words in caught.value.message
    assert guide_to("Mail") in caught.value.message
    assert mailbox.mails == []
    assert b"hana@customers.example" not in wire.heard


@pytest.mark.parametrize("strips", [False, True])
async def test_without_the_starttls_that_is_asked_for_nothing_is_sent_in_the_clear(strips: bool) -> None:
    mailbox, wire = Mailbox(), Overheard(strips)
    options: dict[str, Any] = {"tls_context": speaking_as("here")} if strips else {}
    async with serving(mailbox, **options) as port, wire.before(port) as tapped:
        with pytest.raises(TransportError) as caught:
            await send(settings(tapped, SMTP_STARTTLS="required", **TRUST), sample())
    assert not caught.value.permanent
    assert "STARTTLS" in caught.value.message
    assert mailbox.mails == []
    assert b"hana@customers.example" not in wire.heard


@pytest.mark.parametrize(
    ("wish", "server", "required"),
    [
        ("auto", "smtp://shop:word@message.example.org:587", True),
        ("auto", "smtp://shop:word@localhost", False),
        ("auto", "smtp://shop:word@127.8.0.1", False),
        ("auto", "smtp://shop:word@[::1]:25", False),
        ("auto", "smtp://relay.example.org", False),
        ("required", "smtp://relay.example.org", True),
        ("required", "smtp://localhost", True),
        ("offered", "smtp://shop:word@message.example.org", False),
    ],
)
async def test_when_encryption_is_required(wish: str, server: str, required: bool) -> None:
    chosen = load({"SURVEY_SMTP_URL": server, "SURVEY_MAIL_FROM": FROM, "SURVEY_SMTP_STARTTLS": wish})
    assert (email._client(chosen)._start_tls_on_connect is True) == required


async def test_a_refused_greeting_is_not_the_mails_fault() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 5.7.1 not from your network\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with listener:
        with pytest.raises(TransportError) as caught:
            await send(settings(listener.sockets[0].getsockname()[1]), sample())
    assert not caught.value.permanent
    assert "refused the connection: 554 5.7.1 not from your network" in caught.value.message
