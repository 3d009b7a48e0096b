"""Where a web chat stands, who speaks in it, and what about."""

from enum import StrEnum


class ChatState(StrEnum):
    """Where a web chat stands. One that is closing is being handed over as a message: nothing joins it."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class ChatAuthor(StrEnum):
    """Who speaks in a web chat: the desk's lines are the program's own."""

    CITIZEN = "citizen"
    DESK = "desk"
    AGENT = "agent"


class ChatQuestion(StrEnum):
    """What the guided dialogue of a web chat asks for, in this order."""

    WHAT = "what"
    TOPIC = "topic"
    PLACE = "place"
    CONTACT = "contact"
    CONFIRM = "confirm"


class ChatEnd(StrEnum):
    """Why a web chat was closed."""

    CONFIRMED = "confirmed"
    FINISHED = "finished"
    DANGER = "danger"
    ABANDONED = "abandoned"
    AGENT = "agent"
