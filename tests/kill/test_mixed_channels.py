"""Every channel at once on a bad day: what its provider was told is taken is one case, and one receipt."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from config.settings import Settings
from tests.connectors.scans.conftest import turkish
from tests.kill import mixed_ledger
from tests.kill.chaos import NOTIFIER_BLOWS, Chaos, let_the_dead_hands_go, let_the_dead_readers_go
from tests.kill.crew import Crew, desk_settings, running_crew, shipped_programs
from tests.kill.ledger import UNSENT
from tests.kill.mixed_day import add_accounts, all_sources, live_through
from tests.kill.mixed_source import Source
from tests.pipeline.running import free_port

__all__ = ["turkish"]
SEED = int(os.environ.get("KILL_SEED", "0")) or Random().randrange(1, 10**6)
NOTIFIER_THREADS = 4
_ARRIVED = "SELECT count(*) >= %s FROM messages WHERE external_id NOT LIKE 'file:%%'"
_OPEN = (
    "SELECT string_agg(concat_ws(' ', channel, state, attempts, next_try_at, last_error), '; ')"
    " FROM messages WHERE state <> 'done'"
)
_UNSENT = (
    "SELECT string_agg(concat_ws(' ', template, recipient, state, attempts, error), '; ')"
    f" FROM notifications WHERE {UNSENT}"
)
_DUE = "SELECT count(*) FROM notifications WHERE state = 'owed'"


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[list[Source]]:
    with all_sources(tmp_path / "folders") as running:
        yield running


@pytest.fixture
def crew(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: list[Source]
) -> Iterator[Crew]:
    """The whole desk, its web process too; texts to phones leave by Verimor, at any hour."""
    told = {"WEB_PORT": str(free_port()), "PUBLIC_URL": "https://masa.example", "SMS_ACCOUNT": "verimor"}
    own = desk_settings(monkeypatch, tmp_path, QUIET_FROM="0", QUIET_UNTIL="0", **told)
    programs = shipped_programs() | {"web": "python -m web"}
    with running_crew(own, programs, lambda crew: add_accounts(crew, sources)) as running:
        yield running


@pytest.mark.kill
@pytest.mark.usefixtures("turkish")
@pytest.mark.timeout(600)
def test_whatever_dies_each_acknowledged_message_of_every_channel_is_one_case_with_one_receipt(
    crew: Crew, sources: list[Source]
) -> None:
    """Called, asked and dropped, all at once; tests 1, 2 and 20 with mixed channels."""
    print(f"KILL_SEED={SEED} repeats this day, as far as the machine lets it")
    chaos = Chaos(crew, Random(SEED))
    callers = live_through(chaos, sources)
    total = len(mixed_ledger.acknowledged(sources, callers))
    await_all(crew, total)
    mixed_ledger.check_rows(crew, sources, callers)
    mixed_ledger.check_receipts(crew, sources)
    twice = mixed_ledger.left_twice(crew, sources)
    print(f"{total} messages, {twice} notices left twice, {callers.outcomes}")
    assert twice <= NOTIFIER_THREADS * sum(chaos.struck[blow] for blow in NOTIFIER_BLOWS)


def await_all(crew: Crew, total: int) -> None:
    """Wait until everything is taken, processed and sent."""
    with suppress(TimeoutError):  # the books name what is missing
        crew.await_value(True, _ARRIVED, total, timeout=90)
    let_the_dead_readers_go(crew)
    crew.await_value(None, _OPEN, timeout=90)
    crew.await_value(0, _DUE, timeout=90)
    let_the_dead_hands_go(crew)
    crew.await_value(None, _UNSENT)
    crew.await_value(0, "SELECT count(*) FROM batch_claims")
