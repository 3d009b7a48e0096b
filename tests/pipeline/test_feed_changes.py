"""A row that comes again changed: a line in its case's history, an end, never a second case (P3)."""

import pytest

from domain.errors import TransientError
from domain.vocabulary import CaseState, MessageState, Step
from pipeline.attempts import record_failure
from pipeline.desk import Desk
from pipeline.feeds import import_file
from pipeline.process import process_batch
from store.models import Case
from tests.fakes import Clock, process_all
from tests.pipeline.feeding import (
    batch,
    cases,
    feed,
    messages,
    quarantined,
    row,
    take_in,
)
from tests.pipeline.looking import kinds


def test_a_changed_row_is_a_line_in_its_case_s_history_and_no_new_case(desk: Desk) -> None:
    account = feed(desk)
    take_in(desk, account, batch(row("2026-1"), row("2026-2")))
    take_in(desk, account, batch(row("2026-1", Başvuru_Metni="Ek bilgi geldi"), row("2026-2")), "ikinci.csv")
    assert sorted(cases(desk)) == ["2026-1", "2026-2"]
    case = cases(desk)["2026-1"]
    with desk.uow() as uow:
        event = uow.cases.history(case.id or 0)[-1]
        assert len(uow.messages.of_case(case.id or 0)) == 2
    assert (event.kind, event.actor) == ("feed_changed", "cimer")
    assert event.detail["columns"] == ["Başvuru Metni"]
    assert (event.detail["feed_name"], event.detail["feed_row"]) == ("ikinci.csv", "2")
    assert "feed_changed" not in kinds(desk, cases(desk)["2026-2"])


def test_two_versions_of_a_row_in_one_file_are_one_case(desk: Desk) -> None:
    take_in(desk, feed(desk), batch(row("2026-1"), row("2026-1", Başvuru_Metni="İkinci hâli")))
    assert list(cases(desk)) == ["2026-1"]
    assert kinds(desk, cases(desk)["2026-1"])[-1] == "feed_changed"


def test_a_column_that_means_nothing_to_us_may_change_daily(desk: Desk) -> None:
    account = feed(desk)
    content = batch(row("2026-1")).decode("windows-1254")
    head, line, _ = content.split("\r\n")
    for days in (3, 2):
        take_in(desk, account, f"{head};Kalan Gün\r\n{line};{days}\r\n".encode())
    assert "feed_changed" not in kinds(desk, cases(desk)["2026-1"])


WITHDRAWN = [
    ("withdrawn in the institution", "GERİ ÇEKİLDİ", CaseState.REJECTED),
    ("answered there", "Cevaplandı", CaseState.RESOLVED),
    ("a word nobody mapped", "Müdürlükte", None),
]


@pytest.mark.parametrize(("label", "word", "expected"), WITHDRAWN, ids=[each[0] for each in WITHDRAWN])
def test_what_ends_in_the_institution_ends_here(
    desk: Desk, label: str, word: str, expected: CaseState | None
) -> None:
    account = feed(desk)
    take_in(desk, account, batch(row("2026-1")))
    before = cases(desk)["2026-1"].state
    take_in(desk, account, batch(row("2026-1", Durum=word)))
    case = cases(desk)["2026-1"]
    assert case.state == (expected or before), label
    reopened = bool(expected) and reopen(desk, case)
    take_in(desk, account, batch(row("2026-1", Durum=word)))  # the same row undoes nobody's decision
    assert cases(desk)["2026-1"].state == (CaseState.REOPENED if reopened else before)


def reopen(desk: Desk, case: Case) -> bool:
    state = CaseState(case.state)
    with desk.uow() as uow:
        moved = uow.cases.move(case.id or 0, state, CaseState.REOPENED, actor="a", why="", now=desk.now())
        uow.commit()
    return moved


def test_what_ended_before_this_desk_heard_of_it_opens_nothing_until_it_is_open_again(desk: Desk) -> None:
    account = feed(desk)
    take_in(desk, account, batch(row("2026-1", Durum="İptal edildi"), row("2026-2")))
    assert list(cases(desk)) == ["2026-2"]
    assert quarantined(desk) == []
    take_in(desk, account, batch(row("2026-1", Durum="Yeni")))
    assert sorted(cases(desk)) == ["2026-1", "2026-2"]


def test_two_rows_of_what_had_ended_before_do_not_wait_for_each_other(desk: Desk) -> None:
    account = feed(desk)
    import_file(
        desk, account, "toplu.csv", batch(row("2026-1", Durum="İptal"), row("2026-1", Durum="İptal edildi"))
    )
    for _ in range(4):
        process_batch(desk)
    assert [m.state for m in messages(desk)] == [MessageState.DONE] * 3
    assert cases(desk) == {}


def test_an_ended_row_does_not_keep_workers_busy_while_an_earlier_one_waits_for_its_next_try(
    desk: Desk, clock: Clock
) -> None:
    account = feed(desk)
    import_file(desk, account, "toplu.csv", batch(row("2026-1"), row("2026-1", Durum="İptal")))
    record_failure(desk, messages(desk)[0].id or 0, Step.PROCESS, TransientError("of a moment"))
    assert process_batch(desk) == 2
    assert process_batch(desk) == 0
    clock.step(minutes=5)
    process_all(desk)
    clock.step(seconds=6)
    process_all(desk)
    assert cases(desk)["2026-1"].state == CaseState.REJECTED


def test_a_row_that_opens_and_ends_in_one_file_is_opened_and_ended(desk: Desk) -> None:
    take_in(desk, feed(desk), batch(row("2026-1"), row("2026-1", Durum="İptal")))
    assert cases(desk)["2026-1"].state == CaseState.REJECTED
