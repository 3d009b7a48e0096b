"""Step 4: due notices leave.

A notice is taken in hand in one transaction, sent outside any, and recorded in another: gateways without
an idempotency key are therefore at-least-once between their answer and our commit, and only there.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.errors import (
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
    TransientError,
)
from domain.retry import next_try_at
from domain.text import storable
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Medium, NotificationState, Priority, Queue, Template
from notifier.contracts import Outgoing
from notifier.policy import LOOP_WINDOW, NOTICE_ATTEMPTS, over_cap
from notifier.rendering import render
from notifier.visibility import UNIT_TEMPLATES
from pipeline import metrics
from pipeline.delivery import apply_reports, event, leaves_at, note_failure
from pipeline.desk import Desk
from pipeline.log import get_logger, speaking_of_notice
from pipeline.notice_values import content_of
from pipeline.patience import patiently
from pipeline.transports import Transports, transports_of
from store.records import DueNotice
from store.reports import our_id

AT_ONCE = 16
BATCH_TIME = timedelta(minutes=1)
"""What a slow gateway has not taken by then goes back to be taken in hand anew."""
_MENDABLE = (TransientError, NotConfiguredError, CredentialsRejectedError)
"""What waiting may help against, be it that somebody corrects a password meanwhile."""
_log = get_logger(__name__)


class SuppressedError(PermanentError):
    """The notice must not leave: the text says why."""


def notify_batch(desk: Desk) -> int:
    """Send a few due notices; returns how many there were. Raises ConnectionFailedError for the database."""
    began = desk.now()
    with desk.uow() as uow:
        due = uow.notifications.claim_due(AT_ONCE, began)
        uow.commit()
    if len(due) == AT_ONCE:
        desk.wake(Queue.NOTIFY)
    transports = transports_of(desk)
    for position, notice in enumerate(due):
        if desk.now() - began > BATCH_TIME:
            _give_back(desk, [later.id for later in due[position:]])
            break
        with speaking_of_notice(notice):
            _send(desk, transports, notice)
    return len(due)


def _give_back(desk: Desk, notice_ids: Sequence[int]) -> None:
    with desk.uow() as uow:
        uow.notifications.give_back(notice_ids)
        uow.commit()
    desk.wake(Queue.NOTIFY)


def _postpone(desk: Desk, notice: DueNotice, **changes: object) -> None:
    # Nobody tried to deliver it, so that is no attempt; the clock rings when it is due.
    with desk.uow() as uow:
        uow.notifications.give_back([notice.id], **changes)
        uow.commit()


def _held_until(desk: Desk, transports: Transports, notice: DueNotice) -> datetime | None:
    """When the notice may leave, if not now: a backlog or a retry can take it into the quiet hours."""
    medium, now = Medium(notice.medium), desk.now()
    held = [transports.paused_until(medium, notice.account_id)]
    if notice.template not in UNIT_TEMPLATES:
        held.append(leaves_at(desk.settings, medium, Priority(notice.priority), now))
    return max((until for until in held if until and until > now), default=None)


def _send(desk: Desk, transports: Transports, notice: DueNotice) -> None:
    try:
        held = patiently(lambda: _held_until(desk, transports, notice))
        if held:
            patiently(lambda: _postpone(desk, notice, due_at=held))
            return
        outgoing = patiently(lambda: _outgoing(desk, notice))
        transport = transports.of(Medium(notice.medium), notice.account_id)
        gateway_id = transport.send(outgoing)
    except SuppressedError as error:
        why = str(error)
        patiently(lambda: _suppressed(desk, notice, why))
    except DeskError as error:
        _failed(desk, notice, error)
    except Exception as error:
        _log.exception("notice_broke")
        _failed(desk, notice, TransientError(f"{type(error).__name__}"))
    else:
        subject = outgoing.rendered.subject
        patiently(lambda: _sent(desk, notice, transport.name, gateway_id, subject))
        _apply_early_reports(desk, notice, gateway_id)


def _suppressed(desk: Desk, notice: DueNotice, why: str) -> None:
    with desk.uow() as uow:
        uow.notifications.suppressed(notice.id, why)
        uow.commit()
    metrics.NOTICES.labels(notice.medium, NotificationState.SUPPRESSED).inc()


def _outgoing(desk: Desk, notice: DueNotice) -> Outgoing:
    template, medium = Template(notice.template), Medium(notice.medium)
    with desk.uow() as uow:
        closed = uow.citizens.closed_to_notices([notice.recipient])
        if closed and template not in (*UNIT_TEMPLATES, Template.OPTED_OUT, Template.VERIFICATION_CODE):
            raise SuppressedError("the address is closed to notices")
        content = content_of(desk, uow, notice)
        rendered = render(template, medium, content.values, folder=desk.settings.notice_folder)
        if notice.automatic:
            past = uow.notifications.automatic_sent([notice.recipient], desk.now() - LOOP_WINDOW)
            subjects = past[notice.recipient]
            # Only mails have a subject; the others are told apart by nothing.
            if over_cap(len(subjects), subjects.count(rendered.subject) if rendered.subject else 0):
                raise SuppressedError("too many automatic notices to this address")
    return Outgoing(
        our_id=our_id(notice.id),
        recipient=Urn.parse(notice.recipient),
        rendered=rendered,
        message_id=notice.message_id,
        in_reply_to=notice.in_reply_to,
        references=notice.references,
        attachments=content.attachments,
        automatic=notice.automatic,
    )


def _sent(desk: Desk, notice: DueNotice, transport: str, gateway_id: str, subject: str | None) -> None:
    now = desk.now()
    with desk.uow() as uow:
        if not uow.notifications.sent(
            notice.id, transport=transport, gateway_id=gateway_id, subject=subject, now=now
        ):
            return
        if notice.case_id:
            detail: dict[str, object] = {
                "notice": notice.id,
                "medium": notice.medium,
                "template": notice.template,
            }
            uow.cases.record([event(notice.case_id, CaseEventKind.NOTICE_SENT, now, detail)])
        uow.commit()
    metrics.NOTICES.labels(notice.medium, NotificationState.SENT).inc()


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


def _failed(desk: Desk, notice: DueNotice, error: DeskError) -> None:
    if isinstance(error, ThrottledError) and (error.retry_after or notice.medium != Medium.EMAIL):
        _slowed_down(desk, notice, error)
        return
    again = None
    if isinstance(error, _MENDABLE):
        transient = error if isinstance(error, TransientError) else None
        again = next_try_at(
            notice.attempts,
            transient,
            desk.now(),
            max_attempts=NOTICE_ATTEMPTS,
            jitter=random.random(),  # noqa: S311  # spreads retries, guards nothing
        )
    _log.warning("notice_failed", error=type(error).__name__, last=again is None)
    patiently(lambda: _record_failure(desk, notice, error, again))
    desk.wake(Queue.NOTIFY)


def _slowed_down(desk: Desk, notice: DueNotice, error: ThrottledError) -> None:
    """Wait as long as it takes: a gateway's pace says nothing against a notice.

    A mail server's 450 without a time is another matter, it may mean this one mailbox: that is counted.
    """
    again = next_try_at(1, error, desk.now(), max_attempts=NOTICE_ATTEMPTS, jitter=random.random())  # noqa: S311
    why = storable(f"{type(error).__name__}: {error}")
    _log.info("notice_slowed_down", notice_id=notice.id)
    patiently(lambda: _postpone(desk, notice, due_at=again, error=why))


def _record_failure(desk: Desk, notice: DueNotice, error: DeskError, again: datetime | None) -> None:
    now = desk.now()
    with desk.uow() as uow:
        if again:
            uow.notifications.try_later(notice.id, f"{type(error).__name__}: {error}", again)
        elif uow.notifications.failed(notice.id, f"{type(error).__name__}: {error}"):
            if isinstance(error, RecipientRejectedError):
                close = uow.citizens.stop if error.stopped else uow.citizens.mark_undeliverable
                close(notice.recipient, now)
            row = uow.notifications.get(notice.id)
            if row is not None:
                note_failure(desk, uow, row, type(error).__name__, now)
        uow.commit()
