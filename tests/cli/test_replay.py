"""`beyazmasa quarantine replay`: one, some, a channel's, all; twice without harm (G5)."""

from pathlib import Path

import pytest

from domain.messages import Unreadable
from domain.vocabulary import Channel
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.fakes import add_account, process_all

MAIL = b"From: ayse@eposta.example\r\nMessage-ID: <%d@eposta.example>\r\nSubject: cop\r\n\r\nCop alinmadi\r\n"
UPDATE = Path(__file__).parents[1] / "connectors" / "telegram" / "samples" / "text.json"


@pytest.fixture
def parked(desk: Desk) -> dict[Channel, list[int]]:
    """Originals that an older version could not read: entries 1 and 2 of mail, 3 of Telegram, 4 broken."""
    originals = [
        (Channel.EMAIL, MAIL % 1),
        (Channel.EMAIL, MAIL % 2),
        (Channel.TELEGRAM, UPDATE.read_bytes()),
        (Channel.TELEGRAM, b"{broken"),
    ]
    for number, (channel, raw) in enumerate(originals):
        item = Unreadable(channel=channel, external_id=str(number), raw=raw, error="an older version's fault")
        accept(desk, Intake(items=[(add_account(desk, channel), item)]))
    return {Channel.EMAIL: [1, 2], Channel.TELEGRAM: [3, 4]}


def left(run: Run) -> list[int]:
    return [row["id"] for row in run("quarantine", "list", "--json").rows]


# What is typed, what is left in quarantine, and whether something could still not be read.
CHOICES = [
    ("one", ["1"], [2, 3, 4], 0),
    ("two", ["1", "3"], [2, 4], 0),
    ("a channel's", ["--channel", "email"], [3, 4], 0),
    ("a channel's, one of them broken", ["--channel", "telegram"], [1, 2, 4], 1),
    ("all, one of them broken", ["--all"], [4], 1),
    ("none", [], [1, 2, 3, 4], 1),
]


@pytest.mark.parametrize(("label", "words", "rest", "status"), CHOICES, ids=[row[0] for row in CHOICES])
def test_what_is_chosen_is_replayed_and_nothing_else(
    run: Run,
    desk: Desk,
    parked: dict[Channel, list[int]],
    label: str,
    words: list[str],
    rest: list[int],
    status: int,
) -> None:
    shown = run("quarantine", "replay", *words)
    assert shown.status == status
    assert "Traceback" not in shown.out + shown.err
    assert left(run) == rest
    process_all(desk)
    with desk.uow() as uow:
        cases = uow.cases.count()
    assert cases == 4 - len(rest)
    run("quarantine", "replay", *words)
    process_all(desk)
    with desk.uow() as uow:
        assert uow.cases.count() == cases, "twice does it once"
