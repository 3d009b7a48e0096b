"""A visitor of the web chat: a real WebSocket, a line at a time, each waited for until it is acknowledged."""

import json
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from demo.refusal import NotTakenError
from demo.script import Line
from demo.stage import Handed, Stage

_PATIENCE = 40.0


def chat(stage: Stage, line: Line) -> Handed:
    """Say everything and finish. Who comes back shows the token of the first time."""
    public = stage.desk.settings.public_url.rstrip("/")
    came = {"X-Forwarded-For": stage.person(line).client}
    said = [stage.words(line, text) for text in (line.text, *line.more)]
    try:
        with connect(
            f"{public.replace('http', 'ws', 1)}/sohbet/ws",
            origin=public,
            additional_headers=came,  # type: ignore[arg-type]
        ) as socket:
            token = _talk(socket, stage.ids.get(line.after, ""), said, stage.mark(line))
    except (WebSocketException, OSError, TimeoutError) as error:
        raise NotTakenError(f"chat: {error}") from error
    stage.ids[line.key] = token
    return Handed(account="webchat", key=line.key, words=said[0])


def _talk(socket: ClientConnection, token: str, said: list[str], mark: str) -> str:
    _send(socket, type="hello", token=token)
    entered = _heard(socket, "welcome")
    for number, text in enumerate(said):
        _send(socket, type="say", client_id=f"{mark}-{number}", text=text)
        _heard(socket, "ack")
    _send(socket, type="finish")
    _heard(socket, "closed")
    return str(entered["token"])


def _send(socket: ClientConnection, **frame: object) -> None:
    socket.send(json.dumps(frame))


def _heard(socket: ClientConnection, kind: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(_PATIENCE))
        if frame["type"] == kind:
            return frame
        if frame["type"] == "error":
            raise NotTakenError(f"chat: {frame['code']}")
