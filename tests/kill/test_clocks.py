"""Three clocks of one desk are killed again and again while cases fall due: each word is owed exactly once.

A minute of theirs passes in a sixtieth of a second. `CLOCK_CASES=3000 CLOCK_KILLS=100` makes more of it.
"""

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from multiprocessing.context import ForkProcess
from random import Random

import pytest
from sqlalchemy import text

from config.settings import Settings
from config.taxonomy import load_taxonomy
from domain.vocabulary import Template
from pipeline.clock import tick
from pipeline.desk import Desk
from router.escalation import told_units
from tests.fakes import Bells, Clock
from tests.pipeline.timing import Writer, due, events, notices, reminders
from tests.servers.postgres import PostgresServer
from tests.servers.processes import wait_until

CASES = int(os.environ.get("CLOCK_CASES", "300"))
KILLS = int(os.environ.get("CLOCK_KILLS", "12"))
SEED = int(os.environ.get("KILL_SEED", "0")) or Random().randrange(1, 10**6)
FASTER = 3600
SPAN = timedelta(hours=6)
"""Within which all cases fall due."""
UNITS = load_taxonomy().units
USED = ("iski-su-ariza", "kadikoy-belediyesi", "yol-bakim")
_TOLD = text(
    "SELECT (SELECT count(*) FROM notifications WHERE template = 'still_in_work')"
    " + (SELECT count(*) FROM reminders WHERE stage = 'overdue')"
)


class Clocks:
    """Three processes that tick without a pause, until each is killed; another takes its place."""

    def __init__(self, settings: Settings, begins: datetime) -> None:
        self._settings, self._begins, self._started = settings, begins, time.monotonic()
        self._fork = multiprocessing.get_context("fork")  # nothing is imported anew: many can die in a second
        self.running = [self._start() for _ in range(3)]

    def now(self) -> datetime:
        return self._begins + (time.monotonic() - self._started) * timedelta(seconds=FASTER)

    def kill(self, number: int) -> None:
        """Kill one at whatever it is doing."""
        self._end(self.running[number])
        self.running[number] = self._start()

    def end(self) -> None:
        for each in self.running:
            self._end(each)

    def _end(self, clock: ForkProcess) -> None:
        os.kill(clock.pid or 0, signal.SIGKILL)
        clock.join()
        assert clock.exitcode == -signal.SIGKILL, "it lived until then"

    def _start(self) -> ForkProcess:
        started = self._fork.Process(target=self._run, daemon=True)
        started.start()
        return started

    def _run(self) -> None:
        desk = Desk(self._settings, now=self.now, ring=Bells())
        while True:
            tick(desk)


@pytest.fixture
def desk(postgres_server: PostgresServer, taxonomy_template: str, settings: Settings) -> Iterator[Desk]:
    with postgres_server.fresh(taxonomy_template) as url:
        made = Desk(settings.model_copy(update={"database_url": url}), now=Clock(), ring=Bells())
        yield made
        made.engine.dispose()


def test_three_clocks_that_are_killed_tell_everybody_exactly_once(desk: Desk) -> None:
    print(f"KILL_SEED={SEED}")
    chance = Random(SEED)
    begins = desk.now()
    moments = [begins + SPAN * chance.random() for _ in range(CASES)]
    ids = Writer(desk).write(
        [due(at - timedelta(hours=48), at, unit=chance.choice(USED), topic="su-kesintisi") for at in moments]
    )
    desk.engine.dispose()  # no connection of ours may live on in a fork
    clocks = Clocks(desk.settings, begins)
    try:
        for kill in range(KILLS):
            _await_told(desk, 2 * CASES * kill // KILLS)
            clocks.kill(chance.randrange(3))
        _await_told(desk, 2 * CASES)
        over = clocks.now() + timedelta(minutes=30)
        wait_until(lambda: clocks.now() > over, "another few rounds", 60)
    finally:
        clocks.end()
    _each_once(desk, ids)


def _await_told(desk: Desk, wanted: int) -> None:
    def told() -> bool:
        with desk.engine.connect() as connection:
            return int(connection.execute(_TOLD).scalar_one()) >= wanted

    wait_until(told, f"{wanted} told", 120)


def _each_once(desk: Desk, ids: list[int]) -> None:
    once = dict.fromkeys(ids, 1)
    assert Counter(n.case_id for n in notices(desk, Template.STILL_IN_WORK)) == once
    assert Counter(e.case_id for e in events(desk, "still_in_work")) == once
    rows = reminders(desk)
    assert Counter(r.case_id for r in rows if r.stage == "overdue") == once
    assert Counter(r.case_id for r in rows if (r.stage, r.step) == ("escalated", 1)) == once
    assert set(Counter((r.case_id, r.stage, r.step) for r in rows).values()) == {1}
    told = Counter((e.case_id, e.detail["stage"], e.detail["step"]) for e in events(desk, "reminded"))
    assert told == Counter((r.case_id, r.stage, r.step) for r in rows)
    mails = Counter((n.values["unit"], n.values["at"], n.recipient) for n in notices(desk, "unit_deadlines"))
    runs = {(r.unit, r.at.isoformat()) for r in rows}
    assert mails == Counter((unit, at, f"mailto:{a}") for unit, at in runs for a in UNITS[unit].emails)
    assert {r.unit for r in rows} == {unit for used in USED for unit in told_units(used, UNITS)[:2]}
