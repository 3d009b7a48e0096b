"""Mails to a unit about one of its cases: one for each of its addresses, each with a mark to answer by."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from domain.decisions import Unit
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import Medium, Priority, Template
from notifier.rhythm import may_wait, next_mail
from pipeline.desk import Desk
from pipeline.unit_marks import unit_message_id
from store.unit_mails import UnitMail


def waits_until(unit: Unit, priority: Priority, case_due_at: datetime, now: datetime) -> datetime | None:
    """When the unit's mail with all its news leaves that this case may wait for; None where it waits for
    none. Aware times, in UTC."""
    until = next_mail(unit.rhythm, unit.digest_hour, now)
    return until if until and may_wait(priority, case_due_at, now, until) else None


def thread_of(mails: Iterable[UnitMail], case_id: int, unit: str) -> dict[str, str]:
    """By each address of a unit the Message-ID of the first mail that brought it the case."""
    first: dict[str, str] = {}
    for mail in mails:
        mine = (mail.case_id, mail.unit, mail.template) == (case_id, unit, Template.ROUTED_TO_UNIT)
        if mine and mail.message_id:
            first.setdefault(mail.recipient, mail.message_id)
    return first


def mails_to_unit(
    desk: Desk,
    template: Template,
    case_id: int,
    unit: Unit,
    priority: Priority,
    now: datetime,
    *,
    turn: str = "",
    values: Mapping[str, Any] | None = None,
    thread: Mapping[str, str] | None = None,
    due_at: datetime | None = None,
) -> list[Notification]:
    """The notices, due now unless another time is given. `turn`, of letters, digits and hyphens, tells one
    from the next; `thread` names the mail that each address had the case by, which mail programs file it
    under."""
    first = {address: (thread or {}).get(f"mailto:{address}") for address in unit.emails}
    return [
        Notification(
            medium=Medium.EMAIL,
            recipient=Urn("mailto", address),
            template=template,
            due_at=due_at or now,
            dedupe_key=f"{template}:{case_id}:{unit.code}:{address}{turn}",
            priority=priority,
            values={"unit": unit.code, **(values or {})},
            message_id=unit_message_id(desk, case_id, unit.code, f"{index}{turn}", now),
            in_reply_to=first[address],
            references=(known,) if (known := first[address]) else (),
            automatic=False,
        )
        for index, address in enumerate(unit.emails)
    ]
