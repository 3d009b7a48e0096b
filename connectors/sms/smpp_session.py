"""One bind to an operator's SMPP server: a socket, and a thread that reads it and keeps it alive.

The thread answers the server's enquiries, asks itself when all is quiet, hands answers to whoever waits for
them, and keeps deliveries until somebody takes them. It never answers a delivery: that is for who stored it.
"""

import select
import socket
import ssl
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from threading import BoundedSemaphore, Condition, RLock, Thread
from typing import Any

from connectors.sms import smpp_pdus as pdus
from connectors.sms.smpp_errors import QUEUE_FULL, RESEND_LATER, refusal
from connectors.sms.smpp_pdus import Pdu
from domain.errors import ConnectionFailedError, DeskError

_TICK_SECONDS = 0.25
_GOODBYE_SECONDS = 2.0
_MOST_WAITING = 1000
_LAST_SEQUENCE = 0x7FFFFFFF


@dataclass(frozen=True, kw_only=True)
class Line:
    """How a server is reached and spoken to; times in seconds. `keeps_deliveries` says whether deliveries are
    wanted on this bind; the server is told to bring others later."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    timeout: float
    enquire_after: float
    window: int
    keeps_deliveries: bool


class Session:
    """An open bind. Safe to share between threads. It is `broken` once and for all: open another one then."""

    def __init__(self, line: Line, command: str, **credentials: str) -> None:
        """Connect and bind. Raises ConnectionFailedError, or what the refusal means."""
        self._line = line
        self._socket = _connected(line)
        self._lock = RLock()
        self._news = Condition()
        self._window = BoundedSemaphore(line.window)
        self._asked: dict[int, Future[Pdu]] = {}
        self._deliveries: deque[Pdu] = deque()
        self._sequence = 0
        self._broken: DeskError | None = None
        self._heard_at = time.monotonic()
        self._enquiry: tuple[float, Future[Pdu]] | None = None
        self._thread = Thread(target=self._keep, name=f"smpp {command}", daemon=True)
        self._thread.start()
        try:
            self.answer(self.ask(command, **credentials), f"a {command.replace('_', ' as ')}")
        except DeskError:
            self.close()
            raise

    @property
    def broken(self) -> DeskError | None:
        """Why the bind is no more; None while it lives."""
        return self._broken

    def ask(self, command: str, **fields: Any) -> "Future[Pdu]":
        """Send a request; its answer comes as a future. Raises ConnectionFailedError."""
        with self._lock:
            self._sequence = self._sequence % _LAST_SEQUENCE + 1
            sequence, future = self._sequence, Future[Pdu]()
            self._asked[sequence] = future
        self._send(pdus.frame(command, sequence, **fields))
        return future

    def submit(self, **fields: Any) -> "Future[Pdu]":
        """Send a submit_sm as soon as the window allows (S10). Raises ConnectionFailedError."""
        if not self._window.acquire(timeout=self._line.timeout):
            raise ConnectionFailedError("The operator's SMPP server answers no submissions")
        try:
            future = self.ask("submit_sm", **fields)
        except DeskError:
            self._window.release()
            raise
        future.add_done_callback(lambda _: self._window.release())
        return future

    def answer(self, future: "Future[Pdu]", doing: str) -> Pdu:
        """The good answer. Raises what a bad one means, ConnectionFailedError when none comes in time."""
        try:
            pdu = future.result(self._line.timeout)
        except TimeoutError:
            future.cancel()
            raise self._break(f"it did not answer {doing}") from None
        if pdu.status != pdus.OK or pdu.command == pdus.GENERIC_NACK:
            raise refusal(pdu.status, doing)
        return pdu

    def enquire(self) -> None:
        """Return when the server has read everything that was sent before. Raises ConnectionFailedError."""
        self.answer(self.ask("enquire_link"), "an enquiry")

    def delivered(self, most: int) -> list[Pdu]:
        """What was delivered since the last call, oldest first."""
        with self._news:
            return [self._deliveries.popleft() for _ in range(min(most, len(self._deliveries)))]

    def has_news(self) -> bool:
        """Whether something was delivered, or the bind is gone."""
        return bool(self._deliveries) or self._broken is not None

    def wait(self, seconds: float) -> None:
        """Return when there is news, at the latest after so long."""
        with self._news:
            self._news.wait_for(self.has_news, seconds)

    def respond(self, command: str, pdu: Pdu, status: int = pdus.OK) -> None:
        """Answer a request of the server's. Raises ConnectionFailedError."""
        self._send(pdus.frame(command, pdu.sequence, status=status))

    def close(self) -> None:
        """Unbind politely, for two seconds at most, and hang up. Never raises."""
        if self._broken is None:
            with suppress(Exception):
                self.ask("unbind").result(_GOODBYE_SECONDS)
            self._break("we hung up")
        self._thread.join(_GOODBYE_SECONDS)

    def _keep(self) -> None:
        buffer = bytearray()
        try:
            while self._broken is None:
                buffer += self._received()
                for pdu in pdus.split(buffer):
                    self._heard_at = time.monotonic()
                    self._handle(pdu)
                self._enquire_when_quiet()
        except DeskError as error:
            self._break(str(error), error)
        except OSError as error:
            self._break(f"the line broke ({type(error).__name__})")
        finally:
            self._socket.close()

    def _received(self) -> bytes:
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
        if not pending and not select.select([self._socket], [], [], _TICK_SECONDS)[0]:
            return b""
        with self._lock:
            # What can be read may be TLS's own business: waiting here would keep others from sending.
            self._socket.settimeout(0)
            try:
                received = self._socket.recv(65536)
            except (ssl.SSLWantReadError, BlockingIOError):
                return b""
            finally:
                self._socket.settimeout(self._line.timeout)
        if not received:
            raise ConnectionFailedError("The operator's SMPP server hung up")
        return received

    def _handle(self, pdu: Pdu) -> None:
        if pdu.is_response:
            with self._lock:
                future = self._asked.pop(pdu.sequence, None)
            if future and future.set_running_or_notify_cancel():
                future.set_result(pdu)
        elif pdu.command == pdus.ENQUIRE_LINK:
            self.respond("enquire_link_resp", pdu)
        elif pdu.command == pdus.DELIVER_SM:
            self._keep_delivery(pdu)
        elif pdu.command == pdus.UNBIND:
            self.respond("unbind_resp", pdu)
            raise ConnectionFailedError("The operator's SMPP server ended the bind")
        else:
            self.respond("generic_nack", pdu, status=0x03)

    def _keep_delivery(self, pdu: Pdu) -> None:
        if not self._line.keeps_deliveries:
            self.respond("deliver_sm_resp", pdu, status=RESEND_LATER)
        elif len(self._deliveries) >= _MOST_WAITING:
            self.respond("deliver_sm_resp", pdu, status=QUEUE_FULL)
        else:
            with self._news:
                self._deliveries.append(pdu)
                self._news.notify_all()

    def _enquire_when_quiet(self) -> None:
        now = time.monotonic()
        if self._enquiry and self._enquiry[1].done():
            self._enquiry = None
        if self._enquiry and now - self._enquiry[0] > self._line.timeout:
            raise ConnectionFailedError("The operator's SMPP server answers no enquiries")
        if self._enquiry is None and now - self._heard_at > self._line.enquire_after:
            self._enquiry = (now, self.ask("enquire_link"))

    def _send(self, packet: bytes) -> None:
        with self._lock:
            if self._broken:
                raise ConnectionFailedError(str(self._broken))
            try:
                self._socket.sendall(packet)
            except OSError as error:
                raise self._break(f"the line broke ({type(error).__name__})") from error

    def _break(self, why: str, error: DeskError | None = None) -> DeskError:
        with self._lock:
            first = self._broken is None
            self._broken = (
                self._broken or error or ConnectionFailedError(f"The operator's SMPP server: {why}")
            )
            waiting, self._asked = list(self._asked.values()), {}
        if first:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        for future in waiting:
            if future.set_running_or_notify_cancel():
                future.set_exception(self._broken)
        with self._news:
            self._news.notify_all()
        return self._broken


def _connected(line: Line) -> socket.socket:
    try:
        plain = socket.create_connection((line.host, line.port), line.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line.tls.wrap_socket(plain, server_hostname=line.host) if line.tls else plain
    except OSError as error:
        why = f"{type(error).__name__}: {error.strerror or error}"
        raise ConnectionFailedError(
            f"The SMPP server at {line.host}:{line.port} cannot be reached ({why})"
        ) from error
