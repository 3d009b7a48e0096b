"""The earlier reports that a batch's new ones are compared with: one look-up for the whole batch."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.fingerprints import Fingerprint, alike, fingerprint, unpacked
from domain.messages import InboundMessage, Place
from domain.vocabulary import CaseKind, Confidentiality, Priority
from router.duplicates import Report
from store.records import MarkedCase
from store.unit_of_work import UnitOfWork


def report_of(message: InboundMessage, row: Mapping[str, Any]) -> Report:
    """A new case, by its first message and its row, as far as duplicates go."""
    return Report(
        case_id=row["id"],
        number=row["number"],
        citizen=row["citizen_id"],
        topic=row["topic"],
        kind=row["kind"],
        confidentiality=row["confidentiality"],
        place=Place.stored(row["place"]) if row["place"] else None,
        words=fingerprint(message.own_words or message.subject or ""),
        opened_at=row["opened_at"],
        priority=row["priority"],
        routed=not row["needs_review"],
    )


def earlier_reports(
    uow: UnitOfWork, reports: Sequence[Report], looked: Sequence[Sequence[int]], since: datetime
) -> dict[int, list[Report]]:
    """The open cases since an aware time that each of these reports, by its position, may repeat or belong
    to, oldest first. `looked` are the marks under which each is to be looked for."""
    asked = [(position, mark) for position, each in enumerate(looked) for mark in each]
    found: dict[int, list[Report]] = defaultdict(list)
    known: dict[int, Report] = {}
    for case in uow.links.marked(asked, _in_the_same_words(uow, reports, since), since):
        if case.case_id not in known:
            known[case.case_id] = _report(case)
        found[case.position].append(known[case.case_id])
    return found


def _in_the_same_words(uow: UnitOfWork, reports: Sequence[Report], since: datetime) -> list[tuple[int, int]]:
    """(position, case) of what says the same. Words are compared first: many share a phrase, few a text."""
    asked = [(position, mark) for position, new in enumerate(reports) for mark in new.word_marks]
    return [
        (case.position, case.case_id)
        for case in uow.links.worded(asked, since)
        if alike(reports[case.position].words, _words(case.exact, case.sketch, case.length))
    ]


def _words(exact: int, sketch: bytes, length: int) -> Fingerprint:
    return Fingerprint(exact=exact, sketch=unpacked(sketch), length=length)


def _report(case: MarkedCase) -> Report:
    return Report(
        case_id=case.case_id,
        number=case.number,
        citizen=case.citizen_id,
        topic=case.topic,
        kind=CaseKind(case.kind),
        confidentiality=Confidentiality(case.confidentiality),
        place=Place.stored(case.place) if case.place else None,
        words=_words(case.exact, case.sketch, case.length),
        opened_at=case.opened_at,
        incident=case.incident,
        priority=Priority(case.priority),
        routed=not case.needs_review,
    )
