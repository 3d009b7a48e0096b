"""The web chat channel, the desk's own live page: a finished chat becomes one message.

Pure. The conversation itself is `pipeline.chats`, which keeps it line by line and hands it over when it ends.
"""

from collections.abc import Sequence

from connectors.base import ConnectorContext, ConnectorSpec
from connectors.webchat import transcript
from connectors.webchat.settings import WebchatSettings
from domain.messages import InboundMessage
from domain.vocabulary import Channel


class WebchatParser:
    """Reads the originals of the web chat."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The one message of a transcript. Raises UnreadableMessageError."""
        return transcript.parse(raw)


class Webchat(WebchatParser):
    """The channel's account: the desk itself hands over, so there is nothing to ask or to be called."""

    def __init__(self, context: ConnectorContext) -> None:
        self.account_id = context.account_id


WEBCHAT = ConnectorSpec(
    channel=Channel.WEBCHAT, settings=WebchatSettings, build=Webchat, parser=WebchatParser
)
