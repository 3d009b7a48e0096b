"""Answers by Messenger: F6; tests 27 and 28 of docs/acceptance.md."""

import json

import pytest

from connectors.base import Sending
from connectors.facebook import FacebookConnector
from connectors.facebook.connector import LONGEST_TEXT
from domain.errors import (
    ConnectionFailedError,
    DeskError,
    PermanentError,
    RecipientRejectedError,
    WindowClosedError,
)
from domain.messages import DeliveryReport
from domain.urn import Urn
from tests.connectors.building import Build
from tests.connectors.facebook.accounts import signed
from tests.servers.facebook import CITIZEN, PAGE, FacebookServer
from tests.servers.standin import Fault, json_answer


def test_a_text_goes_to_the_page_scoped_id_and_brings_metas_id(
    desk: FacebookConnector, server: FacebookServer, outgoing: Build
) -> None:
    assert isinstance(desk, Sending)
    text = "Başvurunuz alındı: İ ı ğ & = % + 👍"
    identifier = desk.send(outgoing(text))
    assert server.sent == [
        {"to": CITIZEN, "text": text, "type": "RESPONSE", "tag": None, "id": identifier}
    ]  # fmt: skip


def test_a_delivery_report_names_what_was_sent(
    desk: FacebookConnector, server: FacebookServer, outgoing: Build
) -> None:
    identifier = desk.send(outgoing("x"))
    item = {"sender": {"id": CITIZEN}, "delivery": {"mids": [identifier], "watermark": 1777887000000}}
    body = json.dumps({"object": "page", "entry": [{"id": PAGE, "messaging": [item]}]}).encode()
    for _ in range(2):  # a report that comes twice is the same
        (report,) = desk.receive(signed(body)).reports
        assert isinstance(report, DeliveryReport)
        assert report.gateway_id == identifier


def test_outside_24_hours_nothing_leaves_and_it_says_so(
    desk: FacebookConnector, server: FacebookServer, outgoing: Build
) -> None:
    server.closed.add(CITIZEN)
    with pytest.raises(WindowClosedError):
        desk.send(outgoing("48 saat bildirimi"))
    assert len(server.calls) == 1


def test_a_tag_that_meta_granted_is_used_outside_24_hours_alone(
    build: Build, server: FacebookServer, outgoing: Build
) -> None:
    desk, server.tags = build(message_tag="ACCOUNT_UPDATE"), {"ACCOUNT_UPDATE"}
    desk.send(outgoing("bir"))
    server.closed.add(CITIZEN)
    desk.send(outgoing("iki"))
    assert [(s["type"], s["tag"]) for s in server.sent] == [
        ("RESPONSE", None), ("MESSAGE_TAG", "ACCOUNT_UPDATE"),
    ]  # fmt: skip


REFUSED: list[tuple[str, Urn, str, type[DeskError]]] = [
    ("nobody on our page", Urn("facebook", "404"), "x", RecipientRejectedError),
    ("no id", Urn("facebook", "ayse"), "x", RecipientRejectedError),
    ("a phone number", Urn("tel", "+905320000001"), "x", RecipientRejectedError),
    ("an id of another chat", Urn("telegram", "44"), "x", RecipientRejectedError),
    ("too long", Urn("facebook", CITIZEN), "ş" * (LONGEST_TEXT + 1), PermanentError),
    ("empty", Urn("facebook", CITIZEN), "", PermanentError),
]


@pytest.mark.parametrize(("label", "to", "text", "expected"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_can_never_leave_fails_for_good(
    label: str, to: Urn, text: str, expected: type[DeskError], desk: FacebookConnector,
    server: FacebookServer, outgoing: Build,
) -> None:  # fmt: skip
    with pytest.raises(expected):
        desk.send(outgoing(text, recipient=to))
    assert server.sent == []


def test_the_longest_text_leaves_whole(
    desk: FacebookConnector, server: FacebookServer, outgoing: Build
) -> None:
    desk.send(outgoing("ş" * LONGEST_TEXT))
    assert server.sent[0]["text"] == "ş" * LONGEST_TEXT


def test_who_takes_no_messages_of_ours_counts_as_stopped(
    desk: FacebookConnector, server: FacebookServer, outgoing: Build
) -> None:
    server.unwilling.add(CITIZEN)
    with pytest.raises(RecipientRejectedError) as refused:
        desk.send(outgoing("x"))
    assert refused.value.stopped


@pytest.mark.parametrize("answer", [{}, {"message_id": ""}, {"message_id": 5}])
def test_an_answer_without_an_id_is_tried_again(
    answer: dict[str, object], desk: FacebookConnector, server: FacebookServer, outgoing: Build
) -> None:
    server.fail_next(Fault(answer=json_answer(200, answer)))
    with pytest.raises(ConnectionFailedError):
        desk.send(outgoing("x"))
