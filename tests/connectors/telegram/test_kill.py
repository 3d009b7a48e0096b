"""A bot read by a process that is killed at any point: T2, test 23 of docs/acceptance.md."""

import multiprocessing
import random
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event
from typing import Any

import psycopg
import pytest

from config.settings import Settings
from domain.vocabulary import Channel
from pipeline import channels
from pipeline.desk import Desk
from pipeline.fetch import Reader
from store.records import Account
from tests.fakes import Bells
from tests.servers.processes import wait_until
from tests.servers.telegram import CITIZEN, TOKEN, TelegramServer

KILLS = 20
LEASE = ("fetch:bot", "desk-1")
_fork = multiprocessing.get_context("fork")


def now() -> datetime:
    return datetime.now(UTC)


def read(settings: Settings, account_id: int, lease: tuple[str, str]) -> None:
    """The fetching process: reads until it is killed, or has lost its lease."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # as `pipeline.fetchers` does
    desk = Desk(settings, now=now, ring=Bells())
    Reader(desk, account_id, lease, Event(), progress=lambda: None).run()


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    made = Desk(desk_settings, now=now, ring=Bells())
    with made.uow() as uow:
        uow.leases.take(*LEASE, now(), timedelta(hours=1))
        uow.commit()
    yield made
    made.engine.dispose()


@pytest.fixture
def account(desk: Desk, server: TelegramServer) -> Account:
    return channels.add(desk, Channel.TELEGRAM, "bot", {"token": TOKEN, "base_url": server.url})


def start(desk: Desk, account: Account, holder: str = LEASE[1]) -> Any:
    process = _fork.Process(target=read, args=(desk.settings, account.id, (LEASE[0], holder)))
    process.start()
    return process


def stored(desk: Desk, account: Account) -> int:
    with desk.uow() as uow:
        return uow.messages.count_by_account(account.id)


def _has_asked(server: TelegramServer, calls: int) -> bool:
    return len(server.calls) >= calls or not server.queue


@pytest.mark.kill
def test_a_reader_killed_again_and_again_loses_nothing_and_takes_nothing_twice(
    desk: Desk, account: Account, server: TelegramServer
) -> None:
    chance = random.Random(11)
    sent: list[Any] = []
    for _ in range(KILLS):
        sent += [server.receive(f"ileti {len(sent) + n}") for n in range(chance.randrange(30))]
        until = len(server.calls) + chance.randrange(1, 4)
        process = start(desk, account)
        asked = partial(_has_asked, server, until)
        wait_until(asked, "the reader asks", 30)
        process.kill()
        process.join()
    process = start(desk, account)
    wait_until(lambda: not server.queue, "everything is confirmed", 60)
    process.kill()
    process.join()
    assert stored(desk, account) == len(sent)
    with psycopg.connect(desk.settings.database) as connection:
        kept = {row[0] for row in connection.execute("SELECT external_id FROM messages")}
    assert kept == {f"{CITIZEN}:{update['message']['message_id']}" for update in sent}


def test_a_reader_without_the_lease_asks_telegram_nothing(
    desk: Desk, account: Account, server: TelegramServer
) -> None:
    server.receive("tek okuyucu")
    other = start(desk, account, holder="desk-2")
    other.join(60)
    assert other.exitcode == 0
    assert (server.calls, stored(desk, account)) == ([], 0)


def test_a_reader_that_is_told_to_stop_leaves_its_long_poll_at_once(
    desk: Desk, account: Account, server: TelegramServer
) -> None:
    process = start(desk, account)
    wait_until(lambda: bool(server.calls) and b"timeout=50" in server.calls[-1].body, "the long poll", 30)
    process.terminate()
    process.join(30)
    assert process.exitcode == 0
