"""What clients may send, hold and delay, tried on real sockets."""

import contextlib
import socket
import time
from typing import Any

import pytest

from survey_service.operation.serving import GRACE_SECONDS
from tests.operation.bounded import PLAIN, Served, answer, post, rest, served
from tests.waiting import until


def _is_served(server: Served) -> None:
    with server.client(post(3) + b"abc") as honest:
        assert answer(honest).startswith(b"HTTP/1.1 200 ")


def test_whole_requests_are_answered_one_after_the_other_on_one_connection() -> None:
    with served() as server, server.client() as client:
        for body in (b"", b"abc", b"x" * 300_000, b"", b"ab"):
            client.sendall(post(len(body)) + body)
            said = answer(client)
            assert said.endswith(b"\r\n\r\n%d" % len(body))
            assert b"connection: close" not in said


def test_requests_that_come_at_once_are_answered_in_order() -> None:
    with served() as server, server.client(post(1) + b"a" + post(2) + b"ab" + PLAIN[:9]) as client:
        client.sendall(PLAIN[9:].replace(b"host: x", b"host: x\r\nconnection: close"))
        said = rest(client)
        assert [part[:1] for part in said.split(b"\r\n\r\n")[1:]] == [b"1", b"2", b"0"]


def test_who_sends_more_requests_at_once_than_anybody_needs_gets_answers_to_the_first() -> None:
    with served(pipelined=4) as server, server.client(PLAIN * 5000) as client:
        said = rest(client)
        assert 1 <= said.count(b"HTTP/1.1 200") <= 6


def _endless(client: socket.socket, piece: bytes) -> bytes:
    """Sends it again and again until the server ends the connection, which it does before it has all of this."""
    client.settimeout(10)
    sent = 0
    with contextlib.suppress(OSError):
        while sent < 50_000_000:
            sent += client.send(piece)
    assert sent < 50_000_000
    return rest(client)


@pytest.mark.parametrize(
    ("begins", "piece", "status"),
    [
        (b"GET / HTTP/1.1\r\nx: ", b"y" * 10_000, b"431"),
        (b"GET / HTTP/1.1\r\nx", b"y" * 10_000, b"431"),
        (b"GET /", b"y" * 10_000, b"431"),
        (b"GET / HTTP/1.1\r\n", b"x-more: y\r\n" * 1000, b"431"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3;", b"y" * 10_000, b"400"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: ", b"y" * 10_000, b"400"),
    ],
)
def test_what_has_no_end_is_not_kept(begins: bytes, piece: bytes, status: bytes) -> None:
    with served() as server, server.client(begins) as client:
        said = _endless(client, piece)
        assert said == b"" or said.startswith(b"HTTP/1.1 %s " % status)
        assert server.connections.ended.total() == 1
        _is_served(server)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\nx: " + b"y" * 70_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 101 + b"\r\n", b"431"),
        (b"GET /" + b"y" * 20_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"not http at all\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: " + b"0" * 5000 + b"3\r\n\r\nabc", b"400"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", b"501"),
        (b"GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"CONNECT other.test:80 HTTP/1.1\r\nhost: other.test:80\r\n\r\n", b"400"),
        (b"GET / HTTP/1.0\r\n\r\n", b"200"),
        (b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"y" * 30_000 + b"\r\n\r\n", b"200"),
    ],
)
def test_a_head_is_judged_before_anything_is_done_for_it(head: bytes, status: bytes) -> None:
    with served() as server, server.client(head) as client:
        said = answer(client)
        assert said.startswith(b"HTTP/1.1 %s " % status)
        if status != b"200":
            assert b"connection: close" in said
            assert b"x-content-type-options: nosniff" in said
            assert b"cache-control: no-store" in said
            assert rest(client) == b""


def test_too_many_lines_are_refused_before_the_head_ends() -> None:
    with served() as server, server.client(b"GET / HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * 200) as client:
        assert rest(client).startswith(b"HTTP/1.1 431 ")


def test_lines_after_a_body_are_not_kept() -> None:
    half = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n" + b"a: b\r\n" * 50
    with served() as server, server.client(half) as client:
        until(lambda: len(server.connections.bodies.members) == 1)
        one: Any = next(iter(server.connections.bodies.members))
        until(lambda: one.unread == 0)
        assert one.headers == []
        client.sendall(b"\r\n")
        assert answer(client).endswith(b"\r\n\r\n1")


def test_an_old_client_is_not_asked_to_go_on() -> None:
    head = b"POST / HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\n"
    with served() as server, server.client(head) as client:
        time.sleep(0.3)
        client.sendall(b"a")
        assert rest(client).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "offer", [b"connection: Upgrade\r\nupgrade: websocket", b"connection: upgrade, http2-settings\r\nupgrade: h2c"]
)
@pytest.mark.parametrize("coded", [False, True])
def test_who_offers_another_protocol_is_answered_in_this_one(offer: bytes, coded: bool) -> None:
    """The body of such a request is its body, though another request stands in it."""
    inner = b"GET /inner HTTP/1.1\r\nhost: evil\r\n\r\n"
    length, body = b"content-length: %d" % len(inner), inner
    if coded:
        length, body = b"transfer-encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(inner), inner)
    head = b"POST / HTTP/1.1\r\nhost: x\r\n%s\r\n%s\r\n\r\n" % (offer, length)
    with served() as server:
        with server.client(head) as client:
            until(lambda: len(server.connections.bodies.members) == 1)
            client.sendall(body)
            assert answer(client).endswith(b"\r\n\r\n%d" % len(inner))
            client.sendall(post(2) + b"ab")
            assert answer(client).endswith(b"\r\n\r\n2"), "and nothing was answered in between"
        assert not {b"upgrade", b"http2-settings"} & {name for name, _ in server.app.headers}


def test_requests_after_an_offer_are_answered_in_order() -> None:
    offer = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: keep-alive, upgrade\r\nupgrade: h2c\r\n\r\n"
    last = PLAIN.replace(b"host: x", b"host: x\r\nconnection: close")
    with served() as server, server.client(offer + post(2) + b"ab" + offer + post(3) + b"abc" + last) as client:
        assert [part[:1] for part in rest(client).split(b"\r\n\r\n")[1:]] == [b"0", b"2", b"0", b"3", b"0"]


def test_lines_after_a_body_are_no_headers() -> None:
    body = b"3\r\nabc\r\n0\r\nauthorization: Bearer stolen\r\n\r\n"
    with served() as server:
        with server.client(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n" + body) as client:
            assert answer(client).endswith(b"\r\n\r\n3")
        assert (b"host", b"x") in server.app.headers
        assert not any(name == b"authorization" for name, _ in server.app.headers)


def test_half_a_head_has_its_time() -> None:
    with served() as server, server.client(b"GET / HTT") as half, server.client() as silent, server.client() as odd:
        odd.sendall(b"\r\n")
        until(lambda: server.connections.open == 3)
        until(lambda: any(each.heading for each in server.connections.heads.members))  # type: ignore[attr-defined]
        server.ahead += server.connections.bounds.head_seconds + 1
        assert rest(half).startswith(b"HTTP/1.1 408 ")
        assert rest(silent) == b""
        assert rest(odd) == b""


def test_a_head_that_comes_in_drops_has_no_more_time_than_one_at_once() -> None:
    with served() as server, server.client(PLAIN[:5]) as client:
        until(lambda: any(each.heading for each in list(server.connections.heads.members)))  # type: ignore[attr-defined]
        server.ahead += server.connections.bounds.head_seconds - 5
        client.sendall(PLAIN[5:9])
        until(lambda: any(each.unread for each in list(server.connections.heads.members)))  # type: ignore[attr-defined]
        server.ahead += 6
        assert rest(client).startswith(b"HTTP/1.1 408 ")


def test_a_connection_that_is_kept_open_is_closed_in_silence() -> None:
    with served() as server, server.client(PLAIN) as client:
        assert answer(client).startswith(b"HTTP/1.1 200 ")
        until(lambda: len(server.connections.idle.members) == 1)
        server.ahead += server.connections.bounds.idle_seconds + 1
        assert rest(client) == b""


def test_half_a_body_has_its_time_and_its_application_hears_of_it() -> None:
    with served() as server, server.client(post(1000) + b"half") as client:
        until(lambda: len(server.connections.bodies.members) == 1)
        server.ahead += server.connections.bounds.body_seconds + 1
        assert rest(client).startswith(b"HTTP/1.1 408 ")
        until(lambda: server.app.left == 1)


def test_a_body_that_comes_slowly_but_steadily_is_taken() -> None:
    part, parts = 200_000, 6
    with served() as server, server.client(post(part * parts)) as client:
        for number in range(1, parts):
            client.sendall(b"x" * part)
            until(lambda sent=number: server.connections.held == part * sent)  # type: ignore[misc]
            since = max(each.since for each in list(server.connections.bodies.members))
            server.ahead += server.connections.bounds.body_seconds + 1
            until(lambda since=since: any(each.since > since for each in list(server.connections.bodies.members)))  # type: ignore[misc]
        client.sendall(b"x" * part)
        assert answer(client).endswith(b"\r\n\r\n%d" % (part * parts))


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: x\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_who_is_refused_and_goes_on_unreadably_is_refused_once(head: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with served() as server, server.client(head + b"\0unreadable\r\n\r\n") as client:
        assert rest(client).count(b"HTTP/1.1 ") == 1
        until(lambda: server.connections.open == 0)
        assert sum(server.connections.ended.values()) == 1
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


def test_an_old_client_that_offers_another_protocol_is_answered_as_one_that_does_not() -> None:
    with served() as server, server.client(b"GET / HTTP/1.0\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n") as client:
        assert b" 200 " in rest(client).partition(b"\r\n")[0]


def test_a_head_that_comes_in_two_halves_is_no_longer_than_one_that_comes_at_once() -> None:
    with served() as server, server.client(b"GET / HTTP/1.1\r\nhost: x\r\na: " + b"a" * 50_000) as client:
        time.sleep(0.2)
        client.sendall(b"\r\nb: " + b"b" * 50_000 + b"\r\n\r\n")
        assert rest(client).startswith(b"HTTP/1.1 431 ")


def test_too_many_connections_give_way_to_whoever_asks() -> None:
    with served(connections=20) as server:
        half = [server.client(b"GET / HTT") for _ in range(30)]
        half += [server.client(post(1000) + b"half") for _ in range(30)]
        until(lambda: server.connections.open >= 20)
        began = time.monotonic()
        _is_served(server)
        assert time.monotonic() - began < 2
        assert server.connections.open <= 21
        assert server.connections.ended["gave_way"] >= 30
        for each in half:
            each.close()


def test_when_all_are_being_answered_one_more_is_told_to_come_again() -> None:
    with served(connections=5) as server:
        busy = [server.client(b"GET /waits HTTP/1.1\r\nhost: x\r\n\r\n") for _ in range(5)]
        until(lambda: server.app.waiting == 5)
        with server.client() as one_more:
            said = rest(one_more)
            assert said.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after: " in said
        server.app.go_on.set()
        for each in busy:
            assert answer(each).startswith(b"HTTP/1.1 200 ")
            each.close()


BROWSER = b"accept: text/html,application/xhtml+xml,*/*;q=0.8\r\naccept-language: ar-EG,de;q=0.5\r\n"


@pytest.mark.parametrize(
    ("head", "kind", "says"),
    [
        (b"GET /s/visit HTTP/1.1\r\nhost: x\r\n" + BROWSER, b"text/html; charset=utf-8", '<html lang="ar" dir="rtl">'),
        (b"POST /s/visit HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n" + BROWSER, b"text/html; charset=utf-8", "<h1>"),
        (b"GET /api/v1/places HTTP/1.1\r\nhost: x\r\n", b"application/problem+json", '"status":503'),
        (b"GET /s/visit HTTP/1.1\r\nhost: x\r\naccept: application/json\r\n", b"application/problem+json", '"detail"'),
        (b"GET /s/visit HTTP/1.1\r\nhost: x\r\n", b"text/plain; charset=utf-8", "Try again in a moment."),
    ],
)
def test_who_is_turned_away_reads_it_in_their_language(head: bytes, kind: bytes, says: str) -> None:
    with served(connections=2) as server:
        busy = [server.client(b"GET /waits HTTP/1.1\r\nhost: x\r\n\r\n") for _ in range(2)]
        until(lambda: server.app.waiting == 2)
        with server.client(head[:20]) as one_more:
            until(lambda: len(server.connections.beyond.members) == 1)
            one_more.sendall(head[20:] + b"\r\n")
            said = answer(one_more)
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b"content-type: " + kind in said
        assert b"retry-after: 2" in said
        assert says in said.partition(b"\r\n\r\n")[2].decode()
        assert server.app.waiting == 2
        server.app.go_on.set()
        for each in busy:
            answer(each)
            each.close()


def test_few_are_listened_to_for_whom_there_is_no_place() -> None:
    """And none of them ever takes a place, or keeps somebody from one for long."""
    with served(connections=2, beyond=3) as server:
        busy = [server.client(b"GET /waits HTTP/1.1\r\nhost: x\r\n\r\n") for _ in range(2)]
        until(lambda: server.app.waiting == 2)
        silent = [server.client() for _ in range(3)]
        until(lambda: len(server.connections.beyond.members) == 3)
        with server.client() as told_at_once:
            assert rest(told_at_once).startswith(b"HTTP/1.1 503 ")
        until(lambda: server.connections.open == 5)
        server.ahead += server.connections.bounds.parting_seconds + 1
        assert all(rest(each).startswith(b"HTTP/1.1 503 ") for each in silent)
        silent += [server.client(b"GET /waits HTTP/1.1\r\nhost: x\r\n\r\n") for _ in range(20)]
        assert all(rest(each).startswith(b"HTTP/1.1 503 ") for each in silent[3:])
        assert server.app.waiting == 2
        server.app.go_on.set()
        for each in [*silent, *busy]:
            each.close()


def test_half_sent_bodies_hold_no_more_than_they_may_and_nobody_up() -> None:
    with served(held_bytes=1_000_000) as server:
        half = [server.client(post(200_000) + b"x" * 150_000) for _ in range(20)]
        until(lambda: server.connections.ended["gave_way"] >= 10)
        _is_served(server)
        assert server.connections.held <= 1_000_000
        for each in half:
            each.close()


def test_a_body_that_there_is_no_room_for_is_told_to_come_again() -> None:
    with served(held_bytes=100_000) as server, server.client(post(300_000) + b"x" * 200_000) as client:
        said = rest(client)
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: " in said
        _is_served(server)


def test_an_answer_before_the_body_arrives_though_the_client_still_sends() -> None:
    with served() as server, server.client(post(30_000_000, "/early") + b"x" * 1000) as client:
        said = answer(client)
        assert said.startswith(b"HTTP/1.1 413 ")
        assert b"connection: close" in said
        client.sendall(b"x" * 100_000)
        client.shutdown(socket.SHUT_WR)
        assert rest(client) == b""


def test_who_never_stops_sending_is_not_listened_to_for_long() -> None:
    with served(parting_bytes=1_000_000) as server, server.client(post(2_000_000_000, "/early")) as client:
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 200_000_000:
                sent += client.send(b"x" * 65536)
        assert sent < 100_000_000


def test_the_end_waits_for_answers_and_for_nobody_else() -> None:
    with served() as server:
        half = [server.client(b"GET / HTT"), server.client(post(1000) + b"half"), server.client()]
        kept, asking, busy = (
            server.client(PLAIN),
            server.client(PLAIN),
            server.client(b"GET /waits HTTP/1.1\r\nhost: x\r\n\r\n"),
        )
        answer(kept), answer(asking)
        until(lambda: server.app.waiting == 1 and len(server.connections.idle.members) == 2)
        server.stop()
        until(lambda: server.connections.draining)
        asking.sendall(PLAIN)
        assert b"connection: close" in answer(asking)
        server.app.go_on.set()
        said = answer(busy)
        assert said.startswith(b"HTTP/1.1 200 ")
        assert b"connection: close" in said
        server.thread.join(GRACE_SECONDS / 2)
        assert not server.thread.is_alive()
        for each in (*half, kept, asking, busy):
            rest(each)
            each.close()
