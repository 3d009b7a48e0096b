"""Until when a chat may be answered with free words (W7, F6): by what came in, or by the service's word."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.vocabulary import Medium
from notifier.policy import delivery_of, window_is_closed
from store.records import Claimed, DueNotice
from store.unit_of_work import UnitOfWork


def hear(uow: UnitOfWork, claimed: Iterable[Claimed]) -> None:
    """Record that these people wrote to accounts whose chats have a window: one statement for a batch."""
    heard: dict[timedelta, list[tuple[str, int, datetime]]] = defaultdict(list)
    for each in claimed:
        message = each.message
        window = delivery_of(message.channel).window
        if window and message.private and message.sender:
            at = min(message.sent_at or each.received_at, each.received_at)
            heard[window].append((str(message.sender), each.account_id, at))
    for window, messages in heard.items():
        uow.windows.heard(messages, window)


def is_closed(uow: UnitOfWork, notice: DueNotice, now: datetime) -> bool:
    """Whether free words of a notice may no longer leave by its chat. Who wrote before windows were kept is
    tried: the service knows."""
    if notice.medium != Medium.CHAT or notice.account_id is None:
        return False
    row = uow.windows.of(notice.recipient, notice.account_id)
    account = uow.accounts.get(notice.account_id)
    if row is None or account is None:
        return False
    # With a tag the service granted, words may leave later too (F6): it says itself when that is over.
    window = None if account.settings.get("message_tag") else delivery_of(account.channel).window
    return window_is_closed(window, row.last_inbound_at, row.closed_at, now)
