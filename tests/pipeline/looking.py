"""Looking at what became of messages, for the tests of the process step."""

import psycopg

from domain.messages import InboundMessage
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from store.models import Case, NotificationRow
from tests.fakes import add_account, process_all


def take_in(desk: Desk, *messages: InboundMessage, account: int | None = None) -> list[int]:
    """Accept messages on an account of their channel and process everything."""
    account = account or add_account(desk, messages[0].channel)
    added = accept(desk, Intake(items=[(account, message) for message in messages]))
    process_all(desk)
    return added


def case_of(desk: Desk, message_id: int) -> Case | None:
    with desk.uow() as uow:
        row = uow.messages.get(message_id)
        assert row is not None
        return uow.cases.get(row.case_id) if row.case_id else None


def case_from(desk: Desk, message: InboundMessage, *, account: int | None = None) -> Case:
    """Take a message in; the case that it opened or was added to."""
    [added] = take_in(desk, message, account=account)
    case = case_of(desk, added)
    assert case is not None
    return case


def notices_of(desk: Desk, case: Case | None) -> list[NotificationRow]:
    assert case is not None
    assert case.id is not None
    with desk.uow() as uow:
        return uow.notifications.of_case(case.id)


def notices_by_state(desk: Desk) -> dict[str, int]:
    with psycopg.connect(desk.settings.database) as connection:
        return dict(connection.execute("SELECT state, count(*) FROM notifications GROUP BY state").fetchall())


def kinds(desk: Desk, case: Case | None) -> list[str]:
    assert case is not None
    with desk.uow() as uow:
        return [event.kind for event in uow.cases.history(case.id or 0)]


def send_all(desk: Desk) -> None:
    """Send until nothing is due."""
    while notify_batch(desk):
        pass
