"""WhatsApp by Twilio: signed webhooks, polling as a safety net, status callbacks, texts and templates."""

import json
from collections.abc import Sequence

from connectors.base import ApprovedText, ConnectorContext, OutboundText
from connectors.twilio_common.channel import Dialect, TwilioChannel
from connectors.whatsapp import twilio_items
from connectors.whatsapp.address import is_number, is_user_id, whatsapp_urn
from connectors.whatsapp.parsing import WhatsAppParser
from connectors.whatsapp.settings import WhatsAppSettings
from connectors.whatsapp.templates import one_line
from domain.errors import NotConfiguredError, RecipientRejectedError
from domain.urn import Urn
from domain.vocabulary import Channel

_CARRIER = "whatsapp"
_DIALECT = Dialect(
    channel=Channel.WHATSAPP,
    carrier=_CARRIER,
    address=whatsapp_urn,
    form_message=twilio_items.form_message,
    resource_message=twilio_items.resource_message,
    passed_over=twilio_items.is_reaction,
)


class TwilioWhatsApp(TwilioChannel, WhatsAppParser):
    """One Twilio account with one WhatsApp sender."""

    def __init__(self, context: ConnectorContext) -> None:
        super().__init__(context, _DIALECT)
        self._settings: WhatsAppSettings = context.settings

    def send(self, message: OutboundText) -> str:
        """The MessageSid. Raises a DeskError, WindowClosedError when only a template may leave (W7): Twilio
        mostly tells so in a report afterwards. At least once: a call that breaks off may have been taken."""
        fields = self._head(_to(message.recipient), message.our_id, message.report_url)
        return self._api.create_message(**fields, body=message.text)

    def approved(self, notice: str) -> ApprovedText | None:
        """The approved text that the settings name for a notice of ours."""
        return self._settings.approved(notice)

    def send_template(
        self, recipient: Urn, name: str, language: str, parameters: Sequence[str], our_id: str
    ) -> str:
        """The MessageSid of a content template's message, found by `content_sids`. Raises a DeskError."""
        sid = self._settings.content_sid(name, language)
        if sid is None:
            raise NotConfiguredError(f"content_sids names no ContentSid for the template {name}:{language}")
        fields = self._head(_to(recipient), our_id, "") | {"content_sid": sid}
        if parameters:
            places = {str(place): one_line(text) for place, text in enumerate(parameters, 1)}
            fields["content_variables"] = json.dumps(places, ensure_ascii=False)
        return self._api.create_message(**fields)


def _to(recipient: Urn) -> str:
    if is_number(recipient):
        return f"{_CARRIER}:+{recipient.path}"
    if is_user_id(recipient):
        return f"{_CARRIER}:{recipient.path}"
    raise RecipientRejectedError("A WhatsApp message needs a number or a user id of WhatsApp's")
