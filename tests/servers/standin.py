"""What stand-ins of HTTP providers share: a loopback server, a record of its calls, faults on demand."""

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request as it came. Header names are lower case; `client` is the caller's end of the connection."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    client: tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the caller gets."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to the next call instead: an answer, silence until `release`, or a broken connection.

    `after_effect` lets the call do its work first: the answer alone is lost.
    """

    answer: Answer | None = None
    silent: bool = False
    drop: bool = False
    after_effect: bool = False


def json_answer(status: int, value: Any, **headers: str) -> Answer:
    """An answer with a JSON body."""
    return Answer(
        status=status,
        body=json.dumps(value).encode(),
        headers={"content-type": "application/json", **headers},
    )


class StandIn:
    """A server on a free loopback port, used as a context manager. Subclasses give `respond`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.faults: deque[Fault] = deque()
        self.lock = threading.RLock()
        self._release = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def date(self) -> datetime | None:
        """The provider's time in UTC, as its answers say it; None for answers that do not."""
        return datetime.now(UTC)

    def respond(self, call: Call) -> Answer:
        """What the provider would answer."""
        raise NotImplementedError

    def fail_next(self, *faults: Fault) -> None:
        """Let the next calls go wrong, one fault each."""
        self.faults.extend(faults)

    def answer_next(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Let the next call be answered so, without effect; `_` in a header's name stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.fail_next(Fault(answer=Answer(status=status, body=body, headers=named)))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, call: Call) -> Answer | None:
        with self.lock:
            self.calls.append(call)
            fault = self.faults.popleft() if self.faults else None
        if fault is None:
            return self.respond(call)
        done = self.respond(call) if fault.after_effect else None
        if fault.silent:
            self._release.wait()
        if fault.drop or fault.silent:
            return None
        return fault.answer or done or Answer()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # an answer leaves at once, not 40 ms later

            def date_time_string(self, timestamp: float | None = None) -> str:
                moment = stand_in.date()
                return format_datetime(moment, usegmt=True) if moment else ""

            def do_GET(self) -> None:
                self._handle()

            def do_POST(self) -> None:
                self._handle()

            def _handle(self) -> None:
                parts = urlsplit(self.path)
                call = Call(
                    method=self.command,
                    path=parts.path,
                    query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(int(self.headers.get("content-length") or 0)),
                    client=self.client_address,
                )
                answer = stand_in._answer(call)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                return

        return Handler
