"""What the repositories promise, on a real PostgreSQL: conditional updates, leases, idempotent owing."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import text

from config.settings import Settings
from domain.decisions import Unit
from domain.errors import ConnectionFailedError, PermanentError
from domain.messages import DeliveryReport
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import (
    CaseState,
    DeliveryState,
    Direction,
    HealthState,
    Medium,
    NotificationState,
    Priority,
    Template,
)
from pipeline.desk import Desk
from store.engine import make_engine
from store.migrate import check
from store.reports import our_id
from store.unit_of_work import UnitOfWork
from tests.fakes import Clock, add_account, make_desk


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(desk_settings: Settings, clock: Clock) -> Iterator[Desk]:
    made = make_desk(desk_settings, clock)
    yield made
    made.engine.dispose()


def notice(clock: Clock, key: str, **given: object) -> Notification:
    values: dict[str, object] = {
        "medium": Medium.SMS,
        "recipient": Urn("tel", "+905321112266"),
        "template": Template.RECEIVED,
        "due_at": clock(),
        "dedupe_key": key,
    }
    return Notification(**values | given)  # type: ignore[arg-type]


def test_models_and_migrations_agree(database_url: str) -> None:
    check(database_url)


def test_leaving_without_commit_keeps_nothing(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        uow.citizens.add(["Ayşe Yılmaz"], clock())
    with desk.uow() as uow:
        assert uow.citizens.get(1) is None


def test_a_database_out_of_reach_is_one_error_of_ours() -> None:
    with (
        pytest.raises(ConnectionFailedError),
        UnitOfWork(make_engine("postgresql://desk@127.0.0.1:9/none")) as uow,
    ):
        uow.cases.count()


def test_a_lease_has_one_holder_until_it_ends(desk: Desk, clock: Clock) -> None:
    minute = timedelta(minutes=1)
    with desk.uow() as uow:
        first = uow.leases.take("x", "a", clock(), minute)
        assert uow.leases.take("x", "b", clock(), minute) is None
        assert uow.leases.take("x", "a", clock(), minute) is not None
        clock.step(minutes=2)
        taken = uow.leases.take("x", "b", clock(), minute)
        assert first is not None
        assert taken is not None
        assert taken > first
        assert not uow.leases.holds("x", "a", clock())
        assert uow.leases.holds("x", "b", clock())
        uow.leases.release("x", "a")
        assert uow.leases.holds("x", "b", clock())


def test_the_same_notice_is_owed_once(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        assert uow.notifications.owe(None, "c", notice(clock, "k"))
        assert not uow.notifications.owe(None, "c", notice(clock, "k"))


def test_two_notifiers_never_take_the_same_notice(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        for index in range(6):
            uow.notifications.owe(None, "c", notice(clock, f"k{index}"))
        uow.notifications.owe(None, "c", notice(clock, "later", due_at=clock() + timedelta(hours=1)))
        uow.commit()
    with desk.uow() as one, desk.uow() as two:
        first = {n.id for n in one.notifications.claim_due(4, clock())}
        second = {n.id for n in two.notifications.claim_due(4, clock())}
        assert (len(first), len(second)) == (4, 2)
        assert not first & second


def test_what_lives_depend_on_leaves_before_any_backlog(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        for index in range(5):
            uow.notifications.owe(None, "c", notice(clock, f"backlog-{index}"))
        clock.step(minutes=5)
        uow.notifications.owe(None, "c", notice(clock, "urgent", priority=Priority.LIFE_SAFETY))
        later = clock() + timedelta(hours=1)
        uow.notifications.owe(None, "c", notice(clock, "later", priority=Priority.LIFE_SAFETY, due_at=later))
        first, *others = uow.notifications.claim_due(3, clock())
        rest = uow.notifications.claim_due(10, clock())
    assert first.priority == Priority.LIFE_SAFETY
    assert [n.id for n in others] == sorted(n.id for n in others)
    assert (len(others), len(rest)) == (2, 3)


def test_only_what_is_owed_and_due_rings(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        uow.notifications.owe(None, "c", notice(clock, "k", due_at=clock() + timedelta(hours=1)))
        assert not uow.notifications.has_due(clock())
        clock.step(hours=1)
        assert uow.notifications.has_due(clock())
        uow.notifications.claim_due(1, clock())
        assert not uow.notifications.has_due(clock())


def test_a_notice_of_a_dead_worker_is_owed_again(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        uow.notifications.owe(None, "c", notice(clock, "k"))
        uow.notifications.claim_due(1, clock())
        clock.step(minutes=5)
        assert uow.notifications.release_abandoned(clock(), timedelta(minutes=3)) == 1
        [again] = uow.notifications.claim_due(1, clock())
        assert again.attempts == 2


REPORTS = [DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED]


@pytest.mark.parametrize("order", [*permutations(REPORTS), *permutations([*REPORTS, DeliveryState.SENT])])
def test_reports_in_every_order_end_the_same(
    desk: Desk, clock: Clock, order: tuple[DeliveryState, ...]
) -> None:
    """S9, test 28: whatever order the gateway's word comes in, and however often."""
    with desk.uow() as uow:
        uow.notifications.owe(None, "c", notice(clock, "k"))
        [mine] = uow.notifications.claim_due(1, clock())
        uow.notifications.sent(mine.id, transport="t", gateway_id="g1", subject=None, now=clock())
        for state in order:
            uow.reports.apply(DeliveryReport(state=state, gateway_id="g1"), clock())
        row = uow.notifications.get(mine.id)
        assert row is not None
        assert row.state == NotificationState.FAILED


def test_a_report_before_its_notice_is_parked_and_found(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        uow.notifications.owe(None, "c", notice(clock, "k"))
        [mine] = uow.notifications.claim_due(1, clock())
        early = DeliveryReport(state=DeliveryState.DELIVERED, gateway_id="g2")
        named = DeliveryReport(state=DeliveryState.DELIVERED, our_id=our_id(mine.id))
        assert uow.reports.apply(early, clock()) is None
        assert uow.reports.apply(named, clock()) is None
        assert len(uow.reports.parked_for("g2", our_id(mine.id))) == 2
        assert uow.reports.parked_for("g2", our_id(mine.id)) == []


def test_health_is_told_once_when_it_turns_and_once_when_it_is_back(desk: Desk, clock: Clock) -> None:
    account = add_account(desk)

    def fail() -> object:
        return uow.health.failed(
            account, Direction.INBOUND, clock(), cause="refused", permanent=False, not_before=None
        )

    with desk.uow() as uow:
        told = [change for change in (fail(), fail(), fail(), fail()) if change]
        assert [c.after for c in told] == [HealthState.DEGRADED, HealthState.DOWN]  # type: ignore[attr-defined]
        back = uow.health.succeeded(account, Direction.INBOUND, clock(), messages=1)
        assert back is not None
        assert back.after is HealthState.OK
        assert uow.health.succeeded(account, Direction.INBOUND, clock(), messages=1) is None


def test_no_case_takes_a_step_that_no_case_may_take(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow, pytest.raises(PermanentError):
        uow.cases.move(1, CaseState.RESOLVED, CaseState.ASSIGNED, actor="t", why="w", now=clock())


def test_application_numbers_are_drawn_without_waiting_and_never_twice(desk: Desk) -> None:
    with desk.uow() as one:
        first = one.cases.new_numbers(2031, 3)
        one.commit()
    with desk.uow() as two, desk.uow() as three:
        drawn = two.cases.new_numbers(2031, 3) + three.cases.new_numbers(2031, 3)
    assert len(set(first + drawn)) == 9


def test_seeding_keeps_what_an_operator_edited(desk: Desk) -> None:
    unit = Unit(code="u", name="Eski", emails=("a@birim.example",))
    child = Unit(code="c", name="Alt", parent="u")
    with desk.uow() as uow:
        uow.taxonomy.seed([child, unit], [])
        uow.taxonomy.seed([Unit(code="u", name="Yeni")], [])
        units = uow.taxonomy.units()
    assert units["u"].name == "Eski"
    assert units["c"].parent == "u"


def test_an_account_that_brought_messages_is_not_removed(desk: Desk) -> None:
    empty = add_account(desk, name="bos")
    with desk.uow() as uow:
        uow.accounts.remove(empty)
        assert uow.accounts.by_name("bos") is None
        uow.accounts.add("email", "ad", {}, None, "k", desk.now())
        with pytest.raises(PermanentError):
            uow.accounts.add("email", "ad", {}, None, "k", desk.now())


def test_a_copy_that_fails_for_the_database_s_sake_is_that_error_too(desk: Desk, clock: Clock) -> None:
    def copy_in_vain(uow: UnitOfWork) -> None:
        uow.session.execute(text("SET LOCAL lock_timeout = 1"))
        uow.citizens.add(["Ayşe Yılmaz"], clock())

    with desk.uow() as other:
        other.session.execute(text("LOCK citizens"))
        with pytest.raises(ConnectionFailedError), desk.uow() as uow:
            copy_in_vain(uow)
