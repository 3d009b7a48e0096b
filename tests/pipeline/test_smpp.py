"""An SMPP account as the desk runs it: S4, S10, tests 24 and 28 of docs/acceptance.md."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from config.settings import Settings
from connectors.sms.smpp import SmppSms
from domain.errors import ConnectionFailedError
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import Channel, Direction, HealthState, Medium, NotificationState, Template
from pipeline import channels
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.fetch import Reader, fetch_once
from pipeline.fetchers import LEASE, lease_name
from pipeline.notify import notify_batch
from store.models import Message
from store.records import Account
from tests.pipeline.disk import refusing_disk
from tests.servers.processes import wait_until
from tests.servers.smsc import PASSWORD, SYSTEM_ID, MessageCentre, running_smsc

TEXTS = ("Kadıköy Moda Caddesi'nde ", "çöp kutuları taşıyor, ", "üç gündür alınmıyor.")
HEADER, UCS2, RECEIPT = 0x40, 8, 4


@pytest.fixture
def centre() -> Iterator[MessageCentre]:
    with running_smsc() as server:
        yield server


@pytest.fixture
def live_desk(desk_settings: Settings) -> Iterator[Desk]:
    """A desk on the real clock."""
    made = Desk(desk_settings)
    yield made
    made.engine.dispose()


def short_code(desk: Desk, centre: MessageCentre, **more: str) -> Account:
    given = {"provider": "smpp", "host": "127.0.0.1", "port": str(centre.port), "username": SYSTEM_ID}
    return channels.add(desk, Channel.SMS, "1530", given | {"password": PASSWORD, "sender": "1530"} | more)


def bound(desk: Desk, account: Account) -> SmppSms:
    connector = build_connector(desk, account)
    assert isinstance(connector, SmppSms)
    return connector


def part(centre: MessageCentre, number: int) -> str:
    content = bytes([5, 0, 3, 0x2A, 3, number]) + TEXTS[number - 1].encode("utf-16-be")
    return centre.deliver(content, esm_class=HEADER, data_coding=UCS2)


def texts(desk: Desk) -> list[str]:
    with desk.uow() as uow:
        rows = [uow.messages.get(number) for number in range(1, 20)]
    return [row.text for row in rows if isinstance(row, Message)]


def read_until_answered(
    desk: Desk, account: Account, connector: SmppSms, centre: MessageCentre, tag: str
) -> None:
    while not centre.all("answered", tag=tag):
        fetch_once(desk, account, connector, None)
        connector.wait(5)


def test_each_part_is_answered_when_it_is_stored_and_the_last_makes_the_message(
    live_desk: Desk, centre: MessageCentre
) -> None:
    account = short_code(live_desk, centre)
    connector = bound(live_desk, account)
    fetch_once(live_desk, account, connector, None)
    for number in (3, 1):
        read_until_answered(live_desk, account, connector, centre, part(centre, number))
        assert texts(live_desk) == []
    read_until_answered(live_desk, account, connector, centre, part(centre, 2))
    assert texts(live_desk) == ["".join(TEXTS)]
    connector.close()


def test_what_could_not_be_stored_is_stored_and_answered_as_soon_as_it_can_be(
    live_desk: Desk, centre: MessageCentre
) -> None:
    """G1: on the same bind. Some servers bring what is unanswered again at the next one only."""
    account = short_code(live_desk, centre)
    connector = bound(live_desk, account)
    fetch_once(live_desk, account, connector, None)
    tag = centre.deliver(b"Lamba yanmiyor")
    connector.wait(5)
    with refusing_disk(live_desk), pytest.raises(ConnectionFailedError):
        fetch_once(live_desk, account, connector, None)
    fetch_once(live_desk, account, connector, None)
    assert texts(live_desk) == ["Lamba yanmiyor"]
    assert centre.saw("answered", tag=tag)["status"] == 0
    connector.close()


def test_a_lost_bind_degrades_the_account_by_name(live_desk: Desk, centre: MessageCentre) -> None:
    account = short_code(live_desk, centre)
    stop = Event()
    with live_desk.uow() as uow:
        assert uow.leases.take(lease_name(account.id), "this test", live_desk.now(), LEASE)
        uow.commit()
    reader = Reader(live_desk, account.id, (lease_name(account.id), "this test"), stop, lambda: None)
    thread = Thread(target=reader.run)
    thread.start()
    try:
        centre.saw("bind")
        wait_until(lambda: state(live_desk, account)[0] is HealthState.OK, "a good account")
        centre.do("drop")
        wait_until(lambda: state(live_desk, account)[0] is HealthState.DEGRADED, "a degraded account")
        assert "hung up" in state(live_desk, account)[1]
    finally:
        stop.set()
        thread.join(30)


def state(desk: Desk, account: Account) -> tuple[HealthState | None, str]:
    with desk.uow() as uow:
        health = uow.health.get(account.id, Direction.INBOUND)
    return (HealthState(health.state), health.cause or "") if health else (None, "")


REPORT_ORDERS = [
    ("after it was sent", [], [b"stat:ACCEPTD", b"stat:DELIVRD"]),
    ("before we knew that it was sent", [b"stat:DELIVRD"], []),
    ("the first one last", [b"stat:DELIVRD"], [b"stat:ENROUTE"]),
    ("each twice", [b"stat:DELIVRD", b"stat:DELIVRD"], [b"stat:ENROUTE", b"stat:ENROUTE"]),
]


@pytest.mark.parametrize(("label", "early", "late"), REPORT_ORDERS, ids=[r[0] for r in REPORT_ORDERS])
def test_receipts_find_their_notice_in_every_order(
    label: str, early: list[bytes], late: list[bytes], desk: Desk, centre: MessageCentre
) -> None:
    account = short_code(desk, centre, turkish_table="true")
    connector = bound(desk, account)
    fetch_once(desk, account, connector, None)
    for words in early:
        report(desk, account, connector, centre, words)
    with desk.uow() as uow:
        notice = Notification(
            medium=Medium.SMS,
            recipient=Urn("tel", "+905320000001"),
            template=Template.OPTED_OUT,
            due_at=desk.now(),
            dedupe_key="k",
        )
        uow.notifications.owe(None, "c", notice)
        uow.commit()
    assert notify_batch(desk) == 1
    for words in late:
        report(desk, account, connector, centre, words)
    with desk.uow() as uow:
        row = uow.notifications.get(1)
    assert row is not None
    assert (row.state, row.gateway_id) == (NotificationState.DELIVERED, f"smpp-{account.id}-1A2B")
    connector.close()


def report(desk: Desk, account: Account, connector: SmppSms, centre: MessageCentre, words: bytes) -> None:
    tag = centre.deliver(b"id:00001a2b sub:001 dlvrd:001 " + words + b" err:000", esm_class=RECEIPT)
    read_until_answered(desk, account, connector, centre, tag)


class Reading:
    """`beyazmasa connectors` in a folder of its own, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("beyazmasa")), "connectors"]
        environment = os.environ | {"VAR_DIR": str(self._folder / "var")}
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self._folder, env=environment, stderr=log)
        return self.process

    def kill(self) -> None:
        for reader in psutil.Process(self.process.pid).children(recursive=True):
            reader.kill()
        self.process.kill()
        self.process.wait()


@pytest.mark.kill
def test_parts_outlive_every_reader_that_is_killed_between_them(
    live_desk: Desk, centre: MessageCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIAL_KEYS", live_desk.settings.credential_keys.get_secret_value())
    short_code(live_desk, centre)
    first = part(centre, 2)
    reading = Reading(tmp_path / "a")
    try:
        centre.saw("answered", tag=first)
        reading.kill()
        assert texts(live_desk) == []
        rest = [part(centre, number) for number in (3, 1)]  # they wait at the message centre
        reading.start()
        for tag in rest:
            centre.saw("answered", tag=tag)
        assert texts(live_desk) == ["".join(TEXTS)]
    finally:
        reading.kill()
