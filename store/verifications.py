"""Codes that were sent to phones, and the sessions that followed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col

from store.models import PhoneVerification


class VerificationRepository:
    """Keeps codes as keyed hashes, counts guesses, remembers sessions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, values: Mapping[str, Any]) -> None:
        """A code that is about to be sent."""
        self._session.add(PhoneVerification(**values))
        self._session.flush()

    def guess(self, verification_id: str, client: str, now: datetime, most: int) -> PhoneVerification | None:
        """Count one guess; the row while it may be guessed at, else None. One statement either way."""
        changed = self._session.execute(
            update(PhoneVerification)
            .where(
                col(PhoneVerification.id) == verification_id,
                col(PhoneVerification.client) == client,
                col(PhoneVerification.verified_at).is_(None),
                col(PhoneVerification.expires_at) > now,
                col(PhoneVerification.attempts) < most,
            )
            .values(attempts=col(PhoneVerification.attempts) + 1)
            .returning(PhoneVerification)
        )
        return changed.scalar_one_or_none()

    def verify(self, verification_id: str, now: datetime, until: datetime) -> bool:
        """Make it a session; False when somebody else was quicker: a code counts once."""
        changed = self._session.execute(
            update(PhoneVerification)
            .where(col(PhoneVerification.id) == verification_id, col(PhoneVerification.verified_at).is_(None))
            .values(verified_at=now, session_until=until)
        )
        return bool(changed.rowcount)  # type: ignore[attr-defined]

    def session_phone(self, verification_id: str, client: str, now: datetime) -> str | None:
        """The phone of a session that is neither over nor revoked, or None."""
        row = self._session.get(PhoneVerification, verification_id)
        alive = row and row.client == client and row.session_until and row.session_until > now
        return row.phone if row and alive and row.revoked_at is None else None

    def revoke(self, verification_id: str, now: datetime) -> None:
        """End a session."""
        self._session.execute(
            update(PhoneVerification)
            .where(col(PhoneVerification.id) == verification_id)
            .values(revoked_at=now)
        )

    def forget(self, before: datetime) -> None:
        """Remove what was asked for before then."""
        self._session.execute(delete(PhoneVerification).where(col(PhoneVerification.created_at) < before))
