"""Mails that the server does not hand over, or that nobody can read, hold up no other mail (E7, G4)."""

import json
from datetime import timedelta

import pytest

from connectors.email.reading import ASK_AGAIN
from domain.errors import ConnectionFailedError
from domain.messages import InboundMessage
from tests.connectors.email.imap.desk import Desk, mail, numbers, unreadable
from tests.connectors.polling import sweep
from tests.servers.silent_imap import Fault, SilentImap


@pytest.mark.parametrize("fault", list(Fault))
def test_one_withheld_mail_among_twenty_is_kept_in_mind_and_taken_when_it_can_be(
    desk: Desk, relay: SilentImap, fault: Fault
) -> None:
    """E7: the other nineteen come at once, the operator sees a row, and later the mail itself comes."""
    desk.deliver(range(1, 21))
    relay.withheld = {7: fault}
    connector = desk.connector(port=relay.port, timeout_seconds=5)
    items, cursor = sweep(connector)
    assert numbers(items) == [n for n in range(1, 21) if n != 7]
    assert [(item.raw, "INBOX" in item.external_id) for item in unreadable(items)] == [(b"", True)]
    assert json.loads(cursor)["INBOX"]["missing"] == [7]
    relay.withheld = {}
    assert numbers(sweep(connector, cursor)[0]) == []
    desk.clock.moment += ASK_AGAIN
    late, cursor = sweep(connector, cursor)
    assert numbers(late) == [7]
    assert "missing" not in json.loads(cursor)["INBOX"]


def test_new_mail_never_waits_for_a_withheld_one(desk: Desk, relay: SilentImap) -> None:
    """E7: even when it is time to ask again."""
    desk.deliver([1, 2])
    relay.withheld = {2: Fault.CUT}
    connector = desk.connector(port=relay.port)
    _, cursor = sweep(connector)
    desk.clock.moment += ASK_AGAIN
    desk.deliver([3])
    batch = connector.poll(cursor)
    assert numbers(batch.items) == [3]
    assert numbers(connector.poll(batch.cursor).items) == []
    assert json.loads(connector.poll(batch.cursor).cursor)["INBOX"]["missing"] == [2]


def test_a_withheld_mail_that_is_deleted_is_forgotten(desk: Desk, relay: SilentImap) -> None:
    """Nothing is asked for that is no longer there."""
    desk.deliver([1, 2, 3])
    relay.withheld = {2: Fault.REFUSED}
    connector = desk.connector(port=relay.port)
    _, cursor = sweep(connector)
    with desk.server.client(desk.user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])
        client.expunge()
    desk.clock.moment += ASK_AGAIN
    items, cursor = sweep(connector, cursor)
    assert (list(items), "missing" in json.loads(cursor)["INBOX"]) == ([], False)


@pytest.mark.parametrize("fault", list(Fault))
def test_a_server_that_hands_over_nothing_is_to_blame_and_not_the_mails(
    desk: Desk, relay: SilentImap, fault: Fault
) -> None:
    """E7: its bad hour makes no row of each mail; the cursor stays where it is until it is over."""
    desk.deliver(range(1, 21))
    relay.withheld = dict.fromkeys(range(1, 21), fault)
    connector = desk.connector(port=relay.port)
    with pytest.raises(ConnectionFailedError, match="no mail at all"):
        connector.poll("")
    relay.withheld = {}
    assert numbers(sweep(connector)[0]) == list(range(1, 21))


def test_a_cluster_of_withheld_mails_is_passed_over_while_others_are_handed_over(
    desk: Desk, relay: SilentImap
) -> None:
    """E7: many at the head of the folder do not block it."""
    desk.deliver(range(1, 21))
    relay.withheld = dict.fromkeys(range(1, 9), Fault.REFUSED)
    items, _ = sweep(desk.connector(port=relay.port))
    assert numbers(items) == list(range(9, 21))
    assert len(unreadable(items)) == 8


def test_a_connection_that_breaks_off_in_the_middle_is_opened_anew(desk: Desk, relay: SilentImap) -> None:
    """E6: within the same poll."""
    desk.deliver(range(1, 11))
    connector = desk.connector(port=relay.port, batch_size=4)
    first = connector.poll("")
    relay.cut()
    assert numbers(sweep(connector, first.cursor)[0]) == list(range(5, 11))


def test_one_mail_that_its_parser_cannot_take_leaves_ninety_nine_messages(desk: Desk) -> None:
    """Test 6: a malformed mail and a parser that raises; the original is kept byte for byte."""
    desk.deliver(range(50))
    poison = b"Subject: =?x?y?z\r\nFrom: <\xff\xfe>\r\n\x00\x01\r\n\r\nzehir\r\n"
    desk.server.deliver(desk.user, [poison])
    desk.deliver(range(51, 100))
    usual = desk.connector()

    def parse(raw: bytes) -> InboundMessage:
        if b"zehir" in raw:
            raise RecursionError("too deep\x00")
        return usual.parse(raw)[0]

    items, cursor = sweep(desk.connector(parse))
    assert numbers(items) == [n for n in range(100) if n != 50]
    (row,) = unreadable(items)
    with desk.server.client(desk.user) as client:
        client.select_folder("INBOX", readonly=True)
        assert row.raw == client.fetch([51], ["BODY.PEEK[]"])[51][b"BODY[]"]
    assert b"zehir" in row.raw
    assert row.error == "RecursionError: too deep"
    assert "parse" in row.traceback
    assert sweep(desk.connector(parse), cursor)[0] == []


def test_a_huge_mail_is_fetched_as_a_header_and_stays_in_the_mailbox(desk: Desk) -> None:
    """E18: visible, marked so that its sender can be told once, never moved away."""
    desk.deliver([1])
    desk.server.deliver(desk.user, [mail(2, size=3_000_000)])
    desk.deliver([3])
    connector = desk.connector(max_bytes=1_000_000, move_to="İşlendi")
    batch = connector.poll("")
    connector.acknowledge(batch)
    assert numbers(batch.items) == [1, 2, 3]
    huge = batch.items[1]
    assert isinstance(huge, InboundMessage)
    assert len(huge.raw) < 2_000
    assert str(huge.sender) == "mailto:ayse@posta.example"
    assert huge.headers["oversize"] == "1"
    assert [(one.content, one.note) for one in huge.attachments] == [(None, "oversize")]
    assert (desk.server.count(desk.user), desk.server.count(desk.user, "İşlendi")) == (1, 2)


def test_a_mail_without_a_single_byte_is_a_row_and_no_error(desk: Desk) -> None:
    """G4."""
    desk.server.deliver(desk.user, [b""])
    desk.deliver([2])
    items, cursor = sweep(desk.connector())
    assert (numbers(items), len(unreadable(items))) == ([2], 1)
    assert "missing" not in json.loads(cursor)["INBOX"]


def test_a_connection_that_falls_silent_is_replaced_in_time(desk: Desk, relay: SilentImap) -> None:
    """G8: every wait has its deadline; a dead connection costs one, and a new one goes on."""
    desk.deliver(range(10))
    connector = desk.connector(port=relay.port, batch_size=5, timeout_seconds=1)
    first = connector.poll("")
    relay.go_deaf()
    assert numbers(sweep(connector, first.cursor)[0]) == list(range(5, 10))
    assert relay.connections == 2


def test_asking_again_waits_its_time(desk: Desk, relay: SilentImap) -> None:
    """A mail that is withheld for good does not cost every poll a broken connection."""
    desk.deliver([1, 2])
    relay.withheld = {1: Fault.CUT}
    connector = desk.connector(port=relay.port)
    _, cursor = sweep(connector)
    before = relay.connections
    for _ in range(5):
        desk.clock.moment += timedelta(minutes=1)
        cursor = connector.poll(cursor).cursor
    assert relay.connections == before
