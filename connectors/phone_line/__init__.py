"""The telephone status line: a caller keys in an application number and hears how the case stands."""

from connectors.base import ConnectorSpec
from connectors.phone_line.connector import NoMessages, PhoneLine
from connectors.phone_line.settings import PhoneLineSettings
from domain.vocabulary import Channel

PHONE_LINE = ConnectorSpec(
    channel=Channel.PHONE_LINE, settings=PhoneLineSettings, build=PhoneLine, parser=NoMessages
)
