"""Understands any stored SMS original by itself: no network, no clock, no database (G3)."""

from collections.abc import Sequence

from connectors.json_items import load_object, split_list
from connectors.sms import netgsm_items, smpp_items, twilio_items, verimor_items
from connectors.twilio_common.forms import is_report, read_form
from domain.messages import InboundMessage


class SmsParser:
    """Reads what any provider hands over: Twilio's form or Message resource, Verimor's list or object,
    NetGSM's inbox or one message of it, SMPP packets."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The messages in one original; none in a delivery report. Raises UnreadableMessageError, nothing
        else, whatever the bytes."""
        if raw.startswith(smpp_items.BEGINNING):
            return [smpp_items.read_originals(raw)]
        if raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
            items = netgsm_items.expanded(split_list(raw))
            return [message for item in items for message in _messages(item)]
        if is_report(read_form(raw)):
            return []
        return [twilio_items.form_message(raw)]


def _messages(item: bytes) -> list[InboundMessage]:
    value, charset = load_object(item)
    if netgsm_items.is_netgsm(value):
        return [netgsm_items.item_message(value, item, charset)]
    if "sid" in value and "direction" in value:
        return [twilio_items.resource_message(value, item)]
    if verimor_items.is_report(value):
        return []
    return [verimor_items.item_message(value, verimor_items.as_list(item), charset)]
