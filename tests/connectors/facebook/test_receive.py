"""Webhook calls: F1, F2, F3, W1-W5; tests 17, 18, 19 and 20 of docs/acceptance.md."""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.base import WebhookConnector, WebhookRequest
from connectors.facebook import FacebookConnector
from domain.errors import SignatureRejectedError
from domain.messages import InboundMessage, Unreadable
from tests.connectors.facebook.accounts import VERIFY_TOKEN, context, settings, signed
from tests.connectors.polling import messages
from tests.servers.facebook import APP_SECRET, CITIZEN, PAGE, sign

BODY = (Path(__file__).parent / "samples" / "text.json").read_bytes()


@pytest.fixture
def page() -> FacebookConnector:
    return FacebookConnector(context(settings()))


def test_the_connector_is_called_by_its_source(page: FacebookConnector) -> None:
    assert isinstance(page, WebhookConnector)


def refused(page: FacebookConnector, request: WebhookRequest) -> bool:
    try:
        page.receive(request)
    except SignatureRejectedError:
        return True
    return False


def post(body: bytes, headers: Mapping[str, str], method: str = "POST") -> WebhookRequest:
    return WebhookRequest(method=method, path="", query=(), headers=headers, body=body)


NAME = "x-hub-signature-256"
SIGNATURES: list[tuple[str, WebhookRequest, bool]] = [
    ("valid", signed(BODY), False),
    ("a replay", signed(BODY), False),
    ("one byte changed", post(BODY.replace(b"m_1", b"m_2"), {NAME: sign(BODY)}), True),
    ("another secret", signed(BODY, "f" * 32), True),
    ("no header", post(BODY, {}), True),
    ("an empty header", post(BODY, {NAME: ""}), True),
    ("the old SHA-1 header alone", post(BODY, {"x-hub-signature": "sha1=" + "a" * 40}), True),
    ("too short", post(BODY, {NAME: sign(BODY)[:-1]}), True),
    ("too long", post(BODY, {NAME: sign(BODY) + "0"}), True),
    ("no prefix", post(BODY, {NAME: sign(BODY).removeprefix("sha256=")}), True),
    ("letters nobody signs with", post(BODY, {NAME: "sha256=" + "ğ" * 64}), True),
    ("the same JSON written anew", post(json.dumps(json.loads(BODY)).encode(), {NAME: sign(BODY)}), True),
    ("another method", post(BODY, {NAME: sign(BODY)}, "PUT"), True),
    ("an empty body that is signed", signed(b""), False),
    ("behind a proxy: its address is not signed",
     post(BODY, {NAME: sign(BODY), "host": "ic.example:8443", "x-forwarded-proto": "http"}), False),
]  # fmt: skip


@pytest.mark.parametrize(("label", "request_", "rejected"), SIGNATURES, ids=[r[0] for r in SIGNATURES])
def test_a_call_counts_only_with_the_signature_of_its_very_bytes(
    label: str, request_: WebhookRequest, rejected: bool, page: FacebookConnector
) -> None:
    assert refused(page, request_) is rejected


def test_the_body_is_not_looked_at_before_the_signature(page: FacebookConnector) -> None:
    for body in (b"", b"{", b"\xff\xff", b"[" * 100_000):
        assert refused(page, post(body, {}))
        assert not refused(page, signed(body))


QUERY = (("hub.mode", "subscribe"), ("hub.verify_token", VERIFY_TOKEN), ("hub.challenge", "1158201444"))
HANDSHAKES: list[tuple[str, Callable[[dict[str, str]], dict[str, str]], bool]] = [
    ("good", lambda q: q, False),
    ("another token", lambda q: q | {"hub.verify_token": "yanlis-parca-4711"}, True),
    ("no token", lambda q: {k: v for k, v in q.items() if k != "hub.verify_token"}, True),
    ("an empty token", lambda q: q | {"hub.verify_token": ""}, True),
    ("another mode", lambda q: q | {"hub.mode": "unsubscribe"}, True),
    ("no challenge", lambda q: {k: v for k, v in q.items() if k != "hub.challenge"}, True),
    ("nothing", lambda q: {}, True),
]


@pytest.mark.parametrize(("label", "change", "rejected"), HANDSHAKES, ids=[r[0] for r in HANDSHAKES])
def test_the_handshake_echoes_the_challenge_to_who_knows_our_token(
    label: str, change: Callable[[dict[str, str]], dict[str, str]], rejected: bool, page: FacebookConnector
) -> None:
    query = tuple(change(dict(QUERY)).items())
    request = WebhookRequest(method="GET", path="", query=query, headers={}, body=b"")
    assert refused(page, request) is rejected
    if not rejected:
        reply = page.receive(request).reply
        assert (reply.status, reply.body) == (200, b"1158201444")
        assert reply.media_type.startswith("text/plain")


def message(number: int) -> dict[str, Any]:
    return {
        "sender": {"id": CITIZEN},
        "recipient": {"id": PAGE},
        "timestamp": 1777887000000 + number,
        "message": {"mid": f"m_{number}", "text": f"ileti {number}"},
    }


def test_every_item_of_every_entry_is_read_and_one_bad_one_is_kept_alone(page: FacebookConnector) -> None:
    """12 entries x 5 messages, one of them invalid (test 19, F3)."""
    numbers = [range(start, start + 5) for start in range(0, 60, 5)]
    entries: list[dict[str, Any]] = [
        {"id": PAGE, "time": 1, "messaging": [message(number) for number in five]} for five in numbers
    ]
    entries[6]["messaging"][2]["message"] = {"mid": "m_32", "text": ["bozuk"]}
    brought = page.receive(signed(json.dumps({"object": "page", "entry": entries}).encode()))
    good = [item for item in brought.items if isinstance(item, InboundMessage)]
    (bad,) = [item for item in brought.items if isinstance(item, Unreadable)]
    assert [m.external_id for m in good] == [f"m_{n}" for n in range(60) if n != 32]
    assert bad.external_id == "m_32"
    assert b"bozuk" in bad.raw
    assert b"ileti 31" not in bad.raw
    assert all(json.loads(m.raw)["entry"][0]["messaging"][0]["message"]["mid"] == m.external_id for m in good)


def test_an_entry_of_another_page_is_ignored_and_logged(
    page: FacebookConnector, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = {"id": "999", "time": 1, "messaging": [message(1)], "changes": [{"field": "feed", "value": 1}]}
    ours = {"id": PAGE, "time": 1, "messaging": [message(2)]}
    caplog.set_level(logging.WARNING)
    brought = page.receive(signed(json.dumps({"object": "page", "entry": [foreign, ours]}).encode()))
    assert [m.external_id for m in messages(brought.items)] == ["m_2"]
    assert "999" in caplog.text
    assert "ileti" not in caplog.text
    assert CITIZEN not in caplog.text


def test_an_account_of_instagram_is_another_page(page: FacebookConnector) -> None:
    body = {"object": "instagram", "entry": [{"id": "17841", "time": 1, "messaging": [message(1)]}]}
    assert page.receive(signed(json.dumps(body).encode())).items == []


def test_a_redelivery_brings_the_same_id_in_whatever_batch(page: FacebookConnector) -> None:
    def entry(*items: Any) -> bytes:
        whole = {"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": list(items)}]}
        return json.dumps(whole).encode()

    nameless = {"sender": {"id": CITIZEN}, "message": {"text": "kimliksiz"}}
    alone = page.receive(signed(entry(nameless))).items
    together = page.receive(signed(entry(message(1), nameless, message(2)))).items
    assert alone[0].external_id == together[1].external_id
    assert alone[0].raw == together[1].raw


def test_the_secret_of_the_settings_is_the_one_that_counts() -> None:
    other = FacebookConnector(context(settings(app_secret="0f" * 16)))
    assert refused(other, signed(BODY, APP_SECRET))
    assert not refused(other, signed(BODY, "0f" * 16))
