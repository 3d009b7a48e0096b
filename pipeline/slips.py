"""The slip that a citizen takes along: both numbers on paper, made once for each case.

Only for a case that the delivery itself has opened, so that adding words to somebody's case shows nobody its
security number; and only within a short time, while the citizen stands there.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from babel.dates import format_datetime

from config.settings import ISTANBUL
from domain.vocabulary import CaseEventKind
from notifier.pdf import render_pdf
from pipeline.delivery import event
from pipeline.desk import Desk
from store.intake import DeliveryCase
from store.models import Case
from store.unit_of_work import UnitOfWork

WITHIN = timedelta(minutes=30)


class SlipState(StrEnum):
    """Whether a slip can be made."""

    READY = "ready"
    PRINTED = "printed"
    EXPIRED = "expired"
    NONE = "none"  # no case yet, or one that was there before


def slip_state(case: DeliveryCase | None, now: datetime) -> SlipState:
    """Whether the slip of a delivery's case can be made at this time."""
    if case is None or not case.opened:
        return SlipState.NONE
    if case.printed_at:
        return SlipState.PRINTED
    return SlipState.READY if now - case.opened_at <= WITHIN else SlipState.EXPIRED


def print_slip(desk: Desk, account_id: int, external_id: str, staff_id: str) -> bytes | None:
    """The slip as a PDF, or None when it cannot be made (any more). That it was made stands in the case's
    history before anybody has it. Raises ConnectionFailedError, and NotConfiguredError for a faulty template.
    """
    now = desk.now()
    with desk.uow() as uow:
        uow.citizens.lock_keys([f"slip:{account_id}:{external_id}"])
        found = uow.intake.case_of_delivery(account_id, external_id)
        case = uow.cases.get(found.id) if found else None
        if found is None or case is None or slip_state(found, now) is not SlipState.READY:
            return None
        made = render_pdf("slip", _values(desk, uow, case), folder=desk.settings.notice_folder)
        line = event(found.id, CaseEventKind.SLIP_PRINTED, now, {}, f"staff:{staff_id}")
        uow.cases.record([line])
        uow.commit()
    return made


def _values(desk: Desk, uow: UnitOfWork, case: Case) -> dict[str, str]:
    topic = uow.taxonomy.topic(case.topic) if case.topic else None
    place = [(case.place or {}).get("address"), case.neighbourhood, case.district]
    return {
        "number": case.number,
        "security_number": desk.keyring.decrypt(case.security_number),
        "received_at": format_datetime(case.opened_at, "d MMMM y EEEE, HH:mm", tzinfo=ISTANBUL, locale="tr"),
        "topic": topic.name if topic else case.subject,
        "place": ", ".join(part for part in place if part),
        "status_url": f"{desk.settings.public_url}/durum",
    }
