"""The mobile app and Open311: what our own two interfaces take in becomes an original and a message."""

from connectors.base import ConnectorSpec
from connectors.mobile.connector import Mobile, MobileParser
from connectors.mobile.settings import MobileSettings
from domain.vocabulary import Channel

MOBILE = ConnectorSpec(channel=Channel.MOBILE, settings=MobileSettings, build=Mobile, parser=MobileParser)
