"""A message that kills whoever handles it ends in quarantine, and costs its neighbours nothing (test 6)."""

from pathlib import Path

import pytest

from config.settings import Settings
from domain.vocabulary import Channel, MessageState
from pipeline.accept import Intake, accept
from tests.fakes import add_account, make_message
from tests.kill.crew import Crew, desk_settings, running_crew, shipped_programs

SAMPLES = Path(__file__).parent / "samples"
DEADLY = "Ekteki ölümcül-söz yüzünden"
MESSAGES = 400


@pytest.mark.kill
def test_a_message_that_kills_its_worker_is_quarantined_and_all_others_become_cases(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = desk_settings(monkeypatch, tmp_path, MAX_ATTEMPTS="2")
    worker = shipped_programs()["worker"].replace("pipeline.actors", "deadly_actors")
    programs = {"worker": f"{worker} --path {SAMPLES}", "clock": "beyazmasa clock"}
    poison = make_message(text=DEADLY, raw=b"\xff\x00 the original of it")

    def take_in(crew: Crew) -> None:
        account = add_account(crew.desk, Channel.EMAIL)
        messages = [make_message() for _ in range(MESSAGES)]
        messages[100] = poison
        accept(crew.desk, Intake(items=[(account, each) for each in messages]))

    with running_crew(own, programs, take_in) as crew:
        crew.await_value(1, "SELECT count(*) FROM quarantine WHERE step = 'process'", timeout=120)
        crew.await_value(0, "SELECT count(*) FROM messages WHERE state = 'ready'", timeout=120)
        assert crew.rows("SELECT state, count(*) FROM messages GROUP BY state ORDER BY state") == [
            {"state": MessageState.DONE, "count": MESSAGES - 1},
            {"state": MessageState.QUARANTINED, "count": 1},
        ]
        assert crew.value("SELECT count(*) FROM cases") == MESSAGES - 1
        with crew.desk.uow() as uow:
            [(entry, message)] = uow.quarantine.waiting()
        assert crew.desk.blobs.get(message.raw_sha256) == poison.raw
        assert "its worker died" in entry.error
