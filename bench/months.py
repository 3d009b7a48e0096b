"""`python -m bench.months [cases]`: how long a month's reports of all units take, in a database thrown away.

Four fifths of the cases were opened in the month, the rest before it.
"""

import shutil
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from sqlalchemy import text

from bench.made_up import fill
from bench.stack import Stack
from config.months import began, shifted
from pipeline.desk import Desk
from pipeline.monthly import archive_month, set_some
from pipeline.turnaround import measure_turnaround

MONTH = date(2026, 10, 1)
NOW = datetime(2026, 11, 3, 4, tzinfo=UTC)
FOLDER = Path("var/bench")


def main() -> None:
    """Fill, count, set the files, and say how long each took."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="months-", dir=FOLDER)).resolve()
    shutil.rmtree(folder)
    with Stack(folder) as stack:
        desk = Desk(stack.settings, now=lambda: NOW, ring=lambda _queue: None)
        console = Console()
        begun = time.monotonic()
        fill_months(desk, cases)
        console.print(f"{cases} cases written in {time.monotonic() - begun:.0f} s")
        for name, seconds, processor in measure(desk, stack.pid("postgres")):
            console.print(f"{name:<40} {seconds:7.1f} s, {processor:7.1f} s of processor time")
        desk.engine.dispose()


def fill_months(desk: Desk, cases: int, *, seed: float = 0.5) -> None:
    """Write so many cases: a fifth in the two months before, the rest in the month."""
    month, before = began(MONTH), began(shifted(MONTH, -2))
    with desk.engine.begin() as connection:
        fill(connection, cases // 5, before, month, NOW, seed=seed)
    with desk.engine.begin() as connection:
        end = began(shifted(MONTH, 1))
        fill(connection, cases - cases // 5, month, end, NOW, seed=seed / 2, after=cases // 5)
    with desk.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE cases, case_events"))


def measure(desk: Desk, postgres: int) -> list[tuple[str, float, float]]:
    """(what, seconds, seconds of processor time of this process and the database) of each part."""
    found = []

    def timed(name: str, work: Any) -> None:
        begun, spent = time.monotonic(), _spent(postgres)
        said = work()
        found.append((name.format(said), time.monotonic() - begun, _spent(postgres) - spent))

    def files() -> int:
        made = 0
        while some := set_some(desk):
            made += some
        return made

    timed("the month counted for all units", lambda: archive_month(desk, MONTH))
    timed("both files of {} reports", files)
    timed("how long topics take", lambda: measure_turnaround(desk))
    return found


def _spent(postgres: int) -> float:
    """Also of backends that are over: the server has reaped them."""
    server = psutil.Process(postgres)
    family = [server, *server.children(recursive=True)]
    times = [each.cpu_times() for each in family]
    own = psutil.Process().cpu_times()
    reaped = times[0].children_user + times[0].children_system
    return sum(t.user + t.system for t in times) + reaped + own.user + own.system


if __name__ == "__main__":
    main()
