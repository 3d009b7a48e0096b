"""Which notices follow from what happened. They are only owed here; `notify` sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from config.taxonomy import DESK_UNIT, Taxonomy
from domain.decisions import Unit
from domain.notices import Notification
from domain.urn import Urn, can_receive_sms, phone_urn
from domain.vocabulary import CaseState, Medium, Priority, Template
from notifier.policy import choose_route, may_answer
from pipeline.delivery import leaves_at, token_id
from pipeline.desk import Desk
from pipeline.register import addresses, citizens_of
from pipeline.unreachable import to_operator
from pipeline.work import Fresh, Owed
from router.assignment import ReviewReason
from store.records import Claimed, KnownCase
from store.unit_of_work import UnitOfWork


def owe_for_new_case(
    desk: Desk,
    uow: UnitOfWork,
    fresh: Sequence[Fresh],
    rows: Sequence[Mapping[str, Any]],
    taxonomy: Taxonomy,
    owed: Owed,
    now: datetime,
) -> None:
    """The receipt to each citizen who can be reached, and the case to its unit."""
    closed = uow.citizens.closed_to_notices([u for f in fresh for u in addresses(f.claimed.message)])
    for each, row in zip(fresh, rows, strict=True):
        receipt = _to_citizen(
            desk, each.claimed, Template.RECEIVED, row["id"], Priority(row["priority"]), closed, now
        )
        correlation = each.claimed.correlation_id
        owed += [(row["id"], correlation, notice) for notice in receipt]
        if row["state"] == CaseState.ASSIGNED and row["unit"] != DESK_UNIT:
            unit = taxonomy.units[row["unit"]]
            owed += [(row["id"], correlation, notice) for notice in _to_unit(desk, row, unit, now)]
        elif ReviewReason.NO_ADDRESS in row["reasons"]:
            unit = taxonomy.units[row["unit"]]
            owed += [(row["id"], correlation, n) for n in _for_silent_unit(desk, row, unit, now)]


def owe_message_added(
    desk: Desk, uow: UnitOfWork, each: Claimed, case: KnownCase, owed: Owed, now: datetime
) -> None:
    """The word to a citizen that a further message joined the case."""
    closed = uow.citizens.closed_to_notices(addresses(each.message))
    notices = _to_citizen(desk, each, Template.MESSAGE_ADDED, case.id, Priority.NORMAL, closed, now)
    owed += [(case.id, each.correlation_id, notice) for notice in notices]


def owe_opt_out(desk: Desk, uow: UnitOfWork, each: Claimed, owed: Owed, now: datetime) -> None:
    """Stop notices to the sender, with one last word that says so."""
    notices = _to_citizen(desk, each, Template.OPTED_OUT, None, Priority.NORMAL, set(), now)
    owed += [(None, each.correlation_id, notice) for notice in notices]
    citizens_of(uow, [each.message], now)
    uow.citizens.stop(str(each.message.sender), now)


def owe_refusal(desk: Desk, uow: UnitOfWork, each: Claimed, owed: Owed, now: datetime) -> None:
    """The word to a sender that a mail was too large to be taken, and how else to reach the desk."""
    closed = uow.citizens.closed_to_notices(addresses(each.message))
    notices = _to_citizen(desk, each, Template.TOO_LARGE, None, Priority.NORMAL, closed, now)
    told = {"subject": each.message.subject or "", "received_at": each.received_at.isoformat()}
    refusals = [replace(n, values={**n.values, **told}) for n in notices if n.medium is Medium.EMAIL]
    owed += [(None, each.correlation_id, notice) for notice in refusals]


def _to_citizen(
    desk: Desk,
    each: Claimed,
    template: Template,
    case_id: int | None,
    priority: Priority,
    closed: set[str],
    now: datetime,
) -> list[Notification]:
    message = each.message
    unusable = {Urn.parse(urn) for urn in closed}
    ways = choose_route(
        message.channel, message.sender, message.contacts, private=message.private, unusable=unusable
    )
    if not ways or not may_answer(message.verdict):
        return []
    medium, recipient = ways[0]
    inbound_id = message.headers.get("message_id")
    return [
        Notification(
            medium=medium,
            recipient=recipient,
            template=template,
            due_at=leaves_at(desk.settings, medium, priority, now),
            dedupe_key=f"{template}:{each.id}",
            values={"ways": [[way, str(urn)] for way, urn in ways], "message": each.id},
            priority=priority,
            account_id=each.account_id if recipient == message.sender else None,
            message_id=token_id(desk, "c", f"{case_id or 0}-{each.id}") if medium is Medium.EMAIL else None,
            in_reply_to=inbound_id,
            references=(*message.references[-10:], *([inbound_id] if inbound_id else [])),
        )
    ]


def _to_unit(desk: Desk, row: Mapping[str, Any], unit: Unit, now: datetime) -> list[Notification]:
    priority = Priority(row["priority"])
    notices = [
        Notification(
            medium=Medium.EMAIL,
            recipient=Urn("mailto", address),
            template=Template.ROUTED_TO_UNIT,
            due_at=now,
            dedupe_key=f"{Template.ROUTED_TO_UNIT}:{row['id']}:{unit.code}:{address}",
            priority=priority,
            message_id=token_id(desk, "u", f"{row['id']}-{index}"),
            automatic=False,
        )
        for index, address in enumerate(unit.emails)
    ]
    if priority is Priority.LIFE_SAFETY:
        notices += _alerts(row, unit, now)
    return notices


def _for_silent_unit(desk: Desk, row: Mapping[str, Any], unit: Unit, now: datetime) -> list[Notification]:
    priority = Priority(row["priority"])
    alerts = _alerts(row, unit, now) if priority is Priority.LIFE_SAFETY else []
    return [*alerts, *to_operator(desk, row["id"], priority, "", now)]


def _alerts(row: Mapping[str, Any], unit: Unit, now: datetime) -> list[Notification]:
    numbers = [urn for urn in map(phone_urn, unit.phones) if urn and can_receive_sms(urn)]
    return [
        Notification(
            medium=Medium.SMS,
            recipient=urn,
            template=Template.UNIT_ALERT,
            due_at=now,
            dedupe_key=f"{Template.UNIT_ALERT}:{row['id']}:{unit.code}:{urn.path}",
            priority=Priority.LIFE_SAFETY,
            automatic=False,
        )
        for urn in numbers
    ]
