"""What earlier deliveries a message goes on from: the ones it edits, the ones it was sent together with."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlmodel import Session, col

from domain.vocabulary import MessageState
from store.models import Message
from store.records import Stored

_TOGETHER = timedelta(minutes=2)
"""Within so long the parts of one album come."""
_STORED = text(
    "SELECT m.id, m.account_id, m.external_id, m.sender, m.state, m.text, m.case_id"
    " FROM unnest(CAST(:accounts AS bigint[]), CAST(:externals AS text[])) AS asked(account, external)"
    " JOIN messages m ON m.account_id = asked.account AND m.external_id = asked.external"
)


class ThreadRepository:
    """Finds deliveries by what providers call them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def stored(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Stored]:
        """The known ones of these deliveries, by (account, external id)."""
        given = {"accounts": [account for account, _ in keys], "externals": [one for _, one in keys]}
        found = [Stored(**row._mapping) for row in self._session.execute(_STORED, given)]
        return {(each.account_id, each.external_id): each for each in found}

    def being_read(self, account_id: int, header: str, value: str, near: datetime) -> bool:
        """Whether the files of a message with this header, which came about then, are still on their way."""
        statement = (
            select(col(Message.id))
            .where(
                col(Message.state) == MessageState.RECEIVED,
                col(Message.account_id) == account_id,
                # Only what came with it: in a storm many thousands wait for their files.
                col(Message.received_at).between(near - _TOGETHER, near + _TOGETHER),
                col(Message.headers)[header].astext == value,
            )
            .limit(1)
        )
        return self._session.execute(statement).first() is not None
