"""One connection carries many mails, and none that is in doubt."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from survey_service.core.errors import TransportError
from survey_service.core.settings import load
from survey_service.messaging.message import Mail
from survey_service.messaging.transports import email
from survey_service.messaging.transports.email import MailServer


class Talker:
    """A mail server that says what it is told to, and remembers what it heard: a list of lines per connection."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        """By the verb (`DATA` and `END` of the data apart): a text, a list of them to be used up, or None to hang up;
        `...` to say nothing at all."""
        self.connections: list[list[str]] = []

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[MailServer]:
        listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        chosen = load({"SURVEY_SMTP_URL": f"smtp://127.0.0.1:{port}", "SURVEY_MAIL_FROM": "a@linden.example"})
        async with listener, MailServer(chosen) as server:
            yield server

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard: list[str] = []
        self.connections.append(heard)
        with contextlib.suppress(OSError), contextlib.closing(writer):
            writer.write(b"220 here\r\n")
            while line := (await reader.readline()).decode():
                verb = line.split()[0].upper()
                heard.append(verb)
                if not await self._answer(verb, writer):
                    return
                if verb == "DATA" and heard[-1] == "DATA" and not self._refused:
                    await reader.readuntil(b"\r\n.\r\n")
                    heard.append("END")
                    if not await self._answer("END", writer):
                        return

    async def _answer(self, verb: str, writer: asyncio.StreamWriter) -> bool:
        usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 fine")
        said = self.answers.get(verb, usual)
        if isinstance(said, list):
            said = said.pop(0) if said else usual
        self._refused = said is not None and said is not ... and not said.startswith("354")
        if said is ...:
            await asyncio.sleep(30)
        if said is None:
            return False
        writer.write(said.encode() + b"\r\n")
        await writer.drain()
        return verb != "QUIT"

    @property
    def mails(self) -> list[int]:
        """How many mails each connection carried to their end."""
        return [heard.count("END") for heard in self.connections]


def letter(number: int = 1) -> Mail:
    return Mail(
        to_address=f"hana{number}@customers.example",
        subject="Hello",
        text="Hello",
        message_id=f"<{number}@linden.example>",
        date=datetime(2026, 11, 21, tzinfo=UTC),
    )


async def test_one_connection_carries_many_and_says_goodbye() -> None:
    talker = Talker()
    async with talker.listening() as server:
        for number in range(5):
            await server.send(letter(number))
        await server.close()
        assert talker.mails == [5]
        assert talker.connections[0][-1] == "QUIT"
        assert talker.connections[0].count("EHLO") == 1
        await server.send(letter())
    assert talker.mails == [5, 1]


async def test_a_connection_has_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "KEPT_MAILS", 3)
    talker = Talker()
    async with talker.listening() as server:
        for number in range(7):
            await server.send(letter(number))
    assert talker.mails == [3, 3, 1]
    assert [heard[-1] for heard in talker.connections] == ["QUIT"] * 3


async def test_a_connection_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "KEPT_SECONDS", 0.2)
    talker = Talker()
    async with talker.listening() as server:
        await server.send(letter())
        await asyncio.sleep(0.25)
        await server.send(letter())
    assert talker.mails == [1, 1]


@pytest.mark.parametrize(("verb", "carried"), [("RCPT", 1), ("END", 2), ("DATA", 1)])
async def test_after_a_plain_refusal_the_connection_goes_on(verb: str, carried: int) -> None:
    talker = Talker(**{verb: ["550 5.1.1 no such person"]})
    async with talker.listening() as server:
        with pytest.raises(TransportError) as caught:
            await server.send(letter(1))
        assert caught.value.permanent
        await server.send(letter(2))
    assert talker.mails == [carried]
    assert talker.connections[0].count("RSET") == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"RCPT": ["421 4.3.2 going down"]},
        {"END": ["421 4.3.2 going down"]},
        {"RCPT": [None]},
        {"DATA": [None]},
        {"END": [None]},
        {"RCPT": [...]},
        {"END": [...]},
        {"RCPT": ["550 no"], "RSET": ["500 what"]},
        {"RCPT": ["550 no"], "RSET": [None]},
        {"RCPT": ["nonsense"]},
    ],
)
async def test_a_connection_in_doubt_is_thrown_away(answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "COMMAND_SECONDS", 0.3)
    talker = Talker(**answers)
    async with talker.listening() as server:
        with pytest.raises(TransportError):
            await server.send(letter(1))
        assert "fine" in await server.send(letter(2))
    assert len(talker.connections) == 2
    assert talker.mails[1] == 1


async def test_an_interrupted_delivery_leaves_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    talker = Talker(RCPT=["250 fine", ...])
    async with talker.listening() as server:
        await server.send(letter(1))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await server.send(letter(2))
        await server.send(letter(3))
    assert talker.mails == [1, 1]


@pytest.mark.parametrize("said", [None, "421 4.4.2 idle too long", "451 4.7.0 too many on this connection", ...])
async def test_a_kept_connection_that_ended_costs_no_mail(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "COMMAND_SECONDS", 0.3)
    talker = Talker(MAIL=["250 fine", said])
    async with talker.listening() as server:
        await server.send(letter(1))
        await server.send(letter(2))
    assert talker.mails == [1, 1]


async def test_a_sender_that_is_refused_at_first_is_refused() -> None:
    talker = Talker(MAIL="550 5.7.1 not you")
    async with talker.listening() as server:
        with pytest.raises(TransportError, match="refused the sender: 550"):
            await server.send(letter(1))
    assert len(talker.connections) == 1
