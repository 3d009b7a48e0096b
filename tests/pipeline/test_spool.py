"""Calls on disk while the database is out: kept whole, encrypted, fed once and in order (S3)."""

import shutil
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from config.keyring import Keyring
from config.settings import Settings
from domain.errors import ConnectionFailedError, UnreadableMessageError
from domain.messages import Accepted, Attachment, DeliveryReport, InboundMessage, Place, Unreadable
from domain.urn import Urn
from domain.vocabulary import Channel, DeliveryState, MessageState
from pipeline.calls import Call
from pipeline.desk import Desk
from pipeline.spool import Spool, drain_spool, spool_of
from tests.fakes import MONDAY_NOON, Clock, add_account, make_desk, make_message


def spooled(desk: Desk, *calls: Call) -> Path:
    spool_of(desk).keep(calls, desk.now())
    return spool_of(desk).waiting()[-1]


def rows(desk: Desk, account_id: int) -> int:
    with desk.uow() as uow:
        return uow.messages.count_by_account(account_id)


# Sequences are lists here: that is what they are when they come back.
EVERYTHING: list[Accepted] = [
    InboundMessage(
        channel=Channel.SMS,
        external_id="SM1",
        text="Çöpler alınmıyor 🗑️",
        raw=b"\x00\xff form",
        sender=Urn("tel", "+905320000001"),
        recipients=[Urn("tel", "1530")],
        contacts=[Urn("mailto", "a@b.example")],
        references=["<1@a.example>"],
        sent_at=MONDAY_NOON - timedelta(minutes=3),
        attachments=[
            Attachment(name="a.jpg", media_type="image/jpeg", content=b"\xff\xd8"),
            Attachment(name="b.jpg", media_type="image/jpeg", content=None, source="https://api.example/1"),
        ],
        quoted_spans=[(0, 3)],
        place=Place(district="Kadıköy", latitude=40.98, longitude=29.03),
        headers={"locale": "tr"},
        delivery_reports=[DeliveryReport(state=DeliveryState.FAILED, raw=b"\xfe")],
    ),
    Unreadable(channel=Channel.SMS, external_id="SM2", raw=b"\xfe\xff", error="no JSON"),
]


def test_a_call_comes_back_as_it_went(desk: Desk) -> None:
    report = DeliveryReport(state=DeliveryState.DELIVERED, our_id="n-1", at=MONDAY_NOON, raw=b"\x80")
    path = spooled(desk, Call(account_id=7, items=EVERYTHING, reports=[report]))
    (call,), received_at = spool_of(desk).read(path)
    assert (call.account_id, received_at) == (7, MONDAY_NOON)
    assert call.items == EVERYTHING
    assert call.reports == [report]


def test_a_file_is_for_its_owner_and_tells_nothing(desk: Desk) -> None:
    path = spooled(desk, Call(account_id=7, items=EVERYTHING))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    content = path.read_bytes()
    assert not any(word in content for word in (b"5320000001", "Çöpler".encode(), b"form"))


def test_what_has_no_utf8_is_kept_as_an_original_and_its_siblings_as_they_are(desk: Desk) -> None:
    half = make_message(external_id="half", text="\ud800", raw=b"\xed\xa0\x80")
    whole = make_message(external_id="whole")
    report = DeliveryReport(state=DeliveryState.SENT, our_id="n-1")
    path = spooled(desk, Call(account_id=7, items=[half, whole], reports=[report]))
    (call,), _ = spool_of(desk).read(path)
    assert [type(item) for item in call.items] == [Unreadable, InboundMessage]
    assert (call.items[0].external_id, call.items[0].raw) == ("half", b"\xed\xa0\x80")
    assert (call.items[1].external_id, call.reports) == ("whole", [report])


def test_draining_stores_everything_at_the_time_it_came(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    spooled(desk, Call(account_id=account, items=[make_message(external_id="first")]))
    clock.step(minutes=1)
    spooled(desk, *(Call(account_id=account, items=[make_message()]) for _ in range(3)))
    clock.step(hours=1)
    assert drain_spool(desk) == 4
    assert spool_of(desk).waiting() == []
    with desk.uow() as uow:
        claimed = uow.queue.claim(MessageState.READY, 10, clock())
    assert [each.received_at for each in claimed] == [MONDAY_NOON] + 3 * [MONDAY_NOON + timedelta(minutes=1)]
    assert claimed[0].message.external_id == "first"


def test_draining_the_same_twice_stores_it_once(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    path = spooled(desk, Call(account_id=account, items=[make_message(external_id="one")]))
    copy = path.with_name("a-copy.kept")
    shutil.copy(path, copy)
    assert drain_spool(desk) == 1
    copy.rename(path)
    assert drain_spool(desk) == 1
    assert rows(desk, account) == 1


def test_several_drainers_at_once_store_every_call_once(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    for _ in range(20):
        spooled(desk, Call(account_id=account, items=[make_message(), make_message()]))
    with ThreadPoolExecutor(6) as drainers:
        stored = list(drainers.map(lambda _: drain_spool(desk), range(12)))
    assert sum(stored) == 20
    assert rows(desk, account) == 40


def test_a_damaged_file_is_set_aside_and_holds_up_nobody(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    damaged = spooled(desk, Call(account_id=account, items=[make_message()]))
    damaged.write_bytes(damaged.read_bytes()[:-20])
    spooled(desk, Call(account_id=account, items=[make_message()]))
    assert drain_spool(desk) == 1
    assert rows(desk, account) == 1
    assert (spool_of(desk).folder / "aside" / damaged.name).exists()


def test_a_file_the_disk_no_longer_gives_holds_up_nobody(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    lost = spooled(desk, Call(account_id=account, items=[make_message()]))
    lost.unlink()
    lost.mkdir()  # it is there, and cannot be read
    spooled(desk, Call(account_id=account, items=[make_message()]))
    assert drain_spool(desk) == 1
    assert (rows(desk, account), spool_of(desk).waiting()) == (1, [lost])


def test_a_call_that_can_never_be_stored_is_set_aside_whole(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    orphan = spooled(desk, Call(account_id=999_999, items=[make_message()]))
    spooled(desk, Call(account_id=account, items=[make_message()]))
    assert drain_spool(desk) == 1
    aside = spool_of(desk).folder / "aside" / orphan.name
    assert spool_of(desk).read(aside)[0][0].account_id == 999_999


def test_without_a_database_everything_stays_where_it_is(desk_settings: Settings, clock: Clock) -> None:
    settings = desk_settings.model_copy(update={"database_url": "postgresql://desk@/desk?host=/nowhere"})
    desk = make_desk(settings, clock)
    path = spooled(desk, Call(account_id=1, items=[make_message()]))
    with pytest.raises(ConnectionFailedError):
        drain_spool(desk)
    assert spool_of(desk).waiting() == [path]


def test_a_database_that_only_reads_for_a_while_sets_nothing_aside(desk: Desk) -> None:
    """As one is whose disk is full, or a replica that takes over."""
    account = add_account(desk, Channel.SMS)
    path = spooled(desk, Call(account_id=account, items=[make_message()]))
    may_write(desk, "off")
    with pytest.raises(ConnectionFailedError):
        drain_spool(desk)
    assert (spool_of(desk).waiting(), spool_of(desk).set_asides()) == ([path], [])
    may_write(desk, "on")
    assert (drain_spool(desk), rows(desk, account)) == (1, 1)


def may_write(desk: Desk, on: str) -> None:
    only_reads = {"off": "on", "on": "off"}[on]
    with desk.engine.connect() as connection, connection.begin():
        connection.execute(text("SET transaction_read_only = off"))
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {only_reads}'))
    desk.engine.dispose()


FULL: list[tuple[str, Callable[[Desk, Path], Spool]]] = [
    ("the spool is full", lambda desk, folder: Spool(folder, desk.keyring, most=100)),
    ("the disk is full", lambda desk, folder: Spool(folder, desk.keyring, least_free=2**62)),
    ("its folder is a file", lambda desk, folder: Spool(_file(folder), desk.keyring)),
]


@pytest.mark.parametrize("spool", [row[1] for row in FULL], ids=[row[0] for row in FULL])
def test_a_spool_that_cannot_keep_a_call_says_so(
    desk: Desk, tmp_path: Path, spool: Callable[[Desk, Path], Spool]
) -> None:
    with pytest.raises(ConnectionFailedError):
        spool(desk, tmp_path / "spool").keep([Call(account_id=1, items=[make_message()])], desk.now())


def test_a_file_under_a_lost_key_is_unreadable(desk: Desk) -> None:
    path = spooled(desk, Call(account_id=1, items=[make_message()]))
    other = Keyring(SecretStr(Fernet.generate_key().decode()))
    with pytest.raises(UnreadableMessageError):
        Spool(path.parent, other).read(path)


def _file(path: Path) -> Path:
    path.write_text("in the way", encoding="ascii")
    return path
