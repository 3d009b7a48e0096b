"""What a case becomes when a person confirms or corrects what the program made of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.cases import CLOSED
from domain.messages import InboundMessage
from domain.vocabulary import CaseKind, CaseState, Confidentiality, NotACase, Priority
from pipeline.judgement import Judgement
from pipeline.refusal import RefusedError
from pipeline.rerouting import Rerouting
from store.models import Case

CHANGEABLE = (
    "kind", "topic", "unit", "state", "priority", "confidentiality", "district", "neighbourhood", "place",
    "needs_review", "promised_at", "legal_due_at", "due_at", "closed_at",
)  # fmt: skip
"""The columns of a case that a decision may change."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a reviewer says otherwise than the program; None leaves a thing as it is.

    `topic` and `unit` are codes. `told` says that the reviewer has told a unit that has no e-mail address.
    """

    topic: str | None = None
    unit: str | None = None
    kind: CaseKind | None = None
    priority: Priority | None = None
    confidentiality: Confidentiality | None = None
    district: str | None = None
    not_a_case: NotACase | None = None
    told: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether everything stays as the program found it."""
        return replace(self, told=False) == Correction()


def columns_of(case: Case) -> dict[str, Any]:
    """The `CHANGEABLE` columns as they are."""
    return {name: getattr(case, name) for name in CHANGEABLE}


def settled(
    judgement: Judgement, case: Case, message: InboundMessage, correction: Correction, now: datetime
) -> dict[str, Any]:
    """The `CHANGEABLE` columns of a case as the decision leaves them.

    Raises PermanentError that says what is missing, unknown or contradicts itself.
    """
    if correction.not_a_case:
        return columns_of(case) | _rejected(correction, now)
    routed = Rerouting(
        judgement=judgement,
        case=case,
        message=message,
        given_topic=correction.topic,
        given_unit=correction.unit,
        given_district=correction.district,
        kind=correction.kind or CaseKind(case.kind),
        priority=correction.priority,
        confidentiality=correction.confidentiality,
    )
    if not correction.told:
        routed.refuse_silent()
    closed_at = now if routed.state in CLOSED else None
    return columns_of(case) | routed.columns | {"needs_review": False, "closed_at": closed_at}


def _rejected(correction: Correction, now: datetime) -> dict[str, Any]:
    if not replace(correction, not_a_case=None).says_nothing:
        raise RefusedError("case_and_none")
    return {"state": CaseState.REJECTED, "closed_at": now, "needs_review": False}
