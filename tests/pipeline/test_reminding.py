"""Units hear that time runs out, once for each stage, in one mail a run; a simulated month says whether."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from config.taxonomy import DESK_UNIT, load_taxonomy
from domain.decisions import Unit
from domain.vocabulary import CaseEventKind, Stage, Template
from pipeline import reminding
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.reminding import plan_reminders, remind_units
from router.escalation import told_units
from store.models import Case
from tests.fakes import Clock
from tests.pipeline.looking import send_all
from tests.pipeline.recounting import Simulated, due_in_days, expected
from tests.pipeline.timing import Writer, due, events, notices, reminders, rows_of, three_clocks

UNITS = load_taxonomy().units
UTC_NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
DEEP = max(UNITS, key=lambda code: len(told_units(code, UNITS)))
KINDS = [DEEP, "iski-su-ariza", "kadikoy-belediyesi", DESK_UNIT, "fen-isleri"]
STEP = timedelta(hours=9, minutes=13)


def run(desk: Desk) -> None:
    plan_reminders(desk)
    remind_units(desk)


def test_both_are_among_the_clocks_sweeps() -> None:
    assert {plan_reminders, remind_units} <= set(SWEEPS)


TREE = {
    "top": Unit(code="top", name="", emails=("t@x.example",)),
    "mid": Unit(code="mid", name="", parent="top"),
    "low": Unit(code="low", name="", parent="mid", emails=("l@x.example",)),
    "mute": Unit(code="mute", name="", parent="top"),
    "alone": Unit(code="alone", name="", emails=("a@x.example",)),
    "round": Unit(code="round", name="", parent="trip", emails=("r@x.example",)),
    "trip": Unit(code="trip", name="", parent="round", emails=("r@x.example",)),
    DESK_UNIT: Unit(code=DESK_UNIT, name="", parent="top", emails=("d@x.example",)),
}
LINES = [
    ("who has no address is passed over", "low", ["low", "top"]),
    ("the desk stands in for who has none", "mute", [DESK_UNIT, "top"]),
    ("the desk hears where nobody stands above", "alone", ["alone", DESK_UNIT]),
    ("the top has nobody but the desk", "top", ["top", DESK_UNIT]),
    ("the desk's own", DESK_UNIT, [DESK_UNIT, "top"]),
    ("a tree that is none ends", "round", ["round", "trip"]),
]


@pytest.mark.parametrize(("label", "code", "line"), LINES, ids=[row[0] for row in LINES])
def test_who_hears_of_a_case(label: str, code: str, line: list[str]) -> None:
    assert told_units(code, TREE) == line


def simulated(clock: Clock) -> list[Simulated]:
    """Two hundred cases of ten days, promised in hours and in days, some of them closed on the way."""
    chance = random.Random(20261019)
    cases = []
    for number in range(200):
        opened = clock() + timedelta(minutes=chance.randrange(10 * 24 * 60))
        in_days = number % 4 > 0
        hours = timedelta(hours=chance.choice([2, 24, 48]))
        due_at = due_in_days(opened, chance.randrange(1, 11)) if in_days else opened + hours
        line = told_units(chance.choice([k for k in KINDS if k in UNITS]), UNITS)
        case = Simulated(opened_at=opened, due_at=due_at, line=line, in_days=in_days)
        if chance.random() < 0.6:
            case.closed_at = opened + timedelta(minutes=chance.randrange(16 * 24 * 60))
        cases.append(case)
    return cases


def test_a_month_of_two_hundred_cases_is_told_as_counted_by_hand(desk: Desk, clock: Clock) -> None:
    """Over Republic Day and the half day before it."""
    clock.moment = datetime(2026, 10, 19, 6, 0, tzinfo=UTC)
    writer, cases = Writer(desk), simulated(clock)
    ids = writer.write([due(c.opened_at, c.due_at, unit=c.line[0], state="resolved") for c in cases])
    for case, case_id in zip(cases, ids, strict=True):
        case.id = case_id
    ticks = [clock() + STEP * n for n in range(80)]
    for before, now in pairwise([clock() - STEP, *ticks]):
        clock.moment = now
        _as_of(desk, cases, before, now)
        run(desk)
    run(desk)
    told = {(r.case_id, r.stage, r.step, r.unit, r.at) for r in reminders(desk)}
    assert len(told) == len(reminders(desk))
    should = expected(cases, ticks, desk.settings.escalation_days)
    assert len(should) > 400, "the month is full"
    assert {stage for _, stage, _, _, _ in should} == set(Stage) - {Stage.UNACCEPTED}
    assert told == should
    mails = Counter((n.values["unit"], n.values["at"], n.recipient) for n in notices(desk, "unit_deadlines"))
    addresses = {
        (unit, at.isoformat(), f"mailto:{a}") for _, _, _, unit, at in should for a in UNITS[unit].emails
    }
    assert mails == dict.fromkeys(addresses, 1), "one mail a unit and run"
    lines = Counter((e.case_id, e.detail["stage"], e.detail["step"]) for e in events(desk, "reminded"))
    assert lines == dict.fromkeys(((c, stage, step) for c, stage, step, _, _ in should), 1)


def _as_of(desk: Desk, cases: list[Simulated], before: datetime, now: datetime) -> None:
    """Let cases come and be closed, as far as that has happened between the last look and this one."""
    came = [case.id for case in cases if before < case.opened_at <= now]
    left = [
        case.id
        for case in cases
        if case.closed_at and case.opened_at <= now and before < case.closed_at <= now
    ]
    with desk.uow() as uow:
        for state, ids in (("assigned", came), ("resolved", left)):
            uow.session.execute(update(Case).where(col(Case.id).in_(ids)).values(state=state))
        uow.commit()


def test_five_hundred_overdue_cases_are_one_mail_with_a_table(
    desk: Desk, clock: Clock, writer: Writer
) -> None:
    opened, over = clock() - timedelta(days=9), clock() - timedelta(hours=1)
    degrees = {0: "restricted", 1: "identity_hidden"}
    writer.write(
        [
            due(opened, over, unit=DEEP, confidentiality=degrees.get(n, "public"), topic="cop-toplama")
            for n in range(500)
        ]
    )
    run(desk)
    line = told_units(DEEP, UNITS)[:2]
    mails = notices(desk, Template.UNIT_DEADLINES)
    assert sorted(n.recipient for n in mails) == sorted(f"mailto:{a}" for u in line for a in UNITS[u].emails)
    send_all(desk)
    restricted = rows_of(desk, Case)[1]
    with desk.uow() as uow:
        sent = [e for e in uow.outbox.latest(20) if "Süresi geçen 500 başvuru" in (e.subject or "")]
        above = [e for e in uow.outbox.latest(20) if "bağlı birimlerde" in (e.subject or "").lower()]
    assert len(sent) == len(UNITS[DEEP].emails)
    assert "ve 300 başvuru daha" in sent[0].text
    assert (sent[0].html or "").count("<tr>") == 201
    assert UNITS[DEEP].name in above[0].text
    [shown] = [part for part in sent[0].text.splitlines() if restricted.number in part]
    assert shown.endswith(f"/birim/{restricted.number}")
    assert "Çöp" not in shown
    assert "@" not in sent[0].text, "nobody's address is told"


MOVES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("nothing changes", {}, ["overdue", "escalated"]),
    ("it is closed", {"state": "resolved"}, []),
    ("its time stands still", {"paused": True}, []),
    ("it is due later", {"later": 10}, []),
]


@pytest.mark.parametrize(("label", "change", "stages"), MOVES, ids=[row[0] for row in MOVES])
def test_what_changed_since_it_was_planned_is_heeded(
    desk: Desk, clock: Clock, writer: Writer, label: str, change: dict[str, Any], stages: list[str]
) -> None:
    tomorrow = clock() + timedelta(days=1, minutes=3)
    [case_id] = writer.write([due(clock() - timedelta(days=8), tomorrow)])
    run(desk)
    before = len(reminders(desk))
    with desk.uow() as uow:
        [case] = uow.cases.locked([case_id])
        case.state = change.get("state", case.state)
        case.paused_at = clock() if "paused" in change else None
        case.due_at += timedelta(days=change.get("later", 0))
        uow.session.add(case)
        uow.commit()
    clock.step(days=1, minutes=4)
    run(desk)
    assert [r.stage for r in reminders(desk)[before:]] == stages, label


SINCE_OWED: list[tuple[str, dict[str, Any], int]] = [
    ("nothing changes", {"state": "assigned"}, 2),
    ("it is closed", {"state": "resolved"}, 0),
    ("its time stands still", {"paused_at": UTC_NOON}, 0),
    ("it is due later", {"due_at": UTC_NOON + timedelta(days=40)}, 0),
    ("it went to another unit below the same one", {"unit": "iski-kanal"}, 1),
]


@pytest.mark.parametrize(("label", "change", "mails"), SINCE_OWED, ids=[row[0] for row in SINCE_OWED])
def test_a_mail_that_waited_does_not_tell_what_is_over(
    desk: Desk, clock: Clock, writer: Writer, label: str, change: dict[str, Any], mails: int
) -> None:
    """A mail server that is out for a night: what was extended meanwhile is not told as overdue."""
    times = due(clock() - timedelta(days=8), clock() - timedelta(minutes=1))
    [case_id] = writer.write([times | {"unit": "iski-su-ariza"}])
    run(desk)
    with desk.uow() as uow:
        uow.session.execute(update(Case).where(col(Case.id) == case_id).values(**change))
        uow.commit()
    send_all(desk)
    with desk.uow() as uow:
        number = uow.cases.locked([case_id])[0].number
        told = [mail for mail in uow.outbox.latest(20) if number in mail.text]
    assert len({mail.recipient for mail in told}) == mails, label


def test_a_raised_priority_moves_no_stage(desk: Desk, clock: Clock, writer: Writer) -> None:
    [case_id] = writer.write([due(clock(), clock() + timedelta(days=8))])
    plan_reminders(desk)
    before = rows_of(desk, Case)[-1]
    with desk.uow() as uow:
        [case] = uow.cases.locked([case_id])
        case.priority = "high"
        uow.session.add(case)
        uow.commit()
    plan_reminders(desk)
    after = rows_of(desk, Case)[-1]
    assert (after.watch_at, after.due_at) == (before.watch_at, before.due_at)


def test_three_clocks_at_once_and_one_that_dies_claim_each_case_once(
    desk: Desk, clock: Clock, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More cases than one run takes, so that the clocks really meet."""
    monkeypatch.setattr(reminding, "AT_ONCE", 10)
    ids = writer.write([due(clock() - timedelta(days=9), clock() - timedelta(hours=1)) for _ in range(45)])
    plan_reminders(desk)
    with desk.uow() as dying:
        assert len(dying.deadlines.due(clock(), 5)) == 5
        three_clocks(partial(run, desk), rounds=8)
    three_clocks(partial(run, desk), rounds=3)
    clock.step(minutes=6)
    three_clocks(partial(run, desk), rounds=3)
    told = Counter((r.case_id, r.stage, r.step) for r in reminders(desk))
    assert set(told.values()) == {1}
    assert {case_id for case_id, _, _ in told} == set(ids)
    lines = Counter((e.case_id, e.detail["stage"]) for e in events(desk, CaseEventKind.REMINDED))
    assert set(lines.values()) == {1}
