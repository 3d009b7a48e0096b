"""Our names for what a feed's columns may hold, and for those of an answer file."""

from enum import StrEnum


class FeedField(StrEnum):
    """What a column of a feed means to the desk. `reference` and `text` must be there."""

    REFERENCE = "reference"
    TEXT = "text"
    SUBJECT = "subject"
    SUBMITTED_AT = "submitted_at"
    DUE_AT = "due_at"
    NAME = "name"
    IDENTITY_NUMBER = "identity_number"
    PHONE = "phone"
    EMAIL = "email"
    DISTRICT = "district"
    NEIGHBOURHOOD = "neighbourhood"
    ADDRESS = "address"
    KIND = "kind"
    TOPIC = "topic"
    STATE = "state"
    HIDE_IDENTITY = "hide_identity"


class AnswerField(StrEnum):
    """What a column of an answer file may tell."""

    REFERENCE = "reference"
    STATE = "state"
    ANSWER = "answer"
    ANSWERED_AT = "answered_at"
    UNIT = "unit"
    NUMBER = "number"
    CHANGED_AT = "changed_at"


class FileFormat(StrEnum):
    """How an answer file is written. Feeds themselves are recognised by their content."""

    XLSX = "xlsx"
    CSV = "csv"
    XML = "xml"


REQUIRED = (FeedField.REFERENCE, FeedField.TEXT)
