"""The desk's actors; a message with the deadly word kills the worker that handles it, as a segfault does."""

import os
import signal
from collections.abc import Sequence
from datetime import datetime

from pipeline import process
from pipeline.desk import Desk
from pipeline.handling import handle
from store.records import Claimed
from store.unit_of_work import UnitOfWork

DEADLY = "ölümcül-söz"


def _handle(desk: Desk, uow: UnitOfWork, claimed: Sequence[Claimed], now: datetime) -> int:
    if any(DEADLY in each.message.text for each in claimed):
        os.kill(os.getpid(), signal.SIGKILL)
    return handle(desk, uow, claimed, now)


setattr(process, "handle", _handle)  # noqa: B010  # a seam of this test alone

from pipeline.actors import notify, read  # noqa: E402, F401
from pipeline.actors import process as process_actor  # noqa: E402, F401
