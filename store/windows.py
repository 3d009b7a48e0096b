"""Until when chats may be answered with free words, and from when an account may send its next message."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from store.models import ChatWindow


class WindowRepository:
    """The windows of chats, and the pace of the accounts that send into them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def heard(self, messages: Sequence[tuple[str, int, datetime]], length: timedelta) -> None:
        """Record that people (address, account, when) wrote to accounts whose windows are so long.

        A window that was over begins anew. Repeated and late deliveries change nothing.
        """
        statement = text(
            "INSERT INTO chat_windows AS known (urn, account_id, opened_at, last_inbound_at)"
            " SELECT urn, account_id, min(at), max(at)"
            " FROM unnest(CAST(:urns AS text[]), CAST(:accounts AS bigint[]), CAST(:times AS timestamptz[]))"
            " AS heard(urn, account_id, at) GROUP BY urn, account_id ORDER BY urn, account_id"
            " ON CONFLICT (urn, account_id) DO UPDATE SET"
            " opened_at = CASE WHEN excluded.last_inbound_at > known.closed_at"
            " OR excluded.opened_at >= known.last_inbound_at + :length"
            " THEN excluded.opened_at ELSE known.opened_at END,"
            " last_inbound_at = GREATEST(known.last_inbound_at, excluded.last_inbound_at),"
            " closed_at = CASE WHEN excluded.last_inbound_at > known.closed_at THEN NULL"
            " ELSE known.closed_at END"
        )
        urns, accounts, times = ([list(column) for column in zip(*messages, strict=True)]) or ([], [], [])
        self._session.execute(
            statement, {"urns": urns, "accounts": accounts, "times": times, "length": length}
        )

    def of(self, urn: str, account_id: int) -> ChatWindow | None:
        """The window of somebody's chat with an account; None when they wrote before windows were kept."""
        return self._session.get(ChatWindow, (urn, account_id), populate_existing=True)

    def close(self, urn: str, account_id: int, as_of: datetime) -> None:
        """Record the service's word that a window was over at an aware time: nothing is tried in it again.

        A message that came later has opened the next one.
        """
        statement = text(
            "INSERT INTO chat_windows AS known (urn, account_id, opened_at, last_inbound_at, closed_at)"
            " VALUES (:urn, :account, :as_of, :as_of, :as_of)"
            " ON CONFLICT (urn, account_id) DO UPDATE SET closed_at = excluded.closed_at"
            " WHERE known.last_inbound_at <= excluded.closed_at"
        )
        self._session.execute(statement, {"urn": urn, "account": account_id, "as_of": as_of})

    def next_slot(self, account_id: int, now: datetime, apart: timedelta) -> datetime:
        """Take the account's next place in its pace, and return when it is (aware, UTC); from now on at the
        earliest. Messages `apart` from one another keep it."""
        statement = text(
            "INSERT INTO sending_pace AS known (account_id, free_at) VALUES (:account, :now + :apart)"
            " ON CONFLICT (account_id) DO UPDATE SET free_at = GREATEST(known.free_at, :now) + :apart"
            " RETURNING free_at - :apart"
        )
        given = {"account": account_id, "now": now, "apart": apart}
        slot: datetime = self._session.execute(statement, given).scalar_one()
        return slot
