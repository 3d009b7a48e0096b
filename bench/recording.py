"""Writes down what accepting and processing a batch writes, so that the store can be given the same again.

The mails go through the real steps once; the repositories' own methods are listened to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from domain.messages import InboundMessage
from domain.notices import Notification
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.process import process_batch
from store.cases import CaseRepository
from store.citizens import CitizenRepository
from store.messages import MessageRepository
from store.notifications import NotificationRepository
from store.records import Arrival
from store.unit_of_work import UnitOfWork


@dataclass
class Written:
    """The rows of one batch, with the keys they had: each of its messages opened a case."""

    arrivals: list[Arrival] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    citizen_ids: list[int] = field(default_factory=list)
    contacts: dict[str, int | None] = field(default_factory=dict)
    cases: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    owed: list[tuple[int, str, Notification]] = field(default_factory=list)

    def again(self, tag: str) -> "Written":
        """The same as if others had sent it, so that nothing of it is known yet."""
        return replace(
            self,
            arrivals=[_another(arrival, tag) for arrival in self.arrivals],
            contacts={f"{urn}.{tag}": owner for urn, owner in self.contacts.items()},
            owed=[(c, i, replace(n, dedupe_key=f"{n.dedupe_key}.{tag}")) for c, i, n in self.owed],
        )


def record(desk: Desk, account_id: int, messages: Sequence[InboundMessage]) -> Written:
    """Accept and process these messages, and return what was written."""
    written = Written()
    listening = _ListeningDesk(desk.settings, ring=lambda _queue: None, written=written)
    accept(listening, Intake(items=[(account_id, message) for message in messages]))
    process_batch(listening)
    listening.engine.dispose()
    if len(written.cases) != len(messages):
        raise RuntimeError(f"{len(messages)} messages opened {len(written.cases)} cases")
    return written


@dataclass
class _ListeningDesk(Desk):
    written: Written = field(default_factory=Written)

    def uow(self) -> UnitOfWork:
        return _ListeningUnit(self.engine, self.written)


class _ListeningUnit(UnitOfWork):
    def __init__(self, engine: Any, written: Written) -> None:
        super().__init__(engine)
        self.written = written

    def __enter__(self) -> Self:
        super().__enter__()
        for name, listening in _LISTENING.items():
            vars(self)[name] = listening(self)
        return self


class _Messages(MessageRepository):
    def __init__(self, unit: _ListeningUnit) -> None:
        super().__init__(unit.session)
        self._written = unit.written

    def add(self, arrivals: Sequence[Arrival], now: datetime) -> dict[int, str]:
        self._written.arrivals += arrivals
        return super().add(arrivals, now)


class _Citizens(CitizenRepository):
    def __init__(self, unit: _ListeningUnit) -> None:
        super().__init__(unit.session)
        self._written = unit.written

    def add(self, names: Sequence[str | None], now: datetime) -> list[int]:
        self._written.names += names
        self._written.citizen_ids += (added := super().add(names, now))
        return added

    def add_contacts(self, owners: Mapping[str, int | None], now: datetime) -> None:
        self._written.contacts |= owners
        super().add_contacts(owners, now)


class _Cases(CaseRepository):
    def __init__(self, unit: _ListeningUnit) -> None:
        super().__init__(unit.session)
        self._written = unit.written

    def open_many(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._written.cases += map(dict, rows)
        super().open_many(rows)

    def record(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._written.events += map(dict, rows)
        super().record(rows)


class _Notifications(NotificationRepository):
    def __init__(self, unit: _ListeningUnit) -> None:
        super().__init__(unit.session)
        self._written = unit.written

    def owe_fresh(self, owed: Sequence[tuple[int | None, str, Notification]]) -> None:
        self._written.owed += [(case_id or 0, correlation, notice) for case_id, correlation, notice in owed]
        super().owe_fresh(owed)


_LISTENING: Mapping[str, Callable[[_ListeningUnit], object]] = {
    "messages": _Messages,
    "citizens": _Citizens,
    "cases": _Cases,
    "notifications": _Notifications,
}


def _another(arrival: Arrival, tag: str) -> Arrival:
    item = arrival.item
    assert isinstance(item, InboundMessage)
    files = [replace(a, content=(a.content or b"") + tag.encode()) for a in item.attachments]
    changed = replace(
        item,
        external_id=f"{item.external_id}.{tag}",
        content_key=f"{item.content_key}.{tag}",
        raw=item.raw + tag.encode(),
        attachments=files,
    )
    return replace(arrival, item=changed)
