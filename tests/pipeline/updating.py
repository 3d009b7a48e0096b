"""Updates that are owed to citizens of open cases, for the tests of what shares a message."""

from collections.abc import Sequence
from datetime import timedelta

from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import Medium, Priority, Template
from pipeline.desk import Desk
from store.models import Case, NotificationRow, OutboxEntry
from tests.pipeline.timing import Writer, due, rows_of

MAIL, PHONE = Urn("mailto", "vatandas@posta.example"), Urn("tel", "+905321112233")
UPDATE = Template.STILL_IN_WORK
MEDIUM = {"mailto": Medium.EMAIL, "tel": Medium.SMS}


def open_cases(desk: Desk, writer: Writer, count: int) -> list[int]:
    now = desk.now()
    return writer.write([due(now - timedelta(hours=2), now + timedelta(days=3)) for _ in range(count)])


def owe(
    desk: Desk,
    cases: Sequence[int],
    to: Urn = MAIL,
    *,
    template: Template = UPDATE,
    priority: Priority = Priority.NORMAL,
    then: Sequence[Urn] = (),
) -> None:
    """Owe the citizen of each case an update; `then` are their other addresses."""
    ways = [[MEDIUM[urn.scheme], str(urn)] for urn in (to, *then)]
    with desk.uow() as uow:
        for case_id in cases:
            notice = Notification(
                medium=MEDIUM[to.scheme],
                recipient=to,
                template=template,
                due_at=desk.now(),
                dedupe_key=f"{template}:{case_id}",
                values={"ways": ways},
                priority=priority,
                automatic=False,
            )
            assert uow.notifications.owe(case_id, "c", notice)
        uow.commit()


def outbox(desk: Desk, to: Urn = MAIL) -> list[OutboxEntry]:
    return [entry for entry in rows_of(desk, OutboxEntry) if entry.recipient == str(to)]


def numbers_of(desk: Desk, cases: Sequence[int]) -> list[str]:
    return [case.number for case in rows_of(desk, Case) if case.id in cases]


def rows(desk: Desk, to: Urn = MAIL) -> list[NotificationRow]:
    return [row for row in rows_of(desk, NotificationRow) if row.recipient == str(to)]
