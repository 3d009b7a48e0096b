"""Step 3: waiting messages become cases, a batch in one transaction.

A batch that breaks is taken apart: each message alone in a transaction of its own, so that one poison message
costs its neighbours nothing. What keeps failing is quarantined, whole and replayable.
"""

from collections.abc import Sequence
from contextlib import suppress

from domain.errors import ConnectionFailedError, DeskError
from domain.vocabulary import MessageState, Queue, Step
from pipeline import metrics
from pipeline.attempts import announce, record_deaths, record_failure, retract
from pipeline.desk import Desk
from pipeline.handling import handle
from pipeline.log import get_logger, speaking_of
from store.records import Announcement, Claimed
from store.unit_of_work import UnitOfWork

BATCHES_A_BELL = 16
"""So many batches at most before the worker looks up: it may have been told to stop."""
_log = get_logger(__name__)


def process_waiting(desk: Desk) -> int:
    """Handle batch after batch until nothing waits or a pause is due; returns how many messages there were.

    Raises ConnectionFailedError as `process_batch` does.
    """
    total = 0
    for _ in range(BATCHES_A_BELL):
        handled = process_batch(desk)
        if not handled:
            return total
        total += handled
    desk.wake(Queue.INBOUND)
    return total


def process_batch(desk: Desk) -> int:
    """Handle one batch of waiting messages; returns how many there were.

    Raises ConnectionFailedError when the database is out of reach: the rows then simply go on waiting.
    """
    with desk.uow() as uow, metrics.BATCH_SECONDS.time():
        claimed = uow.queue.claim(MessageState.READY, desk.settings.batch_size, desk.now())
        if not claimed:
            return 0
        if len(claimed) == desk.settings.batch_size or claimed[0].alone:
            desk.wake(Queue.INBOUND)
        metrics.BATCH_SIZE.observe(len(claimed))
        announcement = announce(desk, [message.id for message in claimed])
        if announcement.deaths:
            record_deaths(desk, uow, announcement)
            uow.commit()
            desk.wake(Queue.INBOUND)
            return len(claimed)
        done = _together(desk, uow, claimed, announcement)
    if not done:  # the locks are free by now
        retract(desk, announcement)
        for message in claimed:
            _alone(desk, message.id)
    return len(claimed)


def _together(desk: Desk, uow: UnitOfWork, claimed: Sequence[Claimed], announcement: Announcement) -> bool:
    try:
        settled = handle(desk, uow, claimed, desk.now())
        uow.queue.retract(announcement.id)
        uow.commit()
    except ConnectionFailedError:
        with suppress(DeskError):
            retract(desk, announcement)  # the worker lives: nothing is known against the messages
        raise
    except Exception:
        _log.exception("batch_broke", step=Step.PROCESS, size=len(claimed))
        return False
    _log_handled(claimed)
    desk.wake(Queue.NOTIFY)
    if settled < len(claimed):
        desk.wake(Queue.INBOUND)
    return True


def _alone(desk: Desk, message_id: int) -> None:
    failure: Exception | None = None
    with desk.uow() as uow:
        claimed = uow.queue.claim_one(message_id, MessageState.READY)
        if claimed is None:
            return
        announcement = announce(desk, [message_id])
        try:
            with speaking_of(claimed):
                handle(desk, uow, [claimed], desk.now())
            uow.queue.retract(announcement.id)
            uow.commit()
        except ConnectionFailedError:
            raise
        except Exception as error:
            failure = error
    if failure:
        retract(desk, announcement)
        record_failure(desk, message_id, Step.PROCESS, failure)
    else:
        _log_handled([claimed])
        desk.wake(Queue.NOTIFY)


def _log_handled(claimed: Sequence[Claimed]) -> None:
    _log.info(
        "handled",
        step=Step.PROCESS,
        size=len(claimed),
        correlation_ids=[each.correlation_id for each in claimed],
    )
