"""What units were mailed of their cases, as far as the next mail goes on from it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from domain.vocabulary import NotificationState, Template
from store.models import NotificationRow

_UNTRIED = (col(NotificationRow.state) == NotificationState.OWED, col(NotificationRow.attempts) == 0)


@dataclass(frozen=True, kw_only=True)
class UnitMail:
    """A mail to one address of a unit, owed or left; `told` is the message it is about, None for the whole
    case. `message_id` is the mail's own, `due_at` when it leaves or was to leave."""

    id: int
    case_id: int
    unit: str
    recipient: str
    template: str
    told: int | None
    message_id: str | None
    due_at: datetime


class UnitMailRepository:
    """Reads notices to units, for many cases at once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_cases(self, case_ids: Collection[int]) -> list[UnitMail]:
        """What brought these cases to their units, what told of objections, and the additions that wait
        untried; oldest first."""
        template, values = col(NotificationRow.template), col(NotificationRow.values)
        statement = select(
            col(NotificationRow.id),
            col(NotificationRow.case_id),
            values["unit"].astext.label("unit"),
            col(NotificationRow.recipient),
            template,
            values["message"].as_integer().label("told"),
            col(NotificationRow.message_id),
            col(NotificationRow.due_at),
        ).where(
            col(NotificationRow.case_id).in_(case_ids),
            or_(
                template.in_([Template.ROUTED_TO_UNIT, Template.OBJECTED]),
                (template == Template.CITIZEN_ADDED) & _UNTRIED[0] & _UNTRIED[1],
            ),
        )
        rows = self._session.execute(statement.order_by(col(NotificationRow.id)))
        return [UnitMail(**row._mapping) for row in rows]

    def hold(self, case_ids: Collection[int]) -> set[int]:
        """The keys of the mails that bring these cases to their units and were not tried yet. Nobody takes
        one in hand before the transaction ends: whatever it adds to the case, the mail will hold.

        Never waits: one that a worker has in hand this moment is not among them.
        """
        waiting = (
            select(col(NotificationRow.id))
            .where(
                col(NotificationRow.case_id).in_(case_ids),
                col(NotificationRow.template) == Template.ROUTED_TO_UNIT,
                *_UNTRIED,
            )
            .with_for_update(skip_locked=True)
        )
        return set(self._session.scalars(waiting))
