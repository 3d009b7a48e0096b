"""Publishes what happened, for outside CRMs: beside the pipeline, which writes nothing for it.
Forgets what is old."""

from datetime import timedelta

from domain.vocabulary import Queue
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.sweeps import end_round, take_round

AT_ONCE = 5000
"""Lines of history that one tick publishes: more than a flood of cases writes in that time."""
ANSWERS_KEPT = timedelta(days=30)
"""For so long the same key gets the same answer."""
_EVERY = timedelta(hours=1)
_SWEEP, _PRUNING = "sweep:crm-imports", "sweep:crm-events"
_log = get_logger(__name__)


def publish_events(desk: Desk) -> None:
    """Publish what is new, by one of the clocks, and wake who delivers it."""
    with desk.uow() as uow:
        published = uow.crm_feed.publish(AT_ONCE, desk.now())
        uow.commit()
    if published:
        desk.wake(Queue.CRM)


def forget_imports(desk: Desk) -> None:
    """Forget what CRMs said long ago: no call is repeated so late."""
    now = desk.now()
    with desk.uow() as uow:
        if take_round(uow, _SWEEP, now, _EVERY):
            uow.crm_imports.forget(now - ANSWERS_KEPT)
            uow.commit()


def prune_events(desk: Desk) -> None:
    """Take away what was published `CRM_KEEP_DAYS` ago, some at a tick, until all is done."""
    now = desk.now()
    with desk.uow() as uow:
        if not take_round(uow, _PRUNING, now, _EVERY):
            return
        pruned = uow.crm_feed.prune(now - timedelta(days=desk.settings.crm_keep_days), AT_ONCE)
        if pruned == AT_ONCE:
            end_round(uow, _PRUNING, now)
        uow.commit()
    if pruned:
        _log.info("crm_pruned", events=pruned)
