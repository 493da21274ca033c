"""What is asked behind what is being answered, tried on real sockets: it is answered in its turn, or with another
connection, and holds nobody up meanwhile."""

import contextlib
import socket
import struct
import threading
import time
from functools import partial
from typing import Any

import pytest

from survey_service.operation.connections import not_taken
from tests.operation.bounded import LARGE as SIZE
from tests.operation.bounded import PLAIN, answer, has_moved, more, post, rest, served
from tests.waiting import eventually, until

LARGE = b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n"
WAITS = b"GET /waits HTTP/1.1\r\nhost: x\r\n\r\n"


def test_half_a_request_behind_an_answer_that_nobody_reads_keeps_nothing_open() -> None:
    for behind in (PLAIN[:9], post(1000) + b"half", PLAIN + post(1000) + b"half"):
        with served() as server, server.client(LARGE + PLAIN) as client:
            until(lambda: len(server.connections.answers.members) == 1)
            time.sleep(0.2)
            client.sendall(behind)
            for _ in range(3):
                time.sleep(0.3)
                server.ahead += 100
            until(lambda: server.connections.open == 0)


def test_half_a_body_behind_a_request_is_not_held_until_that_is_answered() -> None:
    with served() as server, server.client(WAITS + post(250_000) + b"x" * 240_000) as client:
        until(lambda: server.app.waiting == 1)
        until(lambda: server.connections.ended["pipelined"] == 1)
        assert server.connections.held == server.connections.behind == 0
        with contextlib.suppress(OSError):
            client.settimeout(0.5)
            client.sendall(b"x" * 10_000_000)
        client.settimeout(10)
        server.app.go_on.set()
        said = rest(client)
        assert said.count(b"HTTP/1.1 ") == 1
        assert b"connection: close" in said
        assert said.endswith(b"\r\n\r\n0"), "though the client still sends"


def test_what_is_being_answered_is_counted_whatever_is_left_behind() -> None:
    with served() as server, server.client(post(3000, "/waits") + b"x" * 3000) as client:
        until(lambda: server.app.waiting == 1)
        client.sendall(post(5) + b"x")
        until(lambda: server.connections.ended["pipelined"] == 1)
        assert (server.connections.held, server.connections.behind) == (3000, 0)
        server.app.go_on.set()
        assert rest(client).endswith(b"\r\n\r\n3000")
        until(lambda: server.connections.held == 0)


@pytest.mark.parametrize("reads", [5, 1, 0])
def test_an_answer_is_read_to_its_end_whatever_is_left_behind(reads: int) -> None:
    """Its client has as long for it as anybody, and no longer, even if it has begun to read."""
    with served() as server, server.client(WAITS.replace(b"waits", b"later") + post(1000) + b"half") as client:
        until(lambda: server.connections.ended["pipelined"] == 1)
        server.app.go_on.set()
        until(lambda: len(server.connections.parting.members) == 1)
        one, said = next(iter(server.connections.parting.members)), b""
        for each in range(5):
            since, enough = one.since, len(said) + 2_000_000
            while each < reads and len(said) < enough:
                said += more(client)
            server.ahead += 20
            until(partial(has_moved, one, since))
        assert server.connections.open == int(reads == 5)
        assert (len((said + rest(client)).partition(b"\r\n\r\n")[2]) == SIZE) == (reads == 5)


def test_who_has_read_the_last_answer_is_not_waited_for_as_long_as_a_reader() -> None:
    with served() as server, server.client(WAITS + post(1000) + b"half") as client:
        until(lambda: server.connections.ended["pipelined"] == 1)
        server.app.go_on.set()
        answer(client)
        parting = server.connections.parting
        one: Any = eventually(lambda: next(iter(parting.members), None), "connection that parts")
        until(lambda: not_taken(one.transport) == 0)
        server.ahead += parting.seconds + 1
        until(lambda: server.connections.open == 0)


def test_what_is_sent_behind_an_answer_takes_nothing_from_it() -> None:
    """However much it is: it is read once the answer is, and then not for long."""
    with served() as server, server.client(b"") as client:
        sending = threading.Thread(target=_send_on, args=(client, LARGE + post(40_000_000) + b"x" * 40_000_000))
        sending.start()
        until(lambda: len(server.connections.parting.members) == 1)
        one: Any = next(iter(server.connections.parting.members))
        until(lambda: one.flow.read_paused)
        said = b""
        while len(said.partition(b"\r\n\r\n")[2]) < SIZE and (piece := client.recv(1_000_000)):
            said += piece
        assert len(said.partition(b"\r\n\r\n")[2]) == SIZE
        since = one.since
        server.ahead += server.connections.parting.seconds + 1
        until(partial(has_moved, one, since))
        until(lambda: server.connections.open == 0)
        assert server.connections.ended == {"pipelined": 1}
        sending.join(10)
        assert not sending.is_alive()


def _send_on(client: socket.socket, content: bytes) -> None:
    with contextlib.suppress(OSError):
        client.sendall(content)


def test_an_answer_that_nobody_reads_is_counted_as_that() -> None:
    with served() as server, server.client(LARGE + post(1000) + b"half"):
        until(lambda: len(server.connections.parting.members) == 1)
        one = next(iter(server.connections.parting.members))
        while server.connections.open:
            since = one.since
            server.ahead += server.connections.answers.seconds
            until(partial(has_moved, one, since))
            until(lambda: one.waits is not None or not server.connections.open)
        assert server.connections.ended == {"pipelined": 1, "unread": 1}


def test_the_last_request_says_that_it_is_the_last_though_the_one_before_came_in_pieces() -> None:
    with served() as server, server.client(post(6) + b"abc") as client:
        until(lambda: len(server.connections.bodies.members) == 1)
        client.sendall(b"def" + PLAIN.replace(b"host: x", b"host: x\r\nconnection: close"))
        client.settimeout(5)
        said = rest(client)
        assert said.count(b"HTTP/1.1 200 ") == 2
        assert said.count(b"connection: close") == 1


def test_who_leaves_an_answer_that_breaks_off_is_not_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    with served() as server, server.client(post(6, "/breaks") + b"abc") as client:
        until(lambda: len(server.connections.bodies.members) == 1)
        client.sendall(b"def")
        until(lambda: server.app.waiting == 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        until(lambda: server.connections.open == 0)
        server.app.go_on.set()
        until(lambda: any("broken" in str(line.exc_info) for line in caplog.records))
        time.sleep(0.2)
        assert not server.connections.answers.members
        assert not [line for line in caplog.records if line.exc_info and "broken" not in str(line.exc_info)]


def test_a_whole_body_behind_a_request_is_counted_until_its_own_answer() -> None:
    with served() as server, server.client(WAITS + WAITS + post(3) + b"abc") as client:
        until(lambda: server.connections.behind == 3)
        server.app.go_on.set()
        said = b""
        while not said.endswith(b"\r\n\r\n3"):
            said += more(client)
        assert said.count(b"HTTP/1.1 200 ") == 3
        until(lambda: server.connections.held == server.connections.behind == 0)


def test_bodies_behind_answers_that_take_for_ever_take_no_room_from_others() -> None:
    with served(held_bytes=20, behind_bytes=10) as server:
        streams = [server.client(WAITS) for _ in range(4)]
        until(lambda: server.app.waiting == 4)
        for each in streams:
            each.sendall(post(9) + b"x" * 9)
        until(lambda: server.connections.behind == 9 and server.connections.ended["pipelined"] == 3)
        with server.client(post(15) + b"x" * 15) as other:
            assert answer(other).startswith(b"HTTP/1.1 200 ")
        server.app.go_on.set()
        said = [rest(each).count(b"HTTP/1.1 200 ") if number else answer(each) for number, each in enumerate(streams)]
        assert said[1:] == [1, 1, 1]
        for each in streams:
            each.close()


def test_a_request_that_is_whole_is_answered_whatever_has_begun_behind_it() -> None:
    with served(connections=1) as server, server.client(post(6, "/waits") + b"abc") as client:
        until(lambda: len(server.connections.bodies.members) == 1)
        client.sendall(b"def" + PLAIN[:9])
        until(lambda: server.app.waiting == 1)
        until(lambda: not server.connections.bodies.members)
        server.ahead += 100
        time.sleep(0.3)
        with server.client() as other:
            assert rest(other).startswith(b"HTTP/1.1 503 ")
        server.app.go_on.set()
        assert answer(client).endswith(b"\r\n\r\n6")
        client.sendall(PLAIN[9:])
        assert answer(client).endswith(b"\r\n\r\n0")
        assert server.connections.ended["body"] == server.connections.ended["gave_way"] == 0


def test_what_cannot_be_read_behind_a_request_takes_nothing_from_its_answer() -> None:
    with served() as server, server.client(WAITS) as client:
        until(lambda: server.app.waiting == 1)
        client.sendall(b"\0 unreadable\r\n\r\n")
        until(lambda: server.connections.ended.total() == 1)
        server.app.go_on.set()
        said = rest(client)
        assert said.startswith(b"HTTP/1.1 200 ")
        assert said.count(b"HTTP/1.1 ") == 1


def test_who_leaves_while_several_are_asked_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    with served() as server:
        client = server.client(WAITS + PLAIN + PLAIN)
        until(lambda: server.app.waiting == 1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        until(lambda: server.connections.open == 0)
        server.app.go_on.set()
        time.sleep(0.5)
        assert not server.connections.answers.members
    assert not [line for line in caplog.records if line.levelname == "ERROR"]
