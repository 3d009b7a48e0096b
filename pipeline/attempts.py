"""What happens to a message when its step fails, or when its worker dies with it in hand.

A worker says what it takes in hand before it begins, while it holds the rows' locks, and takes that back with
its work's commit. Whoever can lock a row that was announced knows therefore that its worker died. Dying in
company tells nothing against a single message: all come alone from then on. Dying alone is a failed attempt.
"""

import traceback
from collections.abc import Sequence
from datetime import timedelta

from domain.errors import TransientError
from domain.vocabulary import MessageState, Queue, Step
from pipeline import metrics
from pipeline.desk import Desk
from pipeline.log import get_logger, speaking_of
from pipeline.trying_again import again_at
from store.records import Announcement, Claimed
from store.unit_of_work import UnitOfWork

_log = get_logger(__name__)
_WAITS_AS = {Step.PROCESS: MessageState.READY, Step.READ: MessageState.RECEIVED}


class WorkerDiedError(TransientError):
    """A worker process ended before it finished a message."""


def announce(desk: Desk, message_ids: Sequence[int]) -> Announcement:
    """Commit the word that these messages, which the caller has locked, are in hand."""
    with desk.uow() as uow:
        announcement = uow.queue.announce(message_ids, desk.now())
        uow.commit()
    return announcement


def retract(desk: Desk, announcement: Announcement) -> None:
    """Take an announcement back."""
    with desk.uow() as uow:
        uow.queue.retract(announcement.id)
        uow.commit()


def record_failure(desk: Desk, message_id: int, step: Step, error: Exception, *, times: int = 1) -> None:
    """Count a failed attempt: the message waits for its next try, or goes to quarantine after its last.

    `times` is 0 where the attempt was counted when it began.
    """
    with desk.uow() as uow:
        claimed = uow.queue.claim_one(message_id, _WAITS_AS[step])
        if claimed is not None:
            _count(desk, uow, claimed, step, error, times)
            uow.commit()


def record_deaths(desk: Desk, uow: UnitOfWork, announcement: Announcement) -> None:
    """Draw the consequences for messages whose workers died; their rows are locked by this unit of work."""
    for message_id, alone in announcement.deaths.items():
        claimed = uow.queue.claim_one(message_id, MessageState.READY)
        if claimed and alone:
            error = WorkerDiedError("its worker died with it in hand")
            _count(desk, uow, claimed, Step.PROCESS, error, alone)
        elif claimed:
            uow.queue.let_alone(message_id, desk.now())
    uow.queue.retract(announcement.id)


def record_abandoned(desk: Desk, older_than: timedelta) -> None:
    """Draw them for messages that nobody took in hand since; those in living hands are locked."""
    while True:
        with desk.uow() as uow:
            found = uow.queue.abandoned(desk.now(), older_than)
            if found:
                record_deaths(desk, uow, found)
            uow.commit()
        if found is None:
            return
        desk.wake(Queue.INBOUND)


def _count(desk: Desk, uow: UnitOfWork, claimed: Claimed, step: Step, error: Exception, times: int) -> None:
    now = desk.now()
    attempts = claimed.attempts + times
    again = again_at(attempts, error, now, most=desk.settings.max_attempts)
    summary = f"{type(error).__name__}: {error}"[:2000]
    if again:
        uow.queue.try_later(claimed.id, attempts, summary, again)
    else:
        trace = "".join(traceback.format_exception(error))
        uow.queue.give_up(claimed.id, step, attempts, summary, trace, now)
        metrics.QUARANTINED.labels(step).inc()
    with speaking_of(claimed):
        _log.warning("attempt_failed", step=step, attempts=attempts, last=again is None)
