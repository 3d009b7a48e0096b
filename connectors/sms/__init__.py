"""The SMS channel: one channel, its provider is a parameter of the account."""

from connectors.base import ConnectorContext, ConnectorSpec
from connectors.sms.parsing import SmsParser
from connectors.sms.settings import SmsSettings
from connectors.sms.twilio import TwilioSms
from connectors.sms.verimor import VerimorSms
from domain.vocabulary import Channel

_PROVIDERS: dict[str, type[TwilioSms] | type[VerimorSms]] = {"twilio": TwilioSms, "verimor": VerimorSms}


def build(context: ConnectorContext) -> TwilioSms | VerimorSms:
    """The connector of an SMS account, by its provider."""
    return _PROVIDERS[context.settings.provider](context)


SMS = ConnectorSpec(
    channel=Channel.SMS,
    settings=SmsSettings,
    build=build,
    parser=SmsParser,
    polls=lambda settings: bool(settings.poll),
)
