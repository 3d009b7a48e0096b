"""What became of one delivery, for whoever sent it by one of our own interfaces."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from store.models import Case, Message
from store.models.columns import text_in


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A delivery as its sender may know it. `number` is its case's; datetimes are UTC."""

    state: str
    number: str | None
    fingerprint: str
    received_at: datetime


class DeliveryRepository:
    """Finds deliveries by what their senders know of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, account_id: int, external_id: str) -> Delivery | None:
        """The delivery, or None while nothing of it is stored here."""
        row = self._session.execute(
            select(
                col(Message.state),
                col(Case.number),
                text_in(Message.headers, "fingerprint").label("fingerprint"),
                col(Message.received_at),
            )
            .outerjoin(Case, col(Case.id) == col(Message.case_id))
            .where(col(Message.account_id) == account_id, col(Message.external_id) == external_id)
        ).one_or_none()
        return Delivery(**{**row._mapping, "fingerprint": row.fingerprint or ""}) if row else None
