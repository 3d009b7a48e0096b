"""`beyazmasa case offered`, `merge`, `unlink`: what operators decide about cases of the same thing."""

import pytest

from domain.messages import EDITS, Attachment, Place
from domain.urn import Urn
from domain.vocabulary import CaseState
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.fakes import RUBBISH, add_account, make_message, process_all

ME = Urn("mailto", "ben@eposta.example")
MODA = Place(district="Kadıköy", neighbourhood="Caferağa")


@pytest.fixture
def numbers(desk: Desk) -> list[str]:
    """Two cases of one citizen about the same thing."""
    account = add_account(desk, name="masa")
    for _ in range(2):
        accept(desk, Intake(items=[(account, make_message(sender=ME, place=MODA))]))
        process_all(desk)
    with desk.uow() as uow:
        return [case.number for n in (1, 2) if (case := uow.cases.get(n))]


def test_duplicates_are_listed_merged_and_parted_again(run: Run, numbers: list[str]) -> None:
    first, second = numbers
    [row] = run("case", "offered", "--json").rows
    assert (row["case"], row["earlier"]) == (second, first)
    assert first in run("case", "offered").out
    assert run("case", "merge", second, first).status == 0
    [shown] = run("case", "show", second, "--json").rows
    assert (shown["case"]["merged_into"], shown["case"]["state"]) == (first, CaseState.RESOLVED)
    assert run("case", "offered", "--json").rows == []
    assert "birleştirildi" in run("case", "show", second).out
    assert run("case", "unlink", first, second).status == 0
    [shown] = run("case", "show", second, "--json").rows
    assert (shown["case"]["merged_into"], shown["case"]["state"]) == (None, CaseState.REOPENED)
    assert [link["state"] for link in shown["links"]] == ["dismissed"]


@pytest.mark.parametrize("words", [("merge", "x", "y"), ("unlink", "2026-0000001-0", "2026-9999999-7")])
def test_what_cannot_be_done_is_one_line(run: Run, numbers: list[str], words: tuple[str, ...]) -> None:
    shown = run("case", *words)
    assert (shown.status, shown.out) == (1, "")
    assert len(shown.err.splitlines()) == 1


def test_an_edit_and_missing_files_are_shown_with_their_message(run: Run, desk: Desk) -> None:
    account = add_account(desk, name="masa")
    lost = Attachment(name="buyuk.mp4", media_type="video/mp4", content=None, note="too large")
    said = make_message(sender=ME, external_id="1", attachments=[lost])
    edit = make_message(sender=ME, external_id="2", text="Düzeltme", headers={EDITS: "1"})
    accept(desk, Intake(items=[(account, said), (account, edit)]))
    process_all(desk)
    with desk.uow() as uow:
        case = uow.cases.get(1)
    assert case is not None
    [shown] = run("case", "show", case.number, "--json").rows
    [message] = shown["messages"]
    assert (message["text"], message["edited_from"]) == ("Düzeltme", [RUBBISH])
    assert message["attachments"] == ["buyuk.mp4 (too large)"]
    assert "Düzeltme" in run("case", "show", case.number).out
