"""Reading a mailbox of a real Dovecot: the cursor is (UIDVALIDITY, UID) per folder, nothing else (E1-E4)."""

import json

import pytest

from domain.errors import ConnectionFailedError, NotConfiguredError
from domain.messages import Accepted
from tests.connectors.email.imap.desk import Desk, mail, numbers
from tests.connectors.polling import sweep
from tests.servers.dovecot import Dovecot
from tests.servers.silent_imap import SilentImap

FOLDER = "Şikâyetler"


def test_five_hundred_mails_come_once_each_oldest_first_in_pages(desk: Desk) -> None:
    """E4."""
    desk.deliver(range(500))
    connector = desk.connector(batch_size=30)
    first = connector.poll("")
    assert (len(first.items), first.more, first.backlog) == (30, True, 470)
    rest, cursor = sweep(connector, first.cursor)
    assert numbers([*first.items, *rest]) == list(range(500))
    assert numbers(sweep(connector, cursor)[0]) == []


def test_what_comes_later_is_taken_by_a_new_process_with_the_stored_cursor(desk: Desk) -> None:
    """E1: nothing is remembered but the cursor."""
    desk.deliver(range(5))
    _, cursor = sweep(desk.connector())
    desk.deliver(range(5, 8))
    assert numbers(sweep(desk.connector(), cursor)[0]) == [5, 6, 7]


def test_a_batch_that_was_not_stored_comes_again(desk: Desk) -> None:
    """G1: the cursor that counts is the one that was committed."""
    desk.deliver(range(20))
    connector = desk.connector(batch_size=8)
    lost = connector.poll("")
    again = connector.poll("")
    assert numbers(again.items) == numbers(lost.items) == list(range(8))
    assert again.cursor == lost.cursor


def test_a_folder_larger_than_one_search_is_read_whole(desk: Desk) -> None:
    """E4: UIDs are searched in spans from the end; the borders of a span lose and repeat nothing."""
    desk.deliver(range(2600))
    items, cursor = sweep(desk.connector(batch_size=500))
    assert numbers(items) == list(range(2600))
    assert json.loads(cursor) == {"INBOX": {"validity": desk_validity(desk), "uid": 2600}}


def test_a_folder_made_anew_in_the_middle_is_read_from_its_beginning(desk: Desk) -> None:
    """E1, test 3: another UIDVALIDITY; the database knows repeated mails by their external id."""
    desk.deliver(range(60), FOLDER)
    connector = desk.connector(folders=[FOLDER], batch_size=20)
    before = connector.poll("")
    with desk.server.client(desk.user) as client:
        client.delete_folder(FOLDER)
    desk.deliver(range(100), FOLDER)
    after, cursor = sweep(connector, before.cursor)
    assert numbers(after) == list(range(100))
    assert len({item.external_id for item in [*before.items, *after]}) == 100
    assert json.loads(cursor)[FOLDER]["validity"] != json.loads(before.cursor)[FOLDER]["validity"]


def test_a_server_restored_from_an_older_state_is_read_from_its_beginning(own_desk: Desk) -> None:
    """E1: UIDs that went backwards under the same UIDVALIDITY would hide new mail for ever."""
    own_desk.deliver(range(3))
    connector = own_desk.connector()
    _, early = sweep(connector)
    state = own_desk.server.maildir(own_desk.user) / "dovecot-uidlist"
    kept = state.read_bytes()
    own_desk.deliver(range(3, 6))
    _, late = sweep(connector, early)
    own_desk.server.stop()
    restore(own_desk.server, own_desk.user, kept)
    own_desk.server.start()
    own_desk.deliver([7])
    assert json.loads(late)["INBOX"]["validity"] == json.loads(early)["INBOX"]["validity"]
    assert numbers(sweep(own_desk.connector(), late)[0]) == [0, 1, 2, 7]


def test_a_second_client_that_marks_everything_as_read_hides_nothing(desk: Desk) -> None:
    """E2, test 5."""
    desk.deliver(range(40))
    connector = desk.connector(batch_size=15)
    first = connector.poll("")
    with desk.server.client(desk.user) as client:
        client.select_folder("INBOX")
        client.add_flags(client.search("ALL"), [rb"\Seen", rb"\Flagged"])
    assert numbers([*first.items, *sweep(connector, first.cursor)[0]]) == list(range(40))


def test_reading_leaves_every_flag_as_it_was(desk: Desk) -> None:
    """E2: BODY.PEEK[] in a folder opened read-only; not even \\Recent is taken from other clients."""
    desk.deliver(range(4))
    sweep(desk.connector())
    with desk.server.client(desk.user) as client:
        assert client.select_folder("INBOX")[b"RECENT"] == 4
        assert client.search("SEEN") == []


def test_mails_that_another_client_deletes_meanwhile_are_passed_over(desk: Desk) -> None:
    """E4: the rest is neither repeated nor skipped."""
    desk.deliver(range(40))
    connector = desk.connector(batch_size=10)
    first = connector.poll("")
    with desk.server.client(desk.user) as client:
        client.select_folder("INBOX")
        client.delete_messages([3, 12, 13, 14, 40])
        client.expunge()
    rest, _ = sweep(connector, first.cursor)
    assert numbers(rest) == [n for n in range(10, 39) if n not in (11, 12, 13)]


def test_an_outage_of_any_length_is_caught_up_oldest_first(own_desk: Desk) -> None:
    """E3, test 4: mail that came while the server could not be asked; no date is ever looked at."""
    own_desk.deliver(range(3))
    connector = own_desk.connector(batch_size=16)
    _, cursor = sweep(connector)
    own_desk.server.stop()
    with pytest.raises(ConnectionFailedError):
        connector.poll(cursor)
    own_desk.server.start()
    own_desk.deliver(range(3, 90))
    assert numbers(sweep(connector, cursor)[0]) == list(range(3, 90))


def test_a_server_killed_again_and_again_loses_and_repeats_nothing(own_desk: Desk) -> None:
    """Test 1's other half: it is the server that dies, while a batch is on its way or between two."""
    own_desk.deliver(range(200))
    connector = own_desk.connector(batch_size=10)
    taken: list[Accepted] = []
    cursor, more, polls = "", True, 0
    while more:
        polls += 1
        if polls % 3 == 0:
            own_desk.server.kill()
            with pytest.raises(ConnectionFailedError):
                connector.poll(cursor)
            own_desk.server.start()
        batch = connector.poll(cursor)
        taken += batch.items
        cursor, more = batch.cursor, batch.more
    assert numbers(taken) == list(range(200))


def test_only_new_mail_is_taken_where_the_account_says_so(desk: Desk) -> None:
    """The cursor of an untouched folder is stored with its first, empty batch."""
    desk.deliver(range(5))
    connector = desk.connector(start="new")
    first = connector.poll("")
    desk.deliver([5, 6])
    assert (list(first.items), first.more) == ([], False)
    assert numbers(sweep(connector, first.cursor)[0]) == [5, 6]


def test_every_folder_gets_its_share_and_its_own_mark(desk: Desk) -> None:
    """A flood in one folder does not hold up the other."""
    desk.deliver(range(40))
    desk.deliver(range(100, 103), FOLDER)
    connector = desk.connector(folders=["INBOX", FOLDER], batch_size=10)
    first = connector.poll("")
    assert numbers(first.items) == [0, 1, 2, 3, 4, 100, 101, 102]
    assert first.backlog == 35
    rest, cursor = sweep(connector, first.cursor)
    assert numbers(rest) == list(range(5, 40))
    assert {name: mark["uid"] for name, mark in json.loads(cursor).items()} == {"INBOX": 40, FOLDER: 3}


@pytest.mark.parametrize("folders", [["Yok böyle", "INBOX"], ["INBOX", "Yok böyle"]])
def test_a_missing_folder_holds_up_no_other_and_is_named(
    desk: Desk, relay: SilentImap, folders: list[str]
) -> None:
    """G7 within one account: no waiting, no new connection, and no silence about it either."""
    desk.deliver(range(3))
    connector = desk.connector(port=relay.port, folders=folders)
    batches = [connector.poll("")]
    batches.append(connector.poll(batches[0].cursor))
    assert [numbers(batch.items) for batch in batches] == [[0, 1, 2], []]
    for batch in batches:
        assert isinstance(batch.trouble, NotConfiguredError)
        assert "Yok böyle" in str(batch.trouble)
    assert relay.connections == 1


def test_an_account_none_of_whose_folders_can_be_read_has_failed(desk: Desk) -> None:
    """A batch without anything in it would look healthy."""
    with pytest.raises(NotConfiguredError, match="Yok böyle"):
        desk.connector(folders=["Yok böyle"]).poll("")


def test_a_batch_ends_where_it_grows_too_large_for_memory(desk: Desk) -> None:
    """E18: at least one mail, however large."""
    desk.server.deliver(desk.user, [mail(n, size=40_000) for n in range(6)])
    connector = desk.connector(batch_bytes=100_000)
    first = connector.poll("")
    assert 0 < len(first.items) < 6
    assert first.more
    assert numbers([*first.items, *sweep(connector, first.cursor)[0]]) == list(range(6))
    assert len(desk.connector(batch_bytes=1).poll("").items) == 1


def test_a_cursor_nobody_wrote_is_refused_instead_of_guessed(desk: Desk) -> None:
    """Guessing would skip or repeat mail."""
    with pytest.raises(NotConfiguredError, match="cursor"):
        desk.connector().poll('{"INBOX": 7}')


def test_an_account_without_a_host_is_not_polled(desk: Desk) -> None:
    """E23: it is fed by the mail server."""
    with pytest.raises(NotConfiguredError, match="fed by the mail server"):
        desk.connector(host="").poll("")


def test_the_counts_of_the_folders_are_told_for_the_reconciliation(desk: Desk) -> None:
    """E5."""
    desk.deliver(range(5))
    desk.deliver(range(2), FOLDER)
    with desk.server.client(desk.user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])
        client.expunge()
    counts = desk.connector(folders=["INBOX", FOLDER]).count()
    assert {name: count[1:] for name, count in counts.items()} == {"INBOX": (6, 4), FOLDER: (3, 2)}


def desk_validity(desk: Desk) -> int:
    """The UIDVALIDITY of the desk's INBOX, as another client sees it."""
    with desk.server.client(desk.user) as client:
        return int(client.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"])


def restore(server: Dovecot, user: str, uidlist: bytes) -> None:
    """Bring a maildir back to the UIDs it had, and to the mails that had them."""
    maildir = server.maildir(user)
    for path in maildir.glob("dovecot.index*"):
        path.unlink()
    (maildir / "dovecot-uidlist").write_bytes(uidlist)
    names = {line.rpartition(b":")[2].decode() for line in uidlist.splitlines()[1:]}
    for path in [*maildir.glob("cur/*"), *maildir.glob("new/*")]:
        if path.name.partition(":")[0] not in names:
            path.unlink()
