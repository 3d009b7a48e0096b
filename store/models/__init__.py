"""The tables. SQLModel validates nothing here: values are checked where they enter the program."""

from store.models.accounts import AccountHealth, ChannelAccount, Cursor, Lease
from store.models.answers import Answer
from store.models.cases import Case, CaseEvent, Citizen, Contact
from store.models.chats import ChatMessage, ChatSession
from store.models.crm import CrmEvent, CrmFeed, CrmImport, CrmSetAside, CrmSubscriber
from store.models.feeds import FeedState
from store.models.learning import ModelActivation, TrainedModel
from store.models.links import CaseLink, CaseMark, CaseWords
from store.models.messages import BatchClaim, Message, MessageAttachment, Quarantined
from store.models.monthly import MonthlyReport
from store.models.notices import NotificationRow, OutboxEntry, ParkedReport
from store.models.outbound import AccountNews, AddressMove, ChatWindow, SendingPace
from store.models.parts import MessagePart
from store.models.ratings import Rating
from store.models.register import CitizenIdentity, CitizenLook, CitizenMerge, DoomedBlob, Erasure
from store.models.reminders import Reminder
from store.models.reviews import Aside, Review
from store.models.taxonomy import RoutingRuleRow, TopicRow, UnitRow
from store.models.turnarounds import Turnaround
from store.models.verifications import PhoneVerification

__all__ = [
    "AccountHealth",
    "AccountNews",
    "AddressMove",
    "Answer",
    "Aside",
    "BatchClaim",
    "Case",
    "CaseEvent",
    "CaseLink",
    "CaseMark",
    "CaseWords",
    "ChannelAccount",
    "ChatMessage",
    "ChatSession",
    "ChatWindow",
    "Citizen",
    "CitizenIdentity",
    "CitizenLook",
    "CitizenMerge",
    "Contact",
    "CrmEvent",
    "CrmFeed",
    "CrmImport",
    "CrmSetAside",
    "CrmSubscriber",
    "Cursor",
    "DoomedBlob",
    "Erasure",
    "FeedState",
    "Lease",
    "Message",
    "MessageAttachment",
    "MessagePart",
    "ModelActivation",
    "MonthlyReport",
    "NotificationRow",
    "OutboxEntry",
    "ParkedReport",
    "PhoneVerification",
    "Quarantined",
    "Rating",
    "Reminder",
    "Review",
    "RoutingRuleRow",
    "SendingPace",
    "TopicRow",
    "TrainedModel",
    "Turnaround",
    "UnitRow",
]
