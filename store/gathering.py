"""Which of a citizen's waiting notices leave in one message, and how many messages a day has brought them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlmodel import Session, col

from domain.vocabulary import NotificationState, Priority
from store.models import NotificationRow
from store.models.columns import text_in
from store.notices_in_hand import take_in_hand

DAILY_LIMIT = "daily limit"
"""What a notice's row says while it waits for the next day."""
_S = NotificationState
_PURPOSE = 1_530_001


class GatheringRepository:
    """Works on notices that a worker has just taken in hand, in the transaction that took them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self, recipients: Collection[str]) -> set[str]:
        """Those of the addresses that nobody else gathers for; until the transaction ends nobody will.

        Never waits: a host that dies in the midst holds up its own few addresses and nothing else.
        """
        statement = text(
            "SELECT urn FROM unnest(CAST(:urns AS text[])) AS urn"
            " WHERE pg_try_advisory_xact_lock(:purpose, hashtext(urn))"
        )
        given = {"urns": sorted(recipients), "purpose": _PURPOSE}
        return set(self._session.execute(statement, given).scalars())

    def join(
        self,
        recipients: Collection[str],
        templates: Collection[str],
        now: datetime,
        until: datetime,
        most: int,
    ) -> list[int]:
        """Take in hand, too, what of these templates waits for these addresses and is due by then."""
        waiting = (
            select(col(NotificationRow.id))
            .where(
                col(NotificationRow.state) == _S.OWED,
                col(NotificationRow.recipient).in_(recipients),
                col(NotificationRow.template).in_(templates),
                col(NotificationRow.priority) != Priority.LIFE_SAFETY,
                col(NotificationRow.due_at) <= until,
            )
            .order_by(col(NotificationRow.id))
            .limit(most)
        )
        return take_in_hand(self._session, waiting, now)

    def let_leave(
        self, recipients: Collection[str], templates: Collection[str], unit: str, mark: str, now: datetime
    ) -> None:
        """Let a unit's news, which these templates tell, leave now that wait for its mail with all of them:
        those whose rows have `mark` among their values."""
        waiting = (
            col(NotificationRow.state) == _S.OWED,
            col(NotificationRow.recipient).in_(recipients),
            col(NotificationRow.template).in_(templates),
            text_in(NotificationRow.values, "unit") == unit,
            text_in(NotificationRow.values, mark).is_not(None),
        )
        self._session.execute(update(NotificationRow).where(*waiting).values(due_at=now))

    def carry(self, carriers: Mapping[int, Sequence[int]]) -> None:
        """Record which notice's message holds the words of which others."""
        for carrier, carried in carriers.items():
            mine = col(NotificationRow.id).in_(carried), col(NotificationRow.state) == _S.SENDING
            self._session.execute(update(NotificationRow).where(*mine).values(carried_by=carrier))

    def alone(self, notice_ids: Collection[int]) -> None:
        """Record that the messages of these notices are their own, in whose ever they were tried before."""
        mine = col(NotificationRow.id).in_(notice_ids), col(NotificationRow.state) == _S.SENDING
        self._session.execute(update(NotificationRow).where(*mine).values(carried_by=None))

    def left_along(self, carrier: int, carried: Collection[int], transport: str, now: datetime) -> None:
        """Record that notices left in the message of another one."""
        if not carried:
            return
        mine = col(NotificationRow.id).in_(carried), col(NotificationRow.carried_by) == carrier
        left = {"state": _S.SENT, "transport": transport, "sent_at": now, "error": None}
        self._session.execute(update(NotificationRow).where(*mine).values(**left))

    def messages(
        self, recipients: Collection[str], since: datetime, mine: Collection[int]
    ) -> Mapping[str, int]:
        """How many messages went to each address since then, or are on their way; `mine` do not count."""
        count = func.count().label("messages")
        alone = col(NotificationRow.recipient).in_(recipients), col(NotificationRow.carried_by).is_(None)
        left = select(col(NotificationRow.recipient), count).where(
            *alone, col(NotificationRow.sent_at) >= since
        )
        leaving = select(col(NotificationRow.recipient), count).where(
            *alone, col(NotificationRow.state) == _S.SENDING, col(NotificationRow.id).not_in(mine)
        )
        found: dict[str, int] = dict.fromkeys(recipients, 0)
        for part in (left, leaving):
            for recipient, messages in self._session.execute(part.group_by(col(NotificationRow.recipient))):
                found[recipient] += messages
        return found
