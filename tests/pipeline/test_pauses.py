"""What wants to be left alone is left alone, and no notice pays for it: G11, test 26, at real gateways."""

from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from config.accounts import seal
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import Channel, Direction, HealthState, Medium, NotificationState, Priority, Template
from notifier.policy import NOTICE_ATTEMPTS
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from store.models import NotificationRow
from tests.connectors.sms.accounts import verimor_settings
from tests.fakes import Clock
from tests.pipeline.looking import send_all
from tests.servers.smtp import MailServer
from tests.servers.verimor import VerimorServer

CITIZEN = {Medium.SMS: Urn("tel", "+905321112200"), Medium.EMAIL: Urn("mailto", "ayse@eposta.example")}


@pytest.fixture
def gateway(desk: Desk) -> Iterator[VerimorServer]:
    """An SMS gateway with the desk's account at it."""
    with VerimorServer() as server:
        settings, secrets = seal(verimor_settings(base_url=server.url), desk.keyring)
        with desk.uow() as uow:
            uow.accounts.add(Channel.SMS, "1530", settings, secrets, desk.keyring.key_id, desk.now())
            uow.commit()
        yield server


@pytest.fixture
def mail_server(desk: Desk) -> Iterator[MailServer]:
    """A mail server with the desk's user at it."""
    with MailServer(password="dogru", refuse_login="535 5.7.8 wrong password") as started:
        desk.settings = desk.settings.model_copy(update=started.settings())
        yield started


def owe(desk: Desk, count: int, medium: Medium, **given: object) -> list[int]:
    """Last words to citizens; returns their keys."""
    template = Template.OPTED_OUT if medium is Medium.SMS else Template.CHANNEL_HEALTH
    health = {"account": "a", "channel": "sms", "direction": "inbound", "state": "ok", "cause": "", "at": ""}
    values: dict[str, object] = {
        "medium": medium,
        "recipient": CITIZEN[medium],
        "template": template,
        "due_at": desk.now(),
        "values": health | {"at": desk.now().isoformat()},
        "automatic": False,
    }
    with desk.uow() as uow:
        for number in range(count):
            key = {"dedupe_key": f"{medium}-{number}"}
            uow.notifications.owe(None, "c", Notification(**values | key | given))  # type: ignore[arg-type]
        uow.commit()
    with desk.uow() as uow:
        found = uow.notifications.claim_due(count, desk.now())
    return [each.id for each in found]


def rows(desk: Desk, keys: list[int]) -> list[NotificationRow]:
    with desk.uow() as uow:
        found = [uow.notifications.get(key) for key in keys]
    return [row for row in found if row is not None]


def test_a_busy_gateway_costs_no_notice_however_long_it_is_busy(
    desk: Desk, clock: Clock, gateway: VerimorServer
) -> None:
    [key] = owe(desk, 1, Medium.SMS)
    for _ in range(NOTICE_ATTEMPTS * 2):
        gateway.answer_next(429, Retry_After="1")
        send_all(desk)
        clock.step(seconds=1)
    [row] = rows(desk, [key])
    assert (row.state, row.attempts) == (NotificationState.OWED, 0)
    send_all(desk)
    assert rows(desk, [key])[0].state == NotificationState.SENT


@pytest.mark.parametrize("status", [429, 401])
def test_a_backlog_knocks_once_at_a_gateway_that_refuses(
    desk: Desk, clock: Clock, gateway: VerimorServer, status: int
) -> None:
    keys = owe(desk, 40, Medium.SMS)
    gateway.answer_next(status, Retry_After="120")
    send_all(desk)
    assert len(gateway.calls) == 1
    assert sum(row.attempts for row in rows(desk, keys)) == (status == 401)
    with desk.uow() as uow:
        health = uow.health.all()
    assert [(h.direction, h.state != HealthState.OK) for h in health] == [(Direction.OUTBOUND, True)]
    clock.step(minutes=5)
    send_all(desk)
    assert {row.state for row in rows(desk, keys)} == {NotificationState.SENT}


def test_a_mail_server_that_refuses_our_password_is_asked_once_and_shown_to_operators(
    desk: Desk, clock: Clock, mail_server: MailServer
) -> None:
    keys = owe(desk, 20, Medium.EMAIL)
    labels = {"account": "localhost", "channel": "email", "direction": "outbound"}
    send_all(desk)
    assert mail_server.connections == 1
    assert sum(row.attempts for row in rows(desk, keys)) == 1
    assert REGISTRY.get_sample_value("beyazmasa_channel_state", labels) == 2
    mail_server.refuse_login = None
    clock.step(minutes=1)
    send_all(desk)
    assert {row.state for row in rows(desk, keys)} == {NotificationState.SENT}
    assert REGISTRY.get_sample_value("beyazmasa_channel_state", labels) == 0


def test_a_backlog_does_not_wake_citizens(desk: Desk, clock: Clock, gateway: VerimorServer) -> None:
    """What was due by day and comes to leave at night waits for the morning; what saves lives does not."""
    [key] = owe(desk, 1, Medium.SMS)
    [urgent] = owe(desk, 1, Medium.SMS, priority=Priority.LIFE_SAFETY, dedupe_key="urgent")
    clock.step(hours=12)  # midnight in Istanbul
    send_all(desk)
    assert [row.state for row in rows(desk, [urgent, key])] == [
        NotificationState.SENT,
        NotificationState.OWED,
    ]
    assert rows(desk, [key])[0].attempts == 0
    clock.step(hours=8)
    assert notify_batch(desk) == 1
    assert rows(desk, [key])[0].state == NotificationState.SENT
