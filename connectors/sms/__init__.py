"""The SMS channel: one channel, its provider is a parameter of the account."""

from collections.abc import Callable

from connectors.base import ConnectorContext, ConnectorSpec
from connectors.sms.netgsm import NetgsmSms
from connectors.sms.parsing import SmsParser
from connectors.sms.settings import SmsSettings
from connectors.sms.smpp import SmppSms
from connectors.sms.twilio import TwilioSms
from connectors.sms.verimor import VerimorSms
from domain.vocabulary import Channel

_Provider = TwilioSms | VerimorSms | NetgsmSms | SmppSms
_PROVIDERS: dict[str, Callable[[ConnectorContext], _Provider]] = {
    "twilio": TwilioSms,
    "verimor": VerimorSms,
    "netgsm": NetgsmSms,
    "smpp": SmppSms,
}


def build(context: ConnectorContext) -> _Provider:
    """The connector of an SMS account, by its provider."""
    return _PROVIDERS[context.settings.provider](context)


SMS = ConnectorSpec(
    channel=Channel.SMS,
    settings=SmsSettings,
    build=build,
    parser=SmsParser,
    polls=lambda settings: bool(settings.poll),
)
