"""Accounts that work and bring nothing (G9): green on every page, and perhaps cut off at the other end.

A message is missed when none has come for many times the account's own usual gap. It is told once for each
silence: the notice's key is the last message's time.
"""

from datetime import timedelta

from domain.notices import Notification
from domain.vocabulary import Direction, Template
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.operators import operator_notice
from store.records import Account, Rhythm

LOOK_BACK = timedelta(days=14)
LEAST_MESSAGES = 20
"""Below so many there is no rhythm to miss."""
GAPS = 20
LEAST_SILENCE = timedelta(hours=6)
EVERY = timedelta(hours=1)
_SWEEP = "sweep:silence"
_log = get_logger(__name__)


def watch_silence(desk: Desk) -> None:
    """Tell of accounts that fell silent; once an hour, whichever clock comes first."""
    now = desk.now()
    with desk.uow() as uow:
        # Every sweep is a holder of its own: until the hour is over nobody takes the lease again.
        if uow.leases.take(_SWEEP, f"{now.isoformat()}", now, EVERY) is None:
            return
        accounts = {account.id: account for account in uow.accounts.all(only_enabled=True)}
        for rhythm in uow.messages.rhythms(now - LOOK_BACK):
            account = accounts.get(rhythm.account_id)
            if account and now - rhythm.last_at > longest_gap(rhythm):
                _log.warning("account_silent", account=account.name, since=rhythm.last_at.isoformat())
                notice = _notice(desk, account, rhythm)
                if notice:
                    uow.notifications.owe(None, f"silence-{account.id}", notice)
        uow.commit()


def longest_gap(rhythm: Rhythm) -> timedelta:
    """How long an account of this rhythm may be silent before somebody should look."""
    if rhythm.messages < LEAST_MESSAGES:
        return LOOK_BACK
    return max(LEAST_SILENCE, LOOK_BACK / rhythm.messages * GAPS)


def _notice(desk: Desk, account: Account, rhythm: Rhythm) -> Notification | None:
    now = desk.now()
    values = {
        "account": account.name,
        "channel": account.channel,
        "direction": Direction.INBOUND,
        "state": "silent",
        "cause": rhythm.last_at.isoformat(),
        "at": now.isoformat(),
    }
    key = f"silent:{account.id}:{rhythm.last_at.isoformat()}"
    return operator_notice(desk, Template.CHANNEL_HEALTH, key, values, now)
