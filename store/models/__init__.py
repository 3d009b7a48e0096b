"""The tables. SQLModel validates nothing here: values are checked where they enter the program."""

from store.models.accounts import AccountHealth, ChannelAccount, Cursor, Lease
from store.models.cases import Case, CaseEvent, Citizen, Contact
from store.models.chats import ChatMessage, ChatSession
from store.models.links import CaseLink, CaseMark, CaseWords
from store.models.messages import BatchClaim, Message, MessageAttachment, Quarantined
from store.models.notices import NotificationRow, OutboxEntry, ParkedReport
from store.models.taxonomy import TopicRow, UnitRow

__all__ = [
    "AccountHealth",
    "BatchClaim",
    "Case",
    "CaseEvent",
    "CaseLink",
    "CaseMark",
    "CaseWords",
    "ChannelAccount",
    "ChatMessage",
    "ChatSession",
    "Citizen",
    "Contact",
    "Cursor",
    "Lease",
    "Message",
    "MessageAttachment",
    "NotificationRow",
    "OutboxEntry",
    "ParkedReport",
    "Quarantined",
    "TopicRow",
    "UnitRow",
]
