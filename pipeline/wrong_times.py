"""A clock that jumped ahead and was put right: what it put off for years is due."""

from datetime import timedelta

from domain.retry import LONGEST_WISH
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.sweeps import take_round
from store.leases import HOSTS_DIFFER

EVERY = timedelta(minutes=1)
_SWEEP = "sweep:wrong_times"
_log = get_logger(__name__)


def bring_back_times(desk: Desk) -> None:
    """Have due at once what waits for longer than anything is ever put off. Early is better than never."""
    now = desk.now()
    with desk.uow() as uow:
        if not take_round(uow, _SWEEP, now, EVERY):
            return
        latest = now + LONGEST_WISH + HOSTS_DIFFER
        found = uow.wrong_times.bring_back(now, waits=latest, taken=now + HOSTS_DIFFER)
        uow.commit()
    if found:
        _log.error("times_brought_back", **found)
