"""What outside CRMs said by calls that carry a key: each is done once."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from store.models import CrmImport


class CrmImportRepository:
    """Calls by subscriber and key."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, subscriber_id: int, key: str, case_id: int, digest: str, now: datetime) -> bool:
        """Whether the key is new; who comes with the same one meanwhile waits until this transaction ends."""
        row = insert(CrmImport).values(
            subscriber_id=subscriber_id, key=key, case_id=case_id, digest=digest, at=now, answer={}
        )
        taken = self._session.execute(row.on_conflict_do_nothing().returning(col(CrmImport.key)))
        return taken.first() is not None

    def of(self, subscriber_id: int, key: str) -> CrmImport | None:
        """What came with this key, or None."""
        mine = col(CrmImport.subscriber_id) == subscriber_id, col(CrmImport.key) == key
        return self._session.scalars(select(CrmImport).where(*mine)).first()

    def answered(self, subscriber_id: int, key: str, answer: dict[str, Any]) -> None:
        """Record what the call was answered."""
        mine = col(CrmImport.subscriber_id) == subscriber_id, col(CrmImport.key) == key
        self._session.execute(update(CrmImport).where(*mine).values(answer=answer))

    def forget(self, before: datetime) -> int:
        """Drop calls from before a time; returns how many those were."""
        gone = self._session.execute(delete(CrmImport).where(col(CrmImport.at) < before))
        return int(gone.rowcount)  # type: ignore[attr-defined]
