"""The accounts the day comes in by, `gosteri-...`: made once, changed and switched on in later runs."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from domain.errors import ConnectionFailedError, PermanentError
from domain.vocabulary import Channel, Direction
from pipeline import channels
from pipeline.desk import Desk
from pipeline.fetchers import lease_name
from pipeline.waiting import until
from store.models import Lease
from store.records import Account

PREFIX = "gosteri-"
_PATIENCE = 20.0


def put(desk: Desk, channel: Channel, name: str, given: Mapping[str, str]) -> Account:
    """The account with these settings, switched off if it was there before. Raises DeskErrors."""
    try:
        account = channels.find(desk, name)
    except PermanentError:
        account = channels.add(desk, channel, name, given)
    channels.enable(desk, account, False)
    channels.change(desk, account, given)
    return account


def open_all(desk: Desk, accounts: Iterable[Account]) -> None:
    """Switch accounts on. A reader that still has one in hand is waited for, so that it begins anew; not for
    ever: what was killed gives no lease back."""
    taken = list(accounts)
    with suppress(ConnectionFailedError):
        until(lambda: not any(_is_read(desk, each) for each in taken), "the readers", _PATIENCE)
    for account in taken:
        channels.enable(desk, account, True)


def close_all(desk: Desk, accounts: Iterable[Account]) -> None:
    """Switch accounts off."""
    for account in accounts:
        channels.enable(desk, account, False)


def look_again(desk: Desk, accounts: Iterable[Account]) -> None:
    """Have sources looked at now, as an operator can: off and on again."""
    taken = list(accounts)
    close_all(desk, taken)
    open_all(desk, taken)


def was_read(desk: Desk, account: Account, since: datetime) -> bool:
    """Whether the source was read without trouble since then (aware)."""
    with desk.uow() as uow:
        health = uow.health.get(account.id, Direction.INBOUND)
    return bool(health and health.last_success_at and health.last_success_at >= since)


def others_that_send(desk: Desk) -> list[str]:
    """The names of SMS accounts that are not ours and switched on: real notices could leave by them."""
    with desk.uow() as uow:
        found = uow.accounts.all(only_enabled=True)
    return [a.name for a in found if a.channel == Channel.SMS and not a.name.startswith(PREFIX)]


def _is_read(desk: Desk, account: Account) -> bool:
    with desk.uow() as uow:
        lease = uow.session.get(Lease, lease_name(account.id))
        return lease is not None and lease.expires_at > desk.now()
