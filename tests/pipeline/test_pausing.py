"""What stops the time of a case and what extends it: the promise always, the law where it says so itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from config.settings import ISTANBUL
from config.taxonomy import load_taxonomy
from domain.vocabulary import CaseEventKind, PauseCause, Template
from pipeline.clock import SWEEPS
from pipeline.corrections import Correction
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.extending import extend
from pipeline.pausing import pause, resume, resume_answered
from pipeline.refusal import RefusedError
from pipeline.reminding import plan_reminders
from pipeline.review import correct
from router.deadlines import promised_at
from router.pauses import moved
from store.models import Case
from tests.fakes import Clock
from tests.pipeline.looking import send_all
from tests.pipeline.reviewing import WHO
from tests.pipeline.timing import Writer, events, notices, rows_of

FEE, QUESTION = PauseCause.FEE, PauseCause.QUESTION
OPENED, PROMISED, LEGAL = "2026-11-16 10:00", "2026-11-30 17:30", "2026-12-07 17:30"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ISTANBUL)


Make = Callable[..., Case]


@pytest.fixture
def make(desk: Desk) -> Make:
    writer = Writer(desk)

    def made(**columns: Any) -> Case:
        times = {"opened_at": at(OPENED), "promised_at": at(PROMISED), "legal_due_at": at(LEGAL)}
        given = times | {"kind": "information", "due_at": at(PROMISED)} | columns
        writer.write([given])
        return now_is(desk)

    return made


def now_is(desk: Desk) -> Case:
    found: Case = rows_of(desk, Case)[-1]
    return found


# Kind, cause, how long from Monday noon; then the promise and the law's ceiling.
PAUSES = [
    ("information", FEE, "2026-11-25 12:00", "2026-12-02 17:30", "2026-12-09 17:30"),
    ("information", QUESTION, "2026-11-25 12:00", "2026-12-02 17:30", LEGAL),
    ("complaint", QUESTION, "2026-11-25 12:00", "2026-12-02 17:30", LEGAL),
    ("complaint", QUESTION, "2026-11-23 16:00", PROMISED, LEGAL),
    ("complaint", QUESTION, "2026-12-21 12:00", "2026-12-28 17:30", LEGAL),
]


@pytest.mark.parametrize(("kind", "cause", "until", "promised", "legal"), PAUSES)
def test_a_pause_moves_the_promise_and_the_law_only_where_it_says_so(
    desk: Desk, clock: Clock, make: Make, kind: str, cause: PauseCause, until: str, promised: str, legal: str
) -> None:
    case = make(kind=kind)
    pause(desk, case.number, why="Tarih soruldu", cause=cause, actor="operator")
    plan_reminders(desk)
    assert (now_is(desk).watch_at, now_is(desk).due_at) == (None, at(PROMISED)), (
        "nobody is reminded meanwhile"
    )
    clock.moment = at(until)
    due_at = resume(desk, case.number, actor="operator")
    after = now_is(desk)
    assert (after.promised_at, after.legal_due_at) == (at(promised), at(legal))
    assert after.due_at == due_at == min(at(promised), at(legal))
    assert (after.paused_at, after.paused_for) == (None, None)
    plan_reminders(desk)
    assert now_is(desk).watched_due_at == after.due_at
    [stopped], [went_on] = events(desk, CaseEventKind.PAUSED), events(desk, CaseEventKind.RESUMED)
    assert stopped.detail == {"cause": cause, "why": "Tarih soruldu", "law": legal != LEGAL}
    assert datetime.fromisoformat(went_on.detail["to"]) == due_at


def test_what_was_over_when_a_pause_began_stays_over(desk: Desk, clock: Clock, make: Make) -> None:
    case = make(promised_at=at("2026-11-20 17:30"), due_at=at("2026-11-20 17:30"))
    pause(desk, case.number, why="Soruldu", cause=QUESTION, actor="operator")
    clock.step(days=7)
    assert resume(desk, case.number, actor="operator") == at("2026-11-20 17:30")


def test_a_citizen_s_answer_lets_the_time_run_from_when_it_came(desk: Desk, clock: Clock, make: Make) -> None:
    assert resume_answered in SWEEPS
    case = make()
    pause(desk, case.number, why="Hangi tarih?", cause=QUESTION, actor="operator")
    resume_answered(desk)
    assert now_is(desk).paused_at == clock()
    clock.step(days=1)
    with desk.uow() as uow:
        uow.cases.record([event(case.id or 0, CaseEventKind.MESSAGE_ADDED, clock(), {}, "router")])
        uow.commit()
    clock.step(days=3)
    resume_answered(desk)
    resume_answered(desk)
    [line] = events(desk, CaseEventKind.RESUMED)
    assert (line.detail["hours"], line.detail["working_days"]) == (24.0, 1)
    assert now_is(desk).due_at == at("2026-12-01 17:30")


def test_information_is_extended_once_and_its_citizen_told_why(desk: Desk, make: Make) -> None:
    """Law 4982, art. 11."""
    case = make()
    done = extend(desk, case.number, days=15, why="Valiliğin görüşü bekleniyor", actor="operator")
    after = now_is(desk)
    assert (after.promised_at, after.legal_due_at) == (at("2026-12-21 17:30"), at("2026-12-28 17:30"))
    assert (done.told, done.due_at) == (True, after.due_at)
    send_all(desk)
    with desk.uow() as uow:
        [mail] = [e for e in uow.outbox.latest(5) if "uzatıldı" in (e.subject or "")]
    for part in ("4982", "Valiliğin görüşü bekleniyor", "21 Aralık 2026"):
        assert part in mail.text
    with pytest.raises(RefusedError, match="extended_already"):
        extend(desk, case.number, days=1, why="Yine", actor="operator")
    assert len(notices(desk, Template.TIME_EXTENDED)) == 1


REFUSALS: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("more than the law gives", {}, 16, "görüş", "days"),
    ("none at all", {}, 0, "görüş", "days"),
    ("no reason", {}, 5, "  ", "reason"),
    ("after the fifteen days", {"legal_due_at": at("2026-11-20 17:30")}, 5, "görüş", "too_late"),
    ("closed", {"state": "resolved"}, 5, "görüş", "closed"),
    ("beyond a petition's thirty days", {"kind": "request", "promised_at": at(LEGAL)}, 5, "iş", "no_room"),
    ("while its time stands still", {"paused_at": at(OPENED)}, 5, "iş", "paused_already"),
]


@pytest.mark.parametrize(("label", "columns", "days", "why", "reason"), REFUSALS)
def test_what_the_law_does_not_give_is_refused(
    desk: Desk, make: Make, label: str, columns: dict[str, Any], days: int, why: str, reason: str
) -> None:
    case = make(**columns)
    with pytest.raises(RefusedError) as refused:
        extend(desk, case.number, days=days, why=why, actor="operator")
    assert refused.value.reason == reason, label
    assert now_is(desk).legal_due_at == case.legal_due_at


def test_a_petition_s_promise_grows_up_to_the_law_s_ceiling_and_no_further(desk: Desk, make: Make) -> None:
    case = make(kind="request")
    assert extend(desk, case.number, days=3, why="İhale", actor="operator").due_at == at("2026-12-03 17:30")
    assert extend(desk, case.number, days=300, why="İhale", actor="operator").due_at == at(LEGAL)
    assert now_is(desk).legal_due_at == at(LEGAL)


def test_a_pause_is_refused_where_there_is_nothing_to_stop(desk: Desk, make: Make) -> None:
    request = make(kind="request")
    with pytest.raises(RefusedError, match="fee_of_information"):
        pause(desk, request.number, why="Ücret", cause=FEE, actor="operator")
    with pytest.raises(RefusedError, match="not_paused"):
        resume(desk, request.number, actor="operator")
    pause(desk, request.number, why="Soru", cause=QUESTION, actor="operator")
    with pytest.raises(RefusedError, match="paused_already"):
        pause(desk, request.number, why="Soru", cause=QUESTION, actor="operator")
    closed = make(state="rejected")
    with pytest.raises(RefusedError, match="closed"):
        pause(desk, closed.number, why="Soru", cause=QUESTION, actor="operator")


def test_another_topic_keeps_what_a_pause_added_to_the_promise(desk: Desk, clock: Clock, make: Make) -> None:
    opened = at("2026-11-23 09:00")
    lamps = promised_at(load_taxonomy().topics["sokak-aydinlatma"].resolution_time, opened)
    rubbish = promised_at(load_taxonomy().topics["cop-toplama"].resolution_time, opened)
    case = make(kind="complaint", topic="cop-toplama", opened_at=opened, promised_at=rubbish, due_at=rubbish)
    pause(desk, case.number, why="Soruldu", cause=QUESTION, actor="operator")
    clock.step(days=2)
    resume(desk, case.number, actor="operator")
    correct(desk, case.number, WHO, Correction(topic="sokak-aydinlatma", unit="iski-su-ariza"), again=True)
    assert now_is(desk).promised_at == moved(lamps, opened, opened + timedelta(days=2), half_days=False)
