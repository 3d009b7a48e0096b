"""A unit hears what a citizen added to a case it works on.

Nothing is owed where the mail that brings the case is still to leave: it holds everything that was said until
then. Several additions within two minutes leave in one mail, and those of a unit with a rhythm in its rhythm.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.cases import CLOSED, WITH_UNIT
from domain.decisions import Unit
from domain.errors import TransientError
from domain.notices import Notification
from domain.vocabulary import Priority, Template
from notifier.rhythm import GATHERED, SETTLING
from pipeline.desk import Desk
from pipeline.judgement import current
from pipeline.unit_mails import mails_to_unit, thread_of, waits_until
from pipeline.work import Added, Work
from store.records import KnownCase
from store.unit_mails import UnitMail
from store.unit_of_work import UnitOfWork


def owe_additions(desk: Desk, uow: UnitOfWork, work: Work, now: datetime) -> None:
    """Owe each unit what this batch added to its cases; as many queries for one as for all of them.

    Raises TransientError where a case was closed since its follow-up was found to be one: nobody would read
    it there. The next try finds the case closed, and opens one of its own.
    """
    if not work.added:
        return
    ids = sorted({each.case_id for each in work.added})
    cases = uow.cases.known_and_held(ids)  # as they stand now: they may have moved since they were found
    if any(cases[each.case_id].state in CLOSED for each in work.added if not each.part):
        raise TransientError("a case was closed while something was added to it")
    held = uow.unit_mails.hold(ids)
    mails = uow.unit_mails.of_cases(ids)
    before = _Before(mails, held)
    units = current(desk, uow, now).taxonomy.units
    for each in work.added:
        case = cases[each.case_id]
        unit = units.get(case.unit)
        if unit and case.state in WITH_UNIT and not before.objected(each):
            notices = _owed(desk, case, unit, each, thread_of(mails, case.id, unit.code), now)
            owed = [before.along(case, notice) for notice in notices if not before.brings(case, notice)]
            work.owed += [(case.id, each.correlation_id, notice) for notice in owed]


def _owed(
    desk: Desk, case: KnownCase, unit: Unit, each: Added, thread: Mapping[str, str], now: datetime
) -> list[Notification]:
    priority = Priority(case.priority)
    until = waits_until(unit, priority, case.due_at, now)
    return mails_to_unit(
        desk,
        Template.CITIZEN_ADDED,
        case.id,
        unit,
        priority,
        now,
        turn=f"-a{each.message_id}",
        values={"message": each.message_id} | ({GATHERED: unit.rhythm} if until else {}),
        thread=thread,
        due_at=until or (now if priority is Priority.LIFE_SAFETY else now + SETTLING),
    )


class _Before:
    """What the units of some cases were mailed before, or will be; `held` are the mails that bring a case
    and wait for this transaction."""

    def __init__(self, mails: Sequence[UnitMail], held: Collection[int]) -> None:
        self._objections = {mail.told for mail in mails if mail.template == Template.OBJECTED}
        self._bringing = {_key(mail) for mail in mails if mail.id in held}
        added = [mail for mail in mails if mail.template == Template.CITIZEN_ADDED]
        self._waiting = {_key(mail): mail.due_at for mail in reversed(added)}

    def objected(self, each: Added) -> bool:
        """Whether the message is an objection, of which its unit is told by a mail of its own."""
        return each.message_id in self._objections

    def brings(self, case: KnownCase, notice: Notification) -> bool:
        """Whether the mail that brings the case to this address is still to leave: it holds the addition."""
        return (case.id, case.unit, str(notice.recipient)) in self._bringing

    def along(self, case: KnownCase, notice: Notification) -> Notification:
        """The notice at the time of the case's addition that waits already, so that they leave as one."""
        key = (case.id, case.unit, str(notice.recipient))
        due_at = min(self._waiting.get(key, notice.due_at), notice.due_at)
        self._waiting[key] = due_at
        return replace(notice, due_at=due_at)


def _key(mail: UnitMail) -> tuple[int, str, str]:
    return mail.case_id, mail.unit, mail.recipient
