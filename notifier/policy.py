"""To whom, by what and when a notice leaves: decisions only, nothing is sent or looked up here."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from config.settings import ISTANBUL
from domain.urn import Urn, can_receive_sms, mail_urn
from domain.vocabulary import Channel, Medium, Priority, Verdict

LOOP_WINDOW = timedelta(hours=3)
LOOP_CAP = 10
SAME_SUBJECT_CAP = 2
NOTICE_ATTEMPTS = 12
"""With `domain.retry` some twenty-two hours: a mail server that is out for a night costs no notice."""

OWN_WAY = {Channel.EMAIL: Medium.EMAIL, Channel.SMS: Medium.SMS}
"""Channels that answer by what the message came with; a chat's sender tells by its scheme that it is one."""

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
    medium: Medium, priority: Priority, due_at: datetime, *, quiet_from: int, quiet_until: int, to_unit: bool
) -> datetime:
    """When a notice due at an aware time may leave: then, or at the end of the quiet hours, in UTC.

    Quiet hours are whole hours of Istanbul's clock, the first included and the last not; they may
    span midnight, and equal hours mean none. They hold back citizens' SMS unless lives are at stake.
    """
    bound = medium is Medium.SMS and not to_unit and priority is not Priority.LIFE_SAFETY
    local = due_at.astimezone(ISTANBUL)
    if not bound or not _is_quiet(local.hour, quiet_from, quiet_until):
        return due_at.astimezone(UTC)
    end = local.replace(hour=quiet_until, minute=0, second=0, microsecond=0)
    if end <= local:
        end += timedelta(days=1)
    return end.astimezone(UTC)


def choose_route(
    channel: Channel,
    sender: Urn | None,
    contacts: Sequence[Urn] = (),
    *,
    private: bool = True,
    unusable: Collection[Urn] = frozenset(),
) -> Route:
    """The ways to a citizen, best first; empty when there is none.

    First the channel's own way back unless others could read it there, then SMS to mobile numbers, then
    e-mail, each address once. `unusable` are those that opted out, bounced or are ours. After a permanent
    failure the next way is tried.
    """
    candidates = [*_own_way(channel, sender)] if private else []
    known = [urn for urn in (sender, *contacts) if urn is not None]
    candidates += [(Medium.SMS, urn) for urn in known if can_receive_sms(urn)]
    candidates += [(Medium.EMAIL, urn) for urn in known if _can_receive_mail(urn)]
    return [way for way in dict.fromkeys(candidates) if way[1] not in unusable]


def _own_way(channel: Channel, sender: Urn | None) -> Iterator[tuple[Medium, Urn]]:
    if sender is None:
        return
    medium = OWN_WAY.get(channel)
    if medium is None:
        if sender.scheme == channel:
            yield Medium.CHAT, sender
        return
    # Who wrote by SMS can be answered by SMS, whatever the numbering plan says; a short code can not.
    answers_sms = sender.scheme == "tel" and sender.path.startswith("+")
    if answers_sms if medium is Medium.SMS else _can_receive_mail(sender):
        yield medium, sender


def _can_receive_mail(urn: Urn) -> bool:
    local = urn.path.partition("@")[0]
    return urn.scheme == "mailto" and mail_urn(urn.path) is not None and local.lower() not in _MACHINES


def _is_quiet(hour: int, start: int, end: int) -> bool:
    if start <= end:
        return start <= hour < end
    return hour >= start or hour < end
