"""HTTP on one connection, as uvicorn speaks it, with bounds on what its client may send, hold and delay."""

import asyncio
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from survey_service.core.asgi import Headers
from survey_service.operation import heads, refusals
from survey_service.operation.connections import Connections, OfHalfARequest, Waits, not_taken
from survey_service.web.headers import completed


class BoundedProtocol(HttpToolsProtocol):
    """One connection. `heading` is a request whose head began, `whole` that nothing of a body is outstanding, `deaf`
    that what comes is thrown away, `beyond` that there is no place for it: it may say what it wants, to be told so in
    its language. `unread` counts bytes since the parser told of anything, which it keeps till then,
    `at_most` those that may be of the head that began. `running` is what is being answered, the first of what was
    asked; `slow` counts the seconds for which its answer was read more slowly than it may be.
    """

    def __init__(self, all_of_them: Connections, *, https: bool, **as_the_server_says: Any) -> None:
        super().__init__(**as_the_server_says)
        self.all, self.bounds, self.https = all_of_them, all_of_them.bounds, https
        self.waits: Waits | None = None
        self.since = 0.0
        self.held = self.behind = self.unread = self.came = self.unsent = self.read_now = self.at_most = 0
        self.heading, self.whole, self.deaf, self.persistent = False, True, False, True
        self.beyond, self.lost, self.running, self.slow = False, False, self.cycle, 0.0
        self.url, self.headers = b"", []  # nothing was asked for yet

    # What the transport tells

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Another one; another gives way where there are too many."""
        super().connection_made(transport)
        self.all.open += 1
        self.all.enter(self.all.heads, self)
        if not self.all.has_place_for(self):
            self.beyond = self.all.may_ask(self)
            if not self.beyond:
                self.refuse(503, "full")

    def connection_lost(self, exc: Exception | None) -> None:
        """It counts no more; what was asked behind what is being answered is nobody's any more."""
        if self.running is not None:
            self.running.disconnected = True
            self.running.message_event.set()
        self.pipeline.clear()
        self.lost = True
        super().connection_lost(exc)
        self.all.open -= 1
        self.all.leave(self)
        self.all.release(self)

    def data_received(self, data: bytes) -> None:
        """Reads on, unless this connection is ending."""
        size = len(data)
        if self.deaf:
            self._thrown_away(size)
            return
        self.unread += size
        self.read_now, self.at_most = size, self.at_most + size
        self._parse(data)
        if self.deaf:
            return
        if self.heading and (self.unread > self.bounds.head_bytes or len(self.headers) > self.bounds.headers):
            self.refuse(431, "head")
        elif self.pipeline and not (self.whole or self.heading):
            self._leave_half_behind("pipelined")
        elif self._is_being_answered() and (self.whole or self.heading):
            self._await_answer()
        else:
            self._placed(size)

    def pause_writing(self) -> None:
        """The client reads more slowly than we answer."""
        super().pause_writing()
        if self.waits is not self.all.parting:
            self._await_reader()

    def resume_writing(self) -> None:
        """It has read: what takes it as long as an answer may lie unread, it reads at the pace that is asked for."""
        super().resume_writing()
        if self.waits is not self.all.answers or self.transport.is_closing():
            return
        self._measure()
        if self.slow >= self.all.answers.seconds:
            self._abort()
        elif self.whole or self.heading or self.deaf:
            self.all.leave(self)
        else:
            self._await_body()

    # What the parser tells

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self.heading, self.whole, self.unread, self.at_most = True, False, 0, self.read_now

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the head. What is said of a body after it is nobody's, and so are lines that are too many."""
        if self.heading and len(self.headers) <= self.bounds.headers:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole: it is judged before anything is done for it. Header lines that come after a body are
        nobody's: the request is on its way by then."""
        self.unread = 0
        if self.deaf:
            return
        if self.beyond:
            self.refuse(503, "full")
            return
        if status := heads.fault(self.url, self.headers, self.at_most, self.parser.get_http_version(), self.bounds):
            self.refuse(status, "head")
            return
        if len(self.pipeline) >= self.bounds.pipelined:
            self._hear_no_more("pipelined")
            return
        if self.parser.should_upgrade():
            return
        self.expect_100_continue = self.expect_100_continue and self.parser.get_http_version() != "1.0"
        super().on_headers_complete()
        self.heading, self.headers = False, []
        if self.all.draining:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Takes a piece of a body, if there is room for it."""
        self.unread = 0
        if self.deaf:
            return
        if self.pipeline:
            if self.all.put_behind(self, len(body)):
                super().on_body(body)
            else:
                self._leave_half_behind("pipelined")
        elif self.all.take(self, len(body)):
            super().on_body(body)
        else:
            self.refuse(503, "bytes")

    def on_message_complete(self) -> None:
        """The request is whole."""
        self.unread = 0
        if self.deaf or self.parser.should_upgrade():
            return
        super().on_message_complete()
        self.whole = True
        if self.waits is self.all.bodies and self.cycle is self.running and not self.cycle.response_started:
            self.cycle.keep_alive = self.persistent and not self.all.draining

    # What the answer tells

    def on_response_complete(self) -> None:
        """Goes on with the next request, or waits for one."""
        self.server_state.total_requests += 1
        self.all.release(self, behind=self._behind())
        if self.lost:
            return
        if self.transport.is_closing():
            self._await_reader()
            return
        if self.deaf and self.waits is self.all.parting:
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self.all.put_first(self, len(cycle.body))
            self._start_asgi_task(cycle, app)
        else:
            self.all.enter(self.all.idle if self.whole else self.all.heads, self)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """What is answered now, of all that was asked."""
        self.running, self.slow = cycle, 0.0
        super()._start_asgi_task(cycle, app)

    def _unset_keepalive_if_required(self) -> None:
        """The list of idle connections stands for uvicorn's timer on each."""

    def take_no_more(self) -> None:
        """What is being answered is the last of this connection."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """The end of the process: nobody is waited for but who is being answered."""
        super().shutdown()
        if self.transport.is_closing():
            self._await_reader()

    # What has to end

    def overdue(self) -> None:
        """The time of the list that this connection is in is over."""
        if self.beyond:
            self._abort() if self.deaf else self.refuse(503, "full")
        elif self.waits is self.all.heads:
            self.refuse(408, "head") if self.heading else self._close()
        elif self.waits is self.all.idle:
            self._close()
        elif self.waits is self.all.bodies:
            if self.flow.read_paused or (self._is_coming() and not self.all.draining):
                self._await_body()
            else:
                self.refuse(408, "body")
        elif self._is_being_read():
            self.all.enter(self.waits or self.all.answers, self)
        elif self.flow.read_paused and self.waits is self.all.parting and not self.unsent:
            self.part()  # now that it is read, what else is sent may come to its end
        else:
            self._abort()

    def give_way(self) -> None:
        """Its place is needed now, or the room that it takes."""
        if self.waits is self.all.bodies or (self.waits is self.all.heads and self.heading):
            self.refuse(503, "gave_way")
        self.all.release(self)
        self.all.leave(self)
        self.transport.abort() if self.transport.get_write_buffer_size() else self.transport.close()

    def refuse(self, status: int, reason: str) -> None:
        """Ends the connection with an answer, unless another answer is already on its way there; what was asked before
        is answered first."""
        cycle, being_answered = self.cycle, self._is_being_answered()
        if being_answered and (self.heading or self.whole):
            self._hear_no_more(reason)
            return
        if self.pipeline:
            self._leave_half_behind(reason)
            return
        self.all.ended[reason] += 1
        self.all.release(self)
        self.deaf = True
        if being_answered:
            cycle.disconnected = True
            cycle.message_event.set()
        if being_answered and cycle.response_started:
            self._abort()
            return
        own, body = refusals.told(status, self.url, self._asked())
        headers = completed([*own, (b"connection", b"close")], https=self.https)
        self.transport.write(refusals.written(status, [*self.server_state.default_headers, *headers], body))
        self.part()

    def part(self) -> None:
        """Says that nothing more comes, and waits a little for the client to say so too: if a connection is closed
        while it still sends, its system throws away the answer that it has not read yet."""
        self.deaf = True
        if self.lost:
            return
        if self.whole and not self.heading:
            self._close()
        elif not self.transport.is_closing():
            self.came, self.unsent = 0, not_taken(self.transport)
            self.all.enter(self.all.beyond if self.beyond else self.all.parting, self)
            self.flow.resume_reading()
            self.transport.write_eof()

    # Inside

    def _placed(self, size: int) -> None:
        """The list that it belongs to after `size` more bytes of a request that is not whole; none is answered now."""
        if self.heading:
            if self.waits not in (self.all.heads, self.all.beyond):
                self.all.enter(self.all.heads, self)
        elif not self.whole:
            if self.unread > self.bounds.head_bytes:
                self.refuse(400, "body")
            elif isinstance(self.cycle.transport, OfHalfARequest):
                self.came += size
            else:
                self._begin_body(size)

    def _parse(self, data: bytes) -> None:
        """What comes in pieces is told by the parser as it comes to its end."""
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as offer:
            self._decline(data[offer.args[0] :])
        except HttpParserError:
            if not self.deaf:
                self.refuse(400, "unreadable")

    def _decline(self, rest: bytes) -> None:
        """Reads a request that offers another protocol as one that offers none (RFC 9110, 7.8): the parser would take
        its body for what is said in the other one, and us for another request."""
        if self.deaf:
            return
        if self.parser.get_method() == b"CONNECT":
            self.refuse(400, "unreadable")
            return
        parser = self.parser
        head = heads.without_offers(parser.get_method(), self.url, parser.get_http_version(), self.headers)
        self.parser = HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._parse(head + rest)

    def _thrown_away(self, size: int) -> None:
        """Who goes on sending after the last word is not listened to for long, and not at all while it is read."""
        self.came += size
        if self.waits in (self.all.parting, self.all.beyond) and self.came > self.bounds.parting_bytes:
            self.unsent = 0 if self.beyond else not_taken(self.transport)
            self.flow.pause_reading() if self.unsent else self._abort()

    def _begin_body(self, size: int) -> None:
        """The first part of a body came without its end: an answer that is sent now is the last of the connection."""
        self.persistent = self.cycle.keep_alive
        self._answer_last()
        self._await_body(size)

    def _await_body(self, came: int = 0) -> None:
        """More of the body; but first that the answer is read, if one is on its way already."""
        self.came = came
        if self.flow.write_paused:
            self._await_reader()
        else:
            self.all.enter(self.all.bodies, self)

    def _await_answer(self) -> None:
        """The client waits for us, unless it does not read what is said already."""
        if not self.flow.write_paused:
            self.all.leave(self)
        elif self.waits is not self.all.answers:
            self._await_reader()

    def _await_reader(self) -> None:
        self.unsent = not_taken(self.transport)
        self.all.enter(self.all.beyond if self.beyond else self.all.answers, self)

    def _is_being_answered(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _is_coming(self) -> bool:
        return self.came >= self.bounds.pace * self.bounds.body_seconds

    def _is_being_read(self) -> bool:
        """Whether there is more of the answer to read, and its client does so."""
        waits = self.waits in (self.all.answers, self.all.parting)
        return waits and self._measure() > 0 and self.slow < self.all.answers.seconds

    def _measure(self) -> int:
        """How much of the answer is not read yet: `slow` grows while less is read than the pace that is asked for."""
        left, took = not_taken(self.transport), self.all.now() - self.since
        self.slow = self.slow + took if self.unsent - left < self.bounds.pace * took else 0.0
        self.unsent = left
        return left

    def _hear_no_more(self, reason: str) -> None:
        """What is being answered comes to its end, and the connection with it: what else came may not be whole."""
        self.all.ended[reason] += 1
        self.deaf, self.whole = True, False
        self._answer_last()
        self._await_answer()

    def _answer_last(self) -> None:
        self.cycle.keep_alive, self.cycle.transport = False, OfHalfARequest(self.transport, self.part)  # type: ignore[assignment]

    def _leave_half_behind(self, reason: str) -> None:
        """Half a body behind what is being answered would be held until then: it may come with another connection."""
        self.pipeline.popleft()
        self.all.keep_behind(self, self._behind())
        self.cycle = self.pipeline[0][0] if self.pipeline else self.running
        self._hear_no_more(reason)

    def _behind(self) -> int:
        """Bytes of the bodies that wait for their turn."""
        return sum(len(cycle.body) for cycle, _app in self.pipeline)

    def _close(self) -> None:
        """Closes when all is sent, which may never be: the client has to read it."""
        self.transport.close()
        self._await_reader()

    def _abort(self) -> None:
        if self.waits is self.all.answers or (self.waits is self.all.parting and self.unsent):
            self.all.ended["unread"] += 1
        self.all.leave(self)
        self.transport.abort()

    def _asked(self) -> Headers:
        """The header lines of the request that is refused, as far as they have come."""
        if self.heading or self.cycle is None:
            return self.headers
        return list(self.cycle.scope["headers"])
