"""What dramatiq's workers run: one actor a step, each claims rows and returns.

Started as `dramatiq pipeline.actors --queues ...`. An actor that fails is not tried again by the broker: the
rows are as they were, and the clock rings again.
"""

from collections.abc import Callable
from threading import BoundedSemaphore

import dramatiq

from domain.errors import ConnectionFailedError
from domain.vocabulary import Queue
from pipeline.broker import make_broker
from pipeline.crm.delivery import serve_next
from pipeline.desk import get_desk
from pipeline.log import get_logger
from pipeline.notify import notify_batch
from pipeline.process import process_waiting
from pipeline.read import read_batch

desk = get_desk()
dramatiq.set_broker(make_broker(desk.settings.redis))
CRM_THREADS = 2
_crm_threads = BoundedSemaphore(CRM_THREADS)
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


@dramatiq.actor(queue_name=Queue.CRM)
def deliver() -> None:
    """Serve an outside CRM. Slow ones take some of the threads only: the others are for notices."""
    if _crm_threads.acquire(blocking=False):
        try:
            _quietly(lambda: serve_next(desk))
        finally:
            _crm_threads.release()


def _quietly(work: Callable[[], int]) -> None:
    try:
        work()
    except ConnectionFailedError as error:
        _log.warning("database_out_of_reach", error=str(error))
