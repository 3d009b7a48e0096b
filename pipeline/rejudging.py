"""Waiting cases judged anew, once another classifier is in force: reviewers then see what it finds.

They go on waiting, whatever it finds: a person looks all the same. What a person has decided about or has in
hand is passed over, and no case becomes less urgent, less discreet or due later by it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.taxonomy import DESK_UNIT
from domain.cases import more_urgent
from domain.decisions import Assignment, Classification
from domain.vocabulary import CaseEventKind, Priority
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.judgement import Judgement, current
from pipeline.opening import ACTOR, question_of
from router.assignment import ReviewReason
from store.models import Case
from store.records import Claimed
from store.unit_of_work import UnitOfWork

BATCH = 64
_OF_OTHERS = (
    ReviewReason.RETURNED, ReviewReason.UNPROVEN_UNIT, ReviewReason.OBJECTED, ReviewReason.OUT_OF_SCOPE,
)  # fmt: skip
"""Reasons that no classifier finds again: what units and citizens said of the case, and files unseen."""


def judge_waiting_anew(desk: Desk) -> int:
    """Judge the desk's waiting cases by the classifier in force; returns how many there were."""
    total = 0
    while count := _batch(desk):
        total += count
    return total


def _batch(desk: Desk) -> int:
    now = desk.now()
    with desk.uow() as uow:
        judgement = current(desk, uow, now)
        stale = uow.reviews.stale(DESK_UNIT, judgement.classifier.version, now, BATCH)
        if stale:
            _judge(uow, judgement, stale, now)
        uow.commit()
    return len(stale)


def _judge(
    uow: UnitOfWork, judgement: Judgement, stale: Sequence[tuple[int, Claimed]], now: datetime
) -> None:
    judged = judgement.judge([question_of(each.message) for _, each in stale], now)
    cases = {case.id: case for case in uow.cases.locked([case_id for case_id, _ in stale])}
    events = []
    for (case_id, _), (found, assignment) in zip(stale, judged, strict=True):
        case, topic = cases[case_id], cases[case_id].topic
        uow.cases.settle(case, _columns(case, found, assignment, judgement.classifier.version))
        detail: dict[str, object] = {
            "from": topic,
            "to": found.topic,
            "confidence": round(found.confidence, 3),
        }
        events.append(event(case_id, CaseEventKind.CLASSIFIED, now, detail, ACTOR))
    uow.cases.record(events)


def _columns(case: Case, found: Classification, assignment: Assignment, version: str) -> dict[str, Any]:
    verdict = [found.not_a_case] if found.not_a_case else []
    reasons = [*found.reasons, *assignment.reasons, *verdict]
    return {
        "topic": found.topic,
        "confidence": found.confidence,
        "classifier": version,
        "reasons": reasons + [why for why in _OF_OTHERS if why in case.reasons and why not in reasons],
        "alternatives": [dict(vars(other)) for other in found.alternatives],
        "priority": more_urgent(Priority(case.priority), assignment.priority),
        "needs_review": True,
    }
