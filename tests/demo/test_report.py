"""What was acknowledged is held against what is stored."""

import pytest

from demo.ledger import Row
from demo.report import compare
from demo.stage import Handed

SENT = [
    Handed(account="posta", key="a", words="Su\n  yok"),
    Handed(account="posta", key="b", words="Lamba yanmıyor"),
    Handed(account="sms", key="c", words="cop var", bad=1),
    Handed(account="faks", key="d"),
]


def row(account: str, words: str = "", state: str = "done") -> Row:
    return Row(account=account, state=state, case_id=1, words=words)


STORED = [
    row("posta", "Konu: Su yok Saygılar"),
    row("posta", "Lamba yanmıyor"),
    row("sms", "cop var"),
    row("sms", "", "quarantined"),
    row("faks", "okunan sözler"),
]
WITHOUT_ONE = [
    ("a mail", 1, ["b (posta)", "posta: 2 > 1"]),
    ("what nobody understood", 3, ["sms: 2 > 1", "sms: karantina 1 > 0"]),
    ("a scan", 4, ["faks: 1 > 0"]),
]


def test_nothing_is_missing_when_everything_is_there() -> None:
    assert compare(STORED, SENT) == ([], [])


@pytest.mark.parametrize(
    ("lost", "missing"),
    [pytest.param(at, told, id=label.replace(" ", "-")) for label, at, told in WITHOUT_ONE],
)
def test_what_was_acknowledged_and_is_no_row_is_named(lost: int, missing: list[str]) -> None:
    assert compare([each for each in STORED if each is not STORED[lost]], SENT) == (missing, [])


def test_a_message_that_was_swapped_for_a_second_copy_of_another_is_missed() -> None:
    assert compare([STORED[0], STORED[0], *STORED[2:]], SENT) == (["b (posta)"], [])


def test_a_message_that_is_stored_twice_is_told() -> None:
    assert compare([*STORED, STORED[1]], SENT) == ([], ["posta: 2 < 3"])
