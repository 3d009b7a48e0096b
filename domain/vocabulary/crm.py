"""What an outside CRM is told of cases, and what it may tell of them."""

from enum import StrEnum


class CrmEventType(StrEnum):
    """What happened to a case, as the event feed names it. The first six say which state it took."""

    OPENED = "opened"
    IN_REVIEW = "in_review"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    REOPENED = "reopened"
    ACCEPTED = "accepted"  # its unit said that it is theirs
    RETURNED = "returned"  # its unit said that it is not
    NOTED = "noted"
    DUE_CHANGED = "due_changed"
    MESSAGE_ADDED = "message_added"
    MERGED = "merged"
    CHANGED = "changed"  # topic, unit, priority, confidentiality or place


class CrmWord(StrEnum):
    """What a CRM may say of a case that is with one of its units."""

    RESOLVED = "resolved"
    REJECTED = "rejected"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    NOTE = "note"


class CrmPause(StrEnum):
    """Why nothing is delivered to a subscriber."""

    OPERATOR = "operator"
    GONE = "gone"  # its receiver answered 410
    FAILING = "failing"  # for so many days that somebody must look
