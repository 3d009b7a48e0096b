"""Folders whose old mail is not to be taken in, and whose UIDs no longer hold (RFC 3501, 2.3.1.1)."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from connectors.email.connector import EmailConnector
from tests.connectors.email.imap.desk import Desk, mail, numbers
from tests.connectors.polling import sweep

FOLDER = "Şikâyetler"
DAY = timedelta(days=1)
BEGUN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LONG_AGO = BEGUN - 60 * DAY
EPOCH = datetime(1970, 1, 2, tzinfo=UTC)
OLD, READ, MEANWHILE, LATER = range(3), range(3, 6), range(6, 8), range(8, 10)


def put(desk: Desk, which: Iterable[int], *, came: datetime, written: datetime) -> None:
    """Put mails into the folder that came, and say that they were written, at these times."""
    with desk.server.client(desk.user) as client:
        if not client.folder_exists(FOLDER):
            client.create_folder(FOLDER)
        for number in which:
            dated = mail(number).replace(
                b"Sun, 01 Mar 2026 12:00:00 +0300", format_datetime(written).encode()
            )
            client.append(FOLDER, dated, msg_time=came)


def remove(desk: Desk) -> None:
    """Remove the folder: the next one by its name has another UIDVALIDITY."""
    with desk.server.client(desk.user) as client:
        client.delete_folder(FOLDER)


def begun(desk: Desk) -> tuple[EmailConnector, str]:
    """A connector that passed over three old mails and has read three new ones, and its cursor."""
    put(desk, OLD, came=LONG_AGO, written=LONG_AGO)
    connector = desk.connector(start="new", folders=[FOLDER], batch_size=2)
    first = connector.poll("")
    put(desk, READ, came=BEGUN + 3 * DAY, written=BEGUN + 3 * DAY)
    taken, cursor = sweep(connector, first.cursor)
    assert numbers(taken) == [*READ]
    return connector, cursor


def test_what_was_passed_over_stays_so_when_the_uids_no_longer_hold(desk: Desk) -> None:
    """All that came since comes (again): the database knows what it has by its external id."""
    connector, cursor = begun(desk)
    remove(desk)
    put(desk, READ, came=BEGUN + 3 * DAY, written=BEGUN + 3 * DAY)
    put(desk, OLD, came=LONG_AGO, written=LONG_AGO)
    put(desk, MEANWHILE, came=BEGUN + 4 * DAY, written=BEGUN + 4 * DAY)
    taken, cursor = sweep(connector, cursor)
    assert numbers(taken) == [*READ, *MEANWHILE]
    assert json.loads(cursor)[FOLDER]["uid"] == 8
    put(desk, LATER, came=LONG_AGO, written=LONG_AGO)
    assert numbers(sweep(connector, cursor)[0]) == [*LATER], "what comes under UIDs that hold has no age"


def test_old_mails_behind_the_last_young_one_are_looked_at_once(desk: Desk) -> None:
    connector, cursor = begun(desk)
    remove(desk)
    put(desk, OLD, came=LONG_AGO - 10 * DAY, written=LONG_AGO - 10 * DAY)
    batch = connector.poll(cursor)
    assert (list(batch.items), batch.more, json.loads(batch.cursor)[FOLDER]["uid"]) == ([], False, 3)


def test_what_came_on_the_day_of_the_first_poll_is_told_apart_by_its_time(desk: Desk) -> None:
    """A search knows days only, and those by the server's zone."""
    put(desk, OLD, came=BEGUN - DAY / 24, written=BEGUN - DAY / 24)
    connector = desk.connector(start="new", folders=[FOLDER])
    cursor = connector.poll("").cursor
    remove(desk)
    put(desk, OLD, came=BEGUN - DAY / 24, written=BEGUN - DAY / 24)
    put(desk, MEANWHILE, came=BEGUN, written=BEGUN - DAY)
    assert numbers(sweep(connector, cursor)[0]) == [*MEANWHILE]


def test_mail_that_comes_while_the_rest_is_read_again_has_no_age(desk: Desk) -> None:
    connector, cursor = begun(desk)
    remove(desk)
    put(desk, READ, came=BEGUN + 3 * DAY, written=BEGUN + 3 * DAY)
    put(desk, OLD, came=LONG_AGO, written=LONG_AGO)
    batch = connector.poll(cursor)
    put(desk, LATER, came=LONG_AGO, written=LONG_AGO)
    rest, cursor = sweep(connector, batch.cursor)
    assert numbers([*batch.items, *rest, *sweep(connector, cursor)[0]]) == [*READ, *LATER]


def test_uids_that_went_backwards_bring_in_nothing_old_either(desk: Desk) -> None:
    """A server restored from an older state under the same UIDVALIDITY."""
    connector, cursor = begun(desk)
    marks = json.loads(cursor)
    marks[FOLDER]["uid"] = 100
    put(desk, MEANWHILE, came=BEGUN + 4 * DAY, written=BEGUN + 4 * DAY)
    assert numbers(sweep(connector, json.dumps(marks))[0]) == [*READ, *MEANWHILE]


AGAIN = BEGUN + 30 * DAY
DATES = [
    ("the time of the restore", AGAIN, LONG_AGO, BEGUN + 4 * DAY, [*OLD, *READ, *MEANWHILE]),
    ("no time at all", EPOCH, LONG_AGO, BEGUN + 4 * DAY, [*READ, *MEANWHILE]),
]


@pytest.mark.parametrize(("label", "came", "old", "new", "expected"), DATES, ids=[row[0] for row in DATES])
def test_a_restore_that_lost_when_mails_came_loses_none(
    label: str, came: datetime, old: datetime, new: datetime, expected: list[int], desk: Desk
) -> None:
    """Rather too many than too few: what a mail says itself is enough, and so is what the server says."""
    connector, cursor = begun(desk)
    remove(desk)
    put(desk, OLD, came=came, written=old)
    put(desk, READ, came=came, written=new)
    put(desk, MEANWHILE, came=came, written=new)
    assert numbers(sweep(connector, cursor)[0]) == expected


def test_a_sender_whose_clock_is_behind_is_taken_by_when_the_mail_came(desk: Desk) -> None:
    connector, cursor = begun(desk)
    remove(desk)
    put(desk, MEANWHILE, came=BEGUN + 4 * DAY, written=EPOCH)
    assert numbers(sweep(connector, cursor)[0]) == [*MEANWHILE]


def test_a_mail_dated_into_the_future_hides_nothing_that_comes(desk: Desk) -> None:
    """Whoever copies a mail into a folder says when it came."""
    put(desk, OLD, came=BEGUN + 900 * DAY, written=LONG_AGO)
    connector = desk.connector(start="new", folders=[FOLDER])
    cursor = connector.poll("").cursor
    remove(desk)
    put(desk, MEANWHILE, came=BEGUN + DAY, written=BEGUN + DAY)
    assert numbers(sweep(connector, cursor)[0]) == [*MEANWHILE]


def test_a_folder_that_held_nothing_is_read_whole(desk: Desk) -> None:
    """Nothing was passed over, so there is nothing to leave out."""
    put(desk, (), came=BEGUN, written=BEGUN)
    connector = desk.connector(start="new", folders=[FOLDER])
    cursor = connector.poll("").cursor
    remove(desk)
    put(desk, MEANWHILE, came=LONG_AGO, written=LONG_AGO)
    assert numbers(sweep(connector, cursor)[0]) == [*MEANWHILE]


def test_a_second_look_does_not_reach_behind_the_first_poll(desk: Desk) -> None:
    """E5: what is read once more for safety is what was read, not what was passed over."""
    connector, cursor = begun(desk)
    again = connector.behind(cursor, 50)
    assert numbers(sweep(connector, again)[0]) == [*READ]
