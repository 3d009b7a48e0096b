"""Step 3: waiting messages become cases, a batch in one transaction.

A batch that breaks is taken apart: each message alone in a transaction of its own, so that one poison message
costs its neighbours nothing. What keeps failing is quarantined, whole and replayable.
"""

import random
import traceback
from collections.abc import Sequence

from domain.errors import ConnectionFailedError, TransientError
from domain.retry import next_try_at
from domain.vocabulary import MessageState, Queue, Step
from pipeline import metrics
from pipeline.desk import Desk
from pipeline.handling import handle
from pipeline.log import get_logger

_log = get_logger(__name__)


def process_batch(desk: Desk) -> int:
    """Handle one batch of waiting messages; returns how many there were.

    Raises ConnectionFailedError when the database is out of reach: the rows then simply go on waiting.
    """
    now = desk.now()
    with desk.uow() as uow, metrics.BATCH_SECONDS.time():
        claimed = uow.queue.claim(MessageState.READY, desk.settings.batch_size, now)
        if not claimed:
            return 0
        if len(claimed) == desk.settings.batch_size:
            desk.wake(Queue.INBOUND)
        metrics.BATCH_SIZE.observe(len(claimed))
        claim_id = announce(desk, [message.id for message in claimed])
        try:
            settled = handle(desk, uow, claimed, now)
            uow.queue.retract(claim_id)
            uow.commit()
        except ConnectionFailedError:
            raise
        except Exception:
            _log.exception("batch_broke", step=Step.PROCESS, size=len(claimed))
            broken = [message.id for message in claimed]
        else:
            desk.wake(Queue.NOTIFY)
            if settled < len(claimed):
                desk.wake(Queue.INBOUND)
            return len(claimed)
    for message_id in broken:
        _process_alone(desk, message_id)
    retract(desk, claim_id)
    return len(broken)


def announce(desk: Desk, message_ids: Sequence[int]) -> int:
    """Commit the word that these messages are in hand, so that their worker's death is noticed."""
    with desk.uow() as uow:
        claim_id = uow.queue.announce(message_ids, desk.now())
        uow.commit()
    return claim_id


def retract(desk: Desk, claim_id: int) -> None:
    """Take an announcement back."""
    with desk.uow() as uow:
        uow.queue.retract(claim_id)
        uow.commit()


def _process_alone(desk: Desk, message_id: int) -> None:
    now = desk.now()
    try:
        with desk.uow() as uow:
            claimed = uow.queue.claim_one(message_id, MessageState.READY)
            if claimed is None:
                return
            handle(desk, uow, [claimed], now)
            uow.commit()
    except ConnectionFailedError:
        raise
    except Exception as error:
        record_failure(desk, message_id, Step.PROCESS, error)
    else:
        desk.wake(Queue.NOTIFY)


def record_failure(desk: Desk, message_id: int, step: Step, error: Exception) -> None:
    """Count a failed attempt: the message waits for its next try, or goes to quarantine after its last."""
    now = desk.now()
    state = MessageState.RECEIVED if step is Step.READ else MessageState.READY
    trace = "".join(traceback.format_exception(error))
    with desk.uow() as uow:
        claimed = uow.queue.claim_one(message_id, state)
        if claimed is None:
            return
        attempts = claimed.attempts + 1
        transient = error if isinstance(error, TransientError) else None
        again = next_try_at(
            attempts,
            transient,
            now,
            max_attempts=desk.settings.max_attempts,
            jitter=random.random(),  # noqa: S311  # spreads retries, guards nothing
        )
        if again:
            uow.queue.try_later(message_id, attempts, _summary(error), again)
        else:
            uow.queue.give_up(message_id, step, attempts, _summary(error), trace, now)
            metrics.QUARANTINED.labels(step).inc()
        uow.commit()
    _log.warning("attempt_failed", step=step, message_id=message_id, attempts=attempts, last=again is None)


def count_abandoned(desk: Desk, message_ids: Sequence[tuple[int, int]]) -> None:
    """Count an attempt for messages whose worker died with them in hand."""
    for message_id, _ in message_ids:
        for state, step in ((MessageState.READY, Step.PROCESS), (MessageState.RECEIVED, Step.READ)):
            with desk.uow() as uow:
                found = uow.queue.claim_one(message_id, state) is not None
            if found:
                record_failure(desk, message_id, step, WorkerDiedError("its worker died with it in hand"))


class WorkerDiedError(TransientError):
    """A worker process ended before it finished a message."""


def _summary(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]
