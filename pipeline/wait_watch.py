"""No wait without a watchdog: operators hear, once a day, of what has waited longer than it should.

What has a watchdog of its own (review, asides, silent channels, units' deadlines) is not counted again, save
what waits in review after the 48 hours in which its citizen should have heard of a unit. docs/deadlines.md
lists them all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from config.settings import ISTANBUL
from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.operators import owe_operator
from pipeline.sweeps import take_round
from router.pauses import PAID_WITHIN, days_ended
from store.waits import Wait

EVERY = timedelta(hours=1)
AGES = {
    "overdue": timedelta(days=7),
    "received": timedelta(hours=1),
    "ready": timedelta(minutes=15),
    "quarantined": timedelta(days=1),
    "notices": timedelta(hours=1),
    "lost_reminders": timedelta(days=1),
    "answers": timedelta(hours=1),
}
"""After how long each is told; others follow from the law, from the 48 hours, and from working days."""
POSTED_WITHIN = 2
"""Working days in which a letter is to be posted once it was written."""
_SWEEP = "sweep:waits"


def watch_waits(desk: Desk) -> None:
    """Look once an hour, by one of the clocks; the same kinds of waits are told once a day."""
    now = desk.now()
    with desk.uow() as uow:
        if not take_round(uow, _SWEEP, now, EVERY):
            return
        uow.deadlines.end_pauses_of_closed()
        found = uow.waits.overlong(_before(desk, now))
        if found:
            kinds = ",".join(wait.what for wait in found)
            key = f"{Template.WAITS_TOO_LONG}:{now.astimezone(ISTANBUL):%Y-%m-%d}:{kinds}"
            owe_operator(desk, uow, Template.WAITS_TOO_LONG, key, _values(found), now, correlation="waits")
        uow.commit()


def _before(desk: Desk, now: datetime) -> dict[str, datetime]:
    unrouted = now - timedelta(hours=desk.settings.forwarded_notice_hours)
    return {what: now - age for what, age in AGES.items()} | {
        "unrouted": unrouted,
        "paused": unpaid_since(now),
        "letters": _working_days_ago(now, POSTED_WITHIN),
    }


def unpaid_since(now: datetime) -> datetime:
    """Who was told a fee before this time, and has not paid, has given the request up (law 4982, art. 11)."""
    return _working_days_ago(now, PAID_WITHIN)


def _working_days_ago(now: datetime, days: int) -> datetime:
    since = now - timedelta(days=days)
    while days_ended(since, now, half_days=True) < days:
        since -= timedelta(days=1)
    return since


def _values(found: Sequence[Wait]) -> dict[str, object]:
    waits = [
        {"what": wait.what, "count": str(wait.waiting), "since": wait.since.isoformat()} for wait in found
    ]
    return {"waits": waits}
