"""What agents do in web chats: look, take over, write, hand back, close into a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.chat import ChatLine, Reply, open_question
from domain.errors import PermanentError
from domain.vocabulary import ChatAuthor, ChatEnd, ChatState
from pipeline.chat_bell import bell_of
from pipeline.chat_closing import ONLINE_FOR, hand_over
from pipeline.chat_reading import is_notice, read
from pipeline.chats import ChatGoneError, Spoken, finish, reopen, speak
from pipeline.desk import Desk
from pipeline.personal import masked
from store.chats import NewLine
from store.models import ChatSession
from store.unit_of_work import UnitOfWork

SHOWN_FOR = timedelta(hours=1)
"""How long a closed chat is still shown after its last word: it is a case by then, which few may see if it is
restricted, and whoever knows the chat's address must not read it for ever."""


class ChatTakenError(PermanentError):
    """Another agent is in the chat, or none where one must be."""


@dataclass(frozen=True, kw_only=True)
class OpenChat:
    """A chat in the agents' list. Datetimes are aware UTC."""

    public_id: str
    opened_at: datetime
    spoke_at: datetime
    wanted_at: datetime | None
    agent: str | None
    agent_name: str | None
    online: bool
    last_words: str
    danger: bool


@dataclass(frozen=True, kw_only=True)
class AgentView:
    """A chat as an agent sees it: all its lines, the citizen's numbers left empty."""

    chat: OpenChat
    state: ChatState
    lines: Sequence[Spoken]


def open_chats(desk: Desk) -> list[OpenChat]:
    """The chats that go on, those that wait for a person first. Raises ConnectionFailedError."""
    now = desk.now()
    with desk.uow() as uow:
        chats = uow.chats.going_on()
        words = uow.chats.last_words([chat.id or 0 for chat in chats])
    return [_listed(chat, masked(words.get(chat.id or 0, "")), now) for chat in chats]


def view(desk: Desk, public_id: str) -> AgentView:
    """A chat with all its lines. Raises ChatGoneError and ConnectionFailedError."""
    with desk.uow() as uow:
        chat = _shown(uow.chats.find(public_id), desk.now())
        lines = uow.chats.lines(chat)
        words = uow.chats.last_words([chat.id or 0])
    shown = [
        Spoken(
            seq=line.seq,
            author=ChatAuthor(line.author),
            text="" if is_notice(line) else line.text,
            at=line.at,
        )
        for line in lines
    ]
    listed = _listed(chat, words.get(chat.id or 0, ""), desk.now())
    return AgentView(chat=listed, state=ChatState(chat.state), lines=shown)


def take_over(desk: Desk, public_id: str, agent: str, name: str) -> None:
    """Enter a chat as its agent; the desk's dialogue is silent from then on. Raises ChatTakenError when
    another agent is there, ChatGoneError, ConnectionFailedError."""
    now = desk.now()
    with desk.uow() as uow:
        chat = _shown(uow.chats.locked(public_id), now)
        if chat.agent not in (None, agent):
            raise ChatTakenError("another agent is in this chat")
        if chat.agent is None:
            chat.agent, chat.agent_name, chat.wanted_agent_at, chat.spoke_at = agent, name, None, now
            speak(uow, chat, Reply(lines=(ChatLine.AGENT_JOINED,)), now)
        uow.commit()
    bell_of(desk).ring(public_id)


def write(desk: Desk, public_id: str, agent: str, text: str, client_id: str) -> None:
    """Add an agent's line; the same `client_id` again is the same line. Raises as `take_over` does."""
    now = desk.now()
    hand_over(desk, public_id)  # a chat that is just being closed goes on behind it
    with desk.uow() as uow:
        chat = _in_hand(uow, public_id, agent)
        if uow.chats.line_of(chat, client_id) is None:
            reopen(chat)
            line = NewLine(
                author=ChatAuthor.AGENT, author_name=chat.agent_name, text=text, client_id=client_id
            )
            uow.chats.add(chat, line, now)
            chat.spoke_at = now
        uow.commit()
    bell_of(desk).ring(public_id)


def hand_back(desk: Desk, public_id: str, agent: str) -> None:
    """Leave a chat to the desk's dialogue, which asks for what is still missing. Raises as `take_over`."""
    _leave(desk, public_id, agent, goes_on=True)


def close(desk: Desk, public_id: str, agent: str) -> None:
    """Leave a chat and close it; what the citizen said becomes a case. Raises as `take_over` does."""
    _leave(desk, public_id, agent, goes_on=False)
    finish(desk, public_id, ChatEnd.AGENT)


def _leave(desk: Desk, public_id: str, agent: str, *, goes_on: bool) -> None:
    now = desk.now()
    with desk.uow() as uow:
        chat = _in_hand(uow, public_id, agent)
        chat.agent, chat.agent_name = None, None
        following = Reply()
        if goes_on and chat.state == ChatState.OPEN:
            following = open_question(read(desk, uow, chat, uow.chats.lines(chat), now).known)
        speak(uow, chat, Reply(lines=(ChatLine.AGENT_LEFT, *following.lines), asks=following.asks), now)
        uow.commit()
    bell_of(desk).ring(public_id)


def _shown(chat: ChatSession | None, now: datetime) -> ChatSession:
    over = chat and chat.state == ChatState.CLOSED and chat.agent is None and chat.spoke_at < now - SHOWN_FOR
    if chat is None or over:
        raise ChatGoneError("there is no such chat, or no longer")
    return chat


def _in_hand(uow: UnitOfWork, public_id: str, agent: str) -> ChatSession:
    chat = uow.chats.locked(public_id)
    if chat is None:
        raise ChatGoneError("there is no such chat")
    if chat.agent != agent:
        raise ChatTakenError("you are not in this chat")
    return chat


def _listed(chat: ChatSession, words: str, now: datetime) -> OpenChat:
    return OpenChat(
        public_id=chat.public_id,
        opened_at=chat.opened_at,
        spoke_at=chat.spoke_at,
        wanted_at=chat.wanted_agent_at,
        agent=chat.agent,
        agent_name=chat.agent_name,
        online=chat.seen_at > now - ONLINE_FOR,
        last_words=words,
        danger=chat.danger,
    )
