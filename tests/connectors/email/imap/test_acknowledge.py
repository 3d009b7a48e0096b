"""After the commit: mails are marked and moved as configured, and failing at it loses nothing (G1)."""

import pytest

from domain.errors import ConnectionFailedError, DeskError
from tests.connectors.email.imap.desk import Desk, numbers
from tests.connectors.polling import sweep
from tests.servers.silent_imap import SilentImap

DONE = "İşlendi"


def test_taken_mails_are_moved_after_the_commit_and_not_before(desk: Desk) -> None:
    """The target folder has a Turkish name and is made when it is missing."""
    desk.deliver(range(5))
    connector = desk.connector(move_to=DONE, batch_size=3)
    batch = connector.poll("")
    assert desk.server.count(desk.user) == 5
    connector.acknowledge(batch)
    assert (desk.server.count(desk.user), desk.server.count(desk.user, DONE)) == (2, 3)
    rest, cursor = sweep(connector, batch.cursor)
    assert numbers(rest) == [3, 4]
    assert sweep(connector, cursor)[0] == []


@pytest.mark.parametrize("missing", [b" MOVE", b" UIDPLUS"], ids=["COPY and UID EXPUNGE", "COPY only"])
def test_a_server_without_move_is_served_too(desk: Desk, relay: SilentImap, missing: bytes) -> None:
    """Never a plain EXPUNGE: it would destroy what another client has marked as deleted."""
    relay.rewrites = {b" MOVE": b"", missing: b""}
    desk.deliver(range(3))
    with desk.server.client(desk.user) as client:
        client.append("INBOX", b"Subject: Taslak 9\r\n\r\n", flags=[rb"\Deleted"])
    connector = desk.connector(port=relay.port, move_to=DONE, batch_size=3)
    connector.acknowledge(connector.poll(""))
    left = 1 if missing == b" MOVE" else 4
    assert (desk.server.count(desk.user), desk.server.count(desk.user, DONE)) == (left, 3)


def test_mails_are_marked_as_read_where_the_account_says_so(desk: Desk) -> None:
    """Only those of the batch."""
    desk.deliver(range(4))
    connector = desk.connector(mark_seen=True, batch_size=3)
    connector.acknowledge(connector.poll(""))
    with desk.server.client(desk.user) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search("SEEN") == [1, 2, 3]


def test_an_account_that_says_neither_leaves_the_mailbox_alone(desk: Desk, relay: SilentImap) -> None:
    """Not a command is sent."""
    desk.deliver([1])
    connector = desk.connector(port=relay.port)
    batch = connector.poll("")
    selects = relay.heard("SELECT")
    connector.acknowledge(batch)
    assert (relay.heard("SELECT"), selects) == (0, 0)


def test_a_folder_made_anew_meanwhile_is_not_touched(desk: Desk) -> None:
    """E1: the same UIDs are other mails now."""
    desk.deliver([1], "Şikâyetler")
    connector = desk.connector(folders=["Şikâyetler"], move_to=DONE)
    batch = connector.poll("")
    connector.close()
    with desk.server.client(desk.user) as client:
        client.delete_folder("Şikâyetler")
    desk.deliver([2], "Şikâyetler")
    connector.acknowledge(batch)
    assert desk.server.count(desk.user, "Şikâyetler") == 1


def test_mails_that_are_gone_already_do_not_matter(desk: Desk) -> None:
    """Another client was quicker; acknowledging twice is the same."""
    desk.deliver([1, 2])
    connector = desk.connector(move_to=DONE)
    batch = connector.poll("")
    with desk.server.client(desk.user) as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
        client.expunge()
    connector.acknowledge(batch)
    connector.acknowledge(batch)
    assert desk.server.count(desk.user, DONE) == 1


def test_a_server_that_dies_before_the_move_loses_nothing(own_desk: Desk) -> None:
    """The mails are stored; they stay where they are and are not taken again."""
    own_desk.deliver([1, 2])
    connector = own_desk.connector(move_to=DONE)
    batch = connector.poll("")
    own_desk.server.kill()
    with pytest.raises(ConnectionFailedError):
        connector.acknowledge(batch)
    own_desk.server.start()
    assert sweep(connector, batch.cursor)[0] == []
    connector.acknowledge(batch)
    assert own_desk.server.count(own_desk.user, DONE) == 2


def test_a_target_folder_that_disappeared_is_made_again(desk: Desk) -> None:
    """At the second try: the first one tells of it."""
    desk.deliver([1, 2])
    connector = desk.connector(move_to=DONE, batch_size=1)
    first = connector.poll("")
    connector.acknowledge(first)
    with desk.server.client(desk.user) as client:
        client.delete_folder(DONE)
    second = connector.poll(first.cursor)
    with pytest.raises(DeskError):
        connector.acknowledge(second)
    connector.acknowledge(second)
    assert desk.server.count(desk.user, DONE) == 1
