"""What a case is, where it stands, and what may happen to it."""

from enum import StrEnum


class CaseKind(StrEnum):
    """What a citizen wants of the desk."""

    COMPLAINT = "complaint"
    REQUEST = "request"
    SUGGESTION = "suggestion"
    INFORMATION = "information"
    THANKS = "thanks"
    DANGER = "danger"  # to life, now


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
    UNIT_DOWNLOADED = "unit_downloaded"  # a file that was too large for its mail, once a file
    STILL_IN_WORK = "still_in_work"  # after 48 hours, and whether its citizen could be told
    REMINDED = "reminded"  # which unit, of which stage of its time
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    LETTER_POSTED = "letter_posted"
    RATED = "rated"  # by its citizen, how it was closed


class Priority(StrEnum):
    """How urgent a case is. `life_safety` knows no quiet hours and goes to the top of every list."""

    LIFE_SAFETY = "life_safety"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Confidentiality(StrEnum):
    """What the responsible unit may see of the citizen and of the text."""

    PUBLIC = "public"
    IDENTITY_HIDDEN = "identity_hidden"
    RESTRICTED = "restricted"


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


class Stage(StrEnum):
    """How far the time of a case has run; each is told to units once for one due time."""

    THREE_QUARTERS = "three_quarters"
    LAST_DAY = "last_day"
    UNACCEPTED = "unaccepted"  # the unit has not said in time that the case is theirs; once a move
    OVERDUE = "overdue"
    ESCALATED = "escalated"  # to units above the one it is with


class PauseCause(StrEnum):
    """For what of the citizen's a case waits."""

    FEE = "fee"  # law 4982, art. 10 and 11: the cost of access was told
    QUESTION = "question"


class Hindrance(StrEnum):
    """Why a citizen cannot object to how a case was closed."""

    UNANSWERED = "unanswered"  # it is not closed yet
    OBJECTED = "objected"  # once is all there is
    LATE = "late"
