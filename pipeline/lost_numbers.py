"""A citizen has lost the numbers of their cases: they are sent again, to an address that the cases have.

Asking leaves one notice owed, for whatever address, and does nothing else: only when it is about to leave is
looked whether that address has any case, and without one it goes nowhere. So neither the words nor the time
of the answer tell whether the desk knows somebody. The security numbers are opened at that moment, too.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from domain.notices import Notification
from domain.numbers import parse_application_number
from domain.urn import Urn, can_receive_sms
from domain.vocabulary import Medium, Priority, Queue, Template
from pipeline.delivery import leaves_at
from pipeline.desk import Desk
from pipeline.limits import Limits, Rule
from pipeline.suppression import SuppressedError
from store.records import DueNotice
from store.unit_of_work import UnitOfWork

BY_ADDRESS = Rule(name="lost-address", times=1, window=timedelta(minutes=10))
BY_ADDRESS_DAILY = Rule(name="lost-address-day", times=3, window=timedelta(days=1))
"""So often a stranger can make somebody's telephone ring, if they have a case at all."""
BY_ALL = Rule(name="lost-all", times=1000, window=timedelta(minutes=10))
"""Whoever has many addresses still cannot fill the gateway's queue."""
MOST_CASES = 5
RECENT = timedelta(days=90)
"""How long after its closing a case's numbers are still sent."""


def medium_of(urn: Urn) -> Medium | None:
    """By what an address is told; None for one that neither SMS nor e-mail reaches."""
    if can_receive_sms(urn):
        return Medium.SMS
    return Medium.EMAIL if urn.scheme == "mailto" else None


def ask_again(desk: Desk, limits: Limits, address: Urn, medium: Medium, number: str) -> None:
    """Owe the numbers of an address's cases, or of this one; nothing where they were asked for too often.

    Quiet hours hold: anybody may ask for anybody's. Raises ConnectionFailedError.
    """
    who = str(address)
    counted = ((BY_ADDRESS, who), (BY_ADDRESS_DAILY, who), (BY_ALL, ""))
    if not all(limits.hit(rule, each) for rule, each in counted):
        return
    identifier, now = uuid4().hex, desk.now()
    notice = Notification(
        medium=medium,
        recipient=address,
        template=Template.LOST_NUMBERS,
        due_at=leaves_at(desk.settings, medium, Priority.HIGH, now),
        dedupe_key=f"{Template.LOST_NUMBERS}:{identifier}",
        values={"asked": parse_application_number(number) or ""},
        priority=Priority.HIGH,
        automatic=False,
    )
    with desk.uow() as uow:
        uow.notifications.owe(None, identifier, notice)
        uow.commit()
    desk.wake(Queue.NOTIFY)


def found_again(desk: Desk, uow: UnitOfWork, notice: DueNotice) -> dict[str, Any]:
    """The numbers that the notice brings, the newest case first. Raises SuppressedError for none."""
    asked, since = notice.values.get("asked", ""), desk.now() - RECENT
    found = (
        uow.lost_numbers.of_number(notice.recipient, asked)
        if asked
        else uow.lost_numbers.of_address(notice.recipient, since, MOST_CASES)
    )
    if not found:
        raise SuppressedError("no case has this address")
    return {
        "numbers": [
            {
                "number": each.number,
                "security_number": desk.keyring.decrypt(each.security_number),
                "received_at": each.opened_at.isoformat(),
            }
            for each in found
        ]
    }
