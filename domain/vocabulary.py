"""The closed vocabularies of the desk. A status, kind or queue is never a bare string elsewhere."""

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


class CaseKind(StrEnum):
    """What a citizen wants of the desk."""

    COMPLAINT = "complaint"
    REQUEST = "request"
    SUGGESTION = "suggestion"
    INFORMATION = "information"
    THANKS = "thanks"
    DANGER = "danger"  # to life, now


class NotACase(StrEnum):
    """What a message is that asks nothing of the desk; it waits where people look it through."""

    SPAM = "spam"
    INSULT = "insult"  # without any matter
    POLITICS = "politics"
    EMPTY = "empty"  # greetings, shares and pictures without a word


class CaseState(StrEnum):
    """The life of a case; `domain.cases.TRANSITIONS` says which steps are allowed."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    REOPENED = "reopened"


class CaseEventKind(StrEnum):
    """What may happen to a case; its history is append-only."""

    OPENED = "opened"
    CLASSIFIED = "classified"
    ASSIGNED = "assigned"
    SENT_TO_REVIEW = "sent_to_review"
    ANSWERED = "answered"  # closed at once: somebody else is responsible, and the citizen is told who
    MESSAGE_ADDED = "message_added"
    MESSAGE_COMPLETED = "message_completed"  # a part that was missing came after all
    DELIVERY_REPEATED = "delivery_repeated"
    FEED_CHANGED = "feed_changed"
    STATE_CHANGED = "state_changed"
    NOTICE_OWED = "notice_owed"
    NOTICE_SENT = "notice_sent"
    NOTICE_FAILED = "notice_failed"
    POSSIBLY_RELATED = "possibly_related"
    SLIP_PRINTED = "slip_printed"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    SAME_INCIDENT = "same_incident"
    PRIORITY_RAISED = "priority_raised"  # many people report the same incident
    TOLD_IN_SUM = "told_in_sum"  # its unit knows the incident, and is told how it grows
    MERGED = "merged"
    UNLINKED = "unlinked"
    MESSAGE_EDITED = "message_edited"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REVIEW_UNDONE = "review_undone"
    UNIT_ACCEPTED = "unit_accepted"  # its actor is the unit, as in the next ones
    UNIT_NOTED = "unit_noted"
    UNIT_RETURNED = "unit_returned"
    UNIT_EXTENDED = "unit_extended"
    STILL_IN_WORK = "still_in_work"  # after 48 hours, and whether its citizen could be told
    REMINDED = "reminded"  # which unit, of which stage of its time
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"


class Stage(StrEnum):
    """How far the time of a case has run; each is told to units once for one due time."""

    THREE_QUARTERS = "three_quarters"
    LAST_DAY = "last_day"
    OVERDUE = "overdue"
    ESCALATED = "escalated"  # to units above the one it is with


class PauseCause(StrEnum):
    """For what of the citizen's a case waits."""

    FEE = "fee"  # law 4982, art. 10 and 11: the cost of access was told
    QUESTION = "question"


class UnitReplyKind(StrEnum):
    """What a unit may say of a case that it has."""

    RESOLVED = "resolved"
    RETURNED = "returned"  # not ours
    EXTENSION = "extension"
    NOTE = "note"
    ACCEPTED = "accepted"


class UnitOutcome(StrEnum):
    """What became of a unit's word; all but the first leave the case as it was."""

    DONE = "done"
    ASKED = "asked"  # it was not plain enough: the unit is asked to confirm
    LATE = "late"  # the case is closed, or with somebody else
    REPEATED = "repeated"
    NO_ROOM = "no_room"  # the law's ceiling leaves no more time
    RESTRICTED = "restricted"  # such cases are not moved by mail


class ReviewOutcome(StrEnum):
    """What a reviewer made of the program's decision about a case."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


class AsideState(StrEnum):
    """What people made of a message that was set aside as no case."""

    WAITING = "waiting"
    KEPT = "kept"
    RELEASED = "released"


class ModelState(StrEnum):
    """Where a trained model stands: one decides, others did or may come to."""

    CANDIDATE = "candidate"
    ACTIVE = "active"
    RETIRED = "retired"


class ActivationCause(StrEnum):
    """Why another model decides from now on."""

    ACTIVATED = "activated"
    FORCED = "forced"  # though it was found worse than the one before
    ROLLED_BACK = "rolled_back"


class ScanState(StrEnum):
    """What the virus scanner said of a file; nothing where none is configured."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"  # it could not be asked, or would not look


class LinkKind(StrEnum):
    """What one case is to another; a link never moves anything from one to the other."""

    DUPLICATE = "duplicate"  # the same citizen's same report
    SAME_INCIDENT = "same_incident"  # other citizens' reports of the same thing
    RELATED = "related"


class LinkState(StrEnum):
    """What people made of a link that the program offered."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class Priority(StrEnum):
    """How urgent a case is. `life_safety` knows no quiet hours and goes to the top of every list."""

    LIFE_SAFETY = "life_safety"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class PlaceKind(StrEnum):
    """What kind of place something lies on. With topic and district it decides between the metropolitan
    municipality (highways by their own body; arteries, squares, big parks, the coast) and the district's
    (streets, neighbourhood parks): law 5216, art. 7."""

    HIGHWAY = "highway"
    ARTERY = "artery"
    STREET = "street"
    SQUARE = "square"
    CITY_PARK = "city_park"
    PARK = "park"
    COAST = "coast"


class Confidentiality(StrEnum):
    """What the responsible unit may see of the citizen and of the text."""

    PUBLIC = "public"
    IDENTITY_HIDDEN = "identity_hidden"
    RESTRICTED = "restricted"


class PersonalData(StrEnum):
    """What in a text tells who somebody is, or how to reach or charge them."""

    IDENTITY_NUMBER = "identity_number"
    TAX_NUMBER = "tax_number"
    PASSPORT = "passport"
    IBAN = "iban"
    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    PLATE = "plate"


class Medium(StrEnum):
    """By what a notification leaves."""

    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"  # the private conversation a citizen wrote in, whatever the service
    LETTER = "letter"  # a PDF in the print folder
    PUBLIC = "public"  # where others read along: an invitation to write in private, and nothing else (X5)


class NotificationState(StrEnum):
    """Where a notification stands. Delivery reports only ever move it forwards (see `domain.notices`)."""

    OWED = "owed"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Template(StrEnum):
    """The notices of the desk; each has its texts per medium under `notifier/templates/`."""

    RECEIVED = "received"
    MESSAGE_ADDED = "message_added"
    ROUTED_TO_UNIT = "routed_to_unit"
    UNIT_ALERT = "unit_alert"
    TOO_LARGE = "too_large"
    OPTED_OUT = "opted_out"
    CHANNEL_HEALTH = "channel_health"
    UNIT_UNREACHABLE = "unit_unreachable"
    FILE_WITHHELD = "file_withheld"
    VERIFICATION_CODE = "verification_code"
    PUBLIC_INVITATION = "public_invitation"
    TRAINING_ADVISED = "training_advised"
    MODEL_DRIFTS = "model_drifts"
    MODEL_DAMAGED = "model_damaged"
    OUTCOME = "outcome"
    INCIDENT_GROWN = "incident_grown"
    FORWARDED = "forwarded"
    OUT_OF_SCOPE = "out_of_scope"
    RULE_FAULT = "rule_fault"
    REVIEW_WAITING = "review_waiting"
    MONTHLY_REPORT = "monthly_report"
    STILL_IN_WORK = "still_in_work"
    UNIT_DEADLINES = "unit_deadlines"
    TIME_EXTENDED = "time_extended"
    WAITS_TOO_LONG = "waits_too_long"
    CREDENTIAL_ENDS = "credential_ends"
    UNIT_REPLY = "unit_reply"


class Telling(StrEnum):
    """What somebody who asks for a case by its number alone may be told."""

    STANDING = "standing"
    RESTRICTED = "restricted"
    UNKNOWN = "unknown"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


class DeliveryState(StrEnum):
    """What a gateway says became of something we sent."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class Direction(StrEnum):
    """The two ways of a channel account; health is kept for each."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class HealthState(StrEnum):
    """How a channel account is doing."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class Role(StrEnum):
    """Who may act in the console."""

    OPERATOR = "operator"
    AGENT = "agent"
    UNIT_STAFF = "unit_staff"
    MANAGER = "manager"


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
