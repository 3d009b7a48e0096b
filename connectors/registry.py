"""The one table of channels. A new channel is its module and a line here (and one in `Channel`)."""

from connectors.base import ConnectorSpec
from connectors.bip import BIP
from connectors.email import EMAIL
from connectors.http_channel import HTTP
from connectors.sms import SMS
from connectors.telegram import TELEGRAM
from connectors.webform import WEBFORM
from connectors.whatsapp import WHATSAPP
from domain.vocabulary import Channel

CONNECTORS: dict[Channel, ConnectorSpec] = {
    spec.channel: spec for spec in (EMAIL, SMS, WEBFORM, HTTP, TELEGRAM, WHATSAPP, BIP)
}
