"""Test 1 of docs/acceptance.md: a mailbox's reader is killed at a hundred moments over 2,500 mails."""

import hashlib
import os
import time
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import psycopg
import pytest

from config.settings import Settings
from domain.vocabulary import Channel
from pipeline import channels
from pipeline.desk import Desk
from pipeline.fetchers import LEASE, _child_main, _fork, lease_name
from store.records import Account
from tests.fakes import process_all
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.processes import wait_until

KILLS, MAILS_A_KILL = int(os.environ.get("KILLS", "100")), 25
SEED = int(os.environ.get("KILL_SEED", "0")) or Random().randrange(1, 10**6)
ME = "this host"


def mail(number: int) -> bytes:
    return (
        f"From: vatandas{number}@eposta.example\r\nTo: masa@buyuksehir.example\r\n"
        f"Message-ID: <{number}@eposta.example>\r\nDate: Mon, 23 Nov 2026 12:00:00 +0300\r\n"
        f"Subject: Lamba {number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{number} numarali direkteki lamba yanmiyor.\r\n"
    ).encode()


@pytest.fixture
def database_url(seeded_database_url: str) -> str:
    return seeded_database_url


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    made = Desk(desk_settings)
    yield made
    made.engine.dispose()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def account(desk: Desk, dovecot: Dovecot) -> Account:
    """A mailbox whose mails are moved away once they are stored, so that acknowledging is killed too."""
    given = {"host": "127.0.0.1", "port": str(dovecot.port), "security": "none", "username": "masa"}
    more = {"password": PASSWORD, "move_to": "Alindi"}
    return channels.add(desk, Channel.EMAIL, "masa", given | more)


def start_reader(desk: Desk, account: Account) -> Any:
    """A fetching process of this account, as the connectors start it."""
    with desk.uow() as uow:
        uow.leases.take(lease_name(account.id), ME, desk.now(), 10 * LEASE)
        uow.commit()
    progress = _fork.Value("d", 0.0, lock=False)
    arguments = (desk, account.id, (lease_name(account.id), ME), progress)
    reader = _fork.Process(target=_child_main, args=arguments)
    reader.start()
    return reader


def stored(desk: Desk, account: Account) -> int:
    with desk.uow() as uow:
        return uow.messages.count_by_account(account.id)


@pytest.mark.kill
@pytest.mark.servers
def test_a_reader_killed_at_any_moment_loses_nothing_and_stores_nothing_twice(
    desk: Desk, dovecot: Dovecot, account: Account
) -> None:
    print(f"KILL_SEED={SEED}")
    random = Random(SEED)
    mails = [mail(number) for number in range(KILLS * MAILS_A_KILL)]
    for kill in range(KILLS):
        dovecot.deliver("masa", mails[kill * MAILS_A_KILL : (kill + 1) * MAILS_A_KILL])
        reader = start_reader(desk, account)
        time.sleep(random.uniform(0, 0.25))  # the moment it is killed at
        reader.kill()
        reader.join()
    reader = start_reader(desk, account)
    wait_until(lambda: stored(desk, account) == len(mails), "the rest")
    reader.kill()
    reader.join()
    process_all(desk)
    with psycopg.connect(desk.settings.database) as connection:
        rows = connection.execute("SELECT raw_sha256 FROM messages").fetchall()
        cases = connection.execute("SELECT count(*), count(DISTINCT number) FROM cases").fetchone()
    kept = Counter(row[0] for row in rows)
    assert kept == Counter(hashlib.sha256(raw).hexdigest() for raw in mails)
    assert cases == (len(mails), len(mails))
