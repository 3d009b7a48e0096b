"""The CİMER channel: batches that are exported from the institution's screen, answered by a file."""

from connectors.feeds.connector import feed_spec
from connectors.feeds.settings import FeedSettings
from domain.vocabulary import Channel


class CimerSettings(FeedSettings):
    """A feed whose mapping is the one that ships for CİMER, as far as nothing else is given."""

    channel = Channel.CIMER


CIMER = feed_spec(CimerSettings)
