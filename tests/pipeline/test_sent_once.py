"""What has left leaves no second time, whatever goes wrong afterwards; what has not left is not lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from config.accounts import seal
from domain.messages import DeliveryReport
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel, DeliveryState, Medium, NotificationState, Template
from notifier.contracts import Outgoing
from pipeline import notify, transports
from pipeline.accept import Intake, accept
from pipeline.clock import NOTICE_ABANDONED_AFTER, release_notices
from pipeline.desk import Desk
from pipeline.notify import AT_ONCE, BATCH_TIME, notify_batch
from pipeline.transports import transports_of
from store.models import NotificationRow
from tests.connectors.sms.accounts import verimor_settings
from tests.fakes import Clock, add_account, make_message, process_all
from tests.pipeline.looking import send_all
from tests.pipeline.sources import Outage, raising
from tests.servers.postgres import PostgresServer
from tests.servers.verimor import VerimorServer


@dataclass
class Gateway:
    """A way out that takes everything; something may happen while it does."""

    name: str = "gateway"
    sent: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def send(self, outgoing: Outgoing) -> str:
        self.sent.append(outgoing.our_id)
        self.meanwhile()
        return f"gw-{outgoing.our_id}"

    def close(self) -> None:
        pass


@pytest.fixture
def gateway(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """The only way out."""
    way = Gateway()
    monkeypatch.setattr(transports_of(desk), "of", lambda medium, account: way)
    return way


@pytest.fixture
def outage(postgres_server: PostgresServer) -> Iterator[Outage]:
    """Kills the database once, when it is called; it comes back by itself."""
    made = Outage(postgres_server)
    yield made
    made.end()


def owe(desk: Desk, count: int = 1) -> None:
    with desk.uow() as uow:
        for number in range(count):
            notice = Notification(
                medium=Medium.SMS,
                recipient=Urn("tel", f"+9053211122{number:02}"),
                template=Template.OPTED_OUT,
                due_at=desk.now(),
                dedupe_key=f"k{number}",
            )
            uow.notifications.owe(None, "c", notice)
        uow.commit()


def notices(desk: Desk) -> list[NotificationRow]:
    with desk.uow() as uow:
        found = [uow.notifications.get(notice_id) for notice_id in range(1, 100)]
    return [row for row in found if row is not None]


def states(desk: Desk) -> list[tuple[str, int]]:
    return [(row.state, row.attempts) for row in notices(desk)]


def go_on(desk: Desk, clock: Clock) -> None:
    """Let a day of notifying pass."""
    for _ in range(24):
        clock.step(hours=1)
        release_notices(desk)
        send_all(desk)


def test_a_notice_that_left_while_the_database_died_is_recorded_and_leaves_once(
    desk: Desk, clock: Clock, gateway: Gateway, outage: Outage
) -> None:
    gateway.meanwhile = outage
    owe(desk)
    notify_batch(desk)
    assert states(desk) == [(NotificationState.SENT, 1)]
    gateway.meanwhile = lambda: None
    go_on(desk, clock)
    assert gateway.sent == ["n1"]


def test_a_fault_of_ours_after_it_left_sends_nothing_again(
    desk: Desk, clock: Clock, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "apply_reports", lambda *given, **more: raising(ZeroDivisionError())())
    owe(desk)
    notify_batch(desk)
    go_on(desk, clock)
    assert gateway.sent == ["n1"]
    assert states(desk) == [(NotificationState.SENT, 1)]


def test_a_gateway_whose_health_cannot_be_written_down_is_not_asked_twice(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.step(hours=1)
    with VerimorServer() as server:
        settings, secrets = seal(verimor_settings(base_url=server.url), desk.keyring)
        with desk.uow() as uow:
            uow.accounts.add(Channel.SMS, "1530", settings, secrets, desk.keyring.key_id, desk.now())
            uow.commit()
        monkeypatch.setattr(
            transports, "record_success", lambda *given, **more: raising(ZeroDivisionError())()
        )
        owe(desk)
        notify_batch(desk)
        go_on(desk, clock)
        sent = [call for call in server.calls if call.path.endswith("send.json")]
    assert len(sent) == 1
    assert [state for state, _ in states(desk)] == [NotificationState.SENT]


def test_a_slow_gateway_gets_the_rest_later_and_no_notice_pays_for_it(
    desk: Desk, clock: Clock, gateway: Gateway
) -> None:
    """In nobody's hands for longer than it takes to tell the living from the dead."""
    gateway.meanwhile = lambda: clock.step(seconds=BATCH_TIME.total_seconds() + 1)
    owe(desk, AT_ONCE)
    notify_batch(desk)
    assert states(desk).count((NotificationState.SENT, 1)) == 1
    assert states(desk).count((NotificationState.OWED, 0)) == AT_ONCE - 1
    gateway.meanwhile = lambda: None
    go_on(desk, clock)
    assert sorted(gateway.sent) == sorted(f"n{number}" for number in range(1, AT_ONCE + 1))


def test_a_notice_that_was_taken_back_while_it_left_leaves_no_second_time(
    desk: Desk, clock: Clock, gateway: Gateway
) -> None:
    def taken_for_dead() -> None:
        clock.step(seconds=NOTICE_ABANDONED_AFTER.total_seconds() + 1)
        release_notices(desk)

    gateway.meanwhile = taken_for_dead
    owe(desk)
    notify_batch(desk)
    gateway.meanwhile = lambda: None
    go_on(desk, clock)
    assert gateway.sent == ["n1"]
    assert states(desk) == [(NotificationState.SENT, 1)]


def test_the_history_tells_of_it_once(desk: Desk, clock: Clock, gateway: Gateway, outage: Outage) -> None:
    accept(desk, Intake(items=[(add_account(desk), make_message())]))
    process_all(desk)
    gateway.meanwhile = once(outage)
    send_all(desk)
    with desk.uow() as uow:
        told = [
            event.detail["notice"]
            for event in uow.cases.history(1)
            if event.kind == CaseEventKind.NOTICE_SENT
        ]
    assert sorted(told) == [row.id for row in notices(desk)]


def once(work: Callable[[], object]) -> Callable[[], object]:
    left = [work]
    return lambda: left.pop()() if left else None


def test_a_report_that_was_faster_than_we_is_matched(desk: Desk, gateway: Gateway) -> None:
    report = DeliveryReport(state=DeliveryState.DELIVERED, our_id="n1")
    gateway.meanwhile = lambda: accept(desk, Intake(reports=[report]))
    owe(desk)
    notify_batch(desk)
    assert [row.state for row in notices(desk)] == [NotificationState.DELIVERED]


def test_two_notifiers_share_the_work(desk: Desk, gateway: Gateway) -> None:
    gateway.meanwhile = once(lambda: notify_batch(desk))
    owe(desk, AT_ONCE + 4)
    notify_batch(desk)
    assert sorted(gateway.sent) == sorted(f"n{number}" for number in range(1, AT_ONCE + 5))
