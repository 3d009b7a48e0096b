"""An IMAP server that misbehaves on command: a relay in front of a real one, or one that stays silent."""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

_FETCH = re.compile(rb"^\S+ UID FETCH (\S+) \((BODY\.PEEK\[\]|BODY\.PEEK\[HEADER\]|RFC822\.SIZE)", re.I)
_LOGIN = re.compile(rb"^(\S+) (LOGIN|AUTHENTICATE) ", re.I)
_VERB = re.compile(rb"^\S+ (UID \S+|\S+)", re.I)

IDLING = "+ IDLING"
"""What `wait_for` calls the server's go-ahead to an IDLE."""


class Fault(StrEnum):
    """What becomes of a FETCH that asks for a certain mail."""

    REFUSED = "refused"
    CUT = "cut"
    LEFT_OUT = "left out"
    GARBLED = "garbled"


class SilentImap:
    """Listens on a loopback port. Without `upstream` it accepts connections and answers nothing, ever.

    `refuse_logins` is how many logins it still refuses with the words of `refusal`; `withheld` are UIDs whose
    mails it does not hand over, and how it goes about it; `breaks_idle` cuts every connection that says IDLE;
    `rewrites` are words it puts into the real server's mouth instead of others; `after_idle` happens once,
    between the end of an IDLE and the client's next command.
    """

    def __init__(self, upstream: int | None = None) -> None:
        self._upstream = upstream
        self.refuse_logins, self.refusal = 0, b"[UNAVAILABLE] Temporary authentication failure"
        self.withheld: dict[int, Fault] = {}
        self.breaks_idle = False
        self.rewrites: dict[bytes, bytes] = {}
        self.after_idle: Callable[[], None] | None = None
        self.connections = 0
        self.logins = 0
        self._heard: list[bytes] = []
        self._news = threading.Condition()
        self._deaf = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._spawn(self._accept)

    def close(self) -> None:
        """End it and all its connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(10)

    def cut(self) -> None:
        """Break every connection off, on both sides."""
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._sockets.clear()

    def go_deaf(self) -> None:
        """From now on let nothing through on the open connections, and say nothing: a half-open link."""
        self._deaf.set()

    def wait_for(self, verb: str, times: int = 1, timeout: float = 30) -> None:
        """Return once a client has said the command that often."""
        with self._news:
            heard = self._news.wait_for(lambda: self.heard(verb) >= times, timeout)
        assert heard, f"no client said {verb}"

    def heard(self, verb: str) -> int:
        """How often clients have said the command."""
        return sum(one.upper() == verb.encode() for one in self._heard)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(client)
            if self._upstream is not None:
                self._relay(client, self._upstream)

    def _relay(self, client: socket.socket, port: int) -> None:
        deaf = self._deaf = threading.Event()
        try:
            server = socket.create_connection(("127.0.0.1", port))
        except OSError:
            _hang_up(client)
            return
        self._sockets.append(server)
        self._spawn(lambda: self._answers(server, client, deaf))
        self._spawn(lambda: self._commands(client, server, deaf))

    def _answers(self, server: socket.socket, client: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                for words, instead in self.rewrites.items():
                    data = data.replace(words, instead)
                if not deaf.is_set():
                    client.sendall(data)
                if data.startswith(b"+ idling"):
                    self._remember(IDLING.encode())
        _hang_up(client, server)

    def _commands(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError), client.makefile("rb") as lines:
            idled = False
            for line in lines:
                if deaf.is_set():
                    continue
                if idled and self.after_idle:
                    action, self.after_idle = self.after_idle, None
                    action()
                idled = line.strip().upper() == b"DONE"
                self._note(line)
                if not self._misbehave(line, client, lines.readline):
                    server.sendall(line)
        _hang_up(client, server)

    def _note(self, line: bytes) -> None:
        match = _VERB.match(line)
        self._remember(match.group(1).strip() if match else line.strip())

    def _remember(self, what: bytes) -> None:
        with self._news:
            self._heard.append(what)
            self._news.notify_all()

    def _misbehave(self, line: bytes, client: socket.socket, read: Callable[[], bytes]) -> bool:
        login = _LOGIN.match(line)
        if login:
            self.logins += 1
            return self._refuse(login, client, read)
        if self.breaks_idle and line.rstrip().upper().endswith(b" IDLE"):
            raise OSError("cut")
        fetch = _FETCH.match(line)
        return fetch is not None and self._withhold(line, fetch, client)

    def _refuse(self, login: re.Match[bytes], client: socket.socket, read: Callable[[], bytes]) -> bool:
        if self.refuse_logins <= 0:
            return False
        self.refuse_logins -= 1
        if login.group(2).upper() == b"AUTHENTICATE":
            client.sendall(b"+ \r\n")
            read()
        client.sendall(login.group(1) + b" NO " + self.refusal + b"\r\n")
        return True

    def _withhold(self, line: bytes, fetch: re.Match[bytes], client: socket.socket) -> bool:
        asked = {int(uid) for uid in fetch.group(1).split(b",")}
        faults = [self.withheld[uid] for uid in asked if uid in self.withheld]
        if not faults or fetch.group(2).upper() == b"RFC822.SIZE":
            return False
        tag = line.split(b" ", 1)[0]
        if faults[0] is Fault.CUT:
            raise OSError("cut")
        if faults[0] is Fault.GARBLED:
            client.sendall(b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc BROKEN\r\n")
        refused = faults[0] is Fault.REFUSED
        client.sendall(tag + (b" NO [SERVERBUG] Internal error" if refused else b" OK Fetched") + b"\r\n")
        return True

    def _spawn(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()


def _hang_up(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
