"""The post channel: letters on paper, scanned into a drop folder."""

from functools import partial

from connectors.base import ConnectorSpec
from connectors.scans.connector import ScanConnector, ScanParser
from connectors.scans.settings import ScanSettings
from domain.vocabulary import Channel

POST = ConnectorSpec(
    channel=Channel.POST,
    settings=ScanSettings,
    build=partial(ScanConnector, channel=Channel.POST),
    parser=partial(ScanParser, Channel.POST),
    polls=lambda settings: True,
    wait_seconds=10.0,
    # A file of separator sheets takes up to two minutes to be split, and a batch holds several.
    deadline_seconds=3600.0,
)
