"""Notices owed, claimed, sent: every change is conditional on the state it expects."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, select, text, update
from sqlmodel import Session, col

from domain.notices import Notification
from domain.text import storable
from domain.vocabulary import NotificationState, Priority, Template
from store.bulk import copy_rows, insert_missing
from store.erasing.plan import NOBODY
from store.models import Case, NotificationRow
from store.notices_in_hand import take_in_hand
from store.records import DueNotice

_S = NotificationState
_OWED = text("SELECT dedupe_key FROM notifications WHERE dedupe_key = ANY(:keys)")

_WITHDRAW = text(
    "UPDATE notifications SET state = 'suppressed', error = :why"
    " WHERE case_id = ANY(:cases) AND correlation_id = ANY(:correlations) AND state = 'owed'"
)


class NotificationRepository:
    """The notices of the desk."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def owe_fresh(self, owed: Sequence[tuple[int | None, str, Notification]]) -> None:
        """Add notices (case, correlation id, notice) whose keys cannot exist yet: those of new cases."""
        copy_rows(self._session, NotificationRow, [_row(*each) for each in owed])

    def owe(self, case_id: int | None, correlation_id: str, notice: Notification) -> bool:
        """Add one notice unless its key is there already; says whether it was added."""
        return self.owe_many([(case_id, correlation_id, notice)]) == 1

    def owe_many(self, owed: Sequence[tuple[int | None, str, Notification]]) -> int:
        """Add those notices (case, correlation id, notice) whose keys are not there; returns how many."""
        if not owed:
            return 0
        rows = [_row(*each) for each in owed]
        added = insert_missing(
            self._session, NotificationRow, rows, unique="notifications_dedupe_key_key", returning="id"
        )
        return len(added)

    def claim_due(self, limit: int, now: datetime) -> list[DueNotice]:
        """Take up to `limit` due notices in hand: life safety first, then oldest. Commit before sending."""
        taken = self._claim(limit, now, col(NotificationRow.priority) == Priority.LIFE_SAFETY)
        taken += self._claim(limit - len(taken), now) if len(taken) < limit else []
        return self.in_hand(taken)

    def _claim(self, limit: int, now: datetime, *which: ColumnElement[bool]) -> list[int]:
        # Two statements, so that each walks its own index and no backlog is sorted to find what is urgent.
        due = (
            select(col(NotificationRow.id))
            .where(col(NotificationRow.state) == _S.OWED, col(NotificationRow.due_at) <= now, *which)
            .order_by(col(NotificationRow.due_at), col(NotificationRow.id))
            .limit(limit)
        )
        return take_in_hand(self._session, due, now)

    def in_hand(self, ids: Sequence[int]) -> list[DueNotice]:
        """These notices with what rendering needs, life safety first, then the oldest."""
        rows = self._session.execute(
            select(NotificationRow, col(Case.security_number))
            .outerjoin(Case, col(Case.id) == col(NotificationRow.case_id))
            .where(col(NotificationRow.id).in_(ids))
            .order_by(
                col(NotificationRow.priority) != Priority.LIFE_SAFETY,
                col(NotificationRow.due_at),
                col(NotificationRow.id),
            )
        )
        return [_due_notice(row, security) for row, security in rows]

    def sent(
        self, notice_id: int, *, transport: str, gateway_id: str, subject: str | None, now: datetime
    ) -> bool:
        """Record that a gateway took the notice; False when that is known already.

        It counts even when the notice was taken back meanwhile: what has left must not leave again.
        """
        return self._from_hand(
            notice_id,
            _S.OWED,
            state=_S.SENT,
            transport=transport,
            gateway_id=gateway_id,
            subject=subject,
            sent_at=now,
            error=None,
        )

    def failed(self, notice_id: int, error: str) -> bool:
        """Record that the notice will never leave by this medium."""
        return self._from_hand(notice_id, state=_S.FAILED, error=storable(error), carried_by=None)

    def suppressed(self, notice_id: int, why: str) -> bool:
        """Record that the notice must not leave. Lost numbers anybody may ask for: their address goes, since
        its owner may never have written to the desk."""
        address = col(NotificationRow.recipient)
        asked_for = col(NotificationRow.template) == Template.LOST_NUMBERS
        nobody = case((asked_for, NOBODY), else_=address)
        return self._from_hand(notice_id, state=_S.SUPPRESSED, error=why, recipient=nobody)

    def try_later(self, notice_id: int, error: str, at: datetime) -> bool:
        """Give the notice back; it is due again at `at`. It remembers in whose message it was tried."""
        again = {"state": _S.OWED, "due_at": at, "error": storable(error)}
        return self._from_hand(notice_id, **again, claimed_at=None)

    def give_back(self, notice_ids: Sequence[int], **changes: Any) -> None:
        """Owe notices again that were in hand, without counting that as an attempt.

        `changes` are what else becomes of them: a later `due_at`, the `error` that says why.
        """
        if not notice_ids:
            return
        uncounted = col(NotificationRow.attempts) - 1
        tried_with = case((uncounted > 0, col(NotificationRow.carried_by)))
        self._session.execute(
            update(NotificationRow)
            .where(col(NotificationRow.id).in_(notice_ids), col(NotificationRow.state) == _S.SENDING)
            .values(state=_S.OWED, claimed_at=None, carried_by=tried_with, attempts=uncounted, **changes)
        )

    def owed(self, dedupe_keys: Collection[str]) -> set[str]:
        """Those of these keys that a notice has which is owed already, or has left."""
        if not dedupe_keys:
            return set()
        return set(self._session.execute(_OWED, {"keys": list(dedupe_keys)}).scalars())

    def withdraw(
        self, case_id: int, why: str, *, templates: Collection[str] = (), correlation_id: str | None = None
    ) -> list[int]:
        """Take back what is still owed for a case: of these templates, of this correlation; returns its keys.

        What a worker has in hand, or has sent, stays as it is.
        """
        which = [col(NotificationRow.case_id) == case_id, col(NotificationRow.state) == _S.OWED]
        which += [col(NotificationRow.template).in_(templates)] if templates else []
        which += [col(NotificationRow.correlation_id) == correlation_id] if correlation_id else []
        taken = self._session.execute(
            update(NotificationRow)
            .where(*which)
            .values(state=_S.SUPPRESSED, error=why)
            .returning(col(NotificationRow.id))
        )
        return [row[0] for row in taken]

    def withdraw_many(self, correlations: Mapping[str, int], why: str) -> None:
        """Take back what is still owed under these correlations, each of a case."""
        given = {"correlations": list(correlations), "cases": list(correlations.values()), "why": why}
        self._session.execute(_WITHDRAW, given)

    def owe_again(self, notice_ids: Sequence[int]) -> None:
        """Owe again what was taken back."""
        self._session.execute(
            update(NotificationRow)
            .where(col(NotificationRow.id).in_(notice_ids), col(NotificationRow.state) == _S.SUPPRESSED)
            .values(state=_S.OWED, error=None)
        )

    def have_left(self, case_id: int, correlation_id: str) -> bool:
        """Whether a notice of a case that belongs to a correlation has left, or is leaving this moment."""
        gone = exists().where(
            col(NotificationRow.case_id) == case_id,
            col(NotificationRow.correlation_id) == correlation_id,
            col(NotificationRow.state).in_([_S.SENDING, _S.SENT, _S.DELIVERED]),
        )
        return bool(self._session.scalar(select(gone)))

    def redirect(self, old: str, new: str) -> None:
        """Let what is owed to an address go to the one it became."""
        waiting = col(NotificationRow.recipient) == old, col(NotificationRow.state) == _S.OWED
        self._session.execute(update(NotificationRow).where(*waiting).values(recipient=new))

    def _from_hand(self, notice_id: int, *also: NotificationState, **values: Any) -> bool:
        changed = self._session.execute(
            update(NotificationRow)
            .where(col(NotificationRow.id) == notice_id, col(NotificationRow.state).in_([_S.SENDING, *also]))
            .values(**values)
        )
        return bool(changed.rowcount)  # type: ignore[attr-defined]

    def release_abandoned(self, now: datetime, older_than: timedelta) -> int:
        """Give back notices whose worker died with them in hand; returns how many.

        A gateway may have taken one in the instant before: without its idempotency key this is at-least-once.
        Call `hopeless` before.
        """
        changed = self._session.execute(
            update(NotificationRow)
            .where(
                col(NotificationRow.state) == _S.SENDING, col(NotificationRow.claimed_at) < now - older_than
            )
            .values(state=_S.OWED, claimed_at=None)
        )
        return int(changed.rowcount)  # type: ignore[attr-defined]

    def hopeless(self, now: datetime, older_than: timedelta, attempts: int) -> list[NotificationRow]:
        """Record that notices failed whose worker died with them in hand at the last of so many attempts."""
        dead = self._session.scalars(
            select(NotificationRow)
            .where(
                col(NotificationRow.state) == _S.SENDING,
                col(NotificationRow.claimed_at) < now - older_than,
                col(NotificationRow.attempts) >= attempts,
            )
            .with_for_update(skip_locked=True)
        ).all()
        for row in dead:
            row.state, row.error, row.carried_by = _S.FAILED, "its worker died with it in hand", None
        return list(dead)

    def automatic_sent(self, recipients: Sequence[str], since: datetime) -> dict[str, list[str]]:
        """The subjects of automatic notices that left to each of these addresses since then, "" for texts."""
        rows = self._session.execute(
            select(col(NotificationRow.recipient), col(NotificationRow.subject)).where(
                col(NotificationRow.recipient).in_(recipients),
                col(NotificationRow.sent_at) >= since,
                col(NotificationRow.automatic),
                col(NotificationRow.carried_by).is_(None),
            )
        )
        found: dict[str, list[str]] = {recipient: [] for recipient in recipients}
        for recipient, subject in rows:
            found[recipient].append(subject or "")
        return found

    def of_case(self, case_id: int) -> list[NotificationRow]:
        """The notices of a case, oldest first."""
        statement = select(NotificationRow).where(col(NotificationRow.case_id) == case_id)
        return list(self._session.scalars(statement.order_by(col(NotificationRow.id))))

    def get(self, notice_id: int) -> NotificationRow | None:
        """The notice, or None."""
        return self._session.get(NotificationRow, notice_id)

    def has_due(self, now: datetime) -> bool:
        """Whether a notice is due."""
        due = exists().where(col(NotificationRow.state) == _S.OWED, col(NotificationRow.due_at) <= now)
        return bool(self._session.scalar(select(due)))


def _row(case_id: int | None, correlation_id: str, notice: Notification) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "dedupe_key": notice.dedupe_key,
        "medium": notice.medium,
        "recipient": str(notice.recipient),
        "template": notice.template,
        "values": dict(notice.values),
        "priority": notice.priority,
        "state": _S.OWED,
        "due_at": notice.due_at,
        "attempts": 0,
        "account_id": notice.account_id,
        "message_id": notice.message_id,
        "in_reply_to": notice.in_reply_to,
        "references": list(notice.references),
        "automatic": notice.automatic,
        "correlation_id": correlation_id,
        "fallback_of": notice.fallback_of,
    }


def _due_notice(row: NotificationRow, security_number: str | None) -> DueNotice:
    return DueNotice(
        id=row.id or 0,
        case_id=row.case_id,
        medium=row.medium,
        recipient=row.recipient,
        template=row.template,
        values=row.values,
        priority=row.priority,
        attempts=row.attempts,
        account_id=row.account_id,
        message_id=row.message_id,
        in_reply_to=row.in_reply_to,
        references=tuple(row.references),
        automatic=row.automatic,
        correlation_id=row.correlation_id,
        due_at=row.due_at,
        security_number=security_number,
        fallback_of=row.fallback_of,
        carried_by=row.carried_by,
    )
