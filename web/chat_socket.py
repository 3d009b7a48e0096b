"""One visitor's connection: a WebSocket that acknowledges a line only when it is committed (V4)."""

import asyncio
from collections import deque
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from connectors.webchat.settings import WebchatSettings
from domain.errors import ConnectionFailedError
from domain.text import storable
from domain.vocabulary import ChatEnd, ChatState
from pipeline.chat_bell import TYPING
from pipeline.chat_closing import RESUMABLE_FOR
from pipeline.chats import ChatFullError, ChatGoneError, Snapshot, finish, open_chat, resume, say
from pipeline.desk import Desk
from pipeline.limits import Rule
from web import chat_limits as rules
from web.chat_hub import ChatHub, Ear
from web.chat_protocol import Finish, Frame, Hello, Ping, Say, Seen, Typing, dump, error, line, read_frame
from web.client import client_key
from web.services import services
from web.signing import Signer

HELLO_SECONDS = 10.0
SEND_SECONDS = 10.0
"""A browser that takes nothing for so long is let go: its visitor resumes."""
GOING_AWAY, REFUSED, TRY_LATER = 1001, 1008, 1013
"""Close codes, RFC 6455, section 7.4.1, and its registry."""


class _Ended(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


class Connection:
    """A visitor who is connected. Made by `serve` only."""

    def __init__(self, socket: WebSocket, hub: ChatHub, account_id: int, settings: WebchatSettings) -> None:
        self._socket = socket
        self._hub = hub
        self._account_id = account_id
        self._settings = settings
        self._served = services(socket)
        self._client = client_key(socket)
        self._signer = signer_of(self._served.desk)
        self._frames: deque[float] = deque(maxlen=rules.FRAMES)
        self._agent = False
        self._state = ChatState.OPEN

    async def serve(self) -> None:
        """Talk until one of the two has enough."""
        code = GOING_AWAY
        try:
            ear = await self._greeted()
            self._hub.join(ear)
            ear.woken.set()  # something may have come since the snapshot
            try:
                await self._talk(ear)
            finally:
                self._hub.leave(ear)
        except _Ended as ended:
            code = ended.code
        except (WebSocketDisconnect, TimeoutError):
            pass
        await self._closed(code)

    async def _talk(self, ear: Ear) -> None:
        tasks = [asyncio.create_task(self._listen(ear)), asyncio.create_task(self._tell(ear))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _greeted(self) -> Ear:
        async with asyncio.timeout(HELLO_SECONDS):
            hello = await self._next()
        if not isinstance(hello, Hello):
            await self._refuse("bad_message")
            raise _Ended(REFUSED)
        try:
            if not await self._allowed(rules.CONNECTIONS):
                await self._refuse("limited")
                raise _Ended(TRY_LATER)
            snapshot = await self._entered(hello)
        except ConnectionFailedError:
            await self._refuse("unavailable")
            raise _Ended(TRY_LATER) from None
        self._agent, self._state = snapshot.agent, snapshot.state
        await self._send(
            {
                "type": "welcome",
                "session": snapshot.public_id,
                "token": self._signer.sign(snapshot.public_id, self._served.desk.now()),
                "messages": [line(spoken) for spoken in snapshot.lines],
                "agent": snapshot.agent,
                "closed": snapshot.state is not ChatState.OPEN,
                "most": self._settings.most_characters,
            }
        )
        return Ear(snapshot.public_id, snapshot.last_seq)

    async def _entered(self, hello: Hello) -> Snapshot:
        desk = self._served.desk
        if not hello.token:
            if not await self._allowed(rules.CHATS):
                await self._refuse("limited")
                raise _Ended(TRY_LATER)
            return await self._hub.work(partial(open_chat, desk, self._account_id))
        public_id = self._signer.read(hello.token, desk.now(), valid_for=RESUMABLE_FOR)
        try:
            if public_id is None:
                raise ChatGoneError("a token that is forged or too old")
            await self._hub.work(partial(_arrived, desk, public_id))
            return await self._hub.work(partial(resume, desk, public_id, hello.last_seen))
        except ChatGoneError:
            await self._refuse("gone")
            raise _Ended(REFUSED) from None

    async def _listen(self, ear: Ear) -> None:
        while True:
            frame = await self._next()
            if isinstance(frame, Say):
                await self._say(ear, frame)
            elif isinstance(frame, Seen):
                await self._quietly(partial(_seen, self._served.desk, ear.public_id, frame.seq))
            elif isinstance(frame, Finish):
                await self._finish(ear)
            elif isinstance(frame, Typing):
                await self._quietly(partial(self._hub.bell.ring, ear.public_id, TYPING))
            elif isinstance(frame, Ping):
                await self._send({"type": "pong"})
            else:
                await self._refuse("bad_message")

    async def _say(self, ear: Ear, frame: Say) -> None:
        text, most = storable(frame.text.replace("\r\n", "\n")).strip(), self._settings.most_characters
        if not text or len(text) > most:
            await self._send(error("too_long" if text else "empty", client_id=frame.client_id, most=most))
            return
        try:
            if not await self._hub.work(
                partial(rules.may_speak, self._served.limits, ear.public_id, self._client)
            ):
                await self._send(error("limited", client_id=frame.client_id))
                return
            seq = await self._hub.work(
                partial(
                    say,
                    self._served.desk,
                    ear.public_id,
                    frame.client_id,
                    text,
                    most_lines=self._settings.most_lines,
                )
            )
        except ConnectionFailedError:
            await self._send(error("not_stored", client_id=frame.client_id))
        except ChatFullError:
            await self._send(error("full", client_id=frame.client_id))
        except ChatGoneError:
            await self._send(error("gone", client_id=frame.client_id))
            raise _Ended(REFUSED) from None
        else:
            await self._send({"type": "ack", "client_id": frame.client_id, "seq": seq})
            ear.woken.set()

    async def _finish(self, ear: Ear) -> None:
        try:
            await self._hub.work(partial(finish, self._served.desk, ear.public_id, ChatEnd.FINISHED))
        except ConnectionFailedError:
            await self._refuse("not_stored")
        ear.woken.set()

    async def _tell(self, ear: Ear) -> None:
        while True:
            await ear.woken.wait()
            ear.woken.clear()
            if ear.agent_typing:
                ear.agent_typing = False
                await self._send({"type": "typing", "author": "agent"})
            try:
                news = await self._hub.work(partial(resume, self._served.desk, ear.public_id, ear.sent))
            except ConnectionFailedError:
                continue  # the next look around wakes it again
            except ChatGoneError:
                await self._refuse("gone")
                raise _Ended(REFUSED) from None
            await self._tell_news(ear, news)

    async def _tell_news(self, ear: Ear, news: Snapshot) -> None:
        for spoken in news.lines:
            await self._send({"type": "message"} | line(spoken))
            ear.sent = spoken.seq
        if news.agent != self._agent:
            self._agent = news.agent
            await self._send({"type": "agent", "joined": news.agent})
        if news.state is not self._state:
            self._state = news.state
            if news.state is ChatState.CLOSED:
                await self._send({"type": "closed"})

    async def _next(self) -> Frame | None:
        text = await self._socket.receive_text()
        now = asyncio.get_running_loop().time()
        if len(self._frames) == rules.FRAMES and now - self._frames[0] < rules.FRAMES_SECONDS:
            await self._refuse("limited")
            raise _Ended(REFUSED)
        self._frames.append(now)
        return read_frame(text)

    async def _allowed(self, rule: Rule) -> bool:
        return await self._hub.work(partial(self._served.limits.hit, rule, self._client))

    async def _quietly(self, job: Any) -> None:
        try:
            await self._hub.work(job)
        except ConnectionFailedError:
            return  # it is told again with the next line

    async def _refuse(self, code: str) -> None:
        await self._send(error(code))

    async def _send(self, frame: dict[str, Any]) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self._socket.send_text(dump(frame))

    async def _closed(self, code: int) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._socket.close(code)
        except (RuntimeError, TimeoutError, WebSocketDisconnect):
            return  # it was closed already


def signer_of(desk: Desk) -> Signer:
    """Signs the tokens by which visitors come back."""
    return Signer(desk.settings.session_key.get_secret_value().encode(), "chat")


def _seen(desk: Desk, public_id: str, seq: int) -> None:
    with desk.uow() as uow:
        uow.chats.seen(public_id, seq)
        uow.commit()


def _arrived(desk: Desk, public_id: str) -> None:
    with desk.uow() as uow:
        uow.chats.connected([public_id], desk.now())
        uow.commit()
