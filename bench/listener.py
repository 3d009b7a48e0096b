"""A dramatiq worker that hears bells and does nothing: what is left is the cost of ringing."""

import dramatiq

from config.settings import get_settings
from domain.vocabulary import Queue
from pipeline.broker import make_broker

dramatiq.set_broker(make_broker(get_settings().redis))


@dramatiq.actor(queue_name=Queue.INBOUND)
def process() -> None:
    """Hear a bell."""
