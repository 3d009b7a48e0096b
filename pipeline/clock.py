"""Rings again for what has waited too long, and takes back what dead workers left. Several clocks may run."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

from domain.errors import DeskError
from domain.vocabulary import MessageState, Queue
from notifier.policy import NOTICE_ATTEMPTS
from pipeline.acceptance import plan_acceptance
from pipeline.attempts import record_abandoned
from pipeline.broker import ACTOR_TIME_LIMIT_MS
from pipeline.chat_closing import close_abandoned, settle_notices
from pipeline.crm.publishing import forget_imports, prune_events, publish_events
from pipeline.delivery import note_failure
from pipeline.desk import Desk
from pipeline.expiry_watch import watch_credentials
from pipeline.feed_answers import write_nightly
from pipeline.linking import forget_marks
from pipeline.log import get_logger
from pipeline.model_watch import advise_training, watch_drift
from pipeline.monthly import make_reports
from pipeline.parts import complete_overdue
from pipeline.pausing import resume_answered
from pipeline.reminding import plan_reminders, remind_units
from pipeline.retention import end_retention
from pipeline.review_watch import watch_review
from pipeline.silence import watch_silence
from pipeline.spool import drain_spool
from pipeline.spool_watch import watch_spool
from pipeline.still_in_work import tell_still_in_work
from pipeline.surges import tell_growth
from pipeline.turnaround import measure_turnaround
from pipeline.wait_watch import watch_waits
from pipeline.wrong_times import bring_back_times

TICK_SECONDS = 1.0
ABANDONED_AFTER = timedelta(seconds=15)
NOTICE_ABANDONED_AFTER = timedelta(milliseconds=ACTOR_TIME_LIMIT_MS) + timedelta(minutes=1)
"""No worker has notices in hand for longer than its time limit: one in living hands is never taken."""
PARKED_FOR = timedelta(hours=24)
_log = get_logger(__name__)


def run(desk: Desk, stop: Event) -> None:
    """Tick until told to stop."""
    while not stop.is_set():
        tick(desk)
        stop.wait(TICK_SECONDS)


def tick(desk: Desk) -> None:
    """One round of every sweep; one that fails holds up no other. Never raises."""
    for sweep in SWEEPS:
        try:
            sweep(desk)
        except DeskError as error:
            _log.warning("sweep_failed", sweep=sweep.__name__, error=str(error))
        except Exception:
            _log.exception("sweep_broke", sweep=sweep.__name__)


def take_back_abandoned(desk: Desk) -> None:
    """Count an attempt for messages whose worker died."""
    record_abandoned(desk, ABANDONED_AFTER)


def release_notices(desk: Desk) -> None:
    """Owe notices again whose worker died, and forget reports that speak of nothing of ours."""
    now = desk.now()
    with desk.uow() as uow:
        for notice in uow.notifications.hopeless(now, NOTICE_ABANDONED_AFTER, NOTICE_ATTEMPTS):
            note_failure(desk, uow, notice, notice.error or "", now)
        uow.notifications.release_abandoned(now, NOTICE_ABANDONED_AFTER)
        uow.reports.forget_parked(now, PARKED_FOR)
        uow.commit()


def ring_again(desk: Desk) -> None:
    """Ring wherever a row is due: its bell may have been lost with the broker, or it waited for its time."""
    now = desk.now()
    with desk.uow() as uow:
        due = {
            Queue.INBOUND: uow.queue.has_due(MessageState.READY, now),
            Queue.DOCUMENTS: uow.queue.has_due(MessageState.RECEIVED, now),
            Queue.NOTIFY: uow.notifications.has_due(now),
            Queue.CRM: uow.crm_subscribers.has_due(now),
        }
    for queue, is_due in due.items():
        if is_due:
            desk.wake(queue)


def _drain_spool(desk: Desk) -> None:
    drain_spool(desk)


SWEEPS: tuple[Callable[[Desk], None], ...] = (
    bring_back_times, ring_again, take_back_abandoned, release_notices, _drain_spool, watch_silence,
    forget_marks, complete_overdue, close_abandoned, settle_notices, write_nightly, tell_growth,
    watch_review, advise_training, watch_drift, make_reports,
    resume_answered, tell_still_in_work, plan_reminders, plan_acceptance, remind_units,
    watch_waits, watch_spool, watch_credentials, measure_turnaround,
    publish_events, forget_imports, prune_events, end_retention,
)  # fmt: skip
