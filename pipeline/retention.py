"""Takes the people out of closed cases whose topic's time to keep them is over.

The law gives the desk no period, so none is shipped: a topic without one is kept (SERVICE rule 4). Reports
are not changed by it: what they count stays.
"""

from datetime import datetime, timedelta
from typing import Any

from config.local_time import day_begins
from pipeline.desk import Desk
from pipeline.doomed import remove_doomed
from pipeline.erasing import erase_cases
from pipeline.log import get_logger
from pipeline.refusal import RefusedError
from pipeline.sweeps import end_round, take_round
from store.models import Erasure
from store.unit_of_work import UnitOfWork

EVERY = timedelta(hours=1)
AT_ONCE = 100
"""Cases that one tick takes: a fraction of a second, whatever else the clock does must not wait."""
ACTOR, WHY = "clock", "retention"
_SWEEP = "sweep:retention"
_log = get_logger(__name__)


def end_retention(desk: Desk) -> None:
    """Take people out of some cases whose time is over; goes on at the next tick until all is done. Also
    removes the files that erasures let go of."""
    now = desk.now()
    with desk.uow() as uow:
        taken = take_round(uow, _SWEEP, now, EVERY)
        uow.commit()
    if not taken:
        return
    cases = _anonymise_some(desk, now)
    files = remove_doomed(desk)
    if cases or files:
        _log.info("retention_ended", cases=cases, files=files)
    if cases == AT_ONCE:
        with desk.uow() as uow:
            end_round(uow, _SWEEP, now)
            uow.commit()


def retention_rows(desk: Desk) -> list[dict[str, Any]]:
    """By topic that has a time: how many cases would go now, and when the oldest of them was closed."""
    with desk.uow() as uow:
        return [dict(row) for row in uow.eraser.coming(desk.now())]


def set_retention(desk: Desk, topic: str, days: int | None) -> None:
    """Keep a topic's closed cases so many days, or as long as the desk is there. Raises RefusedError for an
    unknown topic."""
    with desk.uow() as uow:
        if not uow.taxonomy.keep_days(topic, days):
            raise RefusedError("no_topic", code=topic)
        uow.commit()


def _anonymise_some(desk: Desk, now: datetime) -> int:
    with desk.uow() as uow:
        found = uow.eraser.due(now, AT_ONCE)
        if not found:
            return 0
        people = uow.eraser.left_without_cases(uow.eraser.citizens_of(found), found)
        uow.merges.hold(people)  # people before cases, as whoever registers or merges them does
        cases = uow.eraser.hold_due(found, now)
        if cases:
            erasure = _report(uow, now)
            erase_cases(desk, uow, cases, erasure, wholly=False)
            _let_go(desk, uow, people, erasure)
            uow.commit()
    return len(found)


def _let_go(desk: Desk, uow: UnitOfWork, people: list[int], erasure: Erasure) -> None:
    """Whoever of these, who are held, has no case any more is nobody the desk needs to know."""
    left = uow.eraser.left_without_cases(people)
    if not left:
        return
    family = sorted({each for person in left for each in uow.eraser.family(person)})
    urns = uow.eraser.addresses_of(family)
    while messages := uow.eraser.messages_from(urns, AT_ONCE):
        counts = uow.eraser.erase_messages(messages, erasure.id or 0, desk.now(), wholly=False)
        uow.erasures.count(erasure.id or 0, counts)
    counts = uow.eraser.erase_people(family, urns, erasure.id or 0, desk.now())
    uow.erasures.count(erasure.id or 0, counts)


def _report(uow: UnitOfWork, now: datetime) -> Erasure:
    """The report of this day of Istanbul's calendar."""
    known = uow.erasures.latest_sweep(day_begins(now))
    if known is not None:
        return known
    erasure = uow.erasures.begin(None, ACTOR, WHY, now)
    uow.erasures.finish(erasure.id or 0, now)
    return erasure
