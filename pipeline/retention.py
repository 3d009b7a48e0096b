"""Takes the people out of closed cases whose topic's time to keep them is over.

So it does with messages that never had a case, once `CASELESS_DAYS` are over since they came: what was set
aside, automatic replies, bounces, opt-outs, whole lists of other institutions.

The law gives the desk no period, so none is shipped: a topic without one is kept, and so are messages
(SERVICE rule 4). Reports are not changed by it: what they count stays.
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
"""Cases and messages that one tick takes: a fraction of a second, whatever else the clock does must not
wait."""
ACTOR, WHY = "clock", "retention"
_SWEEP = "sweep:retention"
_log = get_logger(__name__)


def end_retention(desk: Desk) -> None:
    """Take people out of some cases and messages whose time is over; goes on at the next tick until all is
    done. Also removes the files that erasures let go of."""
    now = desk.now()
    with desk.uow() as uow:
        taken = take_round(uow, _SWEEP, now, EVERY)
        uow.commit()
    if not taken:
        return
    cases, messages = _anonymise_some(desk, now), _empty_caseless(desk, now)
    files = remove_doomed(desk)
    if cases or messages or files:
        _log.info("retention_ended", cases=cases, messages=messages, files=files)
    if AT_ONCE in (cases, messages):
        with desk.uow() as uow:
            end_round(uow, _SWEEP, now)
            uow.commit()


def retention_rows(desk: Desk) -> list[dict[str, Any]]:
    """By topic that has a time: how many cases would go now, and when the oldest of them was closed."""
    with desk.uow() as uow:
        return [dict(row) for row in uow.eraser.coming(desk.now())]


def caseless_due(desk: Desk) -> int | None:
    """How many messages without a case would go now; None where they are kept for ever."""
    before = _caseless_before(desk, desk.now())
    if before is None:
        return None
    with desk.uow() as uow:
        return uow.eraser.count_caseless(before)


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


def _empty_caseless(desk: Desk, now: datetime) -> int:
    before = _caseless_before(desk, now)
    if before is None:
        return 0
    with desk.uow() as uow:
        found = uow.eraser.hold_caseless(before, AT_ONCE)
        if found:
            erasure = _report(uow, now).id or 0
            uow.erasures.count(erasure, uow.eraser.erase_caseless(found, erasure, now))
            uow.commit()
    return len(found)


def _caseless_before(desk: Desk, now: datetime) -> datetime | None:
    days = desk.settings.caseless_days
    return None if days is None else now - timedelta(days=days)


def _let_go(desk: Desk, uow: UnitOfWork, people: list[int], erasure: Erasure) -> None:
    """Whoever of these, who are held, has no case any more is nobody the desk needs to know. What they have
    written anew and still waits stays, and becomes a case of somebody new."""
    left = uow.eraser.left_without_cases(people)
    if not left:
        return
    family = sorted({each for person in left for each in uow.eraser.family(person)})
    urns = uow.eraser.addresses_of(family)
    while messages := uow.eraser.messages_from(urns, AT_ONCE, wholly=False):
        counts = uow.eraser.erase_messages(messages, erasure.id or 0, desk.now(), wholly=False)
        uow.erasures.count(erasure.id or 0, counts)
    counts = uow.eraser.erase_people(family, urns, erasure.id or 0, desk.now(), wholly=False)
    uow.erasures.count(erasure.id or 0, counts)


def _report(uow: UnitOfWork, now: datetime) -> Erasure:
    """The report of this day of Istanbul's calendar."""
    known = uow.erasures.latest_sweep(day_begins(now))
    if known is not None:
        return known
    erasure = uow.erasures.begin(None, ACTOR, WHY, now)
    uow.erasures.finish(erasure.id or 0, now)
    return erasure
