"""Cases of any age and in any state, written straight into the database: for tests of what time brings."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel, col

from pipeline.desk import Desk
from store.bulk import copy_rows, next_ids
from store.models import Case, CaseEvent, Message, NotificationRow, Reminder
from tests.fakes import make_message
from tests.pipeline.looking import case_of, take_in


class Writer:
    """Writes cases like one that went the whole way in: each with a first message by a citizen of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        [message_id] = take_in(desk, make_message())
        case = case_of(desk, message_id)
        assert case is not None
        with desk.uow() as uow:
            message = uow.messages.get(message_id)
            assert message is not None
            self._case, self._message = case.model_dump(exclude={"id"}), message.model_dump(exclude={"id"})
            stored = uow.cases.get(case.id or 0)
            assert stored is not None
            stored.state, stored.closed_at = "resolved", desk.now()
            uow.session.add(stored)
            uow.commit()

    def write(self, given: Sequence[dict[str, Any]]) -> list[int]:
        """Add cases with these columns; `sender` is whose message each was opened by. Returns their keys."""
        with self._desk.uow() as uow:
            ids = next_ids(uow.session, Case, len(given))
            numbers = uow.cases.new_numbers(2026, len(given))
            cases, messages = [], []
            for case_id, number, columns in zip(ids, numbers, given, strict=True):
                own = dict(columns)
                sender = own.pop("sender", f"mailto:vatandas-{case_id}@posta.example")
                cases.append(self._case | own | {"id": case_id, "number": number})
                named = {"case_id": case_id, "external_id": f"own-{case_id}", "content_key": None}
                messages.append(self._message | named | {"sender": sender})
            copy_rows(uow.session, Case, cases)
            copy_rows(uow.session, Message, messages)
            uow.commit()
        return ids


def due(opened_at: datetime, due_at: datetime, **more: Any) -> dict[str, Any]:
    """The times of a case whose promise is the stricter clock."""
    return {"opened_at": opened_at, "promised_at": due_at, "legal_due_at": due_at, "due_at": due_at} | more


def rows_of(desk: Desk, model: type[SQLModel]) -> list[Any]:
    """Every row of a table, oldest first."""
    with desk.uow() as uow:
        return list(uow.session.scalars(select(model).order_by(col(model.id))))  # type: ignore[attr-defined]


def reminders(desk: Desk) -> list[Reminder]:
    return rows_of(desk, Reminder)


def notices(desk: Desk, template: str) -> list[NotificationRow]:
    return [row for row in rows_of(desk, NotificationRow) if row.template == template]


def events(desk: Desk, kind: str) -> list[CaseEvent]:
    return [row for row in rows_of(desk, CaseEvent) if row.kind == kind]


def three_clocks(sweep: Callable[[], object], *, rounds: int) -> None:
    """Let three clocks make as many rounds of a sweep each, all at once."""
    start = Barrier(3)

    def one_clock() -> None:
        start.wait()
        for _ in range(rounds):
            sweep()

    clocks = [Thread(target=one_clock) for _ in range(3)]
    for each in clocks:
        each.start()
    for each in clocks:
        each.join()
