"""Rings again for what has waited too long, and takes back what dead workers left. Several clocks may run."""

from datetime import timedelta
from threading import Event

from domain.errors import DeskError
from domain.vocabulary import MessageState, Queue
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.process import count_abandoned
from pipeline.spool import drain_spool

TICK_SECONDS = 1.0
ABANDONED_AFTER = timedelta(seconds=15)
NOTICE_ABANDONED_AFTER = timedelta(minutes=3)
"""Longer than the deadlines of one batch of notices together: a notice in living hands is never taken."""
PARKED_FOR = timedelta(hours=24)
_log = get_logger(__name__)


def run(desk: Desk, stop: Event) -> None:
    """Tick until told to stop."""
    while not stop.is_set():
        try:
            tick(desk)
        except DeskError as error:
            _log.warning("clock_tick_failed", error=str(error))
        stop.wait(TICK_SECONDS)


def tick(desk: Desk) -> None:
    """One round of every sweep; each is claimed by conditional update. Raises a DeskError."""
    take_back_abandoned(desk)
    drain_spool(desk)
    ring_again(desk)


def take_back_abandoned(desk: Desk) -> None:
    """Count an attempt for messages whose worker died, and owe notices again that were in its hands."""
    now = desk.now()
    with desk.uow() as uow:
        abandoned = uow.queue.abandoned(now, ABANDONED_AFTER)
        uow.notifications.release_abandoned(now, NOTICE_ABANDONED_AFTER)
        uow.reports.forget_parked(now, PARKED_FOR)
        uow.commit()
    count_abandoned(desk, abandoned)


def ring_again(desk: Desk) -> None:
    """Ring wherever a row is due: its bell may have been lost with the broker, or it waited for its time."""
    now = desk.now()
    with desk.uow() as uow:
        due = {
            Queue.INBOUND: uow.queue.has_due(MessageState.READY, now),
            Queue.DOCUMENTS: uow.queue.has_due(MessageState.RECEIVED, now),
            Queue.NOTIFY: uow.notifications.has_due(now),
        }
    for queue, is_due in due.items():
        if is_due:
            desk.wake(queue)
