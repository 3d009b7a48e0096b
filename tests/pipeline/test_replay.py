"""Whatever an original that nobody understood turns out to hold leaves quarantine by its replay."""

import json

from connectors.sms.parsing import SmsParser
from domain.vocabulary import Channel, MessageState
from pipeline.accept import Intake, accept
from pipeline.calls import Call, store_calls, unreadable
from pipeline.desk import Desk
from pipeline.replay import replay
from store.models import Message
from tests.fakes import add_account, process_all
from tests.pipeline.timing import rows_of
from tests.web.calls import pushed


def kept(desk: Desk, account: int, body: bytes) -> int:
    """Quarantine a call whole, as is done with one that broke its connector; the entry's key."""
    whole = unreadable(Channel.SMS, body, RuntimeError("the connector broke"))
    accept(desk, Intake(items=[(account, whole)]))
    with desk.uow() as uow:
        [(entry, _)] = uow.quarantine.waiting()
    return entry.id or 0


def waiting(desk: Desk) -> int:
    with desk.uow() as uow:
        return len(uow.quarantine.waiting())


def test_each_message_of_a_call_becomes_a_case_and_none_of_them_twice(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    body = json.dumps([pushed(1), pushed(2), pushed(3)]).encode()
    entry = kept(desk, account, body)
    again = SmsParser().parse(json.dumps([pushed(2)]).encode())
    store_calls(desk, [Call(account_id=account, items=again)])  # its provider brought this one once more
    for _ in range(2):
        replay(desk, entry)
        process_all(desk)
    assert waiting(desk) == 0
    whole, *messages = rows_of(desk, Message)
    assert (whole.state, whole.case_id) == (MessageState.DONE, None)
    assert sorted(m.external_id for m in messages) == ["1", "2", "3"]
    assert all(m.case_id for m in messages)
    assert desk.blobs.get(whole.raw_sha256) == body
    assert all(json.loads(desk.blobs.get(m.raw_sha256)) for m in messages)


def test_what_turns_out_to_be_no_message_waits_no_longer(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    entry = kept(desk, account, json.dumps([{"type": "outbound", "status": "DELIVERED"}]).encode())
    replay(desk, entry)
    assert (waiting(desk), process_all(desk)) == (0, 0)
