"""An answer in words reaches citizens: cases are closed by it, each owes its notice. One text may serve many.

Whoever answers a case, an operator for a whole incident or a unit for one, comes through here.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.vocabulary import CaseEventKind, CaseState, Confidentiality, Template
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.telling import owed_to_citizens
from store.incident_records import Answerable
from store.models import Answer
from store.unit_of_work import UnitOfWork


def resolve_by(
    desk: Desk,
    uow: UnitOfWork,
    answer: Answer,
    cases: Sequence[Answerable],
    now: datetime,
    *,
    closed_as: CaseState = CaseState.RESOLVED,
) -> int:
    """Close cases that the caller holds locked by an answer, and owe their citizens the outcome; returns how
    many notices are owed. `closed_as` is one of the closed states.

    Each by the delivery policy of the channel it came by, with the case's own numbers. Who cannot be reached
    finds the answer on the status page; an institution finds it in its file.
    """
    uow.answers.close([case.case_id for case in cases], closed_as, now)
    uow.cases.record([_closed(case, answer, closed_as, now) for case in cases])
    owed = owed_to_citizens(
        desk,
        uow,
        Template.OUTCOME,
        {case.case_id: Confidentiality(case.confidentiality) for case in cases},
        now,
        key=f"{Template.OUTCOME}:{answer.id}",
        values={"answer": answer.id or 0},
    )
    uow.notifications.owe_fresh(owed)
    return len(owed)


def _closed(case: Answerable, answer: Answer, closed_as: CaseState, now: datetime) -> dict[str, object]:
    detail: dict[str, object] = {
        "from": case.state,
        "to": closed_as,
        "why": answer.text,
        "answer": answer.id,
    }
    return event(case.case_id, CaseEventKind.STATE_CHANGED, now, detail, answer.actor)
