"""What a unit's word does to its case: answered, given back, given more time, accepted, noted.

The case is in the caller's hand, locked. Only the unit that has the case may move it, so that a late word or
one out of order never moves anything back: it is kept as a note. Due times are nobody's to reset; more time
is given once, within the law's ceiling.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.settings import ISTANBUL
from config.taxonomy import DESK_UNIT, Taxonomy
from domain.cases import WITH_UNIT
from domain.notices import Notification
from domain.vocabulary import (
    CaseEventKind,
    CaseState,
    Confidentiality,
    Template,
    UnitOutcome,
    UnitReplyKind,
)
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.outcomes import resolve_by
from pipeline.owing import owed_by_routing, owed_to_citizen
from pipeline.telling import owed_to_citizens
from router.assignment import ReviewReason
from router.unit_replies import UnitReply, unit_meant
from router.working_days import after_working_days
from store.incident_records import Answerable
from store.models import Answer, Case
from store.unit_of_work import UnitOfWork

ACTOR = "unit"
MOST_MOVES = 3
"""A case that was passed on so often goes to a person at the desk."""
GIVEN_BACK = "the unit gave the case back"
_OF_A_ROUTING = (
    Template.ROUTED_TO_UNIT,
    Template.UNIT_ALERT,
    Template.FORWARDED,
    Template.CITIZEN_ADDED,
)


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a unit said of a case: `unit` is its code, `message_id` the mail it came in, None for a page."""

    unit: str
    reply: UnitReply
    correlation_id: str
    message_id: int | None = None

    def detail(self, **more: object) -> dict[str, object]:
        """What history says of it."""
        told: dict[str, object] = {"unit": self.unit, **more}
        return told | {"message": self.message_id} if self.message_id else told


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Where a word is heard: the transaction, the units there are, and the moment."""

    desk: Desk
    uow: UnitOfWork
    taxonomy: Taxonomy
    now: datetime
    actor: str = ACTOR

    def record(self, case: Case, kind: CaseEventKind, detail: dict[str, object]) -> None:
        """Add a line of the unit's to the history."""
        self.uow.cases.record([event(case.id or 0, kind, self.now, detail, self.actor)])


def obey(hearing: Hearing, case: Case, word: Word, *, noted: bool = True) -> UnitOutcome:
    """Do what the unit said; where that cannot be, keep it as a note if it is to be `noted`. Says which."""
    outcome = refused(case, word.unit)
    if outcome is None and word.reply.kind:
        outcome = _EFFECTS[word.reply.kind](hearing, case, word)
    if noted and outcome not in (None, UnitOutcome.DONE):
        note(hearing, case, word, outcome)
    return outcome or UnitOutcome.ASKED


def refused(case: Case, unit: str) -> UnitOutcome | None:
    """Why this unit may not move the case now; None where it may."""
    if case.confidentiality == Confidentiality.RESTRICTED:
        return UnitOutcome.RESTRICTED
    return None if case.state in WITH_UNIT and case.unit == unit else UnitOutcome.LATE


def note(hearing: Hearing, case: Case, word: Word, why: UnitOutcome | None = None) -> UnitOutcome:
    """Keep what was said, and change nothing; `why` is what kept it from more."""
    more: dict[str, object] = {"why": why} if why else {}
    if word.message_id is None and word.reply.text:
        more["text"] = word.reply.text
    hearing.record(case, CaseEventKind.UNIT_NOTED, word.detail(**more))
    if case.unit == word.unit:  # whoever answers need not be reminded to
        hearing.uow.cases.change(case, {"acceptance_at": None, "acceptance_unit": case.unit})
    return UnitOutcome.DONE


def _resolve(hearing: Hearing, case: Case, word: Word) -> UnitOutcome:
    close(hearing, case, word.reply.text, CaseState.RESOLVED)
    return UnitOutcome.DONE


def close(hearing: Hearing, case: Case, text: str, closed_as: CaseState) -> None:
    """Close the case by an answer, which its citizen is told."""
    now = hearing.now
    answer = Answer(text=text, actor=hearing.actor, at=now, finished_at=now)
    this = Answerable(
        case_id=case.id or 0, state=case.state, confidentiality=case.confidentiality, channel=case.channel
    )
    kept = hearing.uow.answers.add(answer)
    resolve_by(hearing.desk, hearing.uow, kept, [this], now, closed_as=closed_as)


def _accept(hearing: Hearing, case: Case, word: Word) -> UnitOutcome:
    if case.accepted_at:
        return UnitOutcome.DONE  # once is enough
    hearing.uow.cases.change(case, {"accepted_at": hearing.now})
    hearing.record(case, CaseEventKind.UNIT_ACCEPTED, word.detail())
    return UnitOutcome.DONE


def _extend(hearing: Hearing, case: Case, word: Word) -> UnitOutcome:
    if case.extended_at:
        return UnitOutcome.REPEATED
    reply = word.reply
    wanted = _later(case.promised_at, reply.days or 0, working=reply.working)
    promised = min(wanted, case.legal_due_at)
    if promised <= case.promised_at:
        return UnitOutcome.NO_ROOM
    was = case.due_at
    times = {"promised_at": promised, "due_at": min(promised, case.legal_due_at)}
    given = {"extended_at": hearing.now, "accepted_at": case.accepted_at or hearing.now}
    hearing.uow.cases.change(case, times | given)
    told = {"from": was.isoformat(), "to": case.due_at.isoformat(), "days": reply.days, "why": reply.text}
    hearing.record(case, CaseEventKind.UNIT_EXTENDED, word.detail(**told))
    _owe_extension(hearing, case, word)
    return UnitOutcome.DONE


def _later(at: datetime, days: int, *, working: bool) -> datetime:
    """So many days later by Istanbul's calendar, at the same time of the day, in UTC."""
    local = at.astimezone(ISTANBUL)
    day = after_working_days(local.date(), days) if working else local.date() + timedelta(days=days)
    return datetime.combine(day, local.timetz()).astimezone(UTC)


def _owe_extension(hearing: Hearing, case: Case, word: Word) -> None:
    cases = {case.id or 0: Confidentiality(case.confidentiality)}
    values = {"unit": word.unit, "why": ""}
    key = f"{Template.TIME_EXTENDED}:unit"
    owed = owed_to_citizens(
        hearing.desk, hearing.uow, Template.TIME_EXTENDED, cases, hearing.now, key=key, values=values
    )
    for case_id, _, notice in owed:
        hearing.uow.notifications.owe(case_id, word.correlation_id, notice)


def _give_back(hearing: Hearing, case: Case, word: Word) -> UnitOutcome:
    units = hearing.taxonomy.units
    meant = unit_meant(word.reply.unit, [(unit.code, unit.name) for unit in units.values()])
    proposed = None if meant in (word.unit, DESK_UNIT) else meant
    had = [
        line.detail.get("unit")
        for line in hearing.uow.cases.history(case.id or 0)
        if line.kind == CaseEventKind.ASSIGNED
    ]
    at_once = proposed and proposed not in had and len(had) <= MOST_MOVES and units[proposed].emails
    told = {"proposed": proposed or word.reply.unit, "why": word.reply.text}
    hearing.record(case, CaseEventKind.UNIT_RETURNED, word.detail(**told))
    hearing.uow.notifications.withdraw(case.id or 0, GIVEN_BACK, templates=_OF_A_ROUTING)
    if proposed and at_once:
        _pass_on(hearing, case, word, proposed, move=len(had))
    else:
        _to_review(hearing, case, proposed)
    return UnitOutcome.DONE


def _pass_on(hearing: Hearing, case: Case, word: Word, unit: str, *, move: int) -> None:
    hearing.uow.cases.settle(case, {"unit": unit, "state": CaseState.ASSIGNED})
    detail: dict[str, object] = {"unit": unit, "topic": case.topic}
    hearing.record(case, CaseEventKind.ASSIGNED, detail)
    for notice in _owed_by_move(hearing, case, turn=f"-u{move}"):
        hearing.uow.notifications.owe(case.id, word.correlation_id, notice)


def _owed_by_move(hearing: Hearing, case: Case, *, turn: str) -> list[Notification]:
    desk, uow, case_id = hearing.desk, hearing.uow, case.id or 0
    row: Mapping[str, object] = {
        "id": case_id, "state": case.state, "unit": case.unit, "reasons": (), "priority": case.priority,
        "topic": case.topic, "confidentiality": case.confidentiality, "due_at": case.due_at,
    }  # fmt: skip
    owed = owed_by_routing(desk, row, hearing.taxonomy, hearing.now, turn=turn)
    first = uow.answers.first_messages([case_id]).get(case_id)
    if first:
        owed += owed_to_citizen(desk, uow, first, row, hearing.taxonomy, hearing.now, turn=turn)
    return owed


def _to_review(hearing: Hearing, case: Case, proposed: str | None) -> None:
    """Lay the case before a person, at the unit that is proposed: confirming sends it there."""
    unit = proposed or DESK_UNIT
    reasons = [*(reason for reason in case.reasons if reason != ReviewReason.RETURNED), ReviewReason.RETURNED]
    columns = {"unit": unit, "state": CaseState.IN_REVIEW, "needs_review": True, "reasons": reasons}
    hearing.uow.cases.settle(case, columns)
    detail: dict[str, object] = {"unit": unit, "topic": case.topic, "why": [ReviewReason.RETURNED]}
    hearing.record(case, CaseEventKind.SENT_TO_REVIEW, detail)


_EFFECTS: Mapping[UnitReplyKind, Callable[[Hearing, Case, Word], UnitOutcome]] = {
    UnitReplyKind.RESOLVED: _resolve,
    UnitReplyKind.RETURNED: _give_back,
    UnitReplyKind.EXTENSION: _extend,
    UnitReplyKind.NOTE: note,
    UnitReplyKind.ACCEPTED: _accept,
}
