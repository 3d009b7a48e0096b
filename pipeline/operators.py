"""Word to the operator, by e-mail to the one address that is set for it."""

from collections.abc import Mapping
from datetime import datetime

from domain.notices import Notification
from domain.urn import mail_urn
from domain.vocabulary import Medium, Priority, Template
from pipeline.desk import Desk
from store.unit_of_work import UnitOfWork


def operator_notice(
    desk: Desk,
    template: Template,
    dedupe_key: str,
    values: Mapping[str, object],
    now: datetime,
    *,
    priority: Priority = Priority.NORMAL,
) -> Notification | None:
    """The notice, to be owed once for each key; None where no operator is named. `now` is aware."""
    operator = mail_urn(desk.settings.operator_email)
    if operator is None:
        return None
    return Notification(
        medium=Medium.EMAIL,
        recipient=operator,
        template=template,
        due_at=now,
        dedupe_key=dedupe_key,
        values=values,
        priority=priority,
        automatic=False,
    )


def owe_operator(
    desk: Desk,
    uow: UnitOfWork,
    template: Template,
    dedupe_key: str,
    values: Mapping[str, object],
    now: datetime,
    *,
    correlation: str,
) -> bool:
    """Owe the operator a notice about no single case; whether it is new. The caller commits.

    Nothing is owed where no operator is named, or for a key that was owed before. `now` is aware.
    """
    notice = operator_notice(desk, template, dedupe_key, values, now)
    return notice is not None and uow.notifications.owe(None, correlation, notice)
