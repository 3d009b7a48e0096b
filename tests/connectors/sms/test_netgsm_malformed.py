"""An inbox of NetGSM's that is no JSON in one place (W4)."""

import json
from collections.abc import Sequence

import pytest

from connectors.sms.netgsm import NetgsmSms
from domain.messages import Accepted, InboundMessage, Unreadable
from tests.servers.netgsm import NetgsmServer

CITIZEN = "5320000001"


def listing(netgsm: NetgsmSms, server: NetgsmServer, answer: bytes) -> Sequence[Accepted]:
    """What a poll takes from this answer."""
    server.answer_next(200, answer)
    return netgsm.poll("").items


MALFORMED: list[tuple[str, bytes]] = [
    ("a quote that was not escaped", b'{"message":"Muhtar "Ali" dedi","sender":"5320000009"}'),
    ("an escape that is none", b'{"message":"C:\\yol \\q","sender":"5320000009"}'),
    ("a number without end", b'{"message":"x","sender":' + b"9" * 5000 + b"}"),
    ("no value at all", b'{"message":,"sender":"5320000009"}'),
    ("a brace that is missing", b'{"message":"yar","sender":"5320000009"'),
    ("bytes that are no text", b'{"message":"\xfe" \xff]},'),
    ("lists without end", b"[" * 200_000),
]


@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize(("label", "bad"), MALFORMED, ids=[r[0] for r in MALFORMED])
def test_an_item_that_is_no_json_holds_up_no_other(
    label: str, bad: bytes, place: int, netgsm: NetgsmSms, netgsm_server: NetgsmServer
) -> None:
    """W4: it would come again in every answer, and the account would stand still for ever."""
    good = [json.dumps(netgsm_server.receive(CITIZEN, f'{{[{n}]}}, "tamam"')).encode() for n in range(3)]
    listed = b", ".join([*good[:place], bad, *good[place:]])
    answer = b'{"code":"00","messages":[' + listed + b'],"description":"Success"}'
    first, items = (listing(netgsm, netgsm_server, answer) for _ in range(2))
    texts = sorted(item.text for item in items if isinstance(item, InboundMessage))
    assert texts == [f'{{[{n}]}}, "tamam"' for n in range(3)]
    (unreadable,) = [i for i in items if isinstance(i, Unreadable)]
    assert bad.rstrip(b",") in unreadable.raw
    assert {i.external_id for i in first} == {i.external_id for i in items}


def test_two_items_that_are_no_json_are_kept_apart(netgsm: NetgsmSms, netgsm_server: NetgsmServer) -> None:
    bad = [b'{"message":"%d "x"","sender":"5320000009"}' % n for n in range(2)]
    items = listing(netgsm, netgsm_server, b'{"messages":[' + b",".join(bad) + b"]}")
    assert [each in item.raw for each, item in zip(bad, items, strict=True)] == [True, True]
