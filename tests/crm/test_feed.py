"""The event feed for outside CRMs: nothing is told twice, and no cursor passes over what comes late."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from domain.vocabulary import CaseState, CrmEventType
from pipeline.crm.envelope import case_data
from pipeline.desk import Desk
from store.crm_feed import FeedPage
from tests.crm.world import change, numbers

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def feed(desk: Desk) -> None:
    """A feed that began after the cases were there."""
    with desk.uow() as uow:
        assert uow.crm_feed.begin(with_history=False)
        assert not uow.crm_feed.begin(with_history=True)  # once for all
        uow.commit()


def line(case_id: int, kind: str = "assigned", **detail: object) -> dict[str, object]:
    return {"case_id": case_id, "at": NOW, "actor": "test", "kind": kind, "detail": detail}


def write(desk: Desk, *lines: dict[str, object]) -> None:
    with desk.uow() as uow:
        uow.cases.record(lines)
        uow.commit()


def publish(desk: Desk, limit: int = 1000) -> int:
    with desk.uow() as uow:
        published = uow.crm_feed.publish(limit, NOW)
        uow.commit()
    return published


def read(desk: Desk, cursor: int = 0, *types: str, limit: int = 100, window: int = 1000) -> FeedPage:
    with desk.uow() as uow:
        return uow.crm_feed.page(cursor, types, limit=limit, window=window)


def floor(desk: Desk) -> int:
    with desk.uow() as uow:
        return int(uow.session.scalar(text("SELECT floor FROM crm_feed")) or 0)


@pytest.mark.usefixtures("feed")
def test_what_commits_late_is_published_behind_what_a_cursor_has_passed(desk: Desk, cases: list[int]) -> None:
    late, early = desk.uow(), desk.uow()
    with late:
        late.cases.record([line(cases[0], late="yes")])  # draws the smaller key, and takes its time
        with early:
            early.cases.record([line(cases[1])])
            early.commit()
        assert publish(desk) == 1
        before = read(desk)
        assert [event.case_id for event in before.events] == [cases[1]]
        for _ in range(3):  # however often it looks meanwhile
            assert publish(desk) == 0
        late.commit()
    assert publish(desk) == 1
    after = read(desk, before.reached)
    assert [event.case_id for event in after.events] == [cases[0]]
    assert after.events[0].event_id < before.events[0].event_id
    assert after.events[0].position > before.events[0].position


@pytest.mark.usefixtures("feed")
def test_the_floor_rises_only_when_whoever_wrote_below_it_is_done(desk: Desk, cases: list[int]) -> None:
    publish(desk)
    began = floor(desk)
    late = desk.uow()
    with late:
        late.cases.record([line(cases[0])])
        write(desk, line(cases[1]))
        for _ in range(3):
            publish(desk)
        assert floor(desk) == began
    for _ in range(3):  # what was rolled back holds nothing up
        publish(desk)
    assert floor(desk) > began
    assert len(read(desk).events) == 1


@pytest.mark.usefixtures("feed")
def test_two_publishers_at_once_publish_nothing_twice(desk: Desk, cases: list[int]) -> None:
    write(desk, line(cases[0]), line(cases[1]))
    one, other = desk.uow(), desk.uow()
    with one, other:
        assert one.crm_feed.publish(100, NOW) == 2
        assert other.crm_feed.publish(100, NOW) == 0
        one.commit()
    assert publish(desk) == 0
    assert len(read(desk).events) == 2


@pytest.mark.usefixtures("feed")
def test_what_a_publisher_that_died_took_is_published_by_the_next(desk: Desk, cases: list[int]) -> None:
    write(desk, line(cases[0]))
    with desk.uow() as dies:
        assert dies.crm_feed.publish(100, NOW) == 1
    assert publish(desk) == 1


@pytest.mark.usefixtures("feed")
def test_little_by_little_everything_comes_in_the_order_it_was_written(desk: Desk, cases: list[int]) -> None:
    write(desk, *(line(cases[n % 3], step=n) for n in range(7)))
    while publish(desk, limit=2):
        pass
    seen: list[object] = []
    cursor = 0
    while (page := read(desk, cursor, limit=3)).events:
        seen += [event.detail["step"] for event in page.events]
        cursor = page.reached
    assert seen == list(range(7))


@pytest.mark.usefixtures("feed")
def test_a_long_history_is_not_looked_through_from_its_beginning_each_time(
    desk: Desk, cases: list[int]
) -> None:
    began = floor(desk)
    write(desk, *(line(cases[0]) for _ in range(7)))
    for _ in range(3):
        assert publish(desk, limit=2) == 2
    assert floor(desk) == began + 6


@pytest.mark.usefixtures("feed")
def test_a_cursor_moves_on_over_types_nobody_asked_for(desk: Desk, cases: list[int]) -> None:
    write(desk, *(line(cases[0]) for _ in range(5)), line(cases[0], "merged"))
    publish(desk)
    cursor, seen = 0, []
    while (page := read(desk, cursor, "merged", window=2)).reached != cursor:
        cursor = page.reached
        seen += [event.type for event in page.events]
    assert seen == ["merged"]


@pytest.mark.parametrize(
    ("kind", "detail", "told"),
    [
        ("opened", {}, "opened"),
        ("answered", {}, "rejected"),
        ("state_changed", {"to": "resolved"}, "resolved"),
        ("state_changed", {"to": "reopened"}, "reopened"),
        ("state_changed", {"to": "of another version"}, "changed"),
        ("state_changed", {}, "changed"),
        ("unit_returned", {"to": "resolved"}, "returned"),
        ("notice_sent", {}, None),
        ("possibly_related", {}, None),
    ],
)
@pytest.mark.usefixtures("feed")
def test_history_is_told_by_the_state_it_brought(
    desk: Desk, cases: list[int], kind: str, detail: dict[str, object], told: str | None
) -> None:
    write(desk, line(cases[0], kind, **detail))
    assert publish(desk) == bool(told)
    assert [event.type for event in read(desk).events] == ([told] if told else [])


def test_a_feed_that_begins_with_history_tells_all_of_it(desk: Desk, cases: list[int]) -> None:
    write(desk, line(cases[0]))
    with desk.uow() as uow:
        uow.crm_feed.begin(with_history=True)
        uow.commit()
    publish(desk)
    types = [event.type for event in read(desk).events]
    assert (types[:2], types[-1]) == (["opened", "assigned"], "assigned")


def test_a_desk_without_subscribers_publishes_nothing(desk: Desk, cases: list[int]) -> None:
    write(desk, line(cases[0]))
    assert publish(desk) == 0


def test_every_state_a_case_may_take_has_a_type() -> None:
    assert set(CaseState) - {CaseState.RECEIVED} <= set(CrmEventType)


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ({}, "C-77"),
        ({"confidentiality": "identity_hidden"}, None),
        ({"anonymised_at": NOW, "confidentiality": "public"}, None),
    ],
)
def test_the_number_at_another_body_leads_to_nobody_who_is_hidden_or_erased(
    desk: Desk, cases: list[int], columns: dict[str, object], shown: str | None
) -> None:
    """Whoever may look into that body's files finds a name under it."""
    [number] = numbers(desk, cases[-1:])
    change(desk, cases[-1], external_reference="C-77", **columns)
    with desk.uow() as uow:
        found = uow.crm_feed.case(number)
    assert found is not None
    assert case_data(found)["external_reference"] == shown
