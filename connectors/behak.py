"""The BEHAK channel: batches that are exported from the institution's screen, answered by a file."""

from pydantic import Field, field_validator

from connectors.feeds.connector import feed_spec
from connectors.feeds.mapping import FeedMapping, complete
from connectors.feeds.settings import FeedSettings
from domain.vocabulary import Channel


class BehakSettings(FeedSettings):
    """A feed whose mapping is the one that ships for BEHAK, as far as nothing else is given."""

    mapping: FeedMapping = Field(
        default_factory=lambda: FeedMapping.model_validate(complete({}, Channel.BEHAK)),
        description="columns and words, as TOML over the shipped default: @FILE",
    )

    @field_validator("mapping", mode="before")
    @classmethod
    def _over_default(cls, value: object) -> object:
        return complete(value, Channel.BEHAK)


BEHAK = feed_spec(Channel.BEHAK, BehakSettings)
