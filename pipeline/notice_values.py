"""What a notice is told: read at the moment of sending, so that nothing personal waits in its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.cases import CLOSED
from domain.errors import PermanentError
from domain.expectation import Expected
from domain.messages import Attachment
from domain.vocabulary import CaseEventKind, Confidentiality, Medium, Template
from notifier.filters import oneline
from notifier.visibility import UNIT_TEMPLATES
from pipeline.case_values import case_values
from pipeline.desk import Desk
from pipeline.incident_values import given_answer, incident_values
from pipeline.lost_numbers import found_again
from pipeline.objection_values import objection_values
from pipeline.personal import masked_name, seen_by_unit
from pipeline.reminder_values import reminder_values
from pipeline.report_mail import told_of_report
from pipeline.suppression import OVER, SuppressedError
from pipeline.turnaround import expected_of
from pipeline.unit_additions import news_of, refuse_past
from pipeline.unit_case import answering, room_of, told_of_case
from pipeline.unit_values import told_to_unit
from pipeline.unsubscribing import stop_url
from store.models import Case
from store.records import DueNotice
from store.unit_of_work import UnitOfWork

_OF_THE_ROW = frozenset(
    {"ways", "message", "slot", "window", "answer", "cases", "unit", "report", "asked", "added"}
)
_WITH_BOTH_NUMBERS = frozenset({Template.RECEIVED, Template.OUT_OF_SCOPE})
_OF_OPEN_CASES = frozenset({Template.STILL_IN_WORK, Template.TIME_EXTENDED})
_TELLING_WHEN = frozenset({Template.RECEIVED, Template.STILL_IN_WORK})
_TELLING = ("subject", "unit_name", "forwarded_to", "contact", "answer", "why")
_READ_OVER_SHOULDERS = frozenset({Medium.SMS, Medium.CHAT})
"""What lights up on a locked telephone: a restricted case's own words are not in it."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a notice is rendered from, and the files that go with it."""

    values: Mapping[str, Any]
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()


def content_of(desk: Desk, uow: UnitOfWork, notice: DueNotice) -> Content:
    """The values and files of a notice. Security numbers and codes are opened for them and nowhere else.

    What everybody can read is told nothing at all, so that nothing can be in it (X5).
    """
    if notice.medium == Medium.PUBLIC:
        return Content(values={"wording": str(notice.id)})
    settings = desk.settings
    base = settings.public_url
    own = {name: value for name, value in notice.values.items() if name not in _OF_THE_ROW}
    values: dict[str, Any] = {
        **own,
        "form_url": f"{base}/",
        "status_url": f"{base}/durum",
        "limit_mb": str(settings.max_message_bytes // (1024 * 1024)),
    }
    if notice.template == Template.VERIFICATION_CODE:
        return Content(values=values | opened_code(desk, notice))
    if notice.template == Template.LOST_NUMBERS:
        return Content(values=values | found_again(desk, uow, notice))
    if notice.template == Template.MONTHLY_REPORT:
        told = told_of_report(desk, uow, notice)
        return Content(values=values | told.values, attachments=told.files)
    if notice.template == Template.UNIT_DEADLINES:
        return Content(values=values | reminder_values(desk, uow, notice))
    case = uow.cases.get(notice.case_id) if notice.case_id else None
    if case is None:
        return Content(values=values)
    values |= case_values(uow, case, base)
    if notice.template == Template.TIME_EXTENDED and "unit" in notice.values:
        values["kind"] = ""  # a unit asked for it within the law's time: no article of law is named
    if notice.template not in UNIT_TEMPLATES:
        return Content(values=values | _for_citizen(desk, uow, notice, case))
    if notice.template == Template.INCIDENT_GROWN:
        return Content(values=values | incident_values(uow, notice))
    return _for_unit(desk, uow, notice, case, values)


def _for_unit(
    desk: Desk, uow: UnitOfWork, notice: DueNotice, case: Case, values: Mapping[str, Any]
) -> Content:
    unit = notice.values.get("unit", case.unit)
    if notice.medium != Medium.EMAIL:
        messages = uow.messages.of_case(case.id or 0)
        return Content(values={**values, **told_to_unit(uow, case, messages, seen_by_unit(uow, case))})
    if notice.template == Template.UNIT_REPLY:
        answer = answering(desk, case, unit, notice.values.get("message", 0))
        return Content(values={**values, **answer.values}, reply_to=answer.reply_to)
    if notice.template == Template.ROUTED_TO_UNIT:
        refuse_past(uow, notice)
    news = news_of(uow, notice) if notice.template == Template.CITIZEN_ADDED else ()
    told = told_of_case(desk, uow, case, unit, room=room_of(desk), news=news)
    more = objection_values(uow, case, notice) if notice.template == Template.OBJECTED else {}
    return Content(values={**values, **told.values, **more}, reply_to=told.reply_to, attachments=told.files)


def opened_code(desk: Desk, notice: DueNotice) -> dict[str, str]:
    """The code a phone is proven by. Raises PermanentError once it counts no more: it must not leave then."""
    if datetime.fromisoformat(notice.values["expires_at"]) <= desk.now():
        raise PermanentError("the code has expired")
    return {"code": desk.keyring.decrypt(notice.values["sealed_code"])}


def _for_citizen(desk: Desk, uow: UnitOfWork, notice: DueNotice, case: Case) -> dict[str, Any]:
    if notice.template in _OF_OPEN_CASES and case.state in CLOSED:
        raise SuppressedError(OVER)
    values: dict[str, Any] = {
        "missing_files": _missing_files(uow, notice),
        "stop_url": stop_url(desk, uow, notice),
        "by_law": notice.values.get("by_law", ""),
        "may_object": "" if case.objected_at else "yes",
        "is_objection": "",
        **_expected(uow, case, desk.now(), notice.template),
    }
    if case.confidentiality == Confidentiality.RESTRICTED and notice.medium in _READ_OVER_SHOULDERS:
        values |= dict.fromkeys(_TELLING, "")
    elif notice.template == Template.OUTCOME:
        values["answer"] = given_answer(uow, notice)
    if notice.template in _WITH_BOTH_NUMBERS:
        values["security_number"] = desk.keyring.decrypt(case.security_number)
    # One row, not the case's all: somebody may write to one case a thousand times.
    message_id = notice.values.get("message")
    arrived = uow.messages.get(message_id) if isinstance(message_id, int) else None
    if arrived and arrived.case_id == case.id:
        values["received_at"] = arrived.received_at.isoformat()
        values["is_objection"] = "yes" if _is_objection(uow, case, arrived.id or 0) else ""
    return values


def _is_objection(uow: UnitOfWork, case: Case, message_id: int) -> bool:
    if not case.objected_at:
        return False
    return uow.cases.has_line(case.id or 0, CaseEventKind.STATE_CHANGED, {"message": message_id})


def _expected(uow: UnitOfWork, case: Case, now: datetime, template: str) -> dict[str, str]:
    """By when it will be closed, empty once that is over, and how long its topic usually takes."""
    found = Expected(at=case.due_at)
    if template in _TELLING_WHEN and case.id:
        found = expected_of(uow, [case.id], now)[case.id]
    days = str(found.usual_days) if found.usual_days else ""
    return {"expected_at": found.at.isoformat() if found.at > now else "", "usual_days": days}


def _missing_files(uow: UnitOfWork, notice: DueNotice) -> str:
    """The names of the files that came with the message and could not be taken: too large, gone, refused."""
    message_id = notice.values.get("message")
    files = uow.messages.attachments([message_id]) if isinstance(message_id, int) else []
    names = [oneline(file.name) for file in files if file.sha256 is None and not file.inline]
    return ", ".join(map(masked_name, names))
