"""The generic channel: any in-house system delivers by one signed HTTP call."""

from connectors.base import ConnectorSpec
from connectors.http_channel.connector import HttpChannel, HttpParser
from connectors.http_channel.settings import HttpSettings
from domain.vocabulary import Channel

HTTP = ConnectorSpec(channel=Channel.HTTP, settings=HttpSettings, build=HttpChannel, parser=HttpParser)
