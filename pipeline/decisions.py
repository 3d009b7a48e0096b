"""What people decided, as lessons: what a case is about, what is wanted, and what is no case at all."""

from dataclasses import dataclass
from datetime import datetime

from pipeline.personal import masked
from router.curriculum import CASE
from router.lessons import Decided, distinct
from store.review_records import Label, LookedAt
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """One decision for each wording, in order of time, about each of the three things."""

    topics: list[Decided]
    kinds: list[Decided]
    verdicts: list[Decided]


def decisions(uow: UnitOfWork, since: datetime) -> Decisions:
    """What people decided since then: reviewers about cases, and whoever looked at what was set aside.

    Texts are masked: a model keeps pieces of what it learns.
    """
    labels, asides = uow.reviews.labels(since), uow.asides.looked_at(since)
    cases = [(label, label.topic) for label in labels if label.topic]
    return Decisions(
        topics=distinct(_decided(label, topic) for label, topic in cases),
        kinds=distinct(_decided(label, label.kind) for label, _ in cases),
        verdicts=distinct([*map(_of_case, labels), *map(_of_aside, asides)]),
    )


def _of_case(label: Label) -> Decided:
    return _decided(label, label.not_a_case or CASE)


def _of_aside(found: LookedAt) -> Decided:
    return _decided(found, found.verdict if found.kept else CASE)


def _decided(said: Label | LookedAt, label: str) -> Decided:
    text = masked("\n".join(filter(None, (said.subject, said.text))))
    return Decided(text=text, label=str(label), at=said.at)
