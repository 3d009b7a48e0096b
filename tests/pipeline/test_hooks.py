"""Calls taken in: together under load, apart when one is bad, on disk while the database is out (V1, S3)."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config.accounts import seal
from config.settings import Settings
from connectors.sms.settings import SmsSettings
from domain.errors import ConnectionFailedError
from domain.messages import DeliveryReport, InboundMessage, Place
from domain.vocabulary import Channel, DeliveryState, Queue
from pipeline.calls import Call
from pipeline.desk import Desk
from pipeline.gathering import Gathering
from pipeline.hooks import Reception
from pipeline.spool import drain_spool, spool_of
from tests.fakes import Bells, Clock, add_account, make_desk, make_message
from tests.servers.postgres import PostgresServer
from tests.servers.processes import wait_until


@pytest.fixture
def reception(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reception]:
    monkeypatch.setattr("pipeline.hooks.PATIENCE_SECONDS", 60.0)  # a busy machine is no dead database
    with received_by(desk) as running:
        yield running


@contextmanager
def received_by(desk: Desk) -> Iterator[Reception]:
    running = Reception(desk)
    try:
        yield running
    finally:
        running.close()
        running.desk.engine.dispose()


def taken(reception: Reception, *calls: Call) -> list[bool]:
    async def all_at_once() -> list[bool]:
        return await asyncio.gather(*(reception.take(call) for call in calls))

    return asyncio.run(all_at_once())


def one(account_id: int, **given: object) -> Call:
    return Call(account_id=account_id, items=[make_message(**given)])


def query(desk: Desk, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(desk.settings.database) as connection:
        return connection.execute(statement.encode()).fetchall()


def test_what_gathers_while_a_commit_is_under_way_is_committed_together(
    reception: Reception, desk: Desk
) -> None:
    account = add_account(desk, Channel.SMS)

    async def many() -> list[bool]:
        with psycopg.connect(desk.settings.database) as other:
            other.execute("LOCK TABLE messages IN SHARE MODE")
            tasks = [asyncio.create_task(reception.take(one(account))) for _ in range(40)]
            await asyncio.sleep(0)  # each submits its call
            other.rollback()
        return list(await asyncio.gather(*tasks))

    assert asyncio.run(many()) == [True] * 40
    ((rows, transactions),) = query(desk, "SELECT count(*), count(DISTINCT xmin::text) FROM messages")
    assert (rows, transactions) == (40, transactions)
    assert isinstance(transactions, int)
    assert transactions <= 4


def test_the_answer_waits_for_the_commit_g1(reception: Reception, desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    call = one(account, external_id="here")

    async def take_and_look() -> list[tuple[object, ...]]:
        assert await reception.take(call)
        return query(desk, "SELECT external_id FROM messages")

    assert asyncio.run(take_and_look()) == [("here",)]


def test_the_same_call_many_times_at_once_is_one_row_g2(reception: Reception, desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    assert all(taken(reception, *[one(account, external_id="same") for _ in range(40)]))
    assert query(desk, "SELECT count(*) FROM messages") == [(1,)]


def _nowhere() -> InboundMessage:
    return make_message(external_id="bad", raw=b"bad", place=Place(latitude=float("nan")))  # no JSON has NaN


def test_a_message_the_database_refuses_is_quarantined_and_costs_its_siblings_nothing(
    reception: Reception, desk: Desk
) -> None:
    account = add_account(desk, Channel.SMS)
    report = DeliveryReport(state=DeliveryState.SENT, our_id="n-7")
    calls = [
        one(account, external_id="before"),
        Call(account_id=account, items=[make_message(external_id="beside"), _nowhere()], reports=[report]),
        one(account, external_id="after"),
    ]
    assert taken(reception, *calls) == [True] * 3
    stored = {str(name): state for name, state in query(desk, "SELECT external_id, state FROM messages")}
    (refused,) = [name for name in stored if name not in ("before", "beside", "after")]
    assert stored == {"before": "ready", "beside": "ready", "after": "ready", refused: "quarantined"}
    assert query(desk, "SELECT our_id FROM parked_reports") == [("n-7",)]
    with desk.uow() as uow:
        ((entry, message),) = uow.quarantine.waiting()
    assert desk.blobs.get(message.raw_sha256) == b"bad"
    assert "DataError" in entry.error


def test_a_call_that_nothing_can_store_is_on_disk_and_aside(reception: Reception, desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    _, bad = taken(reception, one(account), one(999_999))
    assert not bad
    wait_until(lambda: bool(list((spool_of(desk).folder / "aside").glob("*"))), "the call set aside")
    assert query(desk, "SELECT count(*) FROM messages") == [(1,)]


def test_an_empty_call_needs_no_database(settings: Settings, clock: Clock) -> None:
    settings = settings.model_copy(update={"database_url": "postgresql://desk@/desk?host=/nowhere"})
    with received_by(make_desk(settings, clock)) as reception:
        assert taken(reception, Call(account_id=1)) == [True]


def test_while_the_database_is_out_calls_are_kept_on_disk_and_come_by_themselves_s3(
    desk: Desk, postgres_server: PostgresServer
) -> None:
    account = add_account(desk, Channel.SMS)
    with received_by(desk) as reception:
        postgres_server.kill()
        try:
            assert taken(reception, *[one(account, external_id=f"{n}") for n in range(30)]) == [False] * 30
            assert not any(taken(reception, one(account, external_id="later")))
        finally:
            postgres_server.restart()
        wait_until(lambda: not spool_of(desk).waiting(), "the spool to be fed")
    assert query(desk, "SELECT count(*) FROM messages WHERE state = 'ready'") == [(31,)]


def test_a_database_that_does_not_answer_holds_nobody_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.hooks.PATIENCE_SECONDS", 0.2)
    account = add_account(desk, Channel.SMS)
    with received_by(desk) as reception:
        with psycopg.connect(desk.settings.database) as other:
            other.execute("LOCK TABLE messages")
            # Both are answered while the first still waits for the lock inside the database.
            assert taken(reception, one(account, external_id="first")) == [False]
            assert taken(reception, one(account, external_id="second")) == [False]
        wait_until(lambda: not spool_of(desk).waiting(), "the spool to be fed")
    assert query(desk, "SELECT external_id FROM messages ORDER BY 1") == [("first",), ("second",)]


def test_without_database_and_disk_the_caller_is_told_to_come_again(
    settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"database_url": "postgresql://desk@/desk?host=/nowhere"})
    settings.var_dir.mkdir(exist_ok=True)
    (settings.var_dir / "spool").write_text("in the way", encoding="ascii")
    with received_by(make_desk(settings, clock)) as reception, pytest.raises(ConnectionFailedError):
        taken(reception, one(1))


def test_workers_are_rung_for_behind_the_callers_back(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    with received_by(desk) as reception:
        taken(reception, one(account))
    assert isinstance(desk.ring, Bells)
    assert desk.ring.rung == [Queue.INBOUND]


def test_the_clock_feeds_what_a_dead_web_process_left(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    spool_of(desk).keep([one(account)], desk.now())
    assert drain_spool(desk) == 1


def test_accounts_are_known_while_the_database_is_out(desk: Desk, postgres_server: PostgresServer) -> None:
    add_sms(desk, "sms-1530")
    with received_by(desk) as reception:
        wait_until(lambda: _knows(reception, "sms-1530"), "the account")
        postgres_server.kill()
        try:
            with pytest.raises(ConnectionFailedError):
                reception.accounts.refresh(0)
            assert _knows(reception, "sms-1530")
        finally:
            postgres_server.restart()


def test_a_new_account_is_found_and_a_disabled_one_forgotten(reception: Reception, desk: Desk) -> None:
    wait_until(lambda: not reception.accounts.is_older_than(60), "the accounts")
    account = add_sms(desk, "sms-1530")
    reception.accounts.refresh(0)
    found = reception.accounts.get("sms-1530")
    assert found is not None
    reception.accounts.refresh(0)
    again = reception.accounts.get("sms-1530")
    assert again is not None
    assert again.connector is found.connector
    with desk.uow() as uow:
        uow.accounts.enable(account, False)
        uow.commit()
    reception.accounts.refresh(0)
    assert reception.accounts.get("sms-1530") is None


def test_an_account_with_broken_settings_costs_the_others_nothing(reception: Reception, desk: Desk) -> None:
    add_sms(desk, "good")
    add_account(desk, Channel.SMS, "broken")
    reception.accounts.refresh(0)
    broken, good = reception.accounts.get("broken"), reception.accounts.get("good")
    assert broken is not None
    assert broken.trouble is not None
    assert good is not None
    assert good.connector is not None


def test_an_error_of_a_group_is_every_member_s_and_the_next_group_s_not() -> None:
    def work(numbers: list[int]) -> None:
        if 0 in numbers:
            raise ValueError("a zero")

    gathering = Gathering("test", work)
    bad = gathering.submit(0)
    assert isinstance(bad.exception(10), ValueError)
    assert gathering.submit(1).result(10) is None
    gathering.close()


def test_who_leaves_in_time_is_left_out() -> None:
    started, go, done = threading.Event(), threading.Event(), []

    def work(numbers: list[int]) -> None:
        started.set()
        go.wait(10)
        done.extend(numbers)

    gathering = Gathering("test", work)
    gathering.submit(1)
    assert started.wait(10)
    leaving, staying = gathering.submit(2), gathering.submit(3)
    assert leaving.cancel()
    go.set()
    staying.result(10)
    gathering.close()
    assert done == [1, 3]


def add_sms(desk: Desk, name: str) -> int:
    given = SmsSettings(
        provider="verimor",
        username="908500000000",
        password="sahte-parola-1",  # type: ignore[arg-type]
        push_secret="sahte-bildirim-anahtari",  # type: ignore[arg-type]
    )
    settings, secrets = seal(given, desk.keyring)
    with desk.uow() as uow:
        added = uow.accounts.add(Channel.SMS, name, settings, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    return added.id


def _knows(reception: Reception, name: str) -> bool:
    try:
        return reception.accounts.get(name) is not None
    except ConnectionFailedError:
        return False
