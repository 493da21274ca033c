"""Against real SMTP servers on loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from survey_service.core import mail
from survey_service.core.errors import TransportError
from survey_service.core.settings import Settings, load
from tests.distribution.mailbox import Mailbox, serving

FROM = "Linden Flowers <hello@linden.example>"


def settings(port: int, scheme: str = "smtp", user: str = "") -> Settings:
    return load({"SURVEY_SMTP_URL": f"{scheme}://{user}127.0.0.1:{port}", "SURVEY_MAIL_FROM": FROM})


def sample(**changes: Any) -> mail.Mail:
    fields = {
        "to_name": "ሃና ተስፋዬ",
        "to_address": "hana@customers.example",
        "subject": "ጉብኝትዎ እንዴት ነበር?",
        "text": "ሰላም\n0  https://x/i/t?recommend=0\n",
        "html": "<p>ሰላም</p>",
        "language": "am",
        "message_id": "<one@linden.example>",
        "date": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        "headers": {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    }
    return mail.Mail(**{**fields, **changes})


async def test_a_mail_arrives_whole() -> None:
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        answer = await mail.send(settings(port), sample())
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
        await mail.send(
            settings(port),
            sample(to_name=f"Hana{break_}Bcc: x@evil.example", subject=f"Hello{break_}Bcc: y@evil.example"),
        )
    assert mailbox.mails[0]["Bcc"] is None
    assert mailbox.recipients == ["hana@customers.example"]
    with pytest.raises(TransportError) as caught:
        mail.build(sample(to_address=f"hana{break_}Bcc:z@customers.example"), FROM)
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
            await mail.send(settings(port), sample())
    assert caught.value.permanent is permanent
    assert words in caught.value.message
    assert mailbox.mails == []


async def test_a_wrong_password_waits_to_be_mended() -> None:
    refusing = {"auth_require_tls": False, "authenticator": lambda *_: AuthResult(success=False, handled=False)}
    async with serving(Mailbox(), **refusing) as port:
        with pytest.raises(TransportError) as caught:
            await mail.send(settings(port, user="shop:wrong%40pass@"), sample())
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
    monkeypatch.setattr(mail, "COMMAND_SECONDS", 0.2)
    async with silent_server() as port:
        with pytest.raises(TransportError) as caught:
            await mail.send(settings(port), sample())
    assert not caught.value.permanent
    assert "in time" in caught.value.message


async def test_a_closed_port_is_temporary() -> None:
    async with silent_server() as port:
        pass
    with pytest.raises(TransportError) as caught:
        await mail.send(settings(port), sample())
    assert not caught.value.permanent
    assert "cannot be reached" in caught.value.message


async def test_without_a_server_nothing_is_lost() -> None:
    with pytest.raises(TransportError) as caught:
        await mail.send(load({}), sample())
    assert not caught.value.permanent
    assert "SURVEY_SMTP_URL" in caught.value.message


async def test_addresses_in_other_scripts() -> None:
    mailbox = Mailbox()
    async with serving(mailbox, enable_SMTPUTF8=True) as port:
        await mail.send(settings(port), sample(to_address="hana@bücher.example"))
        await mail.send(settings(port), sample(to_address="ሃና@bücher.example"))
    assert mailbox.recipients == ["hana@xn--bcher-kva.example", "ሃና@xn--bcher-kva.example"]


async def test_an_address_that_the_server_cannot_take_fails_for_good() -> None:
    async with serving(Mailbox(), enable_SMTPUTF8=False) as port:
        with pytest.raises(TransportError) as caught:
            await mail.send(settings(port), sample(to_address="ሃና@bücher.example"))
    assert caught.value.permanent


def test_the_message_id_is_under_the_senders_domain() -> None:
    assert mail.message_id("abc", FROM) == "<abc@linden.example>"
