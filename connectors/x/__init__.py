"""The X channel."""

from connectors.base import ConnectorSpec
from connectors.x.connector import XConnector
from connectors.x.parsing import XParser
from connectors.x.settings import XSettings
from domain.vocabulary import Channel

__all__ = ["X", "XConnector"]
X = ConnectorSpec(
    channel=Channel.X,
    settings=XSettings,
    build=XConnector,
    parser=XParser,
    polls=lambda settings: bool(settings.polls),
    deadline_seconds=300.0,
)
