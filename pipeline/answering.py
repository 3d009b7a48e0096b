"""Cases that would be closed with an answer: not before a person has seen the files that came along."""

from collections.abc import Sequence

from pipeline.work import Fresh, Judged
from router.assignment import ReviewReason, for_review
from store.unit_of_work import UnitOfWork


def files_seen_first(uow: UnitOfWork, fresh: Sequence[Fresh], judged: Sequence[Judged]) -> list[Judged]:
    """The decisions in order, those for review that would have closed a case with files unseen."""
    closing = [each.claimed.id for each, (_, found) in zip(fresh, judged, strict=True) if found.answered]
    with_files = {file.message_id for file in uow.messages.attachments(closing)} if closing else set()
    return [
        (
            classification,
            for_review(found, ReviewReason.OUT_OF_SCOPE) if each.claimed.id in with_files else found,
        )
        for each, (classification, found) in zip(fresh, judged, strict=True)
    ]


def doubted_first_seen(fresh: Sequence[Fresh], judged: Sequence[Judged]) -> list[Judged]:
    """The decisions in order, those about messages that pretend to be a unit's answer for review."""
    return [
        (classification, for_review(found, ReviewReason.UNPROVEN_UNIT) if each.doubted else found)
        for each, (classification, found) in zip(fresh, judged, strict=True)
    ]
