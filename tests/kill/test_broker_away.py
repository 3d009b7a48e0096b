"""The broker is a doorbell: while it is away or hangs, work waits as rows, and all of it is done afterwards.

dramatiq leaves delayed messages stuck when Redis was away for eight seconds; ours are no such messages.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from pipeline.accept import Intake, accept
from tests.fakes import add_account, make_message
from tests.kill.crew import Crew, desk_settings, running_crew, shipped_programs
from tests.kill.ledger import UNSENT

OUTAGE_SECONDS = 8
WAITING, RETRIES = 100, 20
_LEFT = "SELECT count(*) FROM messages WHERE state <> 'done'"
_OWED = f"SELECT count(*) FROM notifications WHERE {UNSENT}"


@pytest.fixture
def crew(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crew]:
    """Workers, a notifier that writes to the outbox, and the clock."""
    own = desk_settings(monkeypatch, tmp_path)
    programs = {name: shipped_programs()[name] for name in ("worker", "notifier", "clock")}
    with running_crew(own, programs, lambda crew: add_account(crew.desk, name="posta")) as running:
        yield running


def take_in(crew: Crew, count: int) -> list[int]:
    with crew.desk.uow() as uow:
        account = uow.accounts.by_name("posta")
    assert account is not None
    return accept(crew.desk, Intake(items=[(account.id, make_message()) for _ in range(count)]))


def retry_soon(crew: Crew, message_ids: list[int]) -> None:
    """Have these messages' next tries fall into the outage, and one behind it."""
    with crew.desk.uow() as uow:
        for place, message_id in enumerate(message_ids):
            due = crew.desk.now() + timedelta(seconds=1 + place * OUTAGE_SECONDS / (len(message_ids) - 1))
            uow.queue.try_later(message_id, 1, "a first try that failed", due)
        uow.commit()


@contextmanager
def gone(crew: Crew) -> Iterator[None]:
    """Nobody listens at its socket."""
    crew.supervisor._call("stopProcess", "servers:valkey")
    yield
    crew.supervisor._call("startProcess", "servers:valkey")


@contextmanager
def hanging(crew: Crew) -> Iterator[None]:
    """It takes connections and answers nothing."""
    server = crew.program("valkey")
    assert server is not None
    server.suspend()
    yield
    server.resume()


@pytest.mark.kill
@pytest.mark.parametrize("outage", [gone, hanging])
def test_everything_is_done_after_the_broker_was_away(
    crew: Crew, outage: Callable[[Crew], AbstractContextManager[None]]
) -> None:
    take_in(crew, 1)
    crew.await_value(0, _LEFT)
    with outage(crew):
        retry_soon(crew, take_in(crew, RETRIES))
        take_in(crew, WAITING)
        time.sleep(OUTAGE_SECONDS)
    crew.await_value(0, _LEFT)
    crew.await_value(0, _OWED)
    assert crew.value("SELECT count(*) FROM cases") == 1 + RETRIES + WAITING
    assert crew.value("SELECT count(*) FROM quarantine") == 0
