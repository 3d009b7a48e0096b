"""Opens cases: one classification for the whole batch, then each table is written once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from config.settings import ISTANBUL
from config.taxonomy import DESK_UNIT, Taxonomy
from domain.cases import CLOSED, more_discreet
from domain.decisions import Assignment, Classification, Question
from domain.messages import ILLEGIBLE, InboundMessage
from domain.numbers import security_number
from domain.vocabulary import CaseEventKind, CaseState, Priority
from pipeline import metrics
from pipeline.answering import doubted_first_seen, files_seen_first
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.feed_rows import due_of, kind_of
from pipeline.identities import keep_identities
from pipeline.judgement import current
from pipeline.linking import link_new_cases
from pipeline.owing import owe_for_new_case
from pipeline.personal import masked
from pipeline.register import citizens_of
from pipeline.rule_faults import tell_faults
from pipeline.setting_aside import take_no_cases_aside
from pipeline.surges import raise_urgency, tell_in_sum
from pipeline.work import Fresh, Work
from router.assignment import ReviewReason
from store.records import Outcome
from store.unit_of_work import UnitOfWork

ACTOR = "router"
_DECIDED = {
    CaseState.ASSIGNED: CaseEventKind.ASSIGNED,
    CaseState.IN_REVIEW: CaseEventKind.SENT_TO_REVIEW,
    CaseState.REJECTED: CaseEventKind.ANSWERED,
}
SUBJECT_LENGTH = 120


def open_cases(desk: Desk, uow: UnitOfWork, fresh: Sequence[Fresh], work: Work, now: datetime) -> None:
    """Open a case for each message, with its history and the notices it owes."""
    if not fresh:
        return
    judgement = current(desk, uow, now)
    judged = judgement.judge([question_of(f.claimed.message) for f in fresh], now)
    fresh, judged = take_no_cases_aside(uow, fresh, judged, judgement.classifier.version, work, now)
    judged = doubted_first_seen(fresh, files_seen_first(uow, fresh, judged))
    decisions = [
        (found, _in_time(_discreet(reachable(assignment, judgement.taxonomy), each), each.claimed.message))
        for (found, assignment), each in zip(judged, fresh, strict=True)
    ]
    ids = uow.cases.new_ids(len(fresh))
    numbers = uow.cases.new_numbers(now.astimezone(ISTANBUL).year, len(fresh))
    citizens = citizens_of(uow, [f.claimed.message for f in fresh], now)
    keep_identities(desk, uow, [f.claimed.message for f in fresh], citizens)
    rows = []
    for each, decision, case_id, number, citizen in zip(
        fresh, decisions, ids, numbers, citizens, strict=True
    ):
        row = _case_row(desk, each, *decision, judgement.classifier.version, now)
        rows.append(row | {"id": case_id, "number": number, "citizen_id": citizen})
        work.events += _events(case_id, each, *decision, row["state"], now)
        work.outcomes.append(Outcome(message_id=each.claimed.id, case_id=case_id))
        metrics.CASES_OPENED.labels(each.claimed.message.channel).inc()
    uow.cases.open_many(rows)
    joined = link_new_cases(desk, uow, fresh, rows, work, now)
    work.events += raise_urgency(desk, uow, joined, rows, now)
    units = judgement.taxonomy.units
    spared = tell_in_sum(desk, uow, joined, rows, units, work.events, now)
    owe_for_new_case(desk, uow, fresh, rows, judgement.taxonomy, spared, work.owed, now)
    tell_faults(desk, uow, [assignment for _, assignment in decisions], now)


def question_of(message: InboundMessage) -> Question:
    """What the classifier is asked about a message that opens a case."""
    return Question(
        text=message.own_words,
        subject=message.subject,
        channel=message.channel,
        place=message.place,
        topic_hint=message.headers.get("topic"),
        kind_hint=kind_of(message),
        hide_identity=message.hide_identity,
        illegible=ILLEGIBLE in message.headers,
    )


def reachable(assignment: Assignment, taxonomy: Taxonomy) -> Assignment:
    """The assignment, or the same for review when its unit has no e-mail address to bring a case to."""
    unit = taxonomy.units.get(assignment.unit)
    if (
        unit is None
        or unit.emails
        or unit.code == DESK_UNIT
        or first_state(assignment) is not CaseState.ASSIGNED
    ):
        return assignment
    return replace(assignment, needs_review=True, reasons=(*assignment.reasons, ReviewReason.NO_ADDRESS))


def _discreet(assignment: Assignment, each: Fresh) -> Assignment:
    """The assignment, as discreet as the case that the message goes on from."""
    return replace(assignment, confidentiality=more_discreet(assignment.confidentiality, each.degree))


def _in_time(assignment: Assignment, message: InboundMessage) -> Assignment:
    """The assignment, due when the institution that handed the message over wants its answer, if that is
    sooner than the law's ceiling (P3)."""
    due_at = due_of(message)
    if due_at is None or due_at >= assignment.legal_due_at:
        return assignment
    return replace(assignment, legal_due_at=due_at)


def first_state(assignment: Assignment) -> CaseState:
    """Danger to life is routed at once, however unsure; whatever else is unsure waits for a person. What is
    surely nobody's here is closed with the answer who is responsible."""
    if assignment.answered and not assignment.needs_review:
        return CaseState.REJECTED
    at_once = assignment.priority is Priority.LIFE_SAFETY and assignment.unit != DESK_UNIT
    at_once = at_once and ReviewReason.NO_ADDRESS not in assignment.reasons
    return CaseState.IN_REVIEW if assignment.needs_review and not at_once else CaseState.ASSIGNED


def _case_row(
    desk: Desk,
    each: Fresh,
    classification: Classification,
    assignment: Assignment,
    version: str,
    now: datetime,
) -> dict[str, Any]:
    message = each.claimed.message
    place = classification.place or message.place
    return {
        "security_number": desk.keyring.encrypt(security_number()),
        "channel": message.channel,
        "kind": classification.kind,
        "topic": classification.topic,
        "unit": assignment.unit,
        "state": first_state(assignment),
        "priority": assignment.priority,
        "confidentiality": assignment.confidentiality,
        "subject": subject_of(message),
        "district": place.district if place else None,
        "neighbourhood": place.neighbourhood if place else None,
        "place": dict(vars(place)) if place else None,  # asdict copies deeply, and slowly
        "needs_review": assignment.needs_review,
        "confidence": classification.confidence,
        "classifier": version,
        "reasons": [*classification.reasons, *assignment.reasons],
        "alternatives": [dict(vars(alternative)) for alternative in classification.alternatives],
        "external_reference": message.external_reference,
        "opened_at": now,
        "promised_at": assignment.promised_at,
        "legal_due_at": assignment.legal_due_at,
        "due_at": assignment.due_at,
        "closed_at": now if first_state(assignment) in CLOSED else None,
    }


def subject_of(message: InboundMessage) -> str:
    """The line a case is listed by: what its first message is about, or how it begins, cut at a word.
    Masked before it is cut, or half a number would be left; the message keeps it whole."""
    words = (message.subject or message.own_words or "").split()
    text = masked(" ".join(words))
    if len(text) <= SUBJECT_LENGTH:
        return text
    cut = text[: SUBJECT_LENGTH - 1]
    whole = cut.rpartition(" ")[0]
    return f"{whole if len(whole) > SUBJECT_LENGTH // 2 else cut.rstrip()}…"


def _events(
    case_id: int,
    each: Fresh,
    classification: Classification,
    assignment: Assignment,
    state: CaseState,
    now: datetime,
) -> list[dict[str, Any]]:
    opened: dict[str, object] = {"message": each.claimed.id, "channel": each.claimed.message.channel}
    decided: dict[str, object] = {
        "unit": assignment.unit,
        "topic": classification.topic,
        "confidence": round(classification.confidence, 3),
        "why": [*classification.reasons, *assignment.reasons],
    }
    if assignment.rule:
        decided["rule"] = assignment.rule
    events = [
        event(case_id, CaseEventKind.OPENED, now, opened, ACTOR),
        event(case_id, _DECIDED[state], now, decided, ACTOR),
    ]
    if each.related:
        related: dict[str, object] = {"case": each.related.number}
        events.append(event(case_id, CaseEventKind.POSSIBLY_RELATED, now, related, ACTOR))
    return events
