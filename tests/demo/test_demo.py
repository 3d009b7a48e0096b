"""The day, cut down to a message of every entry, and two days later, in a desk as `make run` starts it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.settings import Settings
from config.sockets import postgres_url
from demo.providers import has_message_centre
from demo.script import VIAS
from domain.vocabulary import Channel
from pipeline import leftovers
from tests.pipeline.running import RUNNING, Folder, Up

ROOT = Path(__file__).parents[2]
QUICKLY = {"WORKER_PROCESSES": "1", "QUIET_FROM": "0", "QUIET_UNTIL": "0"}


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Iterator[Folder]:
    """The folder of a desk that runs: every process of the Procfile, no quiet hours."""
    made = Folder(tmp_path, (ROOT / "Procfile").read_text(encoding="utf-8"), **QUICKLY)
    up = Up(made).until(RUNNING)
    yield made
    up.end()
    leftovers.end(made.run_dir)


def played(folder: Folder, *given_to: str) -> tuple[dict[str, Any], subprocess.CompletedProcess[str]]:
    """Play it, or move its clock; the figures, and the command."""
    given = {name: value for name, value in os.environ.items() if name != "VAR_DIR"}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("beyazmasa")), "demo", *given_to, "--json"],
        cwd=folder.path,
        env=given | folder.variables,
        capture_output=True,
        text=True,
        timeout=170,
    )
    return json.loads(done.stdout or "{}"), done


def enabled(folder: Folder) -> set[str]:
    """The demo's accounts that are switched on."""
    with psycopg.connect(postgres_url(folder.run_dir / "postgres", "beyazmasa")) as connection:
        rows = connection.execute(
            "SELECT name FROM channel_accounts WHERE enabled AND name LIKE 'gosteri-%'"
        ).fetchall()
    return {str(name) for (name,) in rows}


@pytest.mark.timeout(400)
def test_a_day_comes_in_whole_by_every_entry_and_two_days_later_citizens_hear_of_it(folder: Folder) -> None:
    figures, done = played(folder, "--only", "1")
    assert done.returncode == 0, done.stderr
    assert "Alındı denen her mesaj yerinde" in done.stderr
    heard = {VIAS[via] for via in VIAS if via != "sms-smpp" or has_message_centre()}
    assert set(figures["channels"]) == {str(channel) for channel in heard} == set(Channel) - {"phone_line"}
    assert all(each["cases"] for name, each in figures["channels"].items() if name not in ("post", "fax"))
    assert sum(each["follow_ups"] for each in figures["channels"].values()) >= 5
    assert {"email", "sms", "chat"} <= set(figures["notices"])
    took = {"gosteri-whatsapp", "gosteri-facebook", "gosteri-telegram", "gosteri-bip", "gosteri-netgsm"}
    assert all(figures["taken"][name] for name in took)
    assert enabled(folder) == set()
    _two_days_later(folder)


def _two_days_later(folder: Folder) -> None:
    """The clock of the whole desk moves, and each citizen hears once, by what their channel leaves open."""
    figures, done = played(folder, "later", "48h")
    assert done.returncode == 0, done.stderr
    sent = {(channel, medium): n for channel, medium, state, n in figures["told"] if state == "sent"}
    ways = {("email", "email"), ("sms", "sms"), ("whatsapp", "sms"), ("x", "chat"), ("webform", "sms")}
    assert ways <= set(sent), "a chat's window is over by then, so it leaves as an SMS"
    unreached = sum(
        n for channel, _, state, n in figures["told"] if (channel, state) == ("facebook", "failed")
    )
    assert sum(sent.values()) + unreached + figures["untold"] == figures["due"] > 10
    assert figures["twice"] == []
    assert dict(figures["units"]).keys() >= {"overdue", "escalated"}
