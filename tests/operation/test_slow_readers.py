"""Who asks and does not read the answer, or reads it late or slowly, tried on real sockets."""

import asyncio
import contextlib
import socket
import time
from functools import partial
from typing import Any

import pytest

from survey_service.operation.connections import not_taken
from survey_service.operation.serving import GRACE_SECONDS
from tests.operation.bounded import LARGE, Served, has_moved, more, rest, served
from tests.waiting import until

ASKED = b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n"


def test_who_does_not_read_the_answer_is_not_waited_for_for_ever() -> None:
    with served() as server, server.client(ASKED) as client:
        until(lambda: len(server.connections.answers.members) + len(server.connections.idle.members) == 1)
        server.ahead += 500
        until(lambda: len(server.connections.idle.members) == 0)
        server.ahead += 500
        until(lambda: server.connections.open == 0)
        assert len(rest(client)) < LARGE


def test_who_reads_nothing_and_asks_again_is_not_waited_for_either() -> None:
    with served() as server, server.client(ASKED) as client:
        until(lambda: len(server.connections.answers.members) + len(server.connections.idle.members) == 1)
        client.sendall(ASKED)
        time.sleep(0.3)
        server.ahead += 500
        until(lambda: server.connections.open == 0)


def test_who_reads_the_answer_late_gets_it_whole() -> None:
    with served() as server, server.client(ASKED) as client:
        until(lambda: len(server.connections.answers.members) + len(server.connections.idle.members) == 1)
        server.ahead += server.connections.bounds.idle_seconds + 1
        until(lambda: len(server.connections.answers.members) == 1)
        head, _, body = rest(client).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert len(body) == LARGE


def test_who_reads_the_answer_slowly_but_steadily_gets_it_whole() -> None:
    with served() as server, server.client(ASKED) as client:
        bounds, answers, said = server.connections.bounds, server.connections.answers, b""
        until(lambda: len(answers.members) + len(server.connections.idle.members) == 1)
        server.ahead += bounds.idle_seconds + 1
        until(lambda: len(answers.members) == 1)
        one: Any = next(iter(answers.members))
        for _ in range(3):
            since, unsent = one.since, one.unsent
            while unsent - not_taken(one.transport) < bounds.pace * (bounds.answer_seconds + 5):
                said += more(client)
            server.ahead += bounds.answer_seconds + 1
            until(partial(has_moved, one, since))
            assert one.waits is answers
        head, _, body = (said + rest(client)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert len(body) == LARGE


def test_of_a_socket_that_is_closed_only_what_waits_here_is_known() -> None:
    class Ended(asyncio.Transport):
        def get_write_buffer_size(self) -> int:
            return 7

    with socket.socket() as closed:
        pass
    assert not_taken(Ended({"socket": closed})) == 7


def narrow(server: Served) -> socket.socket:
    """A connection on whose way little fits, that has asked for an answer in pieces."""
    server.bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.settimeout(10)
    made.connect(("127.0.0.1", server.port))
    made.sendall(ASKED.replace(b"large", b"pieces"))
    return made


@pytest.mark.parametrize(("seconds", "is_cut"), [(0.7, True), (0.15, False)])
def test_what_is_sent_in_pieces_is_read_at_a_pace_too(seconds: float, is_cut: bool) -> None:
    """Each piece is soon read, and all of them might take hours. What the system keeps for the client counts."""
    with served() as server, narrow(server) as client:
        answers, bounds = server.connections.answers, server.connections.bounds
        until(lambda: len(answers.members) == 1)
        one: Any = next(iter(answers.members))
        for _ in range(8):
            since = one.since
            server.ahead += bounds.answer_seconds * seconds
            with contextlib.suppress(ConnectionResetError):
                while one.since == since and one.waits is answers and client.recv(4096):
                    pass
            until(lambda: one.waits is answers or not server.connections.open)
        assert bool(server.connections.ended["unread"]) == is_cut


def test_the_end_does_not_wait_for_an_answer_that_nobody_reads() -> None:
    with served() as server, server.client(ASKED):
        until(lambda: len(server.connections.answers.members) + len(server.connections.idle.members) == 1)
        server.stop()
        until(lambda: server.connections.draining)
        server.ahead += server.connections.bounds.last_answer_seconds + 1
        server.thread.join(GRACE_SECONDS / 2)
        assert not server.thread.is_alive()
