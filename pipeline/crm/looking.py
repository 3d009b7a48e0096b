"""What operators see of outside CRMs. Plain values only, and no secret among them."""

from typing import Any

from pipeline.crm.envelope import sequence, type_name
from pipeline.crm.subscribers import known
from pipeline.desk import Desk
from store.models import CrmSubscriber
from store.unit_of_work import UnitOfWork

SHOWN_ASIDE = 20


def subscriber_rows(desk: Desk) -> list[dict[str, Any]]:
    """All subscribers by name: how far each is, how much waits, and what is wrong."""
    with desk.uow() as uow:
        return [_row(uow, each) for each in uow.crm_subscribers.all()]


def subscriber_sheet(desk: Desk, name: str) -> dict[str, Any]:
    """One subscriber with what it may do and what it refused. Raises RefusedError for an unknown one."""
    with desk.uow() as uow:
        mine = known(uow, name)
        aside = uow.crm_subscribers.aside(mine.id or 0, SHOWN_ASIDE)
        events = {event.position: event for event in uow.crm_feed.at([each.position for each in aside])}
        refused = [
            {"cursor": sequence(each.position), "number": events[each.position].case.number,
             "attempts": each.attempts, "next_try_at": each.next_try_at, "error": each.error}
            for each in aside if each.position in events
        ]  # fmt: skip
        return _row(uow, mine) | {
            "types": [type_name(desk.settings, each) for each in mine.types],
            "units": list(mine.units),
            "cursor": sequence(mine.cursor),
            "failing_since": mine.failing_since,
            "attempts": mine.attempts,
            "next_try_at": mine.next_try_at,
            "paused_at": mine.paused_at,
            "created_at": mine.created_at,
            "refused": refused,
        }


def _row(uow: UnitOfWork, mine: CrmSubscriber) -> dict[str, Any]:
    return {
        "name": mine.name,
        "url": mine.url,
        "active": mine.active,
        "paused_why": mine.paused_why,
        "waiting": uow.crm_subscribers.backlog(mine.cursor) if mine.url else None,
        "aside": uow.crm_subscribers.count_aside(mine.id or 0),
        "delivered_at": mine.delivered_at,
        "error": mine.error,
    }
