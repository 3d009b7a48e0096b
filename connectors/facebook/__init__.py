"""The Facebook channel: one page, Messenger by webhook, comments and visitors' posts by polling."""

from connectors.base import ConnectorSpec
from connectors.facebook.connector import FacebookConnector
from connectors.facebook.cursor import token_until
from connectors.facebook.parsing import FacebookParser
from connectors.facebook.settings import FacebookSettings
from domain.vocabulary import Channel

FACEBOOK = ConnectorSpec(
    channel=Channel.FACEBOOK,
    settings=FacebookSettings,
    build=FacebookConnector,
    parser=FacebookParser,
    polls=lambda settings: True,
    wait_seconds=300.0,
    credential_ends=token_until,
)
"""Polled even without its feed: once a day the token is looked at (F5)."""

__all__ = ["FACEBOOK", "FacebookConnector"]
