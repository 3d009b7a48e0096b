"""Verimor's push: who is believed, and what it becomes. S2, S9, W4, tests 17 and 28 of docs/acceptance.md."""

import base64
import json
from itertools import permutations, product
from typing import Any

import pytest

from connectors.base import WebhookRequest
from connectors.sms.verimor import VerimorSms
from domain.errors import SignatureRejectedError
from domain.messages import InboundMessage, Unreadable
from domain.notices import advanced
from domain.vocabulary import DeliveryState, NotificationState
from tests.connectors.building import Build
from tests.connectors.polling import messages
from tests.connectors.sms.accounts import PUSH_SECRET
from tests.servers.verimor import VerimorServer

CITIZEN = "905320000001"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def push(
    items: object = (),
    *,
    body: bytes | None = None,
    path: str = PUSH_SECRET,
    method: str = "POST",
    client: str = "203.0.113.7",
    authorization: str | None = None,
) -> WebhookRequest:
    headers = {} if authorization is None else {"authorization": authorization}
    content = json.dumps(items, ensure_ascii=False).encode() if body is None else body
    return WebhookRequest(method=method, path=path, query=(), headers=headers, body=content, client=client)


PASSWORD = {"push_username": "verimor", "push_password": "itme-parolasi-1"}
NETWORKS = {"allowed_addresses": ("203.0.113.0/24", "2001:db8::/32")}
BELIEVED = [
    ("the secret part", {}, {}),
    ("slashes around it", {}, {"path": f"/{PUSH_SECRET}/"}),
    ("a password that was not asked for", {}, {"authorization": basic("x", "y")}),
    ("secret and password", PASSWORD, {"authorization": basic("verimor", "itme-parolasi-1")}),
    ("the scheme in small letters", PASSWORD, {
        "authorization": basic("verimor", "itme-parolasi-1").replace("Basic", "basic")}),
    ("a listed address", NETWORKS, {}),
    ("a listed IPv6 address", NETWORKS, {"client": "2001:db8::7"}),
    ("a listed address written as IPv6", NETWORKS, {"client": "::ffff:203.0.113.9"}),
]  # fmt: skip
NOT_BELIEVED = [
    ("no secret", {}, {"path": ""}),
    ("one letter changed", {}, {"path": PUSH_SECRET[:-1] + "0"}),
    ("one letter less", {}, {"path": PUSH_SECRET[:-1]}),
    ("one letter more", {}, {"path": PUSH_SECRET + "1"}),
    ("capitals", {}, {"path": PUSH_SECRET.upper()}),
    ("letters beyond ASCII", {}, {"path": "ğ" * len(PUSH_SECRET)}),
    ("something behind it", {}, {"path": f"{PUSH_SECRET}/x"}),
    ("GET", {}, {"method": "GET"}),
    ("no password", PASSWORD, {}),
    ("a wrong password", PASSWORD, {"authorization": basic("verimor", "itme-parolasi-2")}),
    ("a wrong user", PASSWORD, {"authorization": basic("verimo", "itme-parolasi-1")}),
    ("another scheme", PASSWORD, {"authorization": "Bearer itme-parolasi-1"}),
    ("no base64", PASSWORD, {"authorization": "Basic ğğğ"}),
    ("an empty header", PASSWORD, {"authorization": ""}),
    ("the right password and a wrong path", PASSWORD, {
        "authorization": basic("verimor", "itme-parolasi-1"), "path": "x"}),
    ("another address", NETWORKS, {"client": "198.51.100.7"}),
    ("no address", NETWORKS, {"client": ""}),
    ("an address that is none", NETWORKS, {"client": "unix:"}),
]  # fmt: skip


@pytest.mark.parametrize(("label", "settings", "call"), BELIEVED, ids=[r[0] for r in BELIEVED])
def test_a_push_that_proves_itself_is_taken(
    label: str, settings: dict[str, Any], call: dict[str, Any], build_verimor: Build
) -> None:
    assert build_verimor(**settings).receive(push(**call)).reply.status == 200


@pytest.mark.parametrize(("label", "settings", "call"), NOT_BELIEVED, ids=[r[0] for r in NOT_BELIEVED])
def test_any_other_push_is_refused_and_not_told_why(
    label: str, settings: dict[str, Any], call: dict[str, Any], build_verimor: Build
) -> None:
    with pytest.raises(SignatureRejectedError, match="does not prove") as refused:
        build_verimor(**settings).receive(push(**call))
    assert PUSH_SECRET not in str(refused.value)


def test_every_message_and_report_of_a_push_is_handed_over(
    turkish_sms: VerimorSms, verimor_server: VerimorServer, outgoing: Build
) -> None:
    campaign = turkish_sms.send(outgoing("Alındı", our_id="n-5"))
    first, second = (verimor_server.pushed(verimor_server.receive(CITIZEN, t)) for t in ("bir", "iki"))
    received = turkish_sms.receive(push([first, verimor_server.report(campaign, "DELIVERED"), second]))
    assert [m.text for m in messages(received.items)] == ["bir", "iki"]
    (report,) = received.reports
    assert (report.our_id, report.gateway_id, report.state) == ("n-5", campaign, DeliveryState.DELIVERED)
    assert str(report.recipient) == "tel:+905320000001"
    assert report.at
    assert report.at.isoformat() == "2026-05-04T09:30:00+00:00"
    assert (received.reply.status, received.reply.body) == (200, b"OK")


def test_the_push_and_the_poll_of_one_message_share_id_and_time(
    turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    item = verimor_server.receive(CITIZEN, "bir kere")
    (pushed,) = messages(turkish_sms.receive(push([verimor_server.pushed(item)])).items)
    (polled,) = messages(turkish_sms.poll("").items)
    assert (pushed.external_id, pushed.sent_at, pushed.text) == (
        polled.external_id,
        polled.sent_at,
        polled.text,
    )


def test_one_bad_item_is_quarantined_alone_and_its_bytes_kept(
    turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    good = [verimor_server.pushed(verimor_server.receive(CITIZEN, str(n))) for n in range(59)]
    bad = {"message_id": 4711, "content": ["bozuk"], "source_addr": CITIZEN}
    received = turkish_sms.receive(push([*good[:30], bad, *good[30:]]))
    assert [i.text for i in received.items if isinstance(i, InboundMessage)] == [str(n) for n in range(59)]
    (unreadable,) = [i for i in received.items if isinstance(i, Unreadable)]
    assert json.loads(unreadable.raw) == [bad]
    assert unreadable.external_id == "4711"


WHOLE = [
    ("no JSON", b"message_id=1&content=x"),
    ("nothing", b""),
    ("cut off", b'[{"message_id": 1, "content": "yar'),
    ("bytes", b"\xff\xfe\x00"),
]


@pytest.mark.parametrize(("label", "body"), WHOLE, ids=[r[0] for r in WHOLE])
def test_a_push_that_cannot_be_read_is_kept_whole_and_acknowledged(
    label: str, body: bytes, turkish_sms: VerimorSms
) -> None:
    received = turkish_sms.receive(push(body=body))
    (item,) = received.items
    assert isinstance(item, Unreadable)
    assert item.raw == body
    assert received.reply.status == 200


def test_an_unreadable_push_that_is_repeated_has_the_same_id(turkish_sms: VerimorSms) -> None:
    ids = {turkish_sms.receive(push(body=b"??")).items[0].external_id for _ in range(4)}
    assert len(ids) == 1


def test_a_lone_object_counts_as_a_list_of_one(
    turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    item = verimor_server.pushed(verimor_server.receive(CITIZEN, "tek"))
    assert [m.text for m in messages(turkish_sms.receive(push(item)).items)] == ["tek"]


F, S, D = DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.DELIVERED
STATES = [
    ("DELIVERED", "0", (D, None, False)),
    ("WAITING", "0", (S, "WAITING", False)),
    ("SENT", "0", (S, "SENT", False)),
    ("DOUBLE_SEND_ERROR", "0", (S, "DOUBLE_SEND_ERROR", False)),
    ("NOT_DELIVERED", "1", (F, "NOT_DELIVERED 1", True)),
    ("NOT_DELIVERED", "27", (F, "NOT_DELIVERED 27", False)),
    ("NOT_DELIVERED", "13", (F, "NOT_DELIVERED 13", True)),
    ("EXPIRED", "2048", (F, "EXPIRED 2048", False)),
    ("REJECTED", "0", (F, "REJECTED", False)),
    ("INVALID_DESTINATION_ADDRESS", "0", (F, "INVALID_DESTINATION_ADDRESS", True)),
    ("BLACKLISTED_DESTINATION_ADDRESS", "2050", (F, "BLACKLISTED_DESTINATION_ADDRESS 2050", True)),
    ("SEND_ERROR", "500", (F, "SEND_ERROR 500", False)),
    ("INTERNATIONAL_DENIED", "0", (F, "INTERNATIONAL_DENIED", False)),
    ("SENDING", "0", None),
    ("YEPYENI", "0", None),
]


@pytest.mark.parametrize(("status", "gsm_error", "expected"), STATES, ids=[f"{r[0]} {r[1]}" for r in STATES])
def test_every_status_of_the_guide_has_its_state(
    status: str,
    gsm_error: str,
    expected: tuple[DeliveryState, str | None, bool] | None,
    turkish_sms: VerimorSms,
    verimor_server: VerimorServer,
    outgoing: Build,
) -> None:
    campaign = turkish_sms.send(outgoing("x"))
    item = verimor_server.report(campaign, status, gsm_error=gsm_error)
    reports = turkish_sms.receive(push([item])).reports
    assert [(r.state, r.reason, r.permanent) for r in reports] == ([expected] if expected else [])
    assert [r.stopped for r in reports] in ([], [gsm_error in ("13", "2050")])


@pytest.mark.parametrize("last", ["DELIVERED", "NOT_DELIVERED"])
def test_every_order_and_every_repetition_of_reports_ends_in_the_same_state(
    last: str, turkish_sms: VerimorSms, verimor_server: VerimorServer, outgoing: Build
) -> None:
    campaign = turkish_sms.send(outgoing("x"))
    statuses = ("SENDING", "WAITING", "SENT", last)
    read = {s: turkish_sms.receive(push([verimor_server.report(campaign, s)])).reports for s in statuses}
    ends = set()
    for order in permutations(statuses):
        for times in product((1, 2), repeat=len(order)):
            state = NotificationState.SENDING
            for status, often in zip(order, times, strict=True):
                for report in [*read[status]] * often:
                    state = advanced(state, report.state)
            ends.add(state)
    assert ends == {NotificationState.DELIVERED if last == "DELIVERED" else NotificationState.FAILED}


def test_a_bad_report_is_quarantined_alone(
    turkish_sms: VerimorSms, verimor_server: VerimorServer, outgoing: Build
) -> None:
    campaign = turkish_sms.send(outgoing("x"))
    good = verimor_server.report(campaign, "DELIVERED")
    received = turkish_sms.receive(push([{"type": "outbound", "status": {}}, good]))
    assert len(received.reports) == 1
    assert [type(i) for i in received.items] == [Unreadable]
