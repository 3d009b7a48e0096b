"""Incidents as operators handle them: what there is, one in full, who belongs to it, one answer for all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.text import storable
from domain.vocabulary import CaseEventKind, Queue
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.numbers import locate
from pipeline.outcomes import resolve_by
from pipeline.refusal import RefusedError
from pipeline.surges import raise_urgency
from store.incident_records import Incident
from store.models import Answer
from store.unit_of_work import UnitOfWork

AT_ONCE = 100
"""Cases that are closed in one transaction."""
LONGEST_ANSWER = 8000
"""Characters; what the texts of a mail and a letter hold."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What an answer did: cases closed and notices owed in this run; `other_topic` are open ones it left."""

    cases: int
    notices: int
    other_topic: int


def incident_rows(desk: Desk, *, days: int, closed: bool = False, limit: int = 50) -> list[dict[str, Any]]:
    """The incidents that a case joined within so many days, the one that grew last first; with `closed` also
    those of which nothing is open."""
    since = desk.now() - timedelta(days=days)
    with desk.uow() as uow:
        grown = uow.incidents.grown(since)
        within = uow.incidents.firsts_of(grown)  # what has joined an earlier one is no incident of its own
        found = uow.incidents.summed([first for first in grown if first not in within])
        return [_row(uow, each) for each in found if each.open or closed][:limit]


def incident_file(desk: Desk, number: str, *, limit: int = 200) -> dict[str, Any]:
    """The incident that this case, the first or any other, belongs to: its counts, its cases, oldest first.

    Raises PermanentError for a number that is mistyped or unknown, RefusedError for a case of no incident.
    """
    with desk.uow() as uow:
        first = _first(uow, number)
        [incident] = uow.incidents.summed([first])
        offered = uow.cases.known_by_id(uow.incidents.offered(first))
        return {
            "incident": _row(uow, incident),
            "offered": [case.number for case in offered.values()],
            "cases": [
                {
                    "case": each.number,
                    "state": each.state,
                    "topic": each.topic,
                    "unit": each.unit,
                    "priority": each.priority,
                    "channel": each.channel,
                    "opened_at": each.opened_at,
                }
                for each in uow.incidents.members(first, limit)
            ],
        }


def join_incident(desk: Desk, number: str, *, actor: str) -> int:
    """Accept what is offered to an incident, or to a case that begins one so; returns how many joined.

    Raises PermanentError for a number that is mistyped or unknown.
    """
    now = desk.now()
    with desk.uow() as uow:
        case_id = locate(uow, number)
        first = uow.incidents.firsts_of([case_id]).get(case_id, case_id)
        joined = uow.links.join(uow.incidents.offered(first), first, actor, now)
        detail: dict[str, object] = {"case": number}
        uow.cases.record([event(each, CaseEventKind.SAME_INCIDENT, now, detail, actor) for each in joined])
        uow.cases.record(raise_urgency(desk, uow, dict.fromkeys(joined, first), [], now))
        uow.commit()
    return len(joined)


def answer_incident(
    desk: Desk,
    number: str,
    text: str | None,
    *,
    actor: str,
    told: Callable[[int], None] = lambda closed: None,
) -> Answered:
    """Close every open case of an incident by one answer, and owe each citizen the outcome; each case once.

    A hundred at a time: a run that is cut off is gone on with by another, with the same text or without one.
    What was dismissed from the incident, or is confidential by now, is not touched, nor what a person found
    to be about another topic. `told` hears of how many were closed. Raises PermanentError for an unknown
    number, RefusedError for an answer that is empty, too long, or another one than that which was begun.
    """
    wanted = None if text is None else _fit(text)
    with desk.uow() as uow:
        first = _first(uow, number)
        answer = _begun(desk, uow, first, wanted, actor)
        uow.commit()
    cases = notices = 0
    while answer and (batch := _answer_some(desk, first, answer)):
        cases, notices = cases + batch[0], notices + batch[1]
        told(batch[0])
    with desk.uow() as uow:
        _, other = uow.answers.waiting(first)
    return Answered(cases=cases, notices=notices, other_topic=other)


def open_cases_of(desk: Desk, number: str) -> int:
    """How many cases of an incident an answer would close. Raises PermanentError as `incident_file`."""
    with desk.uow() as uow:
        return uow.answers.waiting(_first(uow, number))[0]


def _first(uow: UnitOfWork, number: str) -> int:
    case_id = locate(uow, number)
    first = uow.incidents.firsts_of([case_id]).get(case_id, case_id)
    if first == case_id and len(uow.incidents.members(first, 2)) < 2:
        raise RefusedError("no_incident", number=number)
    return first


def _fit(text: str) -> str:
    clean = storable(text).strip()
    if not 0 < len(clean) <= LONGEST_ANSWER:
        raise RefusedError("length", longest=LONGEST_ANSWER)
    return clean


def _begun(desk: Desk, uow: UnitOfWork, first: int, text: str | None, actor: str) -> Answer | None:
    """The answer to give, which may have been begun before; None where nothing is open."""
    uow.citizens.lock_keys([f"incident {first}"])
    begun = uow.answers.unfinished(first)
    if begun and text not in (None, begun.text):
        raise RefusedError("another_begun", text=begun.text)
    if begun:
        return begun
    if text is None:
        raise RefusedError("nothing_begun")
    if not uow.answers.waiting(first)[0]:
        return None
    return uow.answers.add(Answer(incident_id=first, text=text, actor=actor, at=desk.now()))


def _answer_some(desk: Desk, first: int, answer: Answer) -> tuple[int, int] | None:
    """Close some cases: how many, and how many notices they owe; None once none is left."""
    now = desk.now()
    with desk.uow() as uow:
        cases = uow.answers.take_open(first, AT_ONCE)
        # What a reviewer closed while we waited for its lock is not among them: there may be others left.
        if not cases and not uow.answers.waiting(first)[0]:
            uow.answers.finish(answer.id or 0, now)
            uow.commit()
            return None
        notices = resolve_by(desk, uow, answer, cases, now) if cases else 0
        uow.commit()
    desk.wake(Queue.NOTIFY)
    return len(cases), notices


def _row(uow: UnitOfWork, incident: Incident) -> dict[str, Any]:
    topic = uow.taxonomy.topic(incident.topic) if incident.topic else None
    unit = uow.taxonomy.unit(incident.unit)
    place = (incident.address, incident.neighbourhood, incident.district)
    return {
        "number": incident.number,
        "cases": incident.cases,
        "citizens": incident.citizens,
        "open": incident.open,
        "since": incident.since,
        "last_at": incident.last_at,
        "topic": topic.name if topic else None,
        "place": ", ".join(part for part in place if part) or None,
        "unit": unit.name if unit else incident.unit,
        "state": incident.state,
        "priority": incident.priority,
    }
