"""One event loop in one thread a connector, and none is left behind (G8)."""

import asyncio
import gc
import threading
from collections.abc import Iterator

import pytest

from connectors.telegram import TELEGRAM, TelegramConnector
from connectors.telegram.loop import LoopThread
from domain.errors import ConnectionFailedError
from tests.connectors.building import Build
from tests.connectors.telegram.accounts import context, settings
from tests.servers.standin import Fault
from tests.servers.telegram import TelegramServer


def loops() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "telegram"}


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = loops()
    yield
    for thread in loops() - before:
        thread.join(10)
    assert loops() <= before


def test_a_connector_that_only_reads_calls_starts_no_thread(desk: TelegramConnector) -> None:
    desk.parse(b'{"update_id": 1}')
    assert not loops()


def test_closing_is_safe_before_between_and_after(desk: TelegramConnector, outgoing: Build) -> None:
    desk.close()
    assert desk.send(outgoing("x"))
    desk.close()
    desk.close()
    assert desk.send(outgoing("y"))
    assert len(loops()) == 1
    desk.close()


def test_a_connector_that_nobody_closes_takes_its_thread_with_it(server: TelegramServer) -> None:
    forgotten = TELEGRAM.build(context(settings(base_url=server.url)))
    assert isinstance(forgotten, TelegramConnector)
    forgotten.check()
    (thread,) = loops()
    del forgotten
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_closing_ends_a_call_that_another_thread_makes(
    build: Build, server: TelegramServer, outgoing: Build
) -> None:
    desk = build(timeout_seconds=30)
    told: list[Exception] = []
    server.fail_next(Fault(silent=True))

    def send() -> None:
        try:
            desk.send(outgoing("x"))
        except ConnectionFailedError as error:
            told.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    while not server.calls:
        sender.join(0.01)
    desk.close()
    sender.join(20)
    assert not sender.is_alive()
    assert len(told) == 1


async def nothing() -> None:
    return


async def forever() -> None:
    await asyncio.Event().wait()


def test_a_coroutine_that_takes_too_long_is_a_failed_connection() -> None:
    thread = LoopThread("telegram", nothing)
    with pytest.raises(ConnectionFailedError, match="in time"):
        thread.run(forever(), 0.05)
    thread.close()


def test_a_closed_loop_takes_nothing_more() -> None:
    thread = LoopThread("telegram", nothing)
    thread.close()
    thread.close()
    with pytest.raises(ConnectionFailedError, match="closed"):
        thread.run(nothing(), 1)


def test_a_loop_may_be_closed_by_its_own_thread() -> None:
    thread = LoopThread("telegram", nothing)

    async def close_and_wait() -> None:
        thread.close()
        await forever()

    with pytest.raises(ConnectionFailedError):
        thread.run(close_and_wait(), 5)
