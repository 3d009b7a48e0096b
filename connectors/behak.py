"""The BEHAK channel: batches that are exported from the institution's screen, answered by a file."""

from connectors.feeds.connector import feed_spec
from connectors.feeds.settings import FeedSettings
from domain.vocabulary import Channel


class BehakSettings(FeedSettings):
    """A feed whose mapping is the one that ships for BEHAK, as far as nothing else is given."""

    channel = Channel.BEHAK


BEHAK = feed_spec(BehakSettings)
