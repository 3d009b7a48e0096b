"""Reviewing and looking through asides, as a person types it."""

import pytest

from domain.vocabulary import CaseState, NotACase
from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.fakes import make_message
from tests.pipeline.answering_units import now_is
from tests.pipeline.looking import case_of, take_in
from tests.pipeline.reviewing import OTHER, RUBBISH, WHO, waiting_case


def test_a_case_is_taken_corrected_and_taken_back(desk: Desk, run: Run) -> None:
    case = waiting_case(desk)
    [sheet] = run("review", "next", "--as", WHO, "--json").rows
    assert (sheet["number"], sheet["reviewer"], sheet["topic"]) == (case.number, WHO, RUBBISH)
    assert "Sıradaki" not in run("review", "next", "--as", OTHER).out
    lacking = run("review", "confirm", case.number, "--as", WHO)
    assert (lacking.status, "birim belli olmuyor (ilçe belli değil)" in lacking.err) == (1, True)
    done = run("review", "correct", case.number, "--district", "kadıköy", "--priority", "high", "--as", WHO)
    assert done.status == 0, done.err
    assert f"{case.number} düzeltildi: birimde, kadikoy-belediyesi" in done.out
    [undone] = run("review", "undo", "--as", WHO, "--json").rows
    assert (undone["number"], undone["state"]) == (case.number, CaseState.IN_REVIEW)
    assert run("review", "release", case.number, "--as", WHO).status == 0
    assert run("review", "release", case.number, "--as", WHO).status == 1


def test_a_case_is_confirmed_by_the_systems_user_where_nobody_is_named(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "masadaki")
    case = waiting_case(desk)
    assert run("review", "claim", case.number).status == 0
    assert now_is(desk, case).reviewer == "masadaki"
    refused = run("review", "correct", case.number, "--topic", "su-kesintisi", "--as", OTHER)
    assert refused.status == 1
    assert "şu anda masadaki kullanıcısında" in refused.err
    done = run("review", "correct", case.number, "--topic", "su-kesintisi")
    assert done.status == 0, done.err


def test_what_waits_is_shown_in_turkish_and_to_programs(desk: Desk, run: Run) -> None:
    case = waiting_case(desk)
    [row] = run("review", "queue", "--json").rows
    assert (row["why"], row["topic"], row["waiting"]) == ("no_district", RUBBISH, 1)
    assert "ilçe belli değil" in run("review", "queue").out
    shown = run("review", "show", case.number, "--as", WHO).out
    assert f"Onaya engel: {case.number} için birim belli olmuyor (ilçe belli değil)" in shown
    assert "İnceleme bekliyor: evet" in shown


def test_nothing_to_review_is_said(desk: Desk, run: Run) -> None:
    assert "İnceleme bekleyen başvuru yok" in run("review", "next", "--as", WHO).out


def test_what_was_set_aside_is_looked_through_kept_and_released(desk: Desk, run: Run) -> None:
    first, second = take_in(desk, *(make_message(verdict="auto_reply") for _ in range(2)))
    with desk.uow() as uow:
        found = {"verdict": NotACase.SPAM, "confidence": 0.9, "reasons": ["kazandınız"], "classifier": "k"}
        uow.asides.add([found | {"message_id": each, "at": desk.now()} for each in (first, second)])
        uow.commit()
    assert [row["id"] for row in run("aside", "list", "--verdict", "spam", "--json").rows] == [first, second]
    assert "istenmeyen ileti" in run("aside", "show", first).out
    assert run("aside", "keep", first, "--as", WHO).status == 0
    assert run("aside", "release", second, "--as", WHO).status == 0
    assert run("aside", "list", "--json").rows == []
    assert run("aside", "--json").rows[0]["channel"] == "email", "what has no case is counted as ever"
    assert case_of(desk, second) is None, "the worker opens the case"
    unknown = run("aside", "list", "--verdict", "siyaset")
    assert "Olanlar: spam, insult, politics, empty, " in unknown.err, "as they are typed"
    missing = run("aside", "show", 999999)
    assert (missing.status, "kenara ayrılmamış" in missing.err) == (1, True)
