"""The WhatsApp channel: one channel, its provider is a parameter of the account."""

from connectors.base import ConnectorContext, ConnectorSpec
from connectors.whatsapp.cloud import CloudWhatsApp
from connectors.whatsapp.parsing import WhatsAppParser
from connectors.whatsapp.settings import WhatsAppSettings
from connectors.whatsapp.twilio import TwilioWhatsApp
from domain.vocabulary import Channel

_PROVIDERS: dict[str, type[CloudWhatsApp] | type[TwilioWhatsApp]] = {
    "cloud": CloudWhatsApp,
    "twilio": TwilioWhatsApp,
}


def build(context: ConnectorContext) -> CloudWhatsApp | TwilioWhatsApp:
    """The connector of a WhatsApp account, by its provider."""
    return _PROVIDERS[context.settings.provider](context)


WHATSAPP = ConnectorSpec(
    channel=Channel.WHATSAPP,
    settings=WhatsAppSettings,
    build=build,
    parser=WhatsAppParser,
    polls=lambda settings: settings.provider == "twilio" and bool(settings.poll),
)
"""The Cloud API has nothing to poll: Meta repeats a call for days (W5)."""
