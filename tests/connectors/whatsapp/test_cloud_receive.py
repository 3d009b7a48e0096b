"""What the Cloud API's webhook calls become: W1-W6, W9; tests 17-20 and 28 of docs/acceptance.md."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import permutations, product
from typing import Any

import pytest

from connectors.base import WebhookRequest
from connectors.whatsapp.cloud import CloudWhatsApp
from domain.errors import SignatureRejectedError
from domain.messages import DeliveryReport, InboundMessage, Unreadable
from domain.notices import advanced
from domain.vocabulary import Channel, DeliveryState, NotificationState
from tests.connectors.polling import messages
from tests.connectors.whatsapp.accounts import VERIFY_TOKEN, cloud_settings, context, signed
from tests.servers.whatsapp_cloud import ACCOUNT_ID, CITIZEN, NUMBER_ID, WhatsAppCloudServer

METADATA = {"display_phone_number": "902120000000", "phone_number_id": NUMBER_ID}


def text(identifier: str, body: str = "çöp", sender: str = CITIZEN) -> dict[str, Any]:
    return {
        "from": sender,
        "id": identifier,
        "timestamp": "1777887000",
        "type": "text",
        "text": {"body": body},
    }


def change(items: list[Any], key: str = "messages") -> dict[str, Any]:
    return {
        "field": "messages",
        "value": {"messaging_product": "whatsapp", "metadata": METADATA, key: items},
    }


def notification(*entries: list[Any]) -> bytes:
    listed = [{"id": ACCOUNT_ID, "changes": changes} for changes in entries]
    return json.dumps({"object": "whatsapp_business_account", "entry": listed}).encode()


def desk(**more: Any) -> CloudWhatsApp:
    return CloudWhatsApp(context(cloud_settings(**more)))


def test_three_entries_of_four_changes_of_five_messages_with_one_bad_bring_59_and_one() -> None:
    numbers = iter(range(60))
    entries = [
        [change([text(f"wamid.{next(numbers)}") for _ in range(5)]) for _ in range(4)] for _ in range(3)
    ]
    entries[1][2]["value"]["messages"][3] = {"id": "wamid.bad", "type": "text", "text": ["nested", {"x": 1}]}
    items = desk().receive(signed(notification(*entries))).items
    good = [item for item in items if isinstance(item, InboundMessage)]
    (bad,) = [item for item in items if isinstance(item, Unreadable)]
    assert len(good) == 59
    assert len({item.external_id for item in items}) == 60
    assert (bad.channel, bad.external_id) == (Channel.WHATSAPP, "wamid.bad")
    assert json.loads(bad.raw)["entry"][0]["changes"][0]["value"]["messages"] == [
        {"id": "wamid.bad", "type": "text", "text": ["nested", {"x": 1}]}
    ]
    assert "UnreadableMessageError" in bad.traceback


WRONG = [
    ("one of the messages is text", lambda c: c["value"]["messages"].__setitem__(0, "x"), 1),
    ("one of the messages is null", lambda c: c["value"]["messages"].__setitem__(0, None), 1),
    ("one has a type of tomorrow", lambda c: c["value"]["messages"][0].update(type="hologram"), 1),
    ("one has a sender that is none", lambda c: c["value"]["messages"][0].update({"from": {"x": 1}}), 1),
    ("the messages are no list", lambda c: c["value"].update(messages={"0": "x"}), 2),
    ("the value is gone", lambda c: c.pop("value"), 2),
    ("the value is a list", lambda c: c.update(value=[]), 2),
    ("the value says nothing", lambda c: c["value"].pop("messages"), 2),
]  # fmt: skip


@pytest.mark.parametrize(("label", "break_it", "lost"), WRONG, ids=[r[0] for r in WRONG])
def test_one_bad_part_never_takes_its_siblings_along(label: str, break_it: Any, lost: int) -> None:
    """W4: whatever is wrong in one change, the change beside it and the entry behind it are read."""
    broken = change([text("wamid.1"), text("wamid.2")])
    break_it(broken)
    body = notification([broken, change([text("wamid.3")])], [change([text("wamid.4")])])
    items = desk().receive(signed(body)).items
    read = [item.external_id for item in items if isinstance(item, InboundMessage)]
    assert read == (["wamid.2", "wamid.3", "wamid.4"] if lost == 1 else ["wamid.3", "wamid.4"])
    assert len([item for item in items if isinstance(item, Unreadable)]) == 1


def test_an_entry_that_is_none_is_kept_alone() -> None:
    whole = json.loads(notification([change([text("wamid.1")])]))
    whole["entry"][:0] = ["bozuk", {"id": "1"}, {"id": "1", "changes": {}}]
    items = desk().receive(signed(json.dumps(whole).encode())).items
    assert [type(item) for item in items] == [Unreadable, Unreadable, Unreadable, InboundMessage]
    assert len({item.external_id for item in items}) == 4


def test_an_error_beside_the_messages_that_is_none_is_kept() -> None:
    (item,) = desk().receive(signed(notification([change(["x"], "errors")]))).items
    assert isinstance(item, Unreadable)
    assert not desk().receive(signed(notification([change([], "errors")]))).items


def test_a_signed_body_that_is_none_of_ours_is_kept_whole_and_acknowledged() -> None:
    for body in (b"", b"x", b"[]", b'{"object": "page", "entry": []}', b"{" * 5000, b"\xff\xfe"):
        received = desk().receive(signed(body))
        (item,) = received.items
        assert isinstance(item, Unreadable)
        assert item.raw == body
        assert received.reply.status == 200


def test_what_cannot_be_read_has_the_same_id_in_every_batch() -> None:
    """W5: Meta repeats a call in other company; what is in quarantine already must be recognised."""
    bad = {"type": "hologram", "hologram": {}}
    alone = desk().receive(signed(notification([change([bad])]))).items
    again = desk().receive(signed(notification([change([text("wamid.9"), bad])]))).items
    assert alone[0].external_id == again[1].external_id
    assert alone[0].raw == again[1].raw


def test_a_replay_brings_the_same_ids_and_originals() -> None:
    call = signed(notification([change([text("wamid.1"), text("wamid.2")])]))
    first, second = desk().receive(call), desk().receive(call)
    assert first.items == second.items


def test_a_message_has_the_same_original_whatever_came_beside_it() -> None:
    alone = messages(desk().receive(signed(notification([change([text("wamid.1")])]))).items)
    among = messages(desk().receive(signed(notification([change([text("wamid.0"), text("wamid.1")])]))).items)
    assert alone[0] == among[1]


def test_five_deliveries_by_eight_threads_at_once_give_equal_values() -> None:
    ours = desk()
    calls = [signed(notification([change([text(f"wamid.{n}")])])) for n in range(20)]
    with ThreadPoolExecutor(8) as threads:
        received = list(threads.map(ours.receive, calls * 5))
    items = [item for one in received for item in one.items]
    assert len(items) == 100
    assert len({(item.external_id, item.raw) for item in items}) == 20


def status(state: str, identifier: str = "wamid.OUT") -> dict[str, Any]:
    errors = {"errors": [{"code": 131026, "title": "x"}]} if state == "failed" else {}
    return {"id": identifier, "status": state, "timestamp": "1777887000", "recipient_id": CITIZEN} | errors


def _end(reports: list[DeliveryReport]) -> NotificationState:
    state = NotificationState.SENDING
    for report in reports:
        state = advanced(state, report.state)
    return state


@pytest.mark.parametrize("failing", [False, True], ids=["ends well", "fails"])
def test_every_order_and_every_repetition_of_statuses_ends_in_the_same_state(failing: bool) -> None:
    """W6, test 28: a late `sent` never downgrades, a failure stays."""
    states = ("sent", "delivered", "read", *(["failed"] if failing else []))
    ours = desk()
    read = {
        state: list(ours.receive(signed(notification([change([status(state)], "statuses")]))).reports)
        for state in states
    }
    ends = set()
    for order in permutations(states):
        for times in product((1, 2), repeat=len(order)):
            ends.add(_end([r for s, n in zip(order, times, strict=True) for r in read[s] * n]))
    assert ends == {NotificationState.FAILED if failing else NotificationState.DELIVERED}


def test_messages_and_statuses_of_one_call_are_told_apart() -> None:
    both = change([text("wamid.1")])
    both["value"]["statuses"] = [status("read"), "bozuk", status("sent", "")]
    received = desk().receive(signed(notification([both])))
    assert [r.state for r in received.reports] == [DeliveryState.DELIVERED]
    assert [type(i) for i in received.items] == [InboundMessage, Unreadable, Unreadable]


def test_two_statuses_of_one_message_that_cannot_be_read_stay_two() -> None:
    bad = [status("sent") | {"status": ["x"]}, status("read") | {"status": ["y"]}]
    items = desk().receive(signed(notification([change(bad, "statuses")]))).items
    assert len({item.external_id for item in items}) == 2


def test_the_handshake_answers_meta_and_refuses_others() -> None:
    asked = [("hub.mode", "subscribe"), ("hub.verify_token", VERIFY_TOKEN), ("hub.challenge", "1158201444")]
    call = WebhookRequest(method="GET", path="", query=asked, headers={}, body=b"")
    assert desk().receive(call).reply.body == b"1158201444"
    with pytest.raises(SignatureRejectedError):
        desk(verify_token="baska-bir-parca-0001").receive(call)


CALLS = [
    ("no signature", lambda body: WebhookRequest(method="POST", path="", query=(), headers={}, body=body)),
    ("another secret", lambda body: signed(body, "fedcba9876543210fedcba9876543210")),
    ("a body changed afterwards", lambda body: replace(signed(b"{}"), body=body)),
    ("PUT", lambda body: replace(signed(body), method="PUT")),
]  # fmt: skip


@pytest.mark.parametrize(("label", "make"), CALLS, ids=[r[0] for r in CALLS])
@pytest.mark.parametrize(
    "body", [notification([change([text("wamid.1")])]), b"{" * 5000], ids=["good", "hostile"]
)
def test_an_unsigned_call_is_refused_before_its_body_is_looked_at(label: str, make: Any, body: bytes) -> None:
    with pytest.raises(SignatureRejectedError):
        desk().receive(make(body))


def test_a_message_for_another_number_of_the_same_app_is_kept_and_says_so() -> None:
    other = change([text("wamid.1")])
    other["value"]["metadata"] = {"display_phone_number": "902120000009", "phone_number_id": "999"}
    (message,) = messages(desk().receive(signed(notification([other]))).items)
    assert [str(urn) for urn in message.recipients] == ["whatsapp:902120000009"]
    assert message.headers["whatsapp-number-id"] == "999"


def test_the_report_of_a_text_we_sent_names_our_own_id(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Any
) -> None:
    wamid = cloud.send(outgoing("Başvurunuz alındı", our_id="n77"))
    (sent,) = cloud_server.sent
    told = status("delivered", wamid) | {"biz_opaque_callback_data": sent["biz_opaque_callback_data"]}
    (report,) = cloud.receive(signed(notification([change([told], "statuses")]))).reports
    assert (report.our_id, report.gateway_id) == ("n77", wamid)
