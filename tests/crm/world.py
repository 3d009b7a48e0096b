"""Subscribers, and things that happen to cases, for the tests of what outside CRMs are told."""

from typing import Any

from domain.vocabulary import Queue
from pipeline.crm.delivery import serve_next
from pipeline.crm.publishing import publish_events
from pipeline.crm.subscribers import Wanted, add
from pipeline.desk import Desk
from store.models import Case, CrmSubscriber
from tests.fakes import Bells
from tests.servers.crm import CrmReceiver


def subscribe(desk: Desk, receiver: CrmReceiver | None = None, name: str = "is-takip", **given: Any) -> str:
    """Add a subscriber; returns its token."""
    made = add(desk, Wanted(**{"name": name, "url": f"{receiver.url}/olay" if receiver else None} | given))
    assert made.secret
    assert made.token
    if receiver:
        receiver.secret = made.secret
    return made.token


def happen(desk: Desk, *lines: tuple[int, str] | tuple[int, str, dict[str, Any]]) -> None:
    """Write lines of history: case, kind, detail."""
    with desk.uow() as uow:
        uow.cases.record(
            [
                {"case_id": line[0], "at": desk.now(), "actor": "test", "kind": line[1],
                 "detail": line[2] if len(line) > 2 else {}}
                for line in lines
            ]
        )  # fmt: skip
        uow.commit()


def deliver(desk: Desk) -> None:
    """Publish, and serve until nobody has anything to get now."""
    publish_events(desk)
    while serve_next(desk):
        pass


def standing(desk: Desk, name: str = "is-takip") -> CrmSubscriber:
    """A subscriber as it stands."""
    with desk.uow() as uow:
        found = uow.crm_subscribers.named(name)
    assert found is not None
    return found


def numbers(desk: Desk, cases: list[int]) -> list[str]:
    """The application numbers of cases."""
    with desk.uow() as uow:
        found = [uow.cases.get(each) for each in cases]
    return [case.number for case in found if case]


def change(desk: Desk, case_id: int, **columns: Any) -> Case:
    """Give a case these columns."""
    with desk.uow() as uow:
        [case] = uow.cases.locked([case_id])
        uow.cases.change(case, columns)
        uow.commit()
    return case


def rung_for_crm(desk: Desk) -> bool:
    assert isinstance(desk.ring, Bells)
    return Queue.CRM in desk.ring.rung
