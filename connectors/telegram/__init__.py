"""The Telegram channel."""

from connectors.base import ConnectorSpec
from connectors.telegram.connector import LONGEST_POLL, TelegramConnector
from connectors.telegram.parsing import TelegramParser
from connectors.telegram.settings import TelegramSettings
from domain.vocabulary import Channel

__all__ = ["TELEGRAM", "TelegramConnector"]
TELEGRAM = ConnectorSpec(
    channel=Channel.TELEGRAM,
    settings=TelegramSettings,
    build=TelegramConnector,
    parser=TelegramParser,
    polls=lambda settings: True,  # a bot with a webhook is looked after
    wait_seconds=float(LONGEST_POLL),
)
