"""After 48 hours: each citizen whose case is with its unit is told once, and nobody else."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from config.taxonomy import DESK_UNIT
from domain.vocabulary import CaseEventKind, Medium, Template
from pipeline import still_in_work
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.still_in_work import tell_still_in_work
from store.models import Case
from tests.fakes import Clock
from tests.pipeline.looking import send_all
from tests.pipeline.timing import Writer, due, events, notices, rows_of, three_clocks

LONG_AGO, JUST_NOT = timedelta(hours=48), timedelta(hours=47, minutes=59)

# What a case of 48 hours is, and whether its citizen is told.
CASES: list[tuple[str, dict[str, Any], bool]] = [
    ("with its unit", {}, True),
    ("with its unit, a request", {"kind": "request"}, True),
    ("dangerous", {"priority": "life_safety", "kind": "danger"}, True),
    ("restricted", {"confidentiality": "restricted"}, True),
    ("thanks want no solution", {"kind": "thanks"}, False),
    ("never routed", {"state": "in_review", "unit": DESK_UNIT}, False),
    ("the desk's own", {"unit": DESK_UNIT}, False),
    ("solved", {"state": "resolved"}, False),
    ("rejected", {"state": "rejected"}, False),
    ("objected to", {"state": "reopened"}, False),
    ("waits for its citizen", {"paused": True}, False),
    ("told before", {"told": True}, False),
]


def test_it_is_one_of_the_clocks_sweeps() -> None:
    assert tell_still_in_work in SWEEPS


def test_whom_it_is_told_and_whom_not(desk: Desk, clock: Clock, writer: Writer) -> None:
    opened, later = clock() - LONG_AGO, clock() + timedelta(days=3)
    stamps = {"paused": "paused_at", "told": "forwarded_notice_at"}
    given = [
        due(opened, later, **{stamps.get(n, n): clock() if n in stamps else v for n, v in columns.items()})
        for _, columns, _ in CASES
    ]
    ids = writer.write([*given, due(clock() - JUST_NOT, later)])
    for _ in range(3):
        tell_still_in_work(desk)
    expected = {case_id for case_id, (_, _, told) in zip(ids, CASES, strict=False) if told}
    assert Counter(n.case_id for n in notices(desk, Template.STILL_IN_WORK)) == dict.fromkeys(expected, 1)
    clock.step(minutes=1)
    tell_still_in_work(desk)
    assert {n.case_id for n in notices(desk, Template.STILL_IN_WORK)} == {*expected, ids[-1]}


def test_what_waits_in_review_is_told_of_once_it_is_routed(desk: Desk, clock: Clock, writer: Writer) -> None:
    waiting = due(clock() - LONG_AGO, clock() + timedelta(days=3), state="in_review", unit=DESK_UNIT)
    [case_id] = writer.write([waiting])
    tell_still_in_work(desk)
    assert notices(desk, Template.STILL_IN_WORK) == []
    with desk.uow() as uow:
        case = uow.cases.get(case_id)
        assert case is not None
        case.state, case.unit = "assigned", "iski-su-ariza"
        uow.session.add(case)
        uow.commit()
    tell_still_in_work(desk)
    assert [n.case_id for n in notices(desk, Template.STILL_IN_WORK)] == [case_id]


def test_it_names_unit_number_and_date_and_waits_for_the_morning_as_an_sms(
    desk: Desk, clock: Clock, writer: Writer
) -> None:
    clock.step(hours=12)  # midnight in Istanbul
    times = due(clock() - LONG_AGO, clock() + timedelta(days=3), unit="iski-su-ariza")
    ids = writer.write([times, times | {"sender": "tel:+905321112233"}])
    tell_still_in_work(desk)
    send_all(desk)
    by_mail, by_sms = notices(desk, Template.STILL_IN_WORK)
    assert (by_mail.medium, by_mail.state) == (Medium.EMAIL, "sent")
    assert (by_sms.medium, by_sms.state, by_sms.due_at.hour) == (Medium.SMS, "owed", 5)
    numbers = {case.id: case.number for case in rows_of(desk, Case)}
    with desk.uow() as uow:
        [mail] = [e for e in uow.outbox.latest(5) if numbers[ids[0]] in e.text]
        unit = uow.taxonomy.unit("iski-su-ariza")
    assert unit is not None
    assert unit.name in mail.text
    assert "Beklenen tarih: 27 Kasım 2026 Cuma" in mail.text


def test_what_is_solved_before_the_notice_leaves_is_not_told_of_any_more(
    desk: Desk, clock: Clock, writer: Writer
) -> None:
    [case_id] = writer.write([due(clock() - LONG_AGO, clock() + timedelta(days=3))])
    tell_still_in_work(desk)
    with desk.uow() as uow:
        case = uow.cases.get(case_id)
        assert case is not None
        case.state, case.closed_at = "resolved", clock()
        uow.session.add(case)
        uow.commit()
    send_all(desk)
    assert [n.state for n in notices(desk, Template.STILL_IN_WORK)] == ["suppressed"]


def test_a_citizen_nobody_can_reach_is_tried_once_and_the_history_says_so(
    desk: Desk, clock: Clock, writer: Writer
) -> None:
    writer.write([due(clock() - LONG_AGO, clock() + timedelta(days=3), sender=None)])
    tell_still_in_work(desk)
    tell_still_in_work(desk)
    [line] = events(desk, CaseEventKind.STILL_IN_WORK)
    assert line.detail["told"] is False


def test_a_first_message_that_cannot_be_read_holds_up_nobody_else(
    desk: Desk, clock: Clock, writer: Writer
) -> None:
    times = due(clock() - LONG_AGO, clock() + timedelta(days=3))
    broken, sound = writer.write([times | {"sender": "no address at all"}, times])
    tell_still_in_work(desk)
    assert [n.case_id for n in notices(desk, Template.STILL_IN_WORK)] == [sound]
    told = {e.case_id: e.detail["told"] for e in events(desk, CaseEventKind.STILL_IN_WORK)}
    assert told == {broken: False, sound: True}


def test_a_restricted_case_s_sms_does_not_name_the_unit(desk: Desk, clock: Clock, writer: Writer) -> None:
    times = due(clock() - LONG_AGO, clock() + timedelta(days=3), unit="iski-su-ariza")
    phone = "tel:+905321112233"
    [case_id] = writer.write([times | {"sender": phone, "confidentiality": "restricted"}])
    tell_still_in_work(desk)
    send_all(desk)
    number = {case.id: case.number for case in rows_of(desk, Case)}[case_id]
    with desk.uow() as uow:
        [sms] = [e for e in uow.outbox.latest(5) if number in e.text]
    assert "İSKİ" not in sms.text
    assert "26.11.2026" in sms.text


def test_three_clocks_at_once_and_one_that_dies_tell_each_citizen_once(
    desk: Desk, clock: Clock, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dying one has claimed and written everything, and breaks off before its commit."""
    monkeypatch.setattr(still_in_work, "AT_ONCE", 7)
    ids = writer.write([due(clock() - LONG_AGO, clock() + timedelta(days=3)) for _ in range(60)])
    with desk.uow() as dying:
        claimed = dying.deadlines.claim_still_open(clock() - LONG_AGO, clock(), 10)
        assert len(claimed) == 10
        three_clocks(partial(tell_still_in_work, desk), rounds=12)
        told = {n.case_id for n in notices(desk, Template.STILL_IN_WORK)}
        assert told == set(ids) - {case.id for case in claimed}, "nobody waits for it"
    three_clocks(partial(tell_still_in_work, desk), rounds=3)
    assert Counter(n.case_id for n in notices(desk, Template.STILL_IN_WORK)) == dict.fromkeys(ids, 1)
    assert Counter(e.case_id for e in events(desk, CaseEventKind.STILL_IN_WORK)) == dict.fromkeys(ids, 1)
