"""Step 1: durable before anybody is told, once however often it comes."""

import hashlib
from datetime import timedelta

import pytest

from domain.errors import ConnectionFailedError
from domain.messages import Attachment, Unreadable
from domain.vocabulary import Channel, MessageState, Queue, Step
from pipeline.accept import Intake, LeaseLostError, accept
from pipeline.desk import Desk
from tests.fakes import Bells, add_account, make_message


def test_a_message_is_kept_whole_and_rings_for_work(desk: Desk) -> None:
    account = add_account(desk)
    message = make_message(raw="Konu: çöp\r\n\r\n…".encode("cp1254", "replace"))
    added = accept(desk, Intake(items=[(account, message)]))
    with desk.uow() as uow:
        row = uow.messages.get(added[0])
    assert row is not None
    assert desk.blobs.get(row.raw_sha256) == message.raw
    assert (row.state, row.text, row.sender) == (MessageState.READY, message.text, str(message.sender))
    assert isinstance(desk.ring, Bells)
    assert desk.ring.rung == [Queue.INBOUND]


def test_a_second_delivery_changes_nothing_and_rings_nobody(desk: Desk) -> None:
    account = add_account(desk)
    message = make_message()
    assert len(accept(desk, Intake(items=[(account, message), (account, message)]))) == 1
    assert isinstance(desk.ring, Bells)
    desk.ring.rung.clear()
    assert accept(desk, Intake(items=[(account, message)])) == []
    assert desk.ring.rung == []


def test_the_same_external_id_on_another_account_is_another_delivery(desk: Desk) -> None:
    first, second = add_account(desk), add_account(desk)
    message = make_message()
    assert len(accept(desk, Intake(items=[(first, message), (second, message)]))) == 2


def test_the_cursor_moves_in_the_same_transaction_or_not_at_all(desk: Desk) -> None:
    account = add_account(desk)
    accept(desk, Intake(items=[(account, make_message())], cursors={account: "7"}))
    with pytest.raises(LeaseLostError):
        accept(
            desk,
            Intake(items=[(account, make_message())], cursors={account: "8"}, lease=("fetch:1", "nobody")),
        )
    with desk.uow() as uow:
        assert uow.accounts.cursor(account) == "7"
        assert uow.messages.count_by_account(account) == 1


def test_an_expired_lease_is_no_lease(desk: Desk) -> None:
    account = add_account(desk)
    with desk.uow() as uow:
        uow.leases.take("fetch:1", "me", desk.now() - timedelta(minutes=2), timedelta(minutes=1))
        uow.commit()
    with pytest.raises(LeaseLostError):
        accept(desk, Intake(items=[(account, make_message())], lease=("fetch:1", "me")))


def test_an_unreadable_original_is_quarantined_byte_for_byte(desk: Desk) -> None:
    account = add_account(desk)
    poison = Unreadable(channel=Channel.EMAIL, external_id="x", raw=b"\x00\xff", error="no \x00 \udce7 head")
    accept(desk, Intake(items=[(account, make_message()), (account, poison)]))
    with desk.uow() as uow:
        [(entry, message)] = uow.quarantine.waiting()
    assert (entry.step, message.state) == (Step.ACCEPT, MessageState.QUARANTINED)
    assert desk.blobs.get(message.raw_sha256) == b"\x00\xff"
    assert "\x00" not in entry.error


def test_attachments_are_kept_by_content_and_missing_ones_are_read_first(desk: Desk) -> None:
    account = add_account(desk)
    photo = Attachment(name="foto.jpg", media_type="image/jpeg", content=b"\xff\xd8\xff")
    missing = Attachment(name="mms.jpg", media_type="image/jpeg", content=None, source="media/1")
    [here] = accept(desk, Intake(items=[(account, make_message(attachments=[photo, photo]))]))
    [later] = accept(desk, Intake(items=[(account, make_message(attachments=[missing]))]))
    with desk.uow() as uow:
        names = [(a.name, a.sha256) for a in uow.messages.attachments([here])]
        row = uow.messages.get(later)
    assert names == [("foto.jpg", hashlib.sha256(b"\xff\xd8\xff").hexdigest())] * 2
    assert row is not None
    assert row.state == MessageState.RECEIVED


def test_text_that_the_database_cannot_hold_is_cleaned_not_dropped(desk: Desk) -> None:
    account = add_account(desk)
    [added] = accept(desk, Intake(items=[(account, make_message(text="a\x00b\udce7c", subject="\x00"))]))
    with desk.uow() as uow:
        row = uow.messages.get(added)
    assert row is not None
    assert row.text == "ab?c"


def test_nothing_is_said_to_be_accepted_while_the_database_is_away(desk: Desk) -> None:
    account = add_account(desk)
    desk.engine.dispose()
    desk.__dict__["engine"] = None
    from store.engine import make_engine

    desk.__dict__["engine"] = make_engine("postgresql://desk@127.0.0.1:9/none")
    with pytest.raises(ConnectionFailedError):
        accept(desk, Intake(items=[(account, make_message())]))
