"""To whom, by what and when a notice leaves: decisions only, nothing is sent or looked up here."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.local_time import next_at
from config.settings import ISTANBUL
from domain.urn import Urn, can_receive_sms, mail_urn
from domain.vocabulary import Channel, Confidentiality, Medium, Priority, Template, Verdict

LOOP_WINDOW = timedelta(hours=3)
LOOP_CAP = 10
SAME_SUBJECT_CAP = 2
NOTICE_ATTEMPTS = 12
"""With `domain.retry` some twenty-two hours: a mail server that is out for a night costs no notice."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """How a channel's citizens are answered: one row of the delivery policy.

    `own` is the channel's own way back, where it has one; `window` is how long after somebody's last message
    it is open to free words (None: always); `invites` says that its public places can be answered with an
    invitation to write in private; `notices` that its citizens hear from this desk at all.
    """

    own: Medium | None = None
    window: timedelta | None = None
    invites: bool = False
    notices: bool = True


_DAY = timedelta(hours=24)
_ANSWERED_BY_FILE = Delivery(notices=False)
_BY_WHAT_IS_KNOWN = Delivery()
DELIVERY: Mapping[str, Delivery] = {
    Channel.EMAIL: Delivery(own=Medium.EMAIL),
    Channel.SMS: Delivery(own=Medium.SMS),
    Channel.WHATSAPP: Delivery(own=Medium.CHAT, window=_DAY),
    Channel.FACEBOOK: Delivery(own=Medium.CHAT, window=_DAY, invites=True),
    Channel.X: Delivery(own=Medium.CHAT, invites=True),
    Channel.TELEGRAM: Delivery(own=Medium.CHAT),
    Channel.BIP: Delivery(own=Medium.CHAT),
    Channel.WEBCHAT: Delivery(own=Medium.CHAT),
    Channel.WEBFORM: _BY_WHAT_IS_KNOWN,
    Channel.HTTP: _BY_WHAT_IS_KNOWN,
    Channel.MOBILE: _BY_WHAT_IS_KNOWN,
    Channel.CALL_CENTRE: _BY_WHAT_IS_KNOWN,
    Channel.PHONE_LINE: _BY_WHAT_IS_KNOWN,
    Channel.CONTACT_POINT: _BY_WHAT_IS_KNOWN,
    Channel.FIELD: _BY_WHAT_IS_KNOWN,
    Channel.POST: _BY_WHAT_IS_KNOWN,
    Channel.FAX: _BY_WHAT_IS_KNOWN,
    Channel.CIMER: _ANSWERED_BY_FILE,
    Channel.BEHAK: _ANSWERED_BY_FILE,
}
"""The delivery policy: the one table. What a channel has no own way for leaves by SMS, then by e-mail, and as
a letter where nothing else reaches. A service that ends a chat itself (BiP, the web chat) says so when asked:
its window needs no row here. A feed's institution answers its citizens itself, unless the feed's account says
that we do.
"""

ONCE_A_WINDOW = frozenset({Template.MESSAGE_ADDED})
"""Notices that say the same each time: in a chat with a window one of them a case is enough (W8)."""

_MACHINES = frozenset({"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply"})
_ANSWERED = frozenset({Verdict.ORDINARY, Verdict.OPT_OUT})

Route = list[tuple[Medium, Urn]]


def may_answer(verdict: Verdict) -> bool:
    """Whether a delivery may be answered by itself: never an auto-reply, bounce, list or own mail (E14)."""
    return verdict in _ANSWERED


def over_cap(sent_in_window: int, same_subject: int) -> bool:
    """Whether one more automatic notice to an address is one too many (E16), by whatever medium.

    Both numbers count what left to it within `LOOP_WINDOW`: at all, and, for mails, under this very subject.
    """
    return sent_in_window >= LOOP_CAP or same_subject >= SAME_SUBJECT_CAP


def leave_at(
    medium: Medium,
    priority: Priority,
    due_at: datetime,
    *,
    quiet_from: int,
    quiet_until: int,
    to_unit: bool,
    wished: tuple[int, int] | None = None,
) -> datetime:
    """When a notice due at an aware time may leave: then, or at the end of the quiet hours, in UTC.

    Quiet hours are whole hours of Istanbul's clock, the first included and the last not; they may
    span midnight, and equal hours mean none. They hold back citizens' SMS unless lives are at stake; the
    hours that a recipient `wished` stand in their place, and hold whatever else would reach them, too.
    """
    held = medium is not Medium.LETTER if wished else medium is Medium.SMS
    quiet_from, quiet_until = wished or (quiet_from, quiet_until)
    bound = held and not to_unit and priority is not Priority.LIFE_SAFETY
    local = due_at.astimezone(ISTANBUL)
    if not bound or not _is_quiet(local.hour, quiet_from, quiet_until):
        return due_at.astimezone(UTC)
    return next_at(quiet_until, local)


def delivery_of(channel: str) -> Delivery:
    """The channel's row; one that the table does not name has no way of its own."""
    return DELIVERY.get(channel, _BY_WHAT_IS_KNOWN)


def choose_route(
    channel: Channel,
    sender: Urn | None,
    contacts: Sequence[Urn] = (),
    *,
    private: bool = True,
    confidentiality: Confidentiality = Confidentiality.PUBLIC,
    postal: Urn | None = None,
    asked_for: bool = False,
    unusable: Collection[Urn] = frozenset(),
    preferred: Medium | None = None,
) -> Route:
    """The ways to a citizen, best first; empty when there is none.

    First the channel's own way back unless others could read it there, then SMS to mobile numbers, then
    e-mail, then a letter to the `postal` address, each address once. A letter about a restricted case goes
    only to who wrote one: at home others open it. `unusable` are those that opted out, bounced or are ours.
    The medium they `preferred` comes first where it is one of their ways. A feed's citizens get notices only
    where its account asks for that. After a permanent failure the next way is tried.
    """
    row = delivery_of(channel)
    if not (row.notices or asked_for):
        return []
    candidates = [*_own_way(row, channel, sender)] if private else []
    known = [urn for urn in (sender, *contacts) if urn is not None]
    candidates += [(Medium.SMS, urn) for urn in known if can_receive_sms(urn)]
    candidates += [(Medium.EMAIL, urn) for urn in known if _can_receive_mail(urn)]
    if postal and (confidentiality is not Confidentiality.RESTRICTED or channel is Channel.POST):
        candidates.append((Medium.LETTER, postal))
    ways = [way for way in dict.fromkeys(candidates) if way[1] not in unusable]
    return sorted(ways, key=lambda way: way[0] is not preferred)


def may_invite(channel: str, *, private: bool) -> bool:
    """Whether a message is answered, where nothing else reaches its author, with an invitation to write in
    private: only one that others read (X5)."""
    return delivery_of(channel).invites and not private


def window_is_closed(
    window: timedelta | None, last_inbound_at: datetime, closed_at: datetime | None, now: datetime
) -> bool:
    """Whether free words may no longer go to somebody who wrote last at an aware time (W7, F6): the service
    said so since, or its window is over."""
    return closed_at is not None or (window is not None and now >= last_inbound_at + window)


def _own_way(row: Delivery, channel: Channel, sender: Urn | None) -> Iterator[tuple[Medium, Urn]]:
    if sender is None or row.own is None:
        return
    # Who wrote by SMS can be answered by SMS, whatever the numbering plan says; a short code can not.
    answers = {
        Medium.SMS: sender.scheme == "tel" and sender.path.startswith("+"),
        Medium.EMAIL: _can_receive_mail(sender),
        Medium.CHAT: sender.scheme == channel,
    }
    if answers[row.own]:
        yield row.own, sender


def _can_receive_mail(urn: Urn) -> bool:
    local = urn.path.partition("@")[0]
    return urn.scheme == "mailto" and mail_urn(urn.path) is not None and local.lower() not in _MACHINES


def _is_quiet(hour: int, start: int, end: int) -> bool:
    if start <= end:
        return start <= hour < end
    return hour >= start or hour < end
