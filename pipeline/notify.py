"""Step 4: due notices leave.

A notice is taken in hand in one transaction, sent outside any, and recorded in another: gateways without
an idempotency key are therefore at-least-once between their answer and our commit, and only there.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from domain.errors import (
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    RecipientRejectedError,
    ThrottledError,
    TransientError,
)
from domain.text import storable
from domain.vocabulary import CaseEventKind, Medium, NotificationState, Queue
from notifier.policy import NOTICE_ATTEMPTS
from notifier.rhythm import shares_mail
from pipeline import metrics
from pipeline.bundles import Bundle, claim
from pipeline.delivery import apply_reports, event, note_failure, owe_other_way
from pipeline.desk import Desk
from pipeline.leaving import Later, Left, leave
from pipeline.log import get_logger, speaking_of_notice
from pipeline.patience import patiently
from pipeline.suppression import ClosedAddressError, SuppressedError
from pipeline.transports import Transports, transports_of
from pipeline.trying_again import again_at
from store.records import DueNotice
from store.reports import our_id

AT_ONCE = 16
BATCH_TIME = timedelta(minutes=1)
"""What a slow gateway has not taken by then goes back to be taken in hand anew."""
_MENDABLE = (TransientError, NotConfiguredError, CredentialsRejectedError)
"""What waiting may help against, be it that somebody corrects a password meanwhile."""
_log = get_logger(__name__)


def notify_batch(desk: Desk) -> int:
    """Send a few due notices; returns how many there were. Raises ConnectionFailedError for the database.

    One whose way is closed for good leaves by its next way in the same go (W7).
    """
    began = desk.now()
    due = claim(desk, AT_ONCE)
    if due.looked == AT_ONCE:
        desk.wake(Queue.NOTIFY)
    transports, count = transports_of(desk), due.looked
    while due.bundles:
        due = claim(desk, _sent_on(desk, transports, due.bundles, began))
        count += due.looked
    return count


def _sent_on(desk: Desk, transports: Transports, due: Sequence[Bundle], began: datetime) -> int:
    """Send what was taken in hand; returns how many of them are owed by another way now."""
    fell = 0
    for position, bundle in enumerate(due):
        if desk.now() - began > BATCH_TIME:
            _give_back(desk, [key for later in due[position:] for key in later.ids])
            return 0
        with speaking_of_notice(bundle.first):
            fell += _send(desk, transports, bundle)
    return fell


def _give_back(desk: Desk, notice_ids: Sequence[int]) -> None:
    with desk.uow() as uow:
        uow.notifications.give_back(notice_ids)
        uow.commit()
    desk.wake(Queue.NOTIFY)


def _postpone(
    desk: Desk, notice: DueNotice, others: Sequence[int] = (), *, due_at: datetime | None, **changes: object
) -> None:
    # Nobody tried to deliver it, so that is no attempt; the clock rings when it is due.
    with desk.uow() as uow:
        uow.notifications.give_back([notice.id], due_at=due_at, **changes)
        uow.notifications.give_back(others, due_at=due_at)
        uow.commit()


def _send(desk: Desk, transports: Transports, bundle: Bundle) -> bool:
    """Send one message and record what became of it; says whether it is owed by another way now."""
    try:
        done = leave(desk, transports, bundle.first, bundle.others)
    except Exception as error:
        first = bundle.first
        shares = shares_mail(first.template, first.priority, first.values)
        if shares and not isinstance(error, SuppressedError):
            return _hindered(desk, first, error, bundle.others)  # a unit's news share their mail's fate
        # Whatever hindered the first is asked of the others when they come by themselves.
        if bundle.others:
            patiently(lambda: _give_back(desk, bundle.other_ids))
        return _hindered(desk, first, error)
    _settled(desk, bundle, done)
    return False


def _hindered(desk: Desk, notice: DueNotice, error: Exception, company: Sequence[DueNotice] = ()) -> bool:
    if isinstance(error, SuppressedError):
        return patiently(lambda: _suppressed(desk, notice, error))
    if isinstance(error, DeskError):
        return _failed(desk, notice, error, company)
    _log.error("notice_broke", exc_info=error)
    return _failed(desk, notice, TransientError(f"{type(error).__name__}"), company)


def _settled(desk: Desk, bundle: Bundle, done: Left | Later) -> None:
    notice = bundle.first
    if isinstance(done, Later):
        others = bundle.other_ids
        patiently(lambda: _postpone(desk, notice, others, due_at=done.until, values=done.values))
        return
    patiently(lambda: _sent(desk, bundle, done))
    _apply_early_reports(desk, notice, done.gateway_id)


def _suppressed(desk: Desk, notice: DueNotice, error: SuppressedError) -> bool:
    """Record that a notice does not leave; one whose address is closed may leave by another way."""
    fell = False
    with desk.uow() as uow:
        if uow.notifications.suppressed(notice.id, str(error)) and isinstance(error, ClosedAddressError):
            row = uow.notifications.get(notice.id)
            fell = row is not None and owe_other_way(desk, uow, row, str(error), desk.now())
        uow.commit()
    metrics.NOTICES.labels(notice.medium, NotificationState.SUPPRESSED).inc()
    return fell


def _sent(desk: Desk, bundle: Bundle, left: Left) -> None:
    now, notice = desk.now(), bundle.first
    with desk.uow() as uow:
        if not uow.notifications.sent(
            notice.id, transport=left.transport, gateway_id=left.gateway_id, subject=left.subject, now=now
        ):
            return
        uow.gathering.left_along(notice.id, left.carried, left.transport, now)
        for key, why in left.dropped.items():
            uow.notifications.suppressed(key, why)
        settled = {*left.carried, *left.dropped}
        uow.notifications.give_back([key for key in bundle.other_ids if key not in settled])
        gone = [notice, *(other for other in bundle.others if other.id in left.carried)]
        uow.cases.record([_leaving(one, left, now) for one in gone if one.case_id])
        uow.commit()
    metrics.NOTICES.labels(notice.medium, NotificationState.SENT).inc(len(gone))


def _leaving(notice: DueNotice, left: Left, now: datetime) -> dict[str, object]:
    detail: dict[str, object] = {"notice": notice.id, "medium": notice.medium, "template": notice.template}
    if left.approved:
        detail["approved_text"] = left.approved  # the chat's window was over
    return event(notice.case_id or 0, CaseEventKind.NOTICE_SENT, now, detail)


def _apply_early_reports(desk: Desk, notice: DueNotice, gateway_id: str) -> None:
    def apply() -> None:
        with desk.uow() as uow:
            early = uow.reports.parked_for(gateway_id, our_id(notice.id))
            named = [replace(report, our_id=our_id(notice.id)) for report in early]
            apply_reports(desk, uow, named, desk.now())
            uow.commit()

    try:
        patiently(apply)
    except Exception:
        # On their own: whatever goes wrong with them, what has left is recorded, and leaves no second time.
        _log.exception("early_reports_broke", notice_id=notice.id)


def _failed(desk: Desk, notice: DueNotice, error: DeskError, company: Sequence[DueNotice]) -> bool:
    """Put off or give up a notice, and what was to leave in its mail at the same time."""
    if isinstance(error, ThrottledError) and (error.retry_after or notice.medium != Medium.EMAIL):
        _slowed_down(desk, notice, error, company)
        return False
    again = None
    if isinstance(error, _MENDABLE):
        again = again_at(notice.attempts, error, desk.now(), most=NOTICE_ATTEMPTS)
    _log.warning("notice_failed", error=type(error).__name__, last=again is None)
    fell = [patiently(partial(_record_failure, desk, each, error, again)) for each in (notice, *company)]
    desk.wake(Queue.NOTIFY)
    return any(fell)


def _slowed_down(desk: Desk, notice: DueNotice, error: ThrottledError, company: Sequence[DueNotice]) -> None:
    """Wait as long as it takes: a gateway's pace says nothing against a notice.

    A mail server's 450 without a time is another matter, it may mean this one mailbox: that is counted.
    """
    again = again_at(1, error, desk.now(), most=NOTICE_ATTEMPTS)
    why = storable(f"{type(error).__name__}: {error}")
    _log.info("notice_slowed_down", notice_id=notice.id)
    others = [each.id for each in company]
    patiently(lambda: _postpone(desk, notice, others, due_at=again, error=why))


def _record_failure(desk: Desk, notice: DueNotice, error: DeskError, again: datetime | None) -> bool:
    now, fell = desk.now(), False
    with desk.uow() as uow:
        if again:
            uow.notifications.try_later(notice.id, f"{type(error).__name__}: {error}", again)
        elif uow.notifications.failed(notice.id, f"{type(error).__name__}: {error}"):
            if isinstance(error, RecipientRejectedError):
                close = uow.citizens.stop if error.stopped else uow.citizens.mark_undeliverable
                close(notice.recipient, now)
            row = uow.notifications.get(notice.id)
            if row is not None:
                fell = note_failure(desk, uow, row, type(error).__name__, now)
        uow.commit()
    return fell
