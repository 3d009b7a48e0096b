"""What leaves, by what, and how the channels are doing."""

from enum import StrEnum


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


class NoticeStanding(StrEnum):
    """How a notice stands, as operators are told; finer than its state."""

    WAITING = "waiting_to_leave"
    QUIET = "held_by_quiet_hours"
    PACED = "held_by_pace"
    NEXT_DAY = "held_for_next_day"
    TRIED_AGAIN = "tried_again_later"
    LEAVING = "leaving_now"
    LEFT = "left"
    ARRIVED = "arrived"
    PRINTED = "in_print_folder"
    POSTED = "posted"
    REPLACED = "took_another_way"
    LOST = "reached_nobody"
    WITHHELD = "not_sent"


class NoticeTrouble(StrEnum):
    """Why a notice did not leave, or did not arrive."""

    CLOSED = "address_closed"
    DECLINED = "declined_by_citizen"
    LOOP = "mail_loop"
    OVER = "over_by_then"
    RETURNED = "post_returned"
    REFUSED = "address_refused"
    WINDOW = "chat_over"
    SLOW = "asked_to_wait"
    UNREACHABLE = "gateway_unreachable"
    SETUP = "setup_at_fault"
    SAID = "said_by_gateway"


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
    UNIT_DIGEST = "unit_digest"  # all new cases of a unit that wishes them in one mail
    CITIZEN_ADDED = "citizen_added"
    UNIT_REPLY = "unit_reply"
    CRM_TROUBLE = "crm_trouble"
    DIGEST = "digest"  # in no row: the frame of a message that holds several notices
    OBJECTED = "objected"
    LOST_NUMBERS = "lost_numbers"


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
