"""The SMS channel by Twilio: signed webhooks, polling as a safety net, status callbacks, sending."""

from connectors.base import ConnectorContext, OutboundText
from connectors.sms import twilio_items
from connectors.sms.message import sms_urn
from connectors.sms.parsing import SmsParser
from connectors.twilio_common.channel import Dialect, TwilioChannel
from domain.errors import RecipientRejectedError
from domain.vocabulary import Channel

_DIALECT = Dialect(
    channel=Channel.SMS,
    address=sms_urn,
    form_message=twilio_items.form_message,
    resource_message=twilio_items.resource_message,
)


class TwilioSms(TwilioChannel, SmsParser):
    """One Twilio account with one sender."""

    def __init__(self, context: ConnectorContext) -> None:
        super().__init__(context, _DIALECT)

    def send(self, message: OutboundText) -> str:
        """The MessageSid. Raises a DeskError. A call that breaks off may have been taken: at least once."""
        recipient = message.recipient
        if recipient.scheme != "tel" or not recipient.path.startswith("+"):
            raise RecipientRejectedError("An SMS needs an international phone number")
        head = self._head(recipient.path, message.our_id, message.report_url)
        return self._api.create_message(**head, body=message.text)
