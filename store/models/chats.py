"""Web chats: the conversation with one visitor, and every line of it in its order."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.vocabulary import ChatAuthor, ChatEnd, ChatQuestion, ChatState
from store.models.columns import key, one_of, reference


class ChatSession(SQLModel, table=True):
    """One visitor's chat. Each `generation` becomes one message; `became` is the external id of the last one.

    `last_seq` numbers the lines, `seen_seq` is how far the visitor has them. `seen_at` is when the visitor
    was last connected, `spoke_at` when anybody last said something.
    """

    __tablename__ = "chat_sessions"
    __table_args__ = (
        one_of("state", ChatState),
        one_of("ended", ChatEnd),
        Index(
            "chats_going_on",
            "account_id",
            "spoke_at",
            postgresql_where=text("state <> 'closed' OR agent IS NOT NULL"),
        ),
    )

    id: int | None = key()
    account_id: int = reference("channel_accounts.id")
    public_id: str = Field(unique=True)
    state: str = ChatState.OPEN
    generation: int = 1
    ended: str | None = None
    became: str | None = None
    danger: bool = False
    last_seq: int = 0
    seen_seq: int = 0
    agent: str | None = None
    agent_name: str | None = None
    wanted_agent_at: datetime | None = None
    opened_at: datetime
    spoke_at: datetime
    seen_at: datetime


class ChatMessage(SQLModel, table=True):
    """One line. `question` is what a line of the desk asks, or what a citizen's line answers.

    `sealed` lines hold a citizen's numbers: their text is ciphertext, which nobody but the visitor is shown.
    `notice` is our id of the notification that the line is, until it is settled whether it was seen.
    """

    __tablename__ = "chat_messages"
    __table_args__ = (
        UniqueConstraint("session_id", "seq", name="one_order_per_chat"),
        UniqueConstraint("session_id", "client_id", name="one_line_per_client_id"),
        one_of("author", ChatAuthor),
        one_of("question", ChatQuestion),
        Index("chat_notices", "at", postgresql_where=text("notice IS NOT NULL")),
        Index("chat_sealed", "at", postgresql_where=text("sealed")),
    )

    id: int | None = key()
    session_id: int = reference("chat_sessions.id")
    seq: int
    generation: int
    client_id: str | None = None
    author: str
    author_name: str | None = None
    text: str
    question: str | None = None
    sealed: bool = False
    notice: str | None = None
    at: datetime
