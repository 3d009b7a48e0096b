"""Operators are told 14 days, 3 days and on the day before the credential of an account ends.

Only what a provider tells us can be known: the connector finds the end in what it has noted while reading.
"""

from datetime import timedelta

from connectors.registry import CONNECTORS
from domain.vocabulary import Channel, Template
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.operators import owe_operator
from pipeline.sweeps import take_round

EVERY = timedelta(hours=6)
DAYS_BEFORE = (0, 3, 14)
_SWEEP = "sweep:credentials"
_log = get_logger(__name__)


def watch_credentials(desk: Desk) -> None:
    """Look four times a day, by one of the clocks; each end is told once for each of `DAYS_BEFORE`."""
    now = desk.now()
    with desk.uow() as uow:
        if not take_round(uow, _SWEEP, now, EVERY):
            return
        for account in uow.accounts.all(only_enabled=True):
            if account.channel not in CONNECTORS:
                continue
            ends = CONNECTORS[Channel(account.channel)].credential_ends(uow.accounts.cursor(account.id))
            left = (ends - now).days if ends else DAYS_BEFORE[-1] + 1
            stage = next((days for days in DAYS_BEFORE if left <= days), None)
            if ends is None or stage is None:
                continue
            key = f"{Template.CREDENTIAL_ENDS}:{account.id}:{ends.isoformat()}:{stage}"
            values = {
                "account": account.name,
                "channel": account.channel,
                "days": str(max(left, 0)),
                "at": ends.isoformat(),
            }
            correlation = f"credential-{account.id}"
            if owe_operator(desk, uow, Template.CREDENTIAL_ENDS, key, values, now, correlation=correlation):
                _log.warning("credential_ends", account=account.name, days=left)
        uow.commit()
