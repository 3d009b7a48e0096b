"""Mails at a steady rate, one by one as they come, and how long each takes from its bytes to its case."""

import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from bench.corpus import mail
from bench.stack import Stack
from config.settings import Settings
from domain.vocabulary import Channel
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.ingest import account_for_files, read_original
from pipeline.waiting import until

_SETTLED_SECONDS = 120.0
_OPENED = text(
    "SELECT messages.id, pg_xact_commit_timestamp(case_events.xmin) AS at FROM messages"
    " JOIN case_events ON case_events.case_id = messages.case_id AND case_events.kind = 'opened'"
    " WHERE messages.id = ANY(:ids)"
)
_WAITING = text("SELECT EXISTS (SELECT FROM messages WHERE id = ANY(:ids) AND state <> 'done')")


def feed_steadily(settings: Settings, first: int, rate: int, seconds: int) -> dict[int, datetime]:
    """Accept mails of the corpus at a rate; returns when each was due, by the key of its message.

    What is late is late: nothing is left out, and the wait counts.
    """
    desk = Desk(settings)
    account = account_for_files(desk, "akis").id
    raws = [mail(number) for number in range(first, first + rate * seconds)]
    begun, begun_at = time.monotonic(), datetime.now(UTC).timestamp()
    due: dict[int, datetime] = {}
    for turn, raw in enumerate(raws):
        time.sleep(max(0.0, begun + turn / rate - time.monotonic()))
        items = [(account, item) for item in read_original(Channel.EMAIL, raw, settings.instance)]
        for message_id in accept(desk, Intake(items=items)):
            due[message_id] = datetime.fromtimestamp(begun_at + turn / rate, UTC)
    desk.engine.dispose()
    return due


def feed_into(told: Any, settings: Settings, first: int, rate: int, seconds: int) -> None:
    """The same as the work of a process, whose result is put into a queue."""
    told.put(feed_steadily(settings, first, rate, seconds))


def seconds_to_case(stack: Stack, due: dict[int, datetime]) -> list[float]:
    """How long each of these messages took until its case was committed, sorted. Waits for the last one."""
    ids = {"ids": list(due)}
    with stack.desk() as desk, desk.engine.connect() as connection:
        database = connection.execution_options(isolation_level="AUTOCOMMIT")
        until(lambda: not database.scalar(_WAITING, ids), "the last case", _SETTLED_SECONDS)
        opened = {row.id: row.at for row in database.execute(_OPENED, ids)}
    return sorted((opened[message_id] - at).total_seconds() for message_id, at in due.items())


def percentile(values: list[float], share: float) -> float:
    """The value that this share of the sorted values does not pass. Raises IndexError for none."""
    return values[min(len(values) - 1, int(share * len(values)))]
