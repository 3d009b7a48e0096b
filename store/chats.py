"""Web chats: sessions, their lines in order, and what waits in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.text import storable
from domain.vocabulary import ChatAuthor, ChatEnd, ChatQuestion, ChatState
from store.models import ChatMessage, ChatSession

__all__ = ["ChatMessage", "ChatRepository", "ChatSession", "NewLine"]


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """A line to be added. `client_id` is unique within the chat: the same one twice is one line."""

    author: ChatAuthor
    text: str
    client_id: str | None = None
    author_name: str | None = None
    question: ChatQuestion | None = None
    sealed: bool = False
    notice: str | None = None


class ChatRepository:
    """Chats by their public ids. Lines are added while the session's row is locked: their numbers have no
    gaps, and whoever reads behind a number misses nothing that is committed later."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, account_id: int, public_id: str, now: datetime) -> ChatSession:
        """A new chat, locked; the same one when it is there already."""
        row = {"account_id": account_id, "public_id": public_id, "opened_at": now, "spoke_at": now}
        values = row | {"seen_at": now, "state": ChatState.OPEN, "generation": 1, "danger": False}
        statement = insert(ChatSession).values(**values, last_seq=0, seen_seq=0)
        self._session.execute(statement.on_conflict_do_nothing(index_elements=["public_id"]))
        found = self.locked(public_id)
        assert found is not None  # noqa: S101 - it was just made
        return found

    def locked(self, public_id: str) -> ChatSession | None:
        """The chat, or None; nobody else adds to it until the transaction ends."""
        statement = select(ChatSession).where(col(ChatSession.public_id) == public_id).with_for_update()
        return self._session.scalars(statement.execution_options(populate_existing=True)).one_or_none()

    def find(self, public_id: str) -> ChatSession | None:
        """The chat, or None."""
        return self._session.scalars(
            select(ChatSession).where(col(ChatSession.public_id) == public_id)
        ).one_or_none()

    def add(self, chat: ChatSession, line: NewLine, now: datetime) -> ChatMessage:
        """Add a line to a locked chat."""
        chat.last_seq += 1
        row = ChatMessage(
            session_id=chat.id or 0,
            seq=chat.last_seq,
            generation=chat.generation,
            client_id=line.client_id,
            author=line.author,
            author_name=line.author_name,
            text=storable(line.text),
            question=line.question,
            sealed=line.sealed,
            notice=line.notice,
            at=now,
        )
        self._session.add(row)
        self._session.flush()
        return row

    def line_of(self, chat: ChatSession, client_id: str) -> ChatMessage | None:
        """The line that a client sent under this id, or None."""
        statement = select(ChatMessage).where(
            col(ChatMessage.session_id) == chat.id, col(ChatMessage.client_id) == client_id
        )
        return self._session.scalars(statement).one_or_none()

    def lines(self, chat: ChatSession, *, after: int = 0, limit: int = 2000) -> list[ChatMessage]:
        """The lines behind a number, in order."""
        statement = (
            select(ChatMessage)
            .where(col(ChatMessage.session_id) == chat.id, col(ChatMessage.seq) > after)
            .order_by(col(ChatMessage.seq))
            .limit(limit)
        )
        return list(self._session.scalars(statement))

    def last_seqs(self, public_ids: Sequence[str]) -> dict[str, int]:
        """Of each of these chats the number of its last line."""
        statement = text("SELECT public_id, last_seq FROM chat_sessions WHERE public_id = ANY(:ids)")
        rows = self._session.execute(statement, {"ids": list(public_ids)})
        return {row.public_id: row.last_seq for row in rows}

    def connected(self, public_ids: Sequence[str], now: datetime) -> None:
        """Remember that these visitors are there right now."""
        statement = text(
            "UPDATE chat_sessions SET seen_at = :now WHERE id IN ("
            "SELECT id FROM chat_sessions WHERE public_id = ANY(:ids) ORDER BY id FOR UPDATE SKIP LOCKED)"
        )
        self._session.execute(statement, {"ids": list(public_ids), "now": now})

    def seen(self, public_id: str, seq: int) -> None:
        """Remember that the visitor has the lines up to this number."""
        statement = text(
            "UPDATE chat_sessions SET seen_seq = LEAST(last_seq, :seq)"
            " WHERE public_id = :id AND seen_seq < LEAST(last_seq, :seq)"
        )
        self._session.execute(statement, {"id": public_id, "seq": seq})

    def going_on(self) -> list[ChatSession]:
        """The chats that are not closed or have an agent in them; who waits for a person first, then the
        oldest."""
        statement = select(ChatSession).where(
            (col(ChatSession.state) != ChatState.CLOSED) | col(ChatSession.agent).is_not(None)
        )
        order = (
            col(ChatSession.agent).is_not(None),
            col(ChatSession.wanted_agent_at).nulls_last(),
            col(ChatSession.opened_at),
        )
        return list(self._session.scalars(statement.order_by(*order).limit(200)))

    def last_words(self, chat_ids: Sequence[int]) -> dict[int, str]:
        """What the citizen of each chat said last."""
        statement = text(
            "SELECT DISTINCT ON (session_id) session_id, text FROM chat_messages"
            " WHERE session_id = ANY(:ids) AND author = 'citizen' ORDER BY session_id, seq DESC"
        )
        rows = self._session.execute(statement, {"ids": list(chat_ids)})
        return {row.session_id: row.text for row in rows}

    def claim_silent(self, account_id: int, before: datetime, limit: int) -> list[ChatSession]:
        """Open chats in which nobody has spoken since then, locked; other clocks pass them by."""
        return self._silent(account_id, before, limit, col(ChatSession.state) == ChatState.OPEN)

    def claim_left(self, account_id: int, before: datetime, limit: int) -> list[ChatSession]:
        """Closed chats in which an agent still is, and nobody has spoken since then, locked likewise."""
        still_in = (col(ChatSession.state) == ChatState.CLOSED) & col(ChatSession.agent).is_not(None)
        return self._silent(account_id, before, limit, still_in)

    def _silent(
        self, account_id: int, before: datetime, limit: int, which: ColumnElement[bool]
    ) -> list[ChatSession]:
        statement = (
            select(ChatSession)
            .where(col(ChatSession.account_id) == account_id, which, col(ChatSession.spoke_at) < before)
            .order_by(col(ChatSession.spoke_at))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return list(self._session.scalars(statement))

    def closing_since(self, before: datetime) -> list[str]:
        """Chats whose hand-over was begun before then and not finished."""
        statement = select(col(ChatSession.public_id)).where(
            col(ChatSession.state) == ChatState.CLOSING, col(ChatSession.spoke_at) < before
        )
        return list(self._session.scalars(statement))

    def closed(self, public_id: str, generation: int, became: str | None, *, goes_on: bool = False) -> bool:
        """Finish the hand-over of this generation; False when somebody else has. A chat that goes on is open
        for its next part at once, and whoever waits in it for a person still does."""
        values: dict[str, object] = {"state": ChatState.CLOSED, "wanted_agent_at": None}
        if goes_on:
            values = {"state": ChatState.OPEN, "ended": None, "generation": generation + 1}
        done = self._session.execute(
            update(ChatSession)
            .where(
                col(ChatSession.public_id) == public_id,
                col(ChatSession.generation) == generation,
                col(ChatSession.state) == ChatState.CLOSING,
            )
            .values(values | ({"became": became} if became else {}))
        )
        return bool(done.rowcount)  # type: ignore[attr-defined]

    def forget(self, chat_ids: Sequence[int]) -> None:
        """Remove chats in which nothing was said, with their lines."""
        self._session.execute(delete(ChatMessage).where(col(ChatMessage.session_id).in_(chat_ids)))
        self._session.execute(delete(ChatSession).where(col(ChatSession.id).in_(chat_ids)))

    def notices_seen(self, limit: int) -> list[ChatMessage]:
        """Notices in chats that their visitors have by now, locked."""
        return self._notices("chats.seen_seq >= lines.seq", {"limit": limit})

    def notices_unseen(self, before: datetime, limit: int) -> list[ChatMessage]:
        """Notices that have waited in chats since before then without being seen, locked."""
        return self._notices(
            "chats.seen_seq < lines.seq AND lines.at < :before", {"limit": limit, "before": before}
        )

    def _notices(self, condition: str, values: Mapping[str, object]) -> list[ChatMessage]:
        found = self._session.execute(
            text(
                "SELECT lines.id FROM chat_messages AS lines"  # noqa: S608
                " JOIN chat_sessions AS chats ON chats.id = lines.session_id"
                f" WHERE lines.notice IS NOT NULL AND {condition}"
                " ORDER BY lines.id LIMIT :limit FOR UPDATE OF lines SKIP LOCKED"
            ),
            values,
        ).scalars()
        return list(self._session.scalars(select(ChatMessage).where(col(ChatMessage.id).in_(list(found)))))

    def blank_sealed(self, before: datetime) -> None:
        """Forget the citizens' numbers in chats that can be resumed no longer."""
        statement = text("UPDATE chat_messages SET text = '', sealed = false WHERE sealed AND at < :before")
        self._session.execute(statement, {"before": before})

    def end(self, chat: ChatSession, end: ChatEnd) -> None:
        """Freeze a locked chat for its hand-over; in danger to life the agent stays."""
        chat.state, chat.ended = ChatState.CLOSING, end
        if end is not ChatEnd.DANGER:
            chat.agent, chat.agent_name = None, None
        self._session.flush()
