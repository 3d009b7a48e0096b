"""How one notice leaves: at its account's pace, to where its person is now, by free words or, where a chat's
window is over, by a text the provider has approved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.errors import PermanentError, WindowClosedError
from domain.urn import Urn
from domain.vocabulary import Medium, Priority, Template
from notifier.contracts import Outgoing
from notifier.policy import LOOP_WINDOW, over_cap
from notifier.rendering import render
from notifier.visibility import UNIT_TEMPLATES
from pipeline.chat_windows import is_closed
from pipeline.delivery import leaves_at
from pipeline.desk import Desk
from pipeline.notice_values import content_of
from pipeline.patience import patiently
from pipeline.suppression import SuppressedError
from pipeline.transports import Transports
from store.records import DueNotice
from store.reports import our_id

AHEAD = timedelta(milliseconds=250)
"""So much earlier than its place in the pace a message may leave: the row is not worth another round."""
_NEVER_CLOSED = (*UNIT_TEMPLATES, Template.UNIT_DEADLINES, Template.OPTED_OUT, Template.VERIFICATION_CODE)


@dataclass(frozen=True, kw_only=True)
class Left:
    """That a notice has left: by which transport, as what there, and by which approved text if by one."""

    transport: str
    gateway_id: str
    subject: str | None = None
    approved: str = ""


@dataclass(frozen=True, kw_only=True)
class Later:
    """That a notice has to wait until an aware time; `values` are what its row holds meanwhile."""

    until: datetime
    values: Mapping[str, Any]


def leave(desk: Desk, transports: Transports, notice: DueNotice) -> Left | Later:
    """Send the notice, or say until when it waits.

    Raises SuppressedError where it must not leave, WindowClosedError where its chat is over and no approved
    text stands for it, and what the transport raises.
    """
    held = patiently(lambda: _held_until(desk, transports, notice))
    if held:
        return Later(until=held, values=notice.values)
    notice = patiently(lambda: _readdressed(desk, notice))
    outgoing, values, closed = patiently(lambda: _outgoing(desk, notice))
    slot = patiently(lambda: _slot(desk, transports, notice))
    if slot:
        return Later(until=slot, values={**notice.values, "slot": slot.isoformat()})
    transport = transports.of(Medium(notice.medium), notice.account_id)
    if not closed:
        began = desk.now()
        try:
            gateway_id = transport.send(outgoing)
        except WindowClosedError:
            patiently(lambda: _closed(desk, notice, began))
        else:
            return Left(transport=transport.name, gateway_id=gateway_id, subject=outgoing.rendered.subject)
    name, gateway_id = transports.send_approved(notice, outgoing, values)
    return Left(transport=transport.name, gateway_id=gateway_id, approved=name)


def _held_until(desk: Desk, transports: Transports, notice: DueNotice) -> datetime | None:
    """When the notice may leave, if not now: a backlog or a retry can take it into the quiet hours."""
    medium, now = Medium(notice.medium), desk.now()
    held = [transports.paused_until(medium, notice.account_id)]
    if notice.template not in UNIT_TEMPLATES:
        held.append(leaves_at(desk.settings, medium, Priority(notice.priority), now))
    return max((until for until in held if until and until > now), default=None)


def _slot(desk: Desk, transports: Transports, notice: DueNotice) -> datetime | None:
    """When the account's pace lets the notice leave (W12), if not now. One that has waited for its place has
    it; nobody sleeps. Danger to life queues behind nobody: such notices are too few to break a pace."""
    apart = transports.apart(Medium(notice.medium), notice.account_id)
    urgent = notice.priority == Priority.LIFE_SAFETY
    if apart is None or notice.account_id is None or urgent or "slot" in notice.values:
        return None
    with desk.uow() as uow:
        now = desk.now()
        slot = uow.windows.next_slot(notice.account_id, now, apart)
        uow.commit()
    return slot if slot > now + AHEAD else None


def _readdressed(desk: Desk, notice: DueNotice) -> DueNotice:
    """The notice, to where its person has moved since it was owed (W9)."""
    if notice.medium != Medium.CHAT:
        return notice
    with desk.uow() as uow:
        moved = uow.news.moved_to([notice.recipient])
    return replace(notice, recipient=moved.get(notice.recipient, notice.recipient))


def _outgoing(desk: Desk, notice: DueNotice) -> tuple[Outgoing, Mapping[str, Any], bool]:
    template, medium = Template(notice.template), Medium(notice.medium)
    with desk.uow() as uow:
        closed = uow.citizens.closed_to_notices([notice.recipient])
        if closed and template not in _NEVER_CLOSED:
            raise SuppressedError("the address is closed to notices")
        content = content_of(desk, uow, notice)
        rendered = render(template, medium, content.values, folder=desk.settings.notice_folder)
        if notice.automatic:
            past = uow.notifications.automatic_sent([notice.recipient], desk.now() - LOOP_WINDOW)
            subjects = past[notice.recipient]
            # Only mails have a subject; the others are told apart by nothing.
            if over_cap(len(subjects), subjects.count(rendered.subject) if rendered.subject else 0):
                raise SuppressedError("too many automatic notices to this address")
        window_closed = is_closed(uow, notice, desk.now())
    outgoing = Outgoing(
        our_id=our_id(notice.id),
        recipient=Urn.parse(notice.recipient),
        rendered=rendered,
        message_id=notice.message_id,
        in_reply_to=notice.in_reply_to,
        references=notice.references,
        reply_to=content.reply_to,
        attachments=content.attachments,
        automatic=notice.automatic,
    )
    return outgoing, content.values, window_closed


def _closed(desk: Desk, notice: DueNotice, as_of: datetime) -> None:
    if notice.account_id is None:
        raise PermanentError("a chat without an account has no window")
    with desk.uow() as uow:
        uow.windows.close(notice.recipient, notice.account_id, as_of)
        uow.commit()
