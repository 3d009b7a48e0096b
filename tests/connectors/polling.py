"""Reading all there is, as the pipeline does, and what was read."""

from collections.abc import Sequence

from connectors.base import PollConnector
from domain.messages import Accepted, InboundMessage


def messages(items: Sequence[Accepted]) -> list[InboundMessage]:
    """The items, every one of which must be a message."""
    assert not [item for item in items if not isinstance(item, InboundMessage)]
    return [item for item in items if isinstance(item, InboundMessage)]


def texts(items: Sequence[Accepted]) -> list[str]:
    """The texts of the items, every one of which must be a message."""
    return [message.text for message in messages(items)]


def sweep(connector: PollConnector, cursor: str = "") -> tuple[list[Accepted], str]:
    """Polls until there is no more; the items in the order they came, and the last cursor."""
    found: list[Accepted] = []
    while True:
        batch = connector.poll(cursor)
        assert batch.trouble is None
        found += batch.items
        cursor = batch.cursor
        if not batch.more:
            return found, cursor


def drain(connector: PollConnector, cursor: str = "") -> tuple[list[str], str]:
    """The same with the texts of the items, every one of which must be a message."""
    found, cursor = sweep(connector, cursor)
    return texts(found), cursor
