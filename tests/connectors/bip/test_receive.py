"""BiP's calls: who is believed, batches, commands, events and reports. Tests 17, 19 and 28, S9, W4."""

import json
from itertools import permutations, product
from typing import Any

import pytest

from connectors.bip.connector import Bip
from domain.errors import SignatureRejectedError
from domain.messages import InboundMessage, Unreadable
from domain.notices import advanced
from domain.vocabulary import DeliveryState, NotificationState, Verdict
from tests.connectors.bip.conftest import PATH_SECRET, called
from tests.connectors.building import Build
from tests.servers.bip import OPAQUE, PASSWORD, PHONE, USERNAME, BipServer, basic, listed

OWN = {"push_username": "servis", "push_password": "baska-parola-19"}
BY_PATH = {"path_secret": PATH_SECRET}
NETWORKS = {"allowed_addresses": "203.0.113.0/24,2001:db8::/32"}
BELIEVED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("the service's own password", {}, {}),
    ("the report address", {}, {"path": "report"}),
    ("slashes", {}, {"path": "/report/"}),
    ("the scheme in small letters", {}, {"authorization": basic(USERNAME, PASSWORD).replace("B", "b", 1)}),
    ("a password of its own", OWN, {"authorization": basic("servis", "baska-parola-19")}),
    ("the secret part of the address", BY_PATH, {"path": PATH_SECRET, "authorization": None}),
    ("a report there", BY_PATH, {"path": f"{PATH_SECRET}/report", "authorization": None}),
    ("the password where an address is secret too", BY_PATH, {}),
    ("a listed network", NETWORKS, {}),
    ("a listed IPv6 network", NETWORKS, {"client": "2001:db8::9"}),
]
NOT_BELIEVED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("no password", {}, {"authorization": None}),
    ("an empty header", {}, {"authorization": ""}),
    ("a wrong password", {}, {"authorization": basic(USERNAME, PASSWORD[:-1] + "0")}),
    ("a letter less", {}, {"authorization": basic(USERNAME, PASSWORD[:-1])}),
    ("a wrong user", {}, {"authorization": basic("bu", PASSWORD)}),
    ("another scheme", {}, {"authorization": f"Bearer {PASSWORD}"}),
    ("no base64", {}, {"authorization": "Basic ğğğ"}),
    ("the sending password where another is set", OWN, {}),
    ("a path nobody set", {}, {"path": "x"}),
    ("a path nobody set, unsigned", {}, {"path": PATH_SECRET, "authorization": None}),
    ("the plain address, unsigned", BY_PATH, {"authorization": None}),
    ("a wrong secret part", BY_PATH, {"path": PATH_SECRET[:-1] + "0", "authorization": None}),
    ("something behind it", BY_PATH, {"path": f"{PATH_SECRET}/x", "authorization": None}),
    ("the report address, unsigned", BY_PATH, {"path": "report", "authorization": None}),
    ("GET", {}, {"method": "GET"}),
    ("another network", NETWORKS, {"client": "198.51.100.7"}),
    ("no address", NETWORKS, {"client": ""}),
]


@pytest.mark.parametrize(("label", "settings", "call"), BELIEVED, ids=[r[0] for r in BELIEVED])
def test_a_call_that_proves_itself_is_taken(
    label: str, settings: dict[str, Any], call: dict[str, Any], build: Build, server: BipServer
) -> None:
    received = build(**settings).receive(called(server.pushed("selam"), **call))
    assert [item.text for item in received.items] == ["selam"]


@pytest.mark.parametrize(("label", "settings", "call"), NOT_BELIEVED, ids=[r[0] for r in NOT_BELIEVED])
def test_any_other_call_is_refused_and_not_told_why(
    label: str, settings: dict[str, Any], call: dict[str, Any], build: Build, server: BipServer
) -> None:
    with pytest.raises(SignatureRejectedError, match="does not prove") as refused:
        build(**settings).receive(called(server.pushed("selam"), **call))
    assert PASSWORD not in str(refused.value)


def test_one_post_holds_messages_of_several_people_and_one_bad_item(bip: Bip, server: BipServer) -> None:
    people = (PHONE, OPAQUE, "905320000002")
    items = [server.forwarded(str(n), people[n % 3]) for n in range(60)]
    items[31]["request"]["content"] = {"type": 0, "message": {"bozuk": 1}}
    received = bip.receive(called(listed(items)))
    messages = [item for item in received.items if isinstance(item, InboundMessage)]
    assert [m.text for m in messages] == [str(n) for n in range(60) if n != 31]
    assert {str(m.sender) for m in messages} == {f"bip:{person}" for person in people}
    (bad,) = [item for item in received.items if isinstance(item, Unreadable)]
    assert json.loads(bad.raw) == items[31]
    assert (received.reply.status, received.reply.body) == (200, b"OK")


def test_a_command_is_answered_in_the_same_call(build: Build, server: BipServer) -> None:
    call = called(server.command("şikayet yol bozuk"))
    for account, words in ((build(), "Mesajınız Beyaz Masa'ya"), (build(command_reply="Alındı."), "Alındı.")):
        received = account.receive(call)
        assert [item.text for item in received.items] == ["şikayet yol bozuk"]
        answer = json.loads(received.reply.body)
        assert answer["transactionId"] == json.loads(call.body)["transactionId"]
        (said,) = answer["composition"]["list"]
        assert said["type"] == 0
        assert said["message"].startswith(words)
        assert received.reply.media_type.startswith("application/json")


def test_a_command_that_is_not_understood_is_kept_and_still_answered(bip: Bip, server: BipServer) -> None:
    received = bip.receive(called(server.command("x", composition={"list": [{"type": 0}]})))
    assert [type(item) for item in received.items] == [Unreadable]
    assert received.reply.status == 200
    assert json.loads(received.reply.body)["composition"]["list"]


WHOLE = [b"", b"msgid=1", b'{"list": [{"request": {"msgId', b"\xff\xfe\x00", b'{"a": 1} {"b": 2}', b"7"]


@pytest.mark.parametrize("body", WHOLE, ids=repr)
def test_a_body_that_is_not_understood_is_kept_whole_and_acknowledged(body: bytes, bip: Bip) -> None:
    """BiP repeats nothing: any answer but 200 would lose it."""
    received = bip.receive(called(body=body))
    (item,) = received.items
    assert isinstance(item, Unreadable)
    assert (item.raw, received.reply.status) == (body, 200)


def test_leaving_stops_notices_and_joining_is_nothing(bip: Bip, server: BipServer) -> None:
    joined, left = (bip.receive(called(server.event(letter, PHONE))) for letter in "SU")
    assert (joined.items, joined.reports) == ([], [])
    (message,) = left.items
    assert isinstance(message, InboundMessage)
    assert (message.verdict, str(message.sender), message.contacts) == (Verdict.OPT_OUT, f"bip:{PHONE}", ())
    assert not message.private


def test_a_call_made_twice_has_the_same_ids(bip: Bip, server: BipServer) -> None:
    call = called(listed([server.forwarded("bir"), {"request": 7}]))
    first, second = (bip.receive(call).items for _ in range(2))
    assert [i.external_id for i in first] == [i.external_id for i in second]


def test_a_report_names_the_notice_by_both_ids(bip: Bip, server: BipServer, outgoing: Build) -> None:
    reportid = bip.send(outgoing(our_id="n42"))
    (txnid,) = server.taken
    (report,) = bip.receive(called(server.report(txnid, reportid))).reports
    assert (report.gateway_id, report.our_id, str(report.recipient)) == (reportid, "n42", f"bip:{PHONE}")
    assert report.at
    assert report.at.isoformat() == "2026-05-04T09:30:00.123000+00:00"


def test_a_report_under_an_id_of_bips_own_is_matched_by_its_report_id(bip: Bip, server: BipServer) -> None:
    (report,) = bip.receive(called(server.report("Gp2s9-58", "08oyS-9"))).reports
    assert (report.gateway_id, report.our_id) == ("08oyS-9", None)


F, S, D = DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.DELIVERED
TXN = "n42-0123456789abcdef"


def sent(code: object, **more: object) -> dict[str, object]:
    line = {"receiver": PHONE, "resultcode": code, "reportid": "6a7Q8-1", "numberofmessage": 1} | more
    return {"reqid": 12, "txnid": TXN, "resultcode": 0, "list": [line]}


def told(kind: int) -> dict[str, object]:
    return {"type": "R", "txnid": TXN, "report": {"reportid": "a", "reporttype": kind}}


REPORTS: list[tuple[str, dict[str, Any], list[tuple[DeliveryState, str | None, bool]]]] = [
    ("sent", sent(0), [(S, None, False)]),
    ("sent, the code as text", sent("0"), [(S, None, False)]),
    ("quota", sent(312, reportid=None), [(F, "BiP 312", False)]),
    ("no such user", sent(301, reportid=None), [(F, "BiP 301", True)]),
    ("taken before", sent(310), []),
    ("no code", sent(None), []),
    ("refused as a whole", {"txnid": TXN, "resultcode": 300}, [(F, "BiP 300", False)]),
    ("taken before as a whole", {"txnid": TXN, "resultcode": 310, "list": None}, []),
    ("delivered", told(0), [(D, None, False)]),
    ("read", told(1), [(D, None, False)]),
    ("of a kind to come", told(7), []),
    ("without its report", {"type": "R", "txnid": TXN}, []),
]  # fmt: skip


@pytest.mark.parametrize(("label", "body", "expected"), REPORTS, ids=[r[0] for r in REPORTS])
def test_every_report_has_its_state(
    label: str, body: dict[str, Any], expected: list[tuple[DeliveryState, str | None, bool]], bip: Bip
) -> None:
    received = bip.receive(called(body, path="report"))
    assert [(r.state, r.reason, r.permanent) for r in received.reports] == expected
    assert {r.our_id for r in received.reports} <= {"n42"}
    assert received.items == []


def test_a_report_on_several_people_is_several_reports(bip: Bip) -> None:
    body = sent(0)
    body["list"] = [
        {"receiver": p, "resultcode": c, "reportid": None} for p, c in ((PHONE, 0), (OPAQUE, 312))
    ]
    reports = bip.receive(called(body, path="report")).reports
    assert [(str(r.recipient), r.state) for r in reports] == [(f"bip:{PHONE}", S), (f"bip:{OPAQUE}", F)]


@pytest.mark.parametrize("last", [None, 312])
def test_every_order_and_every_repetition_of_reports_ends_in_the_same_state(
    last: int | None, bip: Bip, server: BipServer
) -> None:
    """Test 28."""
    bodies = [sent(0), server.report(TXN, "6a7Q8-1"), server.report(TXN, "6a7Q8-1", 1)]
    bodies += [sent(last)] * bool(last)
    read = [bip.receive(called(body)).reports for body in bodies]
    ends = set()
    for order in permutations(read):
        for times in product((1, 2), repeat=len(order)):
            state = NotificationState.SENT
            for reports, count in zip(order, times, strict=True):
                for report in [*reports] * count:
                    state = advanced(state, report.state)
            ends.add(state)
    assert ends == {NotificationState.FAILED if last else NotificationState.DELIVERED}
