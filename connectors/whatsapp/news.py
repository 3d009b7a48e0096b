"""What Meta tells of templates, numbers and accounts (W11): health events, without a word of a citizen's.

Source: Meta's "WhatsApp Business Account webhook reference", one page a field. Fields that are not in the
table are no messages to the desk and say nothing of an account's health.
"""

from collections.abc import Callable, Iterator

from connectors.base import AddressChange, HealthEvent
from connectors.json_values import epoch_time, object_in
from connectors.whatsapp.address import whatsapp_urn
from connectors.whatsapp.cloud_errors import meant_by
from connectors.whatsapp.envelope import Piece
from connectors.whatsapp.reading import Json, objects_in, text_in
from domain.errors import UnreadableMessageError
from domain.text import storable
from domain.vocabulary import Direction, HealthState

_OK, _DEGRADED, _DOWN = HealthState.OK, HealthState.DEGRADED, HealthState.DOWN
_LONGEST = 200
_TEMPLATES = {
    **dict.fromkeys(("APPROVED", "REINSTATED", "UNARCHIVED"), _OK),
    **dict.fromkeys(("REJECTED", "PAUSED", "DISABLED", "FLAGGED", "LOCKED"), _DEGRADED),
    **dict.fromkeys(("ARCHIVED", "DELETED", "PENDING_DELETION"), _DEGRADED),
}
_QUALITIES = {"GREEN": _OK, "YELLOW": _DEGRADED, "RED": _DEGRADED}
_NUMBERS = {"FLAGGED": _DEGRADED, "DOWNGRADE": _DEGRADED} | dict.fromkeys(
    ("UNFLAGGED", "UPGRADE", "ONBOARDING", "THROUGHPUT_UPGRADE"), _OK
)
_DECISIONS = {"APPROVED": _OK, "REJECTED": _DEGRADED, "DEFERRED": _DEGRADED}
_BANS = {"SCHEDULE_FOR_DISABLE": _DEGRADED, "DISABLE": _DOWN, "REINSTATE": _OK}
_ACCOUNTS = {
    "ACCOUNT_VIOLATION": _DEGRADED,
    "ACCOUNT_RESTRICTION": _DEGRADED,
    "PARTNER_REMOVED": _DEGRADED,
    "ACCOUNT_OFFBOARDED": _DOWN,
    "ACCOUNT_DELETED": _DOWN,
    "ACCOUNT_RECONNECTED": _OK,
    "VERIFIED_ACCOUNT": _OK,
}
_ALERTS = {"ACTIVE": _DEGRADED, "NONE": _OK}

_Found = tuple[HealthState | None, str, list[str]]
"""A state (None says nothing), what it is of, and the provider's words for it."""


def read_news(piece: Piece) -> list[HealthEvent | AddressChange]:
    """The events in a change; none for one that says nothing to us. Raises UnreadableMessageError."""
    value = piece.item
    if not isinstance(value, dict):
        raise UnreadableMessageError("The news are no object")
    if piece.news == "user_id_update":
        return list(_new_ids(value))
    read = _READERS.get(piece.news)
    state, subject, words = read(value) if read else (None, "", [])
    if state is None:
        return []
    cause = " ".join(filter(None, [piece.news, *words]))
    directions = (Direction.INBOUND, Direction.OUTBOUND) if state is _DOWN else (Direction.OUTBOUND,)
    return [
        HealthEvent(
            direction=direction,
            state=state,
            subject=storable(subject)[:_LONGEST],
            cause=storable(cause)[:_LONGEST],
            at=epoch_time(piece.time),
        )
        for direction in directions
    ]


def _template(value: Json) -> str:
    name, language = (text_in(value, f"message_template_{part}") for part in ("name", "language"))
    return f"template {name}/{language}"


def _template_status(value: Json) -> _Found:
    event, reason = text_in(value, "event"), text_in(value, "reason")
    return _TEMPLATES.get(event), _template(value), [event, reason if reason != "NONE" else ""]


def _template_quality(value: Json) -> _Found:
    score = text_in(value, "new_quality_score")
    return _QUALITIES.get(score), f"quality of {_template(value)}", [score]


def _template_category(value: Json) -> _Found:
    category = text_in(value, "new_category")
    state = _DEGRADED if category == "MARKETING" else _OK  # marketing is held back and can be stopped
    return state if category else None, f"category of {_template(value)}", [category]


def _number(value: Json) -> str:
    return f"number {text_in(value, 'display_phone_number')}"


def _number_quality(value: Json) -> _Found:
    event = text_in(value, "event")
    return _NUMBERS.get(event), _number(value), [event, text_in(value, "current_limit")]


def _number_name(value: Json) -> _Found:
    decision, reason = text_in(value, "decision"), text_in(value, "rejection_reason")
    return _DECISIONS.get(decision), f"name of {_number(value)}", [decision, reason]


def _account(value: Json) -> _Found:
    event = text_in(value, "event")
    ban = text_in(object_in(value, "ban_info"), "waba_ban_state")
    violation = text_in(object_in(value, "violation_info"), "violation_type")
    limits = [text_in(each, "restriction_type") for each in objects_in(value, "restriction_info")]
    return _BANS.get(ban) or _ACCOUNTS.get(event), "account", [event, ban, violation, *limits]


def _review(value: Json) -> _Found:
    decision = text_in(value, "decision")
    return _DECISIONS.get(decision), "review of the account", [decision]


def _alert(value: Json) -> _Found:
    alert = object_in(value, "alert_info") or value
    sort, status = text_in(alert, "alert_type"), text_in(alert, "alert_status")
    severity = text_in(alert, "alert_severity")
    return _ALERTS.get(status), f"alert {sort}", [severity, status]


def _security(value: Json) -> _Found:
    """Somebody changes the number's PIN: if it is nobody of ours, the number is being taken over."""
    event = text_in(value, "event")
    return _DEGRADED if event else None, f"security of {_number(value)}", [event]


def _error(value: Json) -> _Found:
    code = value.get("code")
    error = meant_by(code) if isinstance(code, int) else None
    return _DEGRADED, "account", [str(error) if error else text_in(value, "code")]


def _new_ids(value: Json) -> Iterator[AddressChange]:
    for update in objects_in(value, "user_id_update"):
        ids = object_in(update, "user_id")
        old, new = whatsapp_urn(text_in(ids, "previous")), whatsapp_urn(text_in(ids, "current"))
        if old and new and old != new:
            yield AddressChange(old=old, new=new, at=epoch_time(update.get("timestamp")))


_READERS: dict[str, Callable[[Json], _Found]] = {
    "message_template_status_update": _template_status,
    "message_template_quality_update": _template_quality,
    "template_category_update": _template_category,
    "phone_number_quality_update": _number_quality,
    "phone_number_name_update": _number_name,
    "account_update": _account,
    "account_review_update": _review,
    "account_alerts": _alert,
    "security": _security,
    "errors": _error,
}
