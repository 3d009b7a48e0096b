"""What dramatiq's workers run: one actor a step, each claims rows and returns.

Started as `dramatiq pipeline.actors --queues ...`. An actor that fails is not tried again by the broker: the
rows are as they were, and the clock rings again.
"""

from collections.abc import Callable

import dramatiq

from domain.errors import ConnectionFailedError
from domain.vocabulary import Queue
from pipeline.broker import make_broker
from pipeline.desk import get_desk
from pipeline.log import get_logger
from pipeline.notify import notify_batch
from pipeline.process import process_waiting
from pipeline.read import read_batch

desk = get_desk()
dramatiq.set_broker(make_broker(desk.settings.redis))
_log = get_logger(__name__)


@dramatiq.actor(queue_name=Queue.INBOUND)
def process() -> None:
    """Handle waiting messages."""
    _quietly(lambda: process_waiting(desk))


@dramatiq.actor(queue_name=Queue.DOCUMENTS)
def read() -> None:
    """Fetch what messages only name."""
    _quietly(lambda: read_batch(desk))


@dramatiq.actor(queue_name=Queue.NOTIFY)
def notify() -> None:
    """Send due notices."""
    _quietly(lambda: notify_batch(desk))


def _quietly(work: Callable[[], int]) -> None:
    try:
        work()
    except ConnectionFailedError as error:
        _log.warning("database_out_of_reach", error=str(error))
