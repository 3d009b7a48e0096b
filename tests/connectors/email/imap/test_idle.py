"""Waiting for mail: IDLE where there is one, and no trust in a silent line (E6).

A wait that should end early is given an hour: the test's own timeout is what fails it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from connectors.email.connector import EmailConnector
from domain.errors import ConnectionFailedError
from tests.connectors.email.imap.desk import Desk, numbers
from tests.connectors.polling import sweep
from tests.servers.silent_imap import IDLING, SilentImap

HOUR = 3600.0
pytestmark = pytest.mark.timeout(60)


@contextmanager
def meanwhile(action: Callable[[], None]) -> Iterator[None]:
    """Run the action beside the block; what it raises fails the test."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()
    assert raised == []


def test_new_mail_ends_the_wait(desk: Desk, relay: SilentImap) -> None:
    """E6: told by IDLE; flags that another client sets meanwhile are no news."""
    connector = desk.connector(port=relay.port)
    desk.deliver([1])
    _, cursor = sweep(connector)

    def deliver() -> None:
        relay.wait_for(IDLING, times=2)
        with desk.server.client(desk.user) as client:
            client.select_folder("INBOX")
            client.add_flags([1], [rb"\Seen"])
        desk.deliver([2])

    with meanwhile(deliver):
        connector.wait(HOUR)
    assert numbers(sweep(connector, cursor)[0]) == [2]


def test_mail_that_came_between_the_poll_and_the_wait_ends_it_at_once(desk: Desk, relay: SilentImap) -> None:
    """E6: IDLE tells only of what comes after it began."""
    connector = desk.connector(port=relay.port)
    _, cursor = sweep(connector)
    desk.deliver([1])
    connector.wait(HOUR)
    assert relay.heard("IDLE") == 0
    assert numbers(sweep(connector, cursor)[0]) == [1]


def test_mail_that_comes_between_two_idles_ends_the_wait_at_once(desk: Desk, relay: SilentImap) -> None:
    """E6: the next IDLE would tell of it with its go-ahead, where nobody looks until that IDLE ends."""
    connector = desk.connector(port=relay.port)
    _, cursor = sweep(connector)
    relay.after_idle = lambda: desk.deliver([1])
    connector.wait(HOUR)
    assert relay.heard("IDLE") == 1
    assert numbers(sweep(connector, cursor)[0]) == [1]


def test_the_wait_ends_by_itself_and_the_connection_is_used_again(desk: Desk, relay: SilentImap) -> None:
    """Nothing is new: `poll` goes on over the same connection."""
    connector = desk.connector(port=relay.port)
    _, cursor = sweep(connector)
    connector.wait(0.2)
    desk.deliver([1])
    assert numbers(sweep(connector, cursor)[0]) == [1]
    assert relay.connections == 1


@pytest.mark.parametrize("hidden", [True, False], ids=["server without IDLE", "IDLE switched off"])
def test_without_idle_it_waits_plainly(desk: Desk, relay: SilentImap, hidden: bool) -> None:
    """E6: polling as before."""
    relay.rewrites = {b" IDLE": b""} if hidden else {}
    connector = desk.connector(port=relay.port, idle=hidden)
    _, cursor = sweep(connector)
    connector.wait(0.1)
    desk.deliver([1])
    assert relay.heard("IDLE") == 0
    assert numbers(sweep(connector, cursor)[0]) == [1]


def test_a_half_open_line_is_found_out_and_replaced(desk: Desk, relay: SilentImap) -> None:
    """Test 8: packets vanish during IDLE; `idle_done` is never waited on without a deadline."""
    connector = desk.connector(port=relay.port, timeout_seconds=1)
    _, cursor = sweep(connector)

    def vanish() -> None:
        relay.wait_for(IDLING)
        relay.go_deaf()
        desk.deliver([1])

    with meanwhile(vanish):
        connector.wait(4)
    assert numbers(sweep(connector, cursor)[0]) == [1]
    assert relay.connections == 2


def test_a_server_that_dies_during_idle_ends_the_wait(own_desk: Desk) -> None:
    """E6: imapclient itself would answer "nothing new" for ever, at once, without an error."""
    with closing(SilentImap(own_desk.server.port)) as relay:
        connector = own_desk.connector(port=relay.port)
        _, cursor = sweep(connector)

        def die() -> None:
            relay.wait_for(IDLING, times=2)
            own_desk.server.kill()

        with meanwhile(die):
            connector.wait(HOUR)
        with pytest.raises(ConnectionFailedError):
            connector.poll(cursor)
        own_desk.server.start()
        own_desk.deliver([1])
        assert numbers(sweep(connector, cursor)[0]) == [1]


def test_a_server_that_breaks_idle_is_polled_ever_more_slowly(desk: Desk, relay: SilentImap) -> None:
    """E6: no storm of connections; mail still comes."""
    relay.breaks_idle = True
    connector = desk.connector(port=relay.port)
    _, cursor = sweep(connector)
    for number in range(3):
        connector.wait(0.1)
        desk.deliver([number])
        items, cursor = sweep(connector, cursor)
        assert numbers(items) == [number]
    assert relay.connections == 4


@pytest.mark.parametrize("end", [EmailConnector.stop_waiting, EmailConnector.close])
def test_stopping_or_closing_ends_the_wait(
    desk: Desk, relay: SilentImap, end: Callable[[EmailConnector], None]
) -> None:
    """The process is to end, from a signal handler or another thread: the wait is not finished first."""
    connector = desk.connector(port=relay.port)
    sweep(connector)

    def stop() -> None:
        relay.wait_for(IDLING)
        end(connector)

    with meanwhile(stop):
        connector.wait(HOUR)


def test_a_wait_over_tls_hears_of_new_mail(desk: Desk) -> None:
    """E6: TLS buffers differently."""
    authority = desk.server.certificates.authority
    connector = desk.connector(security="tls", port=desk.server.tls_port, ca_file=authority)
    _, cursor = sweep(connector)
    timer = threading.Timer(3, lambda: desk.deliver([1]))
    with meanwhile(timer.run):
        connector.wait(HOUR)
    assert numbers(sweep(connector, cursor)[0]) == [1]


def test_several_folders_are_not_waited_for_longer_than_a_minute(desk: Desk, relay: SilentImap) -> None:
    """IDLE watches one folder only; the first is watched, the others are polled."""
    connector = desk.connector(port=relay.port, folders=["INBOX", "Şikâyetler"])
    desk.deliver([1], "Şikâyetler")
    _, cursor = sweep(connector)

    def deliver() -> None:
        relay.wait_for(IDLING)
        desk.deliver([2], "Şikâyetler")
        desk.deliver([3])

    with meanwhile(deliver):
        connector.wait(HOUR)
    assert numbers(sweep(connector, cursor)[0]) == [3, 2]
