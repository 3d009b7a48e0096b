"""What became of our messages: the `statuses` of a webhook. Their order means nothing (W6): the pipeline's
states only move forwards."""

from connectors.base import HealthEvent
from connectors.json_values import epoch_time
from connectors.whatsapp.address import whatsapp_urn
from connectors.whatsapp.cloud_errors import meant_by
from connectors.whatsapp.envelope import Piece
from connectors.whatsapp.reading import objects_in, text_in
from domain.errors import (
    NotConfiguredError,
    RecipientRejectedError,
    ThrottledError,
    UnreadableMessageError,
    WindowClosedError,
)
from domain.messages import DeliveryReport
from domain.text import storable
from domain.vocabulary import DeliveryState, Direction, HealthState

_FAILED = DeliveryState.FAILED
_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "played": DeliveryState.DELIVERED,
    "failed": _FAILED,
}
_HEALTH = {NotConfiguredError: HealthState.DOWN, ThrottledError: HealthState.DEGRADED}
WINDOW_CLOSED = "window_closed"


def read_status(piece: Piece) -> DeliveryReport | None:
    """The delivery report, or None for a state on the way and for what was said in a group.

    `reason` is Meta's code, with `window_closed` behind it when only a template may leave (W7). Raises
    UnreadableMessageError.
    """
    item = piece.item
    if not isinstance(item, dict) or not text_in(item, "id"):
        raise UnreadableMessageError("The status names no message")
    state = _STATES.get(text_in(item, "status"))
    if state is None or item.get("recipient_type") == "group":
        return None
    error = meant_by(_code(piece)) if state is _FAILED else None
    return DeliveryReport(
        state=state,
        gateway_id=storable(text_in(item, "id")),
        our_id=storable(text_in(item, "biz_opaque_callback_data")) or None,
        recipient=whatsapp_urn(text_in(item, "recipient_id") or text_in(item, "recipient_user_id")),
        reason=_reason(piece, closed=isinstance(error, WindowClosedError)) if state is _FAILED else None,
        permanent=isinstance(error, RecipientRejectedError),
        stopped=isinstance(error, RecipientRejectedError) and error.stopped,
        window_closed=isinstance(error, WindowClosedError),
        at=epoch_time(item.get("timestamp")),
        raw=piece.raw,
    )


def status_health(piece: Piece) -> HealthEvent | None:
    """What a failure says of our own account: a locked account, a missing payment, a reached limit."""
    if not isinstance(piece.item, dict) or piece.item.get("status") != "failed":
        return None
    error = meant_by(_code(piece))
    state = _HEALTH.get(type(error))
    if error is None or state is None:
        return None
    at = epoch_time(piece.item.get("timestamp"))
    return HealthEvent(direction=Direction.OUTBOUND, state=state, subject="sending", cause=str(error), at=at)


def _reason(piece: Piece, *, closed: bool) -> str | None:
    code = _code(piece)
    return " ".join([str(code)] * bool(code) + [WINDOW_CLOSED] * closed) or None


def _code(piece: Piece) -> int:
    errors = objects_in(piece.item, "errors")
    code = errors[0].get("code") if errors else None
    return code if isinstance(code, int) and not isinstance(code, bool) else 0
