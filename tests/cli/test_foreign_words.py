"""What citizens and providers write reaches the terminal as it is: no markup of theirs, no control codes."""

import pytest

from domain.errors import ConnectionFailedError
from domain.messages import Unreadable
from domain.vocabulary import Channel, Direction
from pipeline import channels
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.health import record_failure
from tests.cli.conftest import Run
from tests.fakes import add_account, make_message, process_all

WORDS = "[/bold] [red]kirmizi[/red] [link=https://kotu.example]tikla[/link] :car: \x1b[2J \\[x] {alan}"
SEEN = "[/bold] [red]kirmizi[/red] [link=https://kotu.example]tikla[/link] :car: [2J \\[x] {alan}"
"""As a person sees it: the escape that would clear the screen is gone."""


@pytest.fixture
def account(desk: Desk) -> int:
    return add_account(desk, name="masa")


def flat(text: str) -> str:
    """The words without the line breaks and margins of a table."""
    return "".join(text.split())


def test_a_case_of_such_words_is_shown(run: Run, desk: Desk, account: int) -> None:
    message = make_message(text=WORDS, subject=WORDS, sender_name=WORDS)
    accept(desk, Intake(items=[(account, message)]))
    process_all(desk)
    with desk.uow() as uow:
        case = uow.cases.get(1)
    assert case is not None
    shown = run("case", "show", case.number)
    assert shown.status == 0
    assert flat(SEEN) in flat(shown.out)
    assert "\x1b" not in shown.out
    [row] = run("case", "show", case.number, "--json").rows
    assert row["messages"][0]["text"] == SEEN


def test_an_error_of_such_words_is_listed_and_shown(run: Run, desk: Desk, account: int) -> None:
    poison = Unreadable(channel=Channel.EMAIL, external_id="x", raw=b"\xff\x00", error=WORDS)
    accept(desk, Intake(items=[(account, poison)]))
    record_failure(desk, channels.find(desk, "masa"), Direction.INBOUND, ConnectionFailedError(WORDS))
    for command in (["quarantine", "list"], ["quarantine", "show", "1"], ["channel", "list"]):
        shown = run(*command)
        assert shown.status == 0
        assert "[/bold]" in shown.out
        assert "\x1b" not in shown.out


def test_the_original_is_written_byte_for_byte(run: Run, desk: Desk, account: int) -> None:
    poison = Unreadable(channel=Channel.EMAIL, external_id="x", raw=b"[/bold] a\r\n\tb\n", error="no")
    accept(desk, Intake(items=[(account, poison)]))
    assert run("quarantine", "show", "1", "--raw").out.encode() == poison.raw


def test_a_name_like_markup_is_an_account_like_others(run: Run, desk: Desk) -> None:
    added = run("channel", "add", "email", "[/red]")
    assert added.status == 0
    assert "[/red]" in added.out
    assert "[/red]" in run("channel", "list").out
    assert run("channel", "remove", "[/red]").status == 0
