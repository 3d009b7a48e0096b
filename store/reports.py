"""Delivery reports: matched to their notice, or parked until it is known."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlmodel import Session, col

from domain.messages import DeliveryReport
from domain.notices import advanced
from domain.text import storable
from domain.urn import Urn
from domain.vocabulary import DeliveryState, NotificationState
from store.models import NotificationRow, ParkedReport

_OUR_ID = re.compile(r"n(\d{1,18})")


def our_id(notice_id: int) -> str:
    """The id a gateway is told for a notice: the same over all attempts."""
    return f"n{notice_id}"


class ReportRepository:
    """Applies what gateways say became of our notices."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def apply(self, report: DeliveryReport, now: datetime) -> NotificationRow | None:
        """Move the notice the report speaks of forwards, never back; returns it when the report changed it.

        A report whose notice is not recorded as sent yet is parked: gateways are sometimes faster than we.
        """
        report = replace(
            report,
            gateway_id=report.gateway_id and storable(report.gateway_id),
            our_id=report.our_id and storable(report.our_id),
        )
        notice = self._notice(report)
        if notice is None or notice.sent_at is None:
            self._park(report, now)
            return None
        return notice if _moved(notice, report, now) else None

    def share(self, carrier: NotificationRow, report: DeliveryReport, now: datetime) -> list[NotificationRow]:
        """Move what left in the message of a notice as its report says; returns what that changed."""
        carried = select(NotificationRow).where(col(NotificationRow.carried_by) == carrier.id)
        rows = self._session.scalars(carried.order_by(col(NotificationRow.id)).with_for_update()).all()
        return [row for row in rows if row.sent_at is not None and _moved(row, report, now)]

    def parked_for(self, gateway_id: str, our_id: str) -> list[DeliveryReport]:
        """Reports that were waiting for this notice; they are taken out."""
        mine = or_(col(ParkedReport.gateway_id) == gateway_id, col(ParkedReport.our_id) == our_id)
        rows = self._session.scalars(select(ParkedReport).where(mine).order_by(col(ParkedReport.id))).all()
        if rows:
            self._session.execute(delete(ParkedReport).where(col(ParkedReport.id).in_([r.id for r in rows])))
        return [
            DeliveryReport(
                state=DeliveryState(row.state),
                gateway_id=row.gateway_id,
                our_id=row.our_id,
                recipient=Urn.parse(row.recipient) if row.recipient else None,
                reason=row.reason,
                permanent=row.permanent,
                stopped=row.stopped,
                window_closed=row.window_closed,
            )
            for row in rows
        ]

    def forget_parked(self, now: datetime, older_than: timedelta) -> None:
        """Drop reports that speak of nothing of ours."""
        self._session.execute(delete(ParkedReport).where(col(ParkedReport.received_at) < now - older_than))

    def _notice(self, report: DeliveryReport) -> NotificationRow | None:
        if report.our_id and (found := _OUR_ID.fullmatch(report.our_id)):
            named = col(NotificationRow.id) == int(found[1])
        elif report.gateway_id or report.our_id:
            named = col(NotificationRow.gateway_id) == (report.gateway_id or report.our_id)
        else:
            return None
        return self._session.scalars(select(NotificationRow).where(named).with_for_update()).first()

    def _park(self, report: DeliveryReport, now: datetime) -> None:
        if report.gateway_id or report.our_id:
            self._session.add(
                ParkedReport(
                    gateway_id=report.gateway_id,
                    our_id=report.our_id,
                    recipient=storable(str(report.recipient)) if report.recipient else None,
                    state=report.state,
                    reason=report.reason and storable(report.reason),
                    permanent=report.permanent,
                    stopped=report.stopped,
                    window_closed=report.window_closed,
                    received_at=now,
                )
            )


def _moved(notice: NotificationRow, report: DeliveryReport, now: datetime) -> bool:
    state = advanced(NotificationState(notice.state), report.state)
    if state == notice.state:
        return False
    notice.state = state
    notice.reported_at = now
    if report.reason:
        notice.error = storable(report.reason)
    return True
