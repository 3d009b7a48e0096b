"""What a page is told that is no message to the desk: named, never a case (F2)."""

from enum import StrEnum


class Event(StrEnum):
    """Why an item is no message."""

    OWN = "own"  # posted or commented by the page itself
    ECHO = "echo"  # sent by the page, by us or from its inbox
    DELIVERY = "delivery"  # names no message; those that do are delivery reports
    READ = "read"  # everything up to a moment, no single message
    POSTBACK = "postback"
    REFERRAL = "referral"
    REACTION = "reaction"
    STORY_MENTION = "story_mention"
    UNSEND = "unsend"  # what was stored stays: it is evidence
    OPTIN = "optin"
    HANDOVER = "handover"
    POLICY = "policy"
    REMOVED = "removed"  # a comment or post that was deleted or hidden
    EMPTY = "empty"  # a post or comment without words, files and place
    OTHER = "other"


KEYS: dict[str, Event] = {
    "delivery": Event.DELIVERY,
    "read": Event.READ,
    "postback": Event.POSTBACK,
    "referral": Event.REFERRAL,
    "reaction": Event.REACTION,
    "optin": Event.OPTIN,
    "pass_thread_control": Event.HANDOVER,
    "take_thread_control": Event.HANDOVER,
    "request_thread_control": Event.HANDOVER,
    "app_roles": Event.HANDOVER,
    "policy_enforcement": Event.POLICY,
    "account_linking": Event.OTHER,
    "response_feedback": Event.OTHER,
    "payment": Event.OTHER,
    "game_play": Event.OTHER,
    "order": Event.OTHER,
    "message_read": Event.READ,
}
"""By the member that makes an item of `messaging` one ("Messenger Platform webhook events")."""
