"""What gateways and bounces say became of our notices, and the other way a failed one takes."""

from collections.abc import Iterable
from datetime import datetime

from config.settings import Settings
from domain.messages import DeliveryReport
from domain.notices import Notification
from domain.thread_tokens import make_message_id
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Medium, NotificationState, Priority, Template
from notifier.policy import leave_at
from notifier.visibility import UNIT_TEMPLATES
from pipeline import metrics
from pipeline.desk import Desk
from pipeline.unreachable import take_back_from_unit
from store.models import NotificationRow
from store.unit_of_work import UnitOfWork

ACTOR = "notifier"
_OF_THE_OLD_WAY = frozenset({"slot", "window"})


def apply_reports(desk: Desk, uow: UnitOfWork, reports: Iterable[DeliveryReport], now: datetime) -> None:
    """Move the notices these reports speak of forwards; one that failed for good takes its other way."""
    for report in reports:
        notice = uow.reports.apply(report, now)
        moved = [notice, *uow.reports.share(notice, report, now)] if notice is not None else []
        for each in moved:
            if each.state == NotificationState.FAILED:
                _after_failure(desk, uow, each, report, now)


def _after_failure(
    desk: Desk, uow: UnitOfWork, notice: NotificationRow, report: DeliveryReport, now: datetime
) -> None:
    # A mail that was forwarded bounces for an address that is none of ours to close.
    of_recipient = report.recipient is None or str(report.recipient) == notice.recipient
    if report.stopped and of_recipient:
        uow.citizens.stop(notice.recipient, now)
    elif report.permanent and of_recipient:
        uow.citizens.mark_undeliverable(notice.recipient, now)
    if report.window_closed and notice.account_id and _again_by_approved_text(desk, uow, notice, now):
        return
    note_failure(desk, uow, notice, report.reason or "", now)


def _again_by_approved_text(desk: Desk, uow: UnitOfWork, notice: NotificationRow, now: datetime) -> bool:
    """The service told afterwards that a chat's window was over: the notice is owed once more and finds it
    closed, so that only an approved text or its next way is left. False for one that was owed so already."""
    as_of = notice.sent_at or now
    uow.windows.close(notice.recipient, notice.account_id or 0, as_of)
    if notice.case_id is None or notice.id is None or notice.values.get("window") == "closed":
        return False
    detail = _about(notice, "window closed")
    uow.cases.record([event(notice.case_id, CaseEventKind.NOTICE_FAILED, now, detail)])
    same = Notification(
        medium=Medium(notice.medium),
        recipient=Urn.parse(notice.recipient),
        template=Template(notice.template),
        due_at=now,
        dedupe_key=f"{notice.dedupe_key}>window",
        values={**notice.values, "window": "closed"},
        priority=Priority(notice.priority),
        account_id=notice.account_id,
        automatic=notice.automatic,
        fallback_of=notice.id,
    )
    uow.notifications.owe(notice.case_id, notice.correlation_id, same)
    return True


def _about(notice: NotificationRow, why: str) -> dict[str, object]:
    return {"notice": notice.id, "medium": notice.medium, "template": notice.template, "why": why}


def note_failure(desk: Desk, uow: UnitOfWork, notice: NotificationRow, reason: str, now: datetime) -> bool:
    """Write the failure into the case's history and owe the notice by the citizen's next address; says
    whether there is one."""
    metrics.NOTICES.labels(notice.medium, NotificationState.FAILED).inc()
    return owe_other_way(desk, uow, notice, reason, now)


def owe_other_way(desk: Desk, uow: UnitOfWork, notice: NotificationRow, reason: str, now: datetime) -> bool:
    """As `note_failure`, for a notice that did not leave at all."""
    if notice.case_id is None or notice.id is None:
        return False
    way = _other_way(uow, notice)
    detail = _about(notice, reason)
    if way:
        detail["next"] = way[0]
    uow.cases.record([event(notice.case_id, CaseEventKind.NOTICE_FAILED, now, detail)])
    if notice.template in UNIT_TEMPLATES:
        take_back_from_unit(desk, uow, notice, reason, now)
    if way:
        uow.notifications.owe(notice.case_id, notice.correlation_id, _by(desk, uow, way, notice, now))
    return way is not None


def leaves_at(
    settings: Settings,
    medium: Medium,
    priority: Priority,
    now: datetime,
    wished: tuple[int, int] | None = None,
) -> datetime:
    """When a notice to a citizen that is owed now may leave by this medium, in UTC. `wished` are the quiet
    hours its recipient asked for."""
    return leave_at(
        medium,
        priority,
        now,
        quiet_from=settings.quiet_from,
        quiet_until=settings.quiet_until,
        to_unit=False,
        wished=wished,
    )


def event(
    case_id: int, kind: CaseEventKind, now: datetime, detail: dict[str, object], actor: str = ACTOR
) -> dict[str, object]:
    """One line of history, as the repository takes it."""
    return {"case_id": case_id, "at": now, "actor": actor, "kind": kind, "detail": detail}


def _other_way(uow: UnitOfWork, notice: NotificationRow) -> tuple[Medium, Urn] | None:
    # The ways were worked out when the notice was first owed; each may be taken once.
    ways = [(Medium(medium), Urn.parse(urn)) for medium, urn in notice.values.get("ways", [])]
    closed = uow.citizens.closed_to_notices([str(urn) for _, urn in ways])
    closed |= set(uow.news.moved_to([str(urn) for _, urn in ways]))  # their number may be another's by now
    open_ways = [way for way in ways if str(way[1]) not in closed and str(way[1]) != notice.recipient]
    return open_ways[0] if open_ways else None


def token_id(desk: Desk, kind: str, value: str) -> str:
    """A Message-ID by which an answer finds its case: `value` begins with the case's key and a hyphen."""
    return make_message_id(desk.token_key, kind, value, desk.mail_domain)


def _account_of(uow: UnitOfWork, notice: NotificationRow, urn: Urn) -> int | None:
    """The account that whoever is told wrote to from this very address: a chat leaves by no other. A medium
    they prefer may have come before it."""
    message_id = notice.values.get("message")
    message = uow.messages.get(message_id) if isinstance(message_id, int) else None
    return message.account_id if message and message.sender == str(urn) else None


def _by(
    desk: Desk, uow: UnitOfWork, way: tuple[Medium, Urn], notice: NotificationRow, now: datetime
) -> Notification:
    medium, urn = way
    priority = Priority(notice.priority)
    rest = [each for each in notice.values["ways"] if each[1] not in (str(urn), notice.recipient)]
    return Notification(
        medium=medium,
        recipient=urn,
        template=Template(notice.template),
        due_at=leaves_at(desk.settings, medium, priority, now),
        dedupe_key=f"{notice.dedupe_key}>{urn.scheme}",
        values={n: v for n, v in notice.values.items() if n not in _OF_THE_OLD_WAY} | {"ways": rest},
        priority=priority,
        account_id=_account_of(uow, notice, urn),
        message_id=token_id(desk, "c", f"{notice.case_id}-n{notice.id}") if medium is Medium.EMAIL else None,
        automatic=notice.automatic,
        fallback_of=notice.id,
    )
