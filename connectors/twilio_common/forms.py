"""The forms Twilio posts, read without trust, and what a status callback says."""

from collections.abc import Callable
from urllib.parse import parse_qsl

from domain.messages import DeliveryReport
from domain.urn import Urn
from domain.vocabulary import DeliveryState

_INBOUND_STATES = ("received", "receiving")
_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
STOPPED_CODE = 21610
WINDOW_CODE = 63016
_NO_RECIPIENT = {21211, STOPPED_CODE, 21612, 21614, 21635, 30005, 30006, 63003, 63024}
"""Failures that lie in the number itself; others (a filter, a switched-off phone) say nothing against it."""


class Form(dict[str, list[str]]):
    """A form as Twilio's validator reads it: repeated fields kept, blank ones too."""

    def getlist(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return self.get(name, [])

    def first(self, name: str) -> str:
        """The first value of a field, empty when there is none."""
        return self.get(name, [""])[0]


def read_form(body: bytes) -> Form:
    """The fields of a form body; never raises, whatever the bytes."""
    form = Form()
    for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        form.setdefault(name, []).append(value)
    return form


def is_report(form: Form) -> bool:
    """Whether the form is a status callback, not a message of a citizen's."""
    status = form.first("MessageStatus")
    return bool(status) and status not in _INBOUND_STATES


def form_sid(form: Form) -> str:
    """Twilio's id of the message a form is about; the two older names are still sent beside the new one."""
    return form.first("MessageSid") or form.first("SmsMessageSid") or form.first("SmsSid")


def form_report(
    form: Form, our_id: str | None, raw: bytes, *, address: Callable[[str], Urn | None]
) -> DeliveryReport | None:
    """The delivery report in a status callback, or None for a state on the way (queued, sending).

    `address` reads the channel's addresses. `reason` is Twilio's error code, with `window_closed` behind it
    when free words may no longer go to this person (W7).
    """
    state = _STATES.get(form.first("MessageStatus").lower())
    if state is None:
        return None
    code = number(form.first("ErrorCode"))
    words = [str(code)] * bool(code) + ["window_closed"] * (code == WINDOW_CODE)
    return DeliveryReport(
        state=state,
        gateway_id=form_sid(form) or None,
        our_id=our_id,
        recipient=address(form.first("To")),
        reason=" ".join(words) or None,
        permanent=state is DeliveryState.FAILED and code in _NO_RECIPIENT,
        stopped=code == STOPPED_CODE,
        window_closed=code == WINDOW_CODE,
        raw=raw,
    )


def number(value: str) -> int:
    """A small number in a field, 0 for what is none."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0
