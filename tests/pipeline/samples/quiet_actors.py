"""A module for dramatiq's command line with the desk's broker and nothing to do."""

import dramatiq

from config.settings import get_settings
from pipeline.broker import make_broker

dramatiq.set_broker(make_broker(get_settings().redis))


@dramatiq.actor
def nothing() -> None:
    """Do nothing."""
