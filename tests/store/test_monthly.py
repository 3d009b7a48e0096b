"""What months brought, counted by the database and, independently, case by case."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from config.months import began, bounds, shifted
from config.settings import Settings
from pipeline.desk import Desk
from store.models import Rating
from store.monthly import Span
from store.unit_of_work import UnitOfWork
from tests.servers.postgres import PostgresServer
from tests.store.histories import UNITS, Story, counted, make_stories, put

MONTH, EARLIER = date(2026, 10, 1), 12
SINCE, UNTIL = began(MONTH), began(shifted(MONTH, 1))
STORIES = make_stories(Random(20261001), began(shifted(MONTH, -3)), 150, 300)
ROADS = {"yol-bakim", "altyapi-koordinasyon", "yol-bakim-dairesi"}
MARKS = [
    Rating(
        case_id=number,
        closed_at=SINCE - timedelta(days=9),
        score=1 + number % 5,
        at=SINCE + timedelta(days=number % 60 - 15),
    )
    for number in range(1, len(STORIES) + 1, 3)
]
"""Of a third of the cases; some were given before the month, some after it."""
HEADS = {
    None: set(UNITS),
    "yol-bakim-dairesi": ROADS,
    "iski": {"iski", "iski-su-ariza"},
    "zabita": {"zabita"},
}


@pytest.fixture(scope="module")
def uow(postgres_server: PostgresServer, taxonomy_template: str) -> Iterator[UnitOfWork]:
    """The store with the made-up cases."""
    with postgres_server.fresh(taxonomy_template) as url:
        desk = Desk(Settings(database_url=url))
        with desk.uow() as made:
            put(made, STORIES)
            made.session.add_all(MARKS)
            made.commit()
        with desk.uow() as made:
            yield made
        desk.engine.dispose()


@pytest.fixture(scope="module")
def figures(uow: UnitOfWork) -> dict[str | None, dict[str, Any]]:
    return uow.months.figures(Span(bounds=bounds(MONTH, EARLIER)))


def of(units: set[str], moment: datetime = UNTIL) -> list[Story]:
    return [s for s in STORIES if s.until(moment)["unit"] in units]


@pytest.mark.parametrize("head", HEADS, ids=str)
def test_totals_are_those_of_a_recount(figures: dict[str | None, Any], head: str | None) -> None:
    wanted = counted(of(HEADS[head]), SINCE, UNTIL)
    assert figures[head]["total"] == pytest.approx(wanted)
    assert wanted["solved"] > 1
    assert wanted["open"] > 1
    assert wanted["carried"] + wanted["opened"] + wanted["reopened"] == wanted["solved"] + wanted["open"]


@pytest.mark.parametrize(
    ("part", "name"), [("units", "unit"), ("topics", "topic"), ("districts", "district")]
)
@pytest.mark.parametrize("head", HEADS, ids=str)
def test_parts_are_those_of_a_recount(
    figures: dict[str | None, Any], head: str | None, part: str, name: str
) -> None:
    for row in figures[head][part]:
        chosen = [s for s in of(HEADS[head]) if s.until(UNTIL)[name] == row["code"]]
        assert {n: v for n, v in row.items() if n != "code"} == pytest.approx(counted(chosen, SINCE, UNTIL))
    assert sum(row["opened"] for row in figures[head][part]) == figures[head]["total"]["opened"]


@pytest.mark.parametrize("head", HEADS, ids=str)
def test_marks_are_those_of_a_recount(figures: dict[str | None, Any], head: str | None) -> None:
    units = [story.until(UNTIL)["unit"] for story in STORIES]
    given = [m for m in MARKS if SINCE <= m.at < UNTIL and units[m.case_id - 1] in HEADS[head]]
    assert 1 < len(given) < len(MARKS)
    wanted = {"given": len(given), "mean": sum(m.score for m in given) / len(given)}
    assert figures[head]["ratings"] == pytest.approx(wanted)


def test_channels_are_those_of_a_recount(figures: dict[str | None, Any]) -> None:
    for row in figures[None]["channels"]:
        chosen = [s for s in STORIES if s.channel == row["code"]]
        assert {n: v for n, v in row.items() if n != "code"} == pytest.approx(counted(chosen, SINCE, UNTIL))


@pytest.mark.parametrize("head", HEADS, ids=str)
def test_the_trend_tells_each_earlier_month_as_it_stood_at_its_end(
    figures: dict[str | None, Any], head: str | None
) -> None:
    ends = bounds(MONTH, EARLIER)
    for row, (since, until) in zip(figures[head]["trend"], pairwise(ends), strict=True):
        wanted = counted(of(HEADS[head], until), since, until)
        assert row == {n: wanted[n] for n in ("opened", "solved", "in_time", "open")}


def test_the_months_end_is_istanbuls_midnight() -> None:
    assert UNTIL.isoformat() == "2026-10-31T21:00:00+00:00"
    assert bounds(MONTH, 1) == [SINCE - timedelta(days=30), SINCE, UNTIL]


def test_one_that_was_merged_is_closed_and_one_that_was_parted_is_open_again(uow: UnitOfWork) -> None:
    stories = []
    for parted, other, was in (
        (0, "", "assigned"),
        (1, "n-1", "assigned"),
        (1, "n-2", ""),
        (1, "n-1", "resolved"),
    ):
        story = Story("email", SINCE + timedelta(days=1), UNTIL, None)
        story.add(story.opened_at, "assigned", unit="zabita", topic=None)
        if was == "resolved":
            story.add(SINCE + timedelta(days=2), "state_changed", to=was)
        story.add(SINCE + timedelta(days=2), "merged", into="n-1", **{"state": was} if was else {})
        if parted:
            story.add(SINCE + timedelta(days=3), "unlinked", case=other)
        stories.append(story)
    before = uow.months.figures(Span(bounds=bounds(MONTH, 0)))["zabita"]["total"]
    put(uow, stories, first_id=1000)
    after = uow.months.figures(Span(bounds=bounds(MONTH, 0)))["zabita"]["total"]
    uow.session.rollback()
    assert (after["opened"] - before["opened"], after["solved"] - before["solved"]) == (4, 3)


PAUSES: dict[str, tuple[list[tuple[int, str, dict[str, Any]]], int, dict[str, int]]] = {
    "asked before it was due": ([(2, "paused", {})], 60, {"overdue": 0}),
    "asked when it was late": ([(6, "paused", {})], 60, {"overdue": 1}),
    "asked, and the law's time is over": ([(2, "paused", {})], 20, {"overdue": 1}),
    "told the fee that stops the law's time": ([(2, "paused", {"law": True})], 20, {"overdue": 0}),
    "answered before the month's end": ([(2, "paused", {}), (3, "resumed", {"from": 5})], 60, {"overdue": 1}),
    "answered after it": ([(2, "paused", {}), (33, "resumed", {"from": 5})], 60, {"overdue": 0}),
    "closed while it stood still": ([(2, "paused", {}), (9, "state_changed", {})], 60, {"in_time": 1}),
    "late, closed while it stood still": ([(6, "paused", {}), (9, "state_changed", {})], 60, {"in_time": 0}),
    "closed when its time ran again": (
        [(2, "paused", {}), (3, "resumed", {"from": 5}), (9, "state_changed", {})], 60, {"in_time": 0},
    ),
}  # fmt: skip
"""What happened on which day to a case that was due on the fifth, on which day the law's time was over."""


@pytest.mark.parametrize("label", PAUSES)
def test_what_waits_for_its_citizen_is_late_by_the_time_that_ran(uow: UnitOfWork, label: str) -> None:
    def day(number: int) -> datetime:
        return SINCE + timedelta(days=number)

    lines, legal, wanted = PAUSES[label]
    story = Story("email", day(1), day(5), None, legal_due_at=day(legal))
    story.add(story.opened_at, "assigned", unit="zabita", topic=None)
    for number, kind, said in lines:
        told = {**said, **({"from": day(said["from"]).isoformat()} if "from" in said else {})}
        story.add(day(number), kind, **told, **({"to": "resolved"} if kind == "state_changed" else {}))
    before = uow.months.figures(Span(bounds=bounds(MONTH, 0)))["zabita"]
    put(uow, [story], first_id=1000)
    after = uow.months.figures(Span(bounds=bounds(MONTH, 0)))["zabita"]
    uow.session.rollback()
    assert {n: after["total"][n] - before["total"][n] for n in wanted} == wanted
    assert after["trend"][-1]["in_time"] == after["total"]["in_time"]
