"""Channel accounts and how far each has been read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from domain.errors import PermanentError
from domain.vocabulary import Channel
from store.models import (
    AccountHealth,
    AccountNews,
    AddressMove,
    ChannelAccount,
    Cursor,
    FeedState,
    Message,
    NotificationRow,
)
from store.records import Account


class AccountRepository:
    """The desk's mailboxes, gateways and pages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        channel: str,
        name: str,
        settings: dict[str, Any],
        secrets: str | None,
        key_id: str,
        now: datetime,
    ) -> Account:
        """Add an account. Raises PermanentError when the name is taken."""
        statement = insert(ChannelAccount).on_conflict_do_nothing(index_elements=["name"])
        row = self._session.execute(
            statement.values(
                channel=channel,
                name=name,
                enabled=True,
                settings=settings,
                secrets=secrets,
                key_id=key_id,
                revision=1,
                created_at=now,
            ).returning(col(ChannelAccount.id))
        ).first()
        if row is None:
            raise PermanentError(f"there is an account named {name!r} already")
        return Account(
            id=row[0], channel=channel, name=name, enabled=True, settings=settings, secrets=secrets
        )

    def all(self, *, only_enabled: bool = False, channels: Collection[Channel] = ()) -> list[Account]:
        """Every account, or every one of some channels, by name."""
        statement = select(ChannelAccount).order_by(col(ChannelAccount.name))
        if only_enabled:
            statement = statement.where(col(ChannelAccount.enabled))
        if channels:
            statement = statement.where(col(ChannelAccount.channel).in_(channels))
        return [_account(row) for row in self._session.scalars(statement)]

    def by_name(self, name: str) -> Account | None:
        """The account with this name, or None."""
        row = self._session.scalars(
            select(ChannelAccount).where(col(ChannelAccount.name) == name)
        ).one_or_none()
        return _account(row) if row else None

    def get(self, account_id: int) -> Account | None:
        """The account, or None."""
        row = self._session.get(ChannelAccount, account_id)
        return _account(row) if row else None

    def locked(self, account_id: int) -> Account | None:
        """The account, or None; nobody else changes it until the transaction ends."""
        row = self._session.scalars(
            select(ChannelAccount).where(col(ChannelAccount.id) == account_id).with_for_update()
        ).one_or_none()
        return _account(row) if row else None

    def change(self, account_id: int, settings: dict[str, Any], secrets: str | None, key_id: str) -> None:
        """Store other settings; whoever works with the account sees its revision grow."""
        self._session.execute(
            update(ChannelAccount)
            .where(col(ChannelAccount.id) == account_id)
            .values(
                settings=settings,
                secrets=secrets,
                key_id=key_id,
                revision=col(ChannelAccount.revision) + 1,
            )
        )

    def enable(self, account_id: int, enabled: bool) -> None:
        """Switch an account on or off."""
        self._session.execute(
            update(ChannelAccount).where(col(ChannelAccount.id) == account_id).values(enabled=enabled)
        )

    def replace_secrets(self, account_id: int, secrets: str, key_id: str) -> None:
        """Store new ciphertext: a rotated token, or the same secret under a newer key."""
        self._session.execute(
            update(ChannelAccount)
            .where(col(ChannelAccount.id) == account_id)
            .values(secrets=secrets, key_id=key_id)
        )

    def under_other_keys(self, key_id: str) -> Sequence[Account]:
        """Accounts whose secrets are not under this key."""
        rows = self._session.scalars(
            select(ChannelAccount).where(
                col(ChannelAccount.secrets).is_not(None), col(ChannelAccount.key_id) != key_id
            )
        )
        return [_account(row) for row in rows]

    def remove(self, account_id: int) -> None:
        """Forget an account that neither brought nor sent anything, with its health.

        Raises PermanentError for one that did: disable it.
        """
        for table in (Message, NotificationRow):
            used = select(col(table.id)).where(col(table.account_id) == account_id).limit(1)
            if self._session.execute(used).first():
                raise PermanentError("this account has been used; disable it instead of removing it")
        self._session.execute(delete(Cursor).where(col(Cursor.account_id) == account_id))
        for told in (AccountHealth, AccountNews, AddressMove, FeedState):
            self._session.execute(delete(told).where(col(told.account_id) == account_id))
        self._session.execute(delete(ChannelAccount).where(col(ChannelAccount.id) == account_id))

    def cursor(self, account_id: int) -> str:
        """How far the account has been read; empty at first."""
        row = self._session.get(Cursor, account_id)
        return row.value if row else ""

    def move_cursor(self, account_id: int, value: str, now: datetime) -> None:
        """Set how far the account has been read, in the transaction that stores what was."""
        statement = insert(Cursor).values(account_id=account_id, value=value, moved_at=now)
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["account_id"], set_={"value": value, "moved_at": now}
            )
        )


def _account(row: ChannelAccount) -> Account:
    return Account(
        id=row.id or 0,
        channel=row.channel,
        name=row.name,
        enabled=row.enabled,
        settings=row.settings,
        secrets=row.secrets,
        revision=row.revision,
    )
