"""How one notice leaves: at its account's pace, to where its person is now, by free words or, where a chat's
window is over, by a text the provider has approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.errors import PermanentError, WindowClosedError
from domain.urn import Urn
from domain.vocabulary import Medium, Priority, Template
from notifier.contracts import Outgoing
from notifier.policy import LOOP_WINDOW, over_cap
from notifier.rendering import render
from notifier.rhythm import is_gathered
from notifier.visibility import STAFF_TEMPLATES
from pipeline.chat_windows import is_closed
from pipeline.delivery import leaves_at
from pipeline.desk import Desk
from pipeline.digest import Digest, digest
from pipeline.notice_values import content_of
from pipeline.patience import patiently
from pipeline.suppression import LOOP, MOVED, SuppressedError, refuse_closed, refuse_declined
from pipeline.transports import Transports
from pipeline.unit_additions import are_one, as_one, still_concerns
from pipeline.unit_digest import unit_digest
from pipeline.unsubscribing import unsubscribe_headers
from store.records import DueNotice
from store.reports import our_id
from store.unit_of_work import UnitOfWork

AHEAD = timedelta(milliseconds=250)
"""So much earlier than its place in the pace a message may leave: the row is not worth another round."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """That a notice has left: by which transport, as what there, and by which approved text if by one.

    `carried` are the notices that left in its message, `dropped` those of its company that must not leave.
    """

    transport: str
    gateway_id: str
    subject: str | None = None
    approved: str = ""
    carried: tuple[int, ...] = ()
    dropped: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Later:
    """That a notice has to wait until an aware time; `values` are what its row holds meanwhile."""

    until: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Parcel:
    outgoing: Outgoing
    values: Mapping[str, Any]
    told: Digest
    closed: bool


def leave(
    desk: Desk, transports: Transports, notice: DueNotice, others: Sequence[DueNotice] = ()
) -> Left | Later:
    """Send the notice, and the words of the others with it; or say until when it waits.

    Raises SuppressedError where it must not leave, WindowClosedError where its chat is over and no approved
    text stands for it, and what the transport raises.
    """
    held = patiently(lambda: _held_until(desk, transports, notice))
    if held:
        return Later(until=held, values=notice.values)
    notice = patiently(lambda: _readdressed(desk, notice))
    parcel = patiently(lambda: _parcel(desk, notice, others))
    slot = patiently(lambda: _slot(desk, transports, notice))
    if slot:
        return Later(until=slot, values={**notice.values, "slot": slot.isoformat()})
    transport = transports.of(Medium(notice.medium), notice.account_id)
    if not parcel.closed:
        began = desk.now()
        try:
            gateway_id = transport.send(parcel.outgoing)
        except WindowClosedError:
            patiently(lambda: _closed(desk, notice, began))
        else:
            return Left(
                transport=transport.name,
                gateway_id=gateway_id,
                subject=parcel.outgoing.rendered.subject,
                carried=parcel.told.carried,
                dropped=parcel.told.dropped,
            )
    # An approved text is one notice's: the others come by themselves.
    name, gateway_id = transports.send_approved(notice, parcel.outgoing, parcel.values)
    return Left(transport=transport.name, gateway_id=gateway_id, approved=name)


def _held_until(desk: Desk, transports: Transports, notice: DueNotice) -> datetime | None:
    """When the notice may leave, if not now: a backlog or a retry can take it into the quiet hours."""
    medium, now = Medium(notice.medium), desk.now()
    held = [transports.paused_until(medium, notice.account_id)]
    if notice.template not in STAFF_TEMPLATES:
        with desk.uow() as uow:
            wishes = uow.wishes.of_one(notice.recipient)
        wished = wishes.quiet if wishes else None
        held.append(leaves_at(desk.settings, medium, Priority(notice.priority), now, wished))
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


def _parcel(desk: Desk, notice: DueNotice, others: Sequence[DueNotice]) -> _Parcel:
    template, medium = Template(notice.template), Medium(notice.medium)
    one = bool(others) and are_one([notice, *others])
    if others and not one and is_gathered(template, notice.priority, notice.values):
        return _news(desk, notice, others)
    with desk.uow() as uow:
        refuse_closed(uow, notice)
        refuse_declined(uow, notice)
        notice = as_one([notice, *others]) if one else notice
        content = content_of(desk, uow, notice)
        own = render(template, medium, content.values, folder=desk.settings.notice_folder)
        closed = is_closed(uow, notice, desk.now())
        told = (
            Digest(rendered=own, carried=tuple(each.id for each in others))
            if one
            else digest(desk, uow, notice, own, () if closed else others)
        )
        company = [each for each in others if each.id in told.carried]
        headers = unsubscribe_headers(desk, uow, [notice, *company])
        if notice.automatic:
            _refuse_loop(desk, uow, notice, told.rendered.subject)
    outgoing = Outgoing(
        our_id=our_id(notice.id),
        recipient=Urn.parse(notice.recipient),
        rendered=told.rendered,
        message_id=notice.message_id,
        in_reply_to=notice.in_reply_to,
        references=notice.references,
        reply_to=content.reply_to,
        attachments=content.attachments,
        automatic=notice.automatic,
        headers=headers,
    )
    return _Parcel(outgoing=outgoing, values=content.values, told=told, closed=closed)


def _news(desk: Desk, notice: DueNotice, others: Sequence[DueNotice]) -> _Parcel:
    """A unit's mail with all its news. It has no mark of the first case: what answers the whole is no answer
    to that one."""
    with desk.uow() as uow:
        past = {each.id: MOVED for each in (notice, *others) if not still_concerns(uow, each)}
        if notice.id in past:
            raise SuppressedError(MOVED)
        leaving = [each for each in (notice, *others) if each.id not in past]
        rendered, reply_to = unit_digest(desk, uow, leaving)
    outgoing = Outgoing(
        our_id=our_id(notice.id),
        recipient=Urn.parse(notice.recipient),
        rendered=rendered,
        reply_to=reply_to,
        automatic=notice.automatic,
    )
    told = Digest(rendered=rendered, carried=tuple(each.id for each in leaving[1:]), dropped=past)
    return _Parcel(outgoing=outgoing, values={}, told=told, closed=False)


def _refuse_loop(desk: Desk, uow: UnitOfWork, notice: DueNotice, subject: str | None) -> None:
    past = uow.notifications.automatic_sent([notice.recipient], desk.now() - LOOP_WINDOW)
    subjects = past[notice.recipient]
    # Only mails have a subject; the others are told apart by nothing.
    if over_cap(len(subjects), subjects.count(subject) if subject else 0):
        raise SuppressedError(LOOP)


def _closed(desk: Desk, notice: DueNotice, as_of: datetime) -> None:
    if notice.account_id is None:
        raise PermanentError("a chat without an account has no window")
    with desk.uow() as uow:
        uow.windows.close(notice.recipient, notice.account_id, as_of)
        uow.commit()
