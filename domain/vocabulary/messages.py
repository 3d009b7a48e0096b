"""What comes in, and what becomes of it before it is a case."""

from enum import StrEnum


class Channel(StrEnum):
    """How a message reached the desk. Adding a channel is one line here and one in `connectors.registry`."""

    EMAIL = "email"
    SMS = "sms"
    WEBFORM = "webform"
    WEBCHAT = "webchat"
    MOBILE = "mobile"
    HTTP = "http"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    FACEBOOK = "facebook"
    BIP = "bip"
    X = "x"
    CALL_CENTRE = "call_centre"
    CONTACT_POINT = "contact_point"
    FIELD = "field"
    PHONE_LINE = "phone_line"  # answers callers, brings no messages
    POST = "post"
    FAX = "fax"
    CIMER = "cimer"
    BEHAK = "behak"


class ContactKind(StrEnum):
    """How somebody of the staff came by what they took down (P4)."""

    INCOMING_CALL = "incoming_call"
    CALL_BACK = "call_back"
    IN_PERSON = "in_person"
    OWN_FINDING = "own_finding"  # nobody reported it: a team saw it


class Verdict(StrEnum):
    """What a delivery is, before anybody asks what it is about."""

    ORDINARY = "ordinary"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    OWN_LOOP = "own_loop"
    OPT_OUT = "opt_out"


class NotACase(StrEnum):
    """What a message is that asks nothing of the desk; it waits where people look it through."""

    SPAM = "spam"
    INSULT = "insult"  # without any matter
    POLITICS = "politics"
    EMPTY = "empty"  # greetings, shares and pictures without a word


class AsideState(StrEnum):
    """What people made of a message that was set aside as no case."""

    WAITING = "waiting"
    KEPT = "kept"
    RELEASED = "released"


class MessageState(StrEnum):
    """Where a message stands on its way; the row is the queue."""

    RECEIVED = "received"  # needs the slow `read` step first
    READY = "ready"  # waits for `process`
    DONE = "done"
    QUARANTINED = "quarantined"


class QuarantineState(StrEnum):
    """What became of something the program could not handle."""

    WAITING = "waiting"
    REPLAYED = "replayed"


class Step(StrEnum):
    """The four steps of the pipeline, as they are named in logs, metrics and quarantine."""

    ACCEPT = "accept"
    READ = "read"
    PROCESS = "process"
    NOTIFY = "notify"


class Queue(StrEnum):
    """The broker's queues: doorbells only, they carry no content."""

    INBOUND = "inbound"
    DOCUMENTS = "documents"
    NOTIFY = "notify"
    CRM = "crm"


class ScanState(StrEnum):
    """What the virus scanner said of a file; nothing where none is configured."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"  # it could not be asked, or would not look


class PersonalData(StrEnum):
    """What in a text tells who somebody is, how to reach or charge them, or opens a case of theirs."""

    SECURITY_NUMBER = "security_number"
    IDENTITY_NUMBER = "identity_number"
    TAX_NUMBER = "tax_number"
    PASSPORT = "passport"
    IBAN = "iban"
    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    PLATE = "plate"
