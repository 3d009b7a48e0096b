"""After 48 hours a citizen is told, once a case, which unit it went to and that it is being worked on.

Not of cases that are closed, never went to a unit, or stand still for the citizen's own answer. One that
waits for a person meanwhile is told of once it is routed; until then operators hear of it (`review_watch`).
"""

from datetime import timedelta

from domain.vocabulary import CaseEventKind, Confidentiality, Queue, Template
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.telling import owed_to_citizens

AT_ONCE = 200
ACTOR = "clock"


def tell_still_in_work(desk: Desk) -> None:
    """Owe what is due, a bounded number in one transaction; the next tick goes on."""
    now = desk.now()
    before = now - timedelta(hours=desk.settings.forwarded_notice_hours)
    with desk.uow() as uow:
        cases = uow.deadlines.claim_still_open(before, now, AT_ONCE)
        if not cases:
            return
        degrees = {case.id: Confidentiality(case.confidentiality) for case in cases}
        key = str(Template.STILL_IN_WORK)
        owed = owed_to_citizens(desk, uow, Template.STILL_IN_WORK, degrees, now, key=key)
        uow.notifications.owe_fresh(owed)
        reached = {case_id for case_id, _, _ in owed}
        uow.cases.record(
            [
                event(
                    case.id,
                    CaseEventKind.STILL_IN_WORK,
                    now,
                    {"unit": case.unit, "told": case.id in reached},
                    ACTOR,
                )
                for case in cases
            ]
        )
        uow.commit()
    if owed:
        desk.wake(Queue.NOTIFY)
