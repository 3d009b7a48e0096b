"""How long topics really take is measured each night, and citizens are told by it."""

import random
from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from domain.vocabulary import PauseCause
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.extending import extend
from pipeline.pausing import pause
from pipeline.refusal import RefusedError
from pipeline.still_in_work import tell_still_in_work
from pipeline.topic_file import topic_file
from pipeline.turnaround import expected_of, measure_turnaround
from store.models import Case, Turnaround
from tests.fakes import Clock, make_message
from tests.pipeline.looking import case_of, send_all, take_in
from tests.pipeline.recounting import WORKING
from tests.pipeline.timing import Writer, due, rows_of, three_clocks

RUBBISH, POTHOLE, WATER = "cop-toplama", "yol-ana-arter", "su-kesintisi"
DISTRICTS = ("Kadıköy", "Fatih", None)
DATES = [day.date() for day in WORKING]


def closed(opened_at: datetime, closed_at: datetime, **more: Any) -> dict[str, Any]:
    given = due(opened_at, opened_at + timedelta(days=30)) | {"state": "resolved", "closed_at": closed_at}
    return given | {"topic": RUBBISH, "district": None} | more


def measured(desk: Desk) -> dict[tuple[str, str], tuple[int, int]]:
    return {(r.topic, r.district): (r.cases, r.working_days) for r in _rows(desk)}


def _rows(desk: Desk) -> list[Turnaround]:
    with desk.uow() as uow:
        return [row for topic in (RUBBISH, POTHOLE, WATER) for row in uow.turnarounds.of_topic(topic)]


def test_it_is_one_of_the_clocks_sweeps() -> None:
    assert measure_turnaround in SWEEPS


def test_it_is_what_a_count_by_hand_gives(desk: Desk, clock: Clock, writer: Writer) -> None:
    """Over Republic Day, weekends and Istanbul's midnight; four of five are closed within what is told."""
    chance = random.Random(4)
    given, taken = [], defaultdict(list)
    for _ in range(600):
        opened = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(40 * 24 * 60))
        shut = opened + timedelta(hours=chance.expovariate(1 / 90))
        topic, district = chance.choice([RUBBISH, POTHOLE]), chance.choice(DISTRICTS)
        given.append(closed(opened, shut, topic=topic, district=district))
        if shut < clock():
            days = [bisect_right(DATES, (t + timedelta(hours=3)).date()) for t in (opened, shut)]
            for place in {"", district} - {None}:
                taken[topic, place].append(days[1] - days[0])
    writer.write(given)
    measure_turnaround(desk)
    by_hand = {key: (len(days), sorted(days)[-(-len(days) * 4 // 5) - 1]) for key, days in taken.items()}
    assert len(by_hand) == 6
    assert measured(desk) == by_hand


COUNTED: list[tuple[str, dict[str, Any], int, bool]] = [
    ("thirty of them", {}, 30, True),
    ("one too few", {}, 29, False),
    ("answered at once by the desk", {"took": timedelta(0)}, 30, False),
    ("merged into another", {"merged": True}, 30, False),
    ("closed before the ninety days", {"ago": timedelta(days=91)}, 30, False),
    ("opened long before them", {"took": timedelta(days=800)}, 30, True),
]


@pytest.mark.parametrize(("label", "given", "count", "counts"), COUNTED, ids=[row[0] for row in COUNTED])
def test_whose_closing_counts(
    desk: Desk, clock: Clock, writer: Writer, label: str, given: dict[str, Any], count: int, counts: bool
) -> None:
    shut = clock() - given.get("ago", timedelta(days=1))
    [other] = writer.write([due(clock(), clock())])
    target = {"merged_into": other} if given.get("merged") else {}
    writer.write([closed(shut - given.get("took", timedelta(days=2)), shut, **target)] * count)
    measure_turnaround(desk)
    assert (measured(desk).get((RUBBISH, ""), (0, 0))[0] == count) is counts, label


def usual(writer: Writer, now: datetime, days: int, **more: Any) -> None:
    """Thirty cases that were closed so many working days after they came, in a week without holidays."""
    monday = datetime(2026, 11, 2, 9, tzinfo=UTC)
    writer.write([closed(monday, monday + timedelta(days=days), **more)] * 30)


def test_the_districts_own_experience_comes_before_the_citys(
    desk: Desk, clock: Clock, writer: Writer
) -> None:
    usual(writer, clock(), 4)
    usual(writer, clock(), 1, district="Kadıköy")
    measure_turnaround(desk)
    times = due(clock(), clock() + timedelta(days=20), topic=RUBBISH)
    here, there = writer.write([times | {"district": d} for d in ("Kadıköy", "Fatih")])
    with desk.uow() as uow:
        told = expected_of(uow, [here, there], clock())
    assert (told[here].usual_days, told[there].usual_days) == (1, 4)


def test_the_receipt_and_the_word_after_48_hours_tell_the_measured_date(
    desk: Desk, clock: Clock, writer: Writer
) -> None:
    usual(writer, clock(), 4)
    measure_turnaround(desk)
    [message] = take_in(desk, make_message())
    send_all(desk)
    case = case_of(desk, message)
    assert case is not None
    assert case.topic == RUBBISH
    _move_promise(desk, case, clock() + timedelta(days=20))
    clock.step(hours=48)
    tell_still_in_work(desk)
    send_all(desk)
    with desk.uow() as uow:
        texts = [e.text for e in uow.outbox.latest(9) if case.number in e.text and "birime" in e.text.lower()]
    told = [text for text in texts if "Beklenen tarih: 27 Kasım 2026 Cuma" in text]
    assert len(told) >= 1


def _move_promise(desk: Desk, case: Case, due_at: datetime) -> None:
    with desk.uow() as uow:
        stored = uow.cases.get(case.id or 0)
        assert stored is not None
        stored.due_at = stored.promised_at = due_at
        uow.session.add(stored)
        uow.commit()


def test_the_receipt_says_how_long_such_cases_usually_take(desk: Desk, clock: Clock, writer: Writer) -> None:
    usual(writer, clock(), 2, topic="yol-ana-arter")
    measure_turnaround(desk)
    take_in(
        desk,
        make_message(subject="Çukur", text="E-5 üzerinde ana yolda derin bir çukur var, araçlar düşüyor"),
    )
    send_all(desk)
    with desk.uow() as uow:
        texts = [e.text for e in uow.outbox.latest(5) if "Güvenlik numarası" in e.text]
    assert any("genellikle 2 iş günü içinde sonuçlanıyor" in text for text in texts), texts


def test_who_was_given_another_time_is_told_that(desk: Desk, clock: Clock, writer: Writer) -> None:
    usual(writer, clock(), 1)
    measure_turnaround(desk)
    times = due(
        clock(), clock() + timedelta(days=9), topic=RUBBISH, legal_due_at=clock() + timedelta(days=30)
    )
    ids = writer.write([times] * 3)
    numbers = {case.id: case.number for case in rows_of(desk, Case)}
    extend(desk, numbers[ids[0]], days=2, why="Malzeme bekleniyor", actor="test")
    pause(desk, numbers[ids[1]], why="Fotoğraf istendi", cause=PauseCause.QUESTION, actor="test")
    with desk.uow() as uow:
        told = expected_of(uow, ids, clock())
    assert [told[i].usual_days for i in ids] == [None, None, 1]


def test_three_clocks_measure_once_a_night(desk: Desk, clock: Clock, writer: Writer) -> None:
    usual(writer, clock(), 1)
    three_clocks(partial(measure_turnaround, desk), rounds=3)
    assert {row.measured_at for row in _rows(desk)} == {clock()}
    first = clock()
    clock.step(hours=14, minutes=59)  # 02:59 in Istanbul
    measure_turnaround(desk)
    assert {row.measured_at for row in _rows(desk)} == {first}
    clock.step(minutes=2)
    measure_turnaround(desk)
    assert {row.measured_at for row in _rows(desk)} == {clock()}


def test_operators_see_what_is_measured_of_a_topic(desk: Desk, clock: Clock, writer: Writer) -> None:
    usual(writer, clock(), 3, district="Kadıköy")
    measure_turnaround(desk)
    found = topic_file(desk, RUBBISH)
    assert [(row["district"], row["cases"], row["working_days"]) for row in found["measured"]] == [
        ("", 30, 3),
        ("Kadıköy", 30, 3),
    ]
    with pytest.raises(RefusedError):
        topic_file(desk, "yok-boyle")
