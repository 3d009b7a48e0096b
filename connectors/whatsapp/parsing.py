"""Understands any stored WhatsApp original by itself: no network, no clock, no database (G3)."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from connectors.twilio_common.forms import is_report, read_form
from connectors.whatsapp import twilio_items
from connectors.whatsapp.envelope import PieceKind, pieces
from connectors.whatsapp.messages import read_message
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage


class WhatsAppParser:
    """Reads what either provider hands over: Meta's webhook body, Twilio's form or Message resource."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The messages in one original; none in reports and news. Raises UnreadableMessageError, nothing
        else, whatever the bytes."""
        if not raw.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
            return _of_form(raw)
        resource = _resource(raw)
        if resource is not None:
            return [twilio_items.resource_message(resource, raw)]
        return list(_of_body(raw))


def _of_body(raw: bytes) -> Iterator[InboundMessage]:
    for piece in pieces(raw):
        if piece.kind is PieceKind.BROKEN:
            raise UnreadableMessageError("A part of the notification is not what it should be")
        found = read_message(piece) if piece.kind is PieceKind.MESSAGE else None
        if isinstance(found, InboundMessage):
            yield found


def _of_form(raw: bytes) -> list[InboundMessage]:
    form = read_form(raw)
    if is_report(form) or twilio_items.is_reaction(form):
        return []
    return [twilio_items.form_message(raw)]


def _resource(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise UnreadableMessageError("The original is no JSON") from error
    is_resource = isinstance(value, dict) and "sid" in value and "direction" in value
    return value if is_resource else None
