"""Cases that would be closed with an answer: not before a person has seen the files that came along."""

from collections.abc import Sequence
from dataclasses import replace

from config.taxonomy import DESK_UNIT
from domain.decisions import Assignment, Classification
from domain.vocabulary import Priority
from pipeline.work import Fresh
from router.assignment import ReviewReason
from store.unit_of_work import UnitOfWork

Judged = tuple[Classification, Assignment]


def files_seen_first(uow: UnitOfWork, fresh: Sequence[Fresh], judged: Sequence[Judged]) -> list[Judged]:
    """The decisions in order, those for review that would have closed a case with files unseen."""
    closing = [each.claimed.id for each, (_, found) in zip(fresh, judged, strict=True) if found.answered]
    with_files = {file.message_id for file in uow.messages.attachments(closing)} if closing else set()
    return [
        (classification, _for_review(found) if each.claimed.id in with_files else found)
        for each, (classification, found) in zip(fresh, judged, strict=True)
    ]


def doubted_first_seen(fresh: Sequence[Fresh], judged: Sequence[Judged]) -> list[Judged]:
    """The decisions in order, those about messages that pretend to be a unit's answer for review."""
    return [
        (classification, _unproven(found) if each.doubted else found)
        for each, (classification, found) in zip(fresh, judged, strict=True)
    ]


def _unproven(found: Assignment) -> Assignment:
    reasons = (*found.reasons, ReviewReason.UNPROVEN_UNIT)
    # Danger to life goes to its unit at once, whoever writes of it.
    unit = found.unit if found.priority is Priority.LIFE_SAFETY else DESK_UNIT
    return replace(found, unit=unit, answered=False, needs_review=True, reasons=reasons)


def _for_review(found: Assignment) -> Assignment:
    reasons = (*found.reasons, ReviewReason.OUT_OF_SCOPE)
    return replace(found, unit=DESK_UNIT, answered=False, needs_review=True, reasons=reasons)
