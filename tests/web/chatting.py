"""A visitor's browser as the web chat's protocol sees it: a real WebSocket client."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from json import dumps, loads
from typing import Any

from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from tests.web.serving import Site

POTHOLE = "Kadıköy Caferağa Mahallesi Moda Caddesi'nde yolda derin bir çukur var, arabalar zarar görüyor"
PHONE = "0532 123 45 67"
PATIENCE = 20.0
_serial = count(1)
Frame = dict[str, Any]


class Caller:
    """One connection; frames that were read while waiting for another one are kept in `heard`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[Frame] = []

    def send(self, **frame: object) -> None:
        """Send a frame as it is given."""
        self.socket.send(dumps(frame))

    def wait_for(self, kind: str, fits: Callable[[Frame], bool] = lambda frame: True) -> Frame:
        """The next frame of this kind that fits."""
        while True:
            frame = self.wait_for_one(kind)
            if fits(frame):
                return frame

    def wait_for_one(self, *kinds: str) -> Frame:
        """The next frame of one of these kinds."""
        while True:
            frame: Frame = loads(self.socket.recv(PATIENCE))
            self.heard.append(frame)
            if frame["type"] in kinds:
                return frame

    def hello(self, token: str = "", last_seen: int = 0) -> Frame:
        """Enter; returns the welcome."""
        self.send(type="hello", token=token, last_seen=last_seen)
        return self.wait_for("welcome")

    def says(self, text: str, client_id: str = "") -> Frame:
        """Say a line and wait for its acknowledgement."""
        client_id = client_id or f"client-{next(_serial):06}"
        self.send(type="say", client_id=client_id, text=text)
        return self.wait_for("ack", lambda frame: frame["client_id"] == client_id)

    def hears(self, part: str) -> Frame:
        """Wait for a line with these words."""
        return self.wait_for("message", lambda frame: part in frame["text"])

    def ends(self) -> int | None:
        """Wait until the server closes the connection; returns why."""
        with suppress(ConnectionClosedError):
            for frame in self.socket:
                self.heard.append(loads(frame))
        return self.socket.close_code


@contextmanager
def calling(site: Site, **options: Any) -> Iterator[Caller]:
    """Connect as a browser on our own page does."""
    usual: dict[str, Any] = {"origin": site.url, "open_timeout": PATIENCE, "close_timeout": PATIENCE}
    with connect(f"{site.url.replace('http', 'ws', 1)}/sohbet/ws", **(usual | options)) as socket:
        yield Caller(socket)
