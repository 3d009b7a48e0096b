"""Accounts that work and bring nothing (G9): green on every page, and perhaps cut off at the other end.

A message is missed when none has come for many times the account's own usual gap. It is told once for each
silence: the notice's key is the last message's time.
"""

from datetime import datetime, timedelta

from domain.vocabulary import Direction, Template
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.operators import owe_operator
from pipeline.sweeps import take_round
from store.records import Account, Rhythm
from store.unit_of_work import UnitOfWork

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
        if not take_round(uow, _SWEEP, now, EVERY):
            return
        accounts = {account.id: account for account in uow.accounts.all(only_enabled=True)}
        for rhythm in uow.messages.rhythms(now - LOOK_BACK):
            account = accounts.get(rhythm.account_id)
            if account and now - rhythm.last_at > longest_gap(rhythm):
                _log.warning("account_silent", account=account.name, since=rhythm.last_at.isoformat())
                _tell(desk, uow, account, rhythm, now)
        uow.commit()


def longest_gap(rhythm: Rhythm) -> timedelta:
    """How long an account of this rhythm may be silent before somebody should look."""
    if rhythm.messages < LEAST_MESSAGES:
        return LOOK_BACK
    return max(LEAST_SILENCE, LOOK_BACK / rhythm.messages * GAPS)


def _tell(desk: Desk, uow: UnitOfWork, account: Account, rhythm: Rhythm, now: datetime) -> None:
    values = {
        "account": account.name,
        "channel": account.channel,
        "direction": Direction.INBOUND,
        "state": "silent",
        "cause": rhythm.last_at.isoformat(),
        "at": now.isoformat(),
    }
    key = f"silent:{account.id}:{rhythm.last_at.isoformat()}"
    owe_operator(desk, uow, Template.CHANNEL_HEALTH, key, values, now, correlation=f"silence-{account.id}")
