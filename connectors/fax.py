"""The fax channel: received faxes in a drop folder; by mail they come through an e-mail account's rule."""

from functools import partial

from connectors.base import ConnectorSpec
from connectors.scans.connector import ScanConnector, ScanParser
from connectors.scans.settings import FaxSettings
from domain.vocabulary import Channel

FAX = ConnectorSpec(
    channel=Channel.FAX,
    settings=FaxSettings,
    build=partial(ScanConnector, channel=Channel.FAX),
    parser=partial(ScanParser, Channel.FAX),
    polls=lambda settings: True,
    wait_seconds=10.0,
    # A file of separator sheets takes up to two minutes to be split, and a batch holds several.
    deadline_seconds=3600.0,
)
