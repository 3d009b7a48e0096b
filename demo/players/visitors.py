"""A visitor of the web chat: a real WebSocket, a line at a time, each waited for until it is acknowledged."""

import json
import time
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from demo.refusal import NotTakenError
from demo.script import Line
from demo.stage import Handed, Stage

_PATIENCE = 60.0
_PAUSE = 1.0
_SAID_AGAIN = frozenset({"not_stored", "limited"})


class _NotNowError(NotTakenError):
    """The line was not taken just now: the chat's own page says it again, under the same id."""


def chat(stage: Stage, line: Line) -> Handed:
    """Say everything and finish. Who comes back shows the token of the first time."""
    public = stage.desk.settings.public_url
    address = f"{public.replace('http', 'ws', 1)}/sohbet/ws"
    came = {"X-Forwarded-For": stage.person(line).client}
    said = [stage.words(line, text) for text in (line.text, *line.more)]
    try:
        with connect(
            address, origin=Origin(public), additional_headers=came, open_timeout=_PATIENCE
        ) as socket:
            stage.ids[line.key] = _Visit(socket).talk(stage.ids.get(line.after, ""), said, stage.mark(line))
    except (WebSocketException, OSError, TimeoutError) as error:
        raise NotTakenError(f"chat: {error}") from error
    return Handed(account="webchat", key=line.key, words=max(said, key=len))


class _Visit:
    """One connection. The desk may close the chat by itself: at a yes, or when it hears of danger to life."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._closed = False

    def talk(self, token: str, said: list[str], mark: str) -> str:
        """Say these lines and see the chat closed; returns the token to come back with."""
        self._send(type="hello", token=token)
        entered = self._heard("welcome")
        for number, text in enumerate(said):
            self._say(f"{mark}-{number}", text)
        if not self._closed:
            self._send(type="finish")
            self._heard("closed")
        return str(entered["token"])

    def _say(self, client_id: str, text: str) -> None:
        given_up = time.monotonic() + _PATIENCE
        while True:
            self._send(type="say", client_id=client_id, text=text)
            try:
                self._heard("ack")
            except _NotNowError:
                if time.monotonic() > given_up:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def _send(self, **frame: object) -> None:
        self._socket.send(json.dumps(frame))

    def _heard(self, kind: str) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(self._socket.recv(_PATIENCE))
            self._closed = self._closed or frame["type"] == "closed"
            if frame["type"] == kind:
                return frame
            if frame["type"] == "error":
                if frame["code"] in _SAID_AGAIN:
                    raise _NotNowError(f"chat: {frame['code']}")
                raise NotTakenError(f"chat: {frame['code']}")
