"""The web chat: a visitor and the desk talk, line by line, each committed before it is acknowledged (V4).

A chat that ends is handed over as one message by `pipeline.chat_closing`; agents act by
`pipeline.chat_agents`.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.chat import chat_texts
from domain.chat import ChatLine, Reply, respond
from domain.chat_intents import intent_of
from domain.errors import ConnectionFailedError, NotConfiguredError, PermanentError
from domain.vocabulary import ChatAuthor, ChatEnd, ChatQuestion, ChatState
from pipeline.chat_bell import bell_of
from pipeline.chat_closing import hand_over
from pipeline.chat_reading import last_question, read
from pipeline.desk import Desk
from pipeline.log import get_logger
from store.chats import NewLine
from store.models import ChatMessage, ChatSession
from store.unit_of_work import UnitOfWork

_log = get_logger(__name__)


class ChatGoneError(PermanentError):
    """There is no such chat, or no longer."""


class ChatFullError(PermanentError):
    """The chat has as many lines as it may have."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """One line as it is shown. `at` is aware UTC; `client_id` is what its author called it."""

    seq: int
    author: ChatAuthor
    text: str
    at: datetime
    client_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A chat as its visitor sees it: the lines behind some number, and who of the desk is there."""

    public_id: str
    state: ChatState
    last_seq: int
    agent: bool
    lines: Sequence[Spoken]


def open_chat(desk: Desk, account_id: int) -> Snapshot:
    """A new chat with its greeting. Raises ConnectionFailedError."""
    now = desk.now()
    with desk.uow() as uow:
        chat = uow.chats.open(account_id, secrets.token_hex(16), now)
        greet = Reply(lines=(ChatLine.GREETING, ChatLine.WHAT), asks=ChatQuestion.WHAT)
        lines = speak(uow, chat, greet, now)
        uow.commit()
    return _snapshot(desk, chat, lines)


def resume(desk: Desk, public_id: str, last_seen: int) -> Snapshot:
    """The chat with the lines behind `last_seen`. Raises ChatGoneError and ConnectionFailedError."""
    with desk.uow() as uow:
        chat = uow.chats.find(public_id)
        if chat is None:
            raise ChatGoneError(f"there is no chat {public_id}")
        return _snapshot(desk, chat, uow.chats.lines(chat, after=last_seen))


def say(desk: Desk, public_id: str, client_id: str, text: str, *, most_lines: int) -> int:
    """Add a visitor's line with the desk's reply; returns the line's number once both are committed.

    The same `client_id` again is the same line. Raises ChatGoneError, ChatFullError, ConnectionFailedError:
    nothing is kept then.
    """
    while (said := _say(desk, public_id, client_id, text, most_lines)) is None:
        hand_over(desk, public_id)  # it was being closed: what is said now belongs to the next part
    seq, ends = said
    bell_of(desk).ring(public_id)
    if ends:
        hand_over_at_once(desk, public_id)
    return seq


def finish(desk: Desk, public_id: str, end: ChatEnd) -> None:
    """Close an open chat because its visitor or an agent wants it. Raises ConnectionFailedError."""
    now = desk.now()
    with desk.uow() as uow:
        chat = uow.chats.locked(public_id)
        if chat is None or chat.state != ChatState.OPEN:
            return
        known = read(desk, uow, chat, uow.chats.lines(chat), now).known
        if known.words:
            saved = ChatLine.SAVED_ADDED if known.continued else ChatLine.SAVED
            speak(uow, chat, Reply(lines=(saved, ChatLine.STILL_HERE)), now)
        uow.chats.end(chat, end)
        uow.commit()
    bell_of(desk).ring(public_id)
    hand_over_at_once(desk, public_id)


def hand_over_at_once(desk: Desk, public_id: str) -> None:
    """Hand a closing chat over; the clock does it when that fails."""
    try:
        hand_over(desk, public_id)
    except ConnectionFailedError as error:
        _log.warning("chat_handed_over_later", error=str(error))


def speak(uow: UnitOfWork, chat: ChatSession, reply: Reply, now: datetime) -> list[ChatMessage]:
    """Add what the desk says; the last of it carries the question."""
    last = len(reply.lines) - 1
    return [
        uow.chats.add(
            chat,
            NewLine(
                author=ChatAuthor.DESK,
                text=chat_texts().say(line),
                question=reply.asks if n == last else None,
            ),
            now,
        )
        for n, line in enumerate(reply.lines)
    ]


def reopen(chat: ChatSession) -> None:
    """Let a closed chat go on: what follows is a part of its own."""
    if chat.state == ChatState.CLOSED:
        chat.state, chat.ended, chat.generation = ChatState.OPEN, None, chat.generation + 1


def shown_text(desk: Desk, line: ChatMessage) -> str:
    """A line's words as its visitor is shown them; empty for numbers that no key opens any more."""
    if not line.sealed:
        return line.text
    try:
        return desk.keyring.decrypt(line.text)
    except NotConfiguredError:
        return ""


def _say(
    desk: Desk, public_id: str, client_id: str, text: str, most_lines: int
) -> tuple[int, ChatEnd | None] | None:
    now = desk.now()
    with desk.uow() as uow:
        chat = uow.chats.locked(public_id)
        if chat is None:
            raise ChatGoneError(f"there is no chat {public_id}")
        if known_line := uow.chats.line_of(chat, client_id):
            return known_line.seq, None
        if chat.state == ChatState.CLOSING:
            return None
        if chat.last_seq >= most_lines:
            raise ChatFullError("the chat is full")
        reopen(chat)
        line, reply = _take_in(
            desk, uow, chat, NewLine(author=ChatAuthor.CITIZEN, text=text, client_id=client_id), now
        )
        uow.commit()
    return line.seq, reply.ends


def _take_in(
    desk: Desk, uow: UnitOfWork, chat: ChatSession, new: NewLine, now: datetime
) -> tuple[ChatMessage, Reply]:
    before = uow.chats.lines(chat)
    asked = last_question(before)
    line = uow.chats.add(chat, NewLine(**{**vars(new), "question": asked}), now)
    reading = read(desk, uow, chat, [*before, line], now)
    reply = respond(
        intent_of(new.text, chat_texts().phrases, asked),
        reading.known,
        danger=reading.danger and not chat.danger,
        agent=chat.agent is not None,
        person_called=chat.wanted_agent_at is not None,
    )
    speak(uow, chat, reply, now)
    chat.spoke_at = chat.seen_at = now
    if reply.calls_person and chat.wanted_agent_at is None:
        chat.wanted_agent_at = now
    if reply.ends:
        chat.danger = chat.danger or reply.ends is ChatEnd.DANGER
        uow.chats.end(chat, reply.ends)
    return line, reply


def _snapshot(desk: Desk, chat: ChatSession, lines: Sequence[ChatMessage]) -> Snapshot:
    return Snapshot(
        public_id=chat.public_id,
        state=ChatState(chat.state),
        last_seq=chat.last_seq,
        agent=chat.agent is not None,
        lines=[
            Spoken(
                seq=line.seq,
                author=ChatAuthor(line.author),
                text=shown_text(desk, line),
                at=line.at,
                client_id=line.client_id if line.author == ChatAuthor.CITIZEN else None,
            )
            for line in lines
        ],
    )
