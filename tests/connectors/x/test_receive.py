"""Calls of X: whose are believed, challenges, batches. X0, X1, W4; tests 17, 18, 19 of docs/acceptance.md."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from connectors.base import HealthEvent, WebhookRequest
from connectors.x import XConnector
from domain.errors import SignatureRejectedError
from domain.messages import InboundMessage, Unreadable
from domain.vocabulary import Direction, HealthState
from tests.connectors.polling import texts
from tests.connectors.x.accounts import call, challenge, context, settings
from tests.servers.x import CONSUMER_SECRET, event, sign

SAMPLES = Path(__file__).parent / "samples"
BODY = (SAMPLES / "event_mention.json").read_bytes()
GOOD = sign(BODY)


def connector() -> XConnector:
    return XConnector(context(settings()))


HEX = hmac.new(CONSUMER_SECRET.encode(), BODY, hashlib.sha256).hexdigest()
SHA1 = base64.b64encode(hmac.new(CONSUMER_SECRET.encode(), BODY, hashlib.sha1).digest()).decode()
REFUSED = [
    ("no header", call(BODY, "")),
    ("another secret", call(BODY, sign(BODY, "baska-bir-gizli"))),
    ("an empty secret", call(BODY, sign(BODY, ""))),
    ("another body", call(BODY + b" ", GOOD)),
    ("one sign changed", call(BODY, GOOD[:-3] + ("A" if GOOD[-3] != "A" else "B") + GOOD[-2:])),
    ("too short", call(BODY, GOOD[:-1])),
    ("too long", call(BODY, GOOD + "=")),
    ("without its prefix", call(BODY, GOOD.removeprefix("sha256="))),
    ("the prefix in capitals", call(BODY, GOOD.replace("sha256", "SHA256"))),
    ("in hexadecimal", call(BODY, f"sha256={HEX}")),
    ("by SHA-1", call(BODY, f"sha1={SHA1}")),
    ("of nothing", call(BODY, sign(b""))),
    ("letters that are none", call(BODY, "sha256=ğüş")),
    ("a lone surrogate", call(BODY, "\udcff" * 51)),
    ("PUT", call(BODY, GOOD, method="PUT")),
    ("another header", WebhookRequest(
        method="POST", path="", query=(), headers={"x-hub-signature-256": GOOD}, body=BODY)),
    ("a body that would break, unsigned", call(b"\xff" * 9, "")),
]  # fmt: skip


@pytest.mark.parametrize(("label", "request_"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_call_without_its_signature_is_refused_before_it_is_read(
    label: str, request_: WebhookRequest
) -> None:
    with pytest.raises(SignatureRejectedError):
        connector().receive(request_)


def test_a_signed_call_is_taken_and_answered() -> None:
    received = connector().receive(call(BODY))
    assert texts(received.items) == ["@masa Sokak lambası yanmıyor"]
    (item,) = received.items
    assert (item.raw, received.reply.status) == (BODY, 200)


def test_a_challenge_is_answered_as_documented() -> None:
    reply = connector().receive(challenge(("crc_token", "NDE0YjMyODct"), ("nonce", "x"))).reply
    assert (reply.status, reply.media_type) == (200, "application/json")
    assert json.loads(reply.body) == {"response_token": sign(b"NDE0YjMyODct")}


CHALLENGES = [
    ("none", challenge()),
    ("an empty one", challenge(("crc_token", ""))),
    ("another name", challenge(("hub.challenge", "abc"))),
    ("an event to have signed", challenge(("crc_token", BODY.decode()))),
    ("the smallest object", challenge(("crc_token", "{}"))),
    ("a list", challenge(("crc_token", "[]"))),
    ("a very long one", challenge(("crc_token", "a" * 5000))),
    ("letters that are none", challenge(("crc_token", "ğ"))),
]


@pytest.mark.parametrize(("label", "request_"), CHALLENGES, ids=[row[0] for row in CHALLENGES])
def test_nothing_but_a_challenge_is_ever_signed(label: str, request_: WebhookRequest) -> None:
    """Whoever could have an event signed by a challenge could post it as X."""
    with pytest.raises(SignatureRejectedError):
        connector().receive(request_)


def test_a_redelivered_call_brings_the_same_message_for_the_database_to_recognise() -> None:
    desk = connector()
    assert desk.receive(call(BODY)).items == desk.receive(call(BODY)).items


@pytest.mark.parametrize("name", sorted(p.name for p in SAMPLES.glob("event_*.json")))
def test_every_event_is_answered_200_and_brings_what_its_sample_says(name: str) -> None:
    expected: Any = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))[name]
    received = connector().receive(call((SAMPLES / name).read_bytes()))
    assert received.reply.status == 200
    kinds = [type(item) for item in received.items]
    assert kinds == ([Unreadable] if expected == "error" else [InboundMessage] * len(expected))


def test_one_bad_message_of_several_is_kept_alone() -> None:
    value = json.loads((SAMPLES / "event_dm_old_two.json").read_bytes())
    inner = value["data"]["payload"]["direct_message_events"]
    inner[1:1] = [5, {"type": "message_create", "id": "1900000000000000029", "message_create": {}}]
    items = connector().receive(call(json.dumps(value).encode())).items
    assert [type(i).__name__ for i in items] == [
        "InboundMessage",
        "Unreadable",
        "Unreadable",
        "InboundMessage",
    ]
    assert len({item.external_id for item in items}) == 4
    assert items[2].external_id == "dm:1900000000000000029"


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"data": 5}', b"[" * 100_000])
def test_a_signed_body_that_cannot_be_read_is_kept_whole(body: bytes) -> None:
    (item,) = connector().receive(call(body)).items
    assert isinstance(item, Unreadable)
    assert item.raw == body


def test_an_encrypted_message_waits_for_somebody_who_looks_into_x() -> None:
    (item,) = connector().receive(call((SAMPLES / "event_sealed.json").read_bytes())).items
    assert isinstance(item, Unreadable)
    assert "encrypted" in item.error


def test_an_event_of_another_account_is_left_to_it() -> None:
    value = json.loads(BODY)
    value["data"]["filter"]["user_id"] = "42"
    assert list(connector().receive(call(json.dumps(value).encode())).items) == []


def test_our_own_post_is_known_even_where_the_event_does_not_say_whose_it_is() -> None:
    value = json.loads((SAMPLES / "event_own_mention.json").read_bytes())
    del value["data"]["filter"]
    assert list(connector().receive(call(json.dumps(value).encode())).items) == []


def test_access_withdrawn_is_told_of_both_directions() -> None:
    received = connector().receive(call(event("oauth.revoke", {"user_id": "1"})))
    events = [one for one in received.events if isinstance(one, HealthEvent)]
    assert {(one.direction, one.state) for one in events} == {(d, HealthState.DOWN) for d in Direction}
