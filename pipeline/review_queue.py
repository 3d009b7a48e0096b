"""What waits for reviewers, and one case as a reviewer needs to see it. Plain values only."""

from datetime import datetime
from typing import Any

from domain.vocabulary import NotACase
from pipeline.corrections import Correction, settled
from pipeline.desk import Desk
from pipeline.edits import wordings
from pipeline.judgement import Judgement, current
from pipeline.numbers import case_of, locked
from pipeline.personal import masked
from pipeline.refusal import RefusedError
from pipeline.review import opening_message
from pipeline.review_guards import named, refuse_restricted, waits
from router.assignment import ReviewReason
from store.models import Case
from store.unit_of_work import UnitOfWork

REASONS = (*ReviewReason, *NotACase)
"""Why a case waits, as far as the queue is counted by it."""
_SHOWN = (
    "number", "state", "priority", "channel", "kind", "confidentiality", "subject", "district",
    "neighbourhood", "topic", "unit", "reasons", "opened_at", "due_at", "reviewer", "claimed_until",
)  # fmt: skip
_PROPOSED = ("state", "topic", "unit", "priority", "confidentiality", "due_at")


def review_rows(desk: Desk) -> list[dict[str, Any]]:
    """What waits, by reason, topic and priority: how many, how many of them in hand, the oldest's age in
    hours."""
    now = desk.now()
    with desk.uow() as uow:
        found = uow.reviews.waiting(REASONS, now)
    return [
        {
            "why": each.why,
            "topic": each.topic,
            "priority": each.priority,
            "waiting": each.waiting,
            "claimed": each.claimed,
            "oldest_at": each.oldest_at,
            "age_hours": round((now - each.oldest_at).total_seconds() / 3600, 1),
        }
        for each in found
    ]


def review_sheet(desk: Desk, number: str, reviewer: str) -> dict[str, Any]:
    """A case with what its citizen said, personal data masked, why the program decided so, what else it
    thought of, and what a confirmation would do, or why it cannot be confirmed.

    Raises PermanentError for an unknown number, and for a restricted case that this reviewer may not see.
    """
    now, who = desk.now(), named(reviewer)
    with desk.uow() as uow:
        case = locked(uow, number)
        refuse_restricted(desk, case, who)
        judgement = current(desk, uow, now)
        topics = judgement.taxonomy.topics
        said = [masked(each.text) for each in wordings(uow.messages.of_case(case.id or 0))]
        return {
            **{name: getattr(case, name) for name in _SHOWN},
            "text": said,
            "place": (case.place or {}).get("address"),
            "topic_name": topics[case.topic].name if case.topic in topics else None,
            "confidence": round(case.confidence, 3),
            "classifier": case.classifier,
            "waits": waits(case),
            "alternatives": [
                {"topic": a["topic"], "confidence": round(a["confidence"], 3)} for a in case.alternatives
            ],
            **_confirmation(uow, judgement, case, now),
        }


def standing(desk: Desk, number: str) -> dict[str, Any]:
    """Where a case stands after a decision. Raises PermanentError for an unknown number."""
    with desk.uow() as uow:
        case = case_of(uow, number)
        return {name: getattr(case, name) for name in ("number", *_PROPOSED)}


def _confirmation(uow: UnitOfWork, judgement: Judgement, case: Case, now: datetime) -> dict[str, Any]:
    try:
        after = settled(judgement, case, opening_message(uow, case).message, Correction(), now)
    except RefusedError as error:
        return {"confirmed": None, "in_the_way": {"reason": error.reason, **error.values}}
    return {"confirmed": {name: after[name] for name in _PROPOSED}, "in_the_way": None}
