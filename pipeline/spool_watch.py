"""Operators hear, once a day, of acknowledged calls that lie on this host's disk: set aside, or never fed.

A provider will not bring them again, and no database counts them. Each host looks at its own disk.
"""

import platform
from datetime import timedelta

from config.settings import ISTANBUL
from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.operators import owe_operator
from pipeline.spool import spool_of

AGE = timedelta(hours=1)
"""What waits is fed within seconds once the database is back; while it is away nobody can be told."""
SPOOL, ASIDE = "spool", "spool_aside"


def watch_spool(desk: Desk) -> None:
    """Tell of calls that are older than an hour; the same kinds are told once a day."""
    now, spool = desk.now(), spool_of(desk)
    lying = {SPOOL: spool.waiting(), ASIDE: spool.set_asides()}
    old = {what: found for what, paths in lying.items() if (found := spool.kept_since(now - AGE, paths))}
    if not old:
        return
    waits = [{"what": what, "count": str(n), "since": since.isoformat()} for what, (n, since) in old.items()]
    day = f"{now.astimezone(ISTANBUL):%Y-%m-%d}"
    key = ":".join((Template.WAITS_TOO_LONG, day, *old, platform.node()))
    with desk.uow() as uow:
        owe_operator(desk, uow, Template.WAITS_TOO_LONG, key, {"waits": waits}, now, correlation="waits")
        uow.commit()
