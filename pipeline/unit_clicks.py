"""One-click pages of units: what a link would do, and doing it once somebody has confirmed it.

Looking changes nothing, however often and by whatever machine. Doing it twice is doing it once: only the unit
that has the case moves it, and then it has it no more, or has had its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.unit_replies import load_reply_words
from domain.decisions import Unit
from domain.messages import own_words
from domain.text import storable
from domain.vocabulary import Queue, UnitOutcome, UnitReplyKind
from pipeline.case_values import case_values
from pipeline.desk import Desk
from pipeline.incidents import LONGEST_ANSWER
from pipeline.judgement import stored_taxonomy
from pipeline.refusal import RefusedError
from pipeline.unit_effects import Hearing, Word, obey, refused
from pipeline.unit_marks import Click, click_of, quotes_our_mail, unit_of
from router.unit_replies import LONGEST_EXTENSION, UnitReply, read_unit_reply
from store.models import Case
from store.unit_of_work import UnitOfWork

_CORRELATION = "unit-page"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a page shows: whose case about what and where, what would be done, and `refused` where it cannot
    be done any more.

    `said` and `days` are what the unit has written before, no words where those hold our mail; `units` are
    names by code, for whom to propose.
    """

    number: str
    unit_name: str
    topic: str
    place: str
    kind: UnitReplyKind
    due_at: datetime
    refused: UnitOutcome | None
    said: str
    days: int | None
    units: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What was filled in on the page."""

    text: str = ""
    unit: str = ""
    days: str = ""


def offered(desk: Desk, token: str) -> Offer | None:
    """What the link would do; None where it is forged or expired, or its case or unit is gone."""
    click = click_of(desk, token, desk.now())
    if click is None:
        return None
    with desk.uow() as uow:
        case, units = uow.cases.get(click.mark.case_id), uow.taxonomy.units()
        unit = unit_of(click.mark, units)
        return _offer(uow, click, case, unit, units) if case and unit else None


def confirmed(desk: Desk, token: str, filled: Filled) -> UnitOutcome | None:
    """Do what the link is for; None as `offered`. Raises RefusedError for what was filled in wrongly."""
    now = desk.now()
    click = click_of(desk, token, now)
    if click is None:
        return None
    with desk.uow() as uow:
        taxonomy = stored_taxonomy(uow)
        unit = unit_of(click.mark, taxonomy.units)
        cases = uow.cases.locked([click.mark.case_id])
        if unit is None or not cases:
            return None
        hindered = refused(cases[0], unit.code)
        if hindered:
            return hindered
        word = Word(
            unit=unit.code, reply=_reply(click.kind, filled, taxonomy.units), correlation_id=_CORRELATION
        )
        hearing = Hearing(desk=desk, uow=uow, taxonomy=taxonomy, now=now)
        outcome = obey(hearing, cases[0], word, noted=False)
        uow.commit()
    desk.wake(Queue.NOTIFY)
    return outcome


def _offer(uow: UnitOfWork, click: Click, case: Case, unit: Unit, units: Mapping[str, Unit]) -> Offer:
    said = _said_before(uow, click)
    told = case_values(uow, case, "")
    return Offer(
        number=case.number,
        unit_name=unit.name,
        topic=told["topic"],
        place=told["place"],
        kind=click.kind,
        due_at=case.due_at,
        refused=refused(case, unit.code),
        said="" if quotes_our_mail(said.text) else said.text[:LONGEST_ANSWER],
        days=said.days,
        units={code: other.name for code, other in units.items() if code != unit.code},
    )


def _said_before(uow: UnitOfWork, click: Click) -> UnitReply:
    row = uow.messages.get(click.message_id) if click.message_id else None
    if row is None or row.case_id != click.mark.case_id:
        return UnitReply()
    spans = [(start, end) for start, end in row.quoted_spans]
    return read_unit_reply(own_words(row.text, spans), load_reply_words())


def _reply(kind: UnitReplyKind, filled: Filled, units: Mapping[str, Unit]) -> UnitReply:
    text, days = storable(filled.text).strip(), filled.days.strip()
    if len(text) > LONGEST_ANSWER:
        raise RefusedError("text_long", longest=LONGEST_ANSWER)
    if kind is UnitReplyKind.RESOLVED and not text:
        raise RefusedError("text_missing")
    if kind is UnitReplyKind.RETURNED and filled.unit and filled.unit not in units:
        raise RefusedError("unit_wrong")
    given = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
    if kind is UnitReplyKind.EXTENSION and not 0 < given <= LONGEST_EXTENSION:
        raise RefusedError("days_wrong", longest=LONGEST_EXTENSION)
    return UnitReply(kind=kind, confidence=1.0, sure=True, text=text, days=given or None, unit=filled.unit)
