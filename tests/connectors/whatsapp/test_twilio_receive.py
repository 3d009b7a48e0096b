"""WhatsApp messages and reports by Twilio: S1, S9, W5, W6, W9, W10; tests 17, 28 of docs/acceptance.md."""

import json
from collections.abc import Callable
from functools import partial
from itertools import permutations
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.base import WebhookRequest
from connectors.sms import SMS
from connectors.sms.settings import SmsSettings
from connectors.whatsapp.twilio import TwilioWhatsApp
from domain.errors import PermanentError, SignatureRejectedError
from domain.messages import InboundMessage, Unreadable
from domain.notices import advanced
from domain.urn import Urn
from domain.vocabulary import Channel, DeliveryState, NotificationState, Verdict
from tests.connectors.building import Build
from tests.connectors.polling import messages
from tests.connectors.twilio_calls import twilio_call
from tests.connectors.whatsapp.accounts import ADDRESS, CITIZEN, PUBLIC_URL, SENDER, context
from tests.servers import twilio
from tests.servers.twilio import sign
from tests.servers.twilio_whatsapp import TwilioWhatsAppServer

call = partial(twilio_call, PUBLIC_URL)
FORM = {
    "MessageSid": "SM1",
    "From": ADDRESS,
    "To": f"whatsapp:{SENDER}",
    "Body": "Işıklar söndü",
    "WaId": "905320000001",
    "ProfileName": "Ayşe Yılmaz",
    "NumMedia": "0",
    "MessageType": "text",
}


def test_a_message_is_handed_over_and_answered_with_empty_twiml(by_twilio: TwilioWhatsApp) -> None:
    received = by_twilio.receive(call(FORM))
    (message,) = messages(received.items)
    assert (message.channel, message.external_id, message.text) == (Channel.WHATSAPP, "SM1", "Işıklar söndü")
    assert message.sender == CITIZEN
    assert b"<Response></Response>" in received.reply.body


def test_the_webhook_and_the_poll_of_one_message_share_id_and_sender(
    by_twilio: TwilioWhatsApp, twilio_server: TwilioWhatsAppServer
) -> None:
    resource = twilio_server.receive(ADDRESS, "Bir kere")
    (pushed,) = messages(by_twilio.receive(call(twilio_server.form(resource, WaId="905320000001"))).items)
    (polled,) = messages(by_twilio.poll(by_twilio.poll("").cursor).items)
    assert (pushed.external_id, pushed.text, pushed.sender) == (
        polled.external_id,
        polled.text,
        polled.sender,
    )
    assert polled.contacts == (Urn("tel", "+905320000001"),)


def test_a_poll_asks_for_our_sender_and_takes_no_other_carriers_messages(
    build_twilio: Build, twilio_server: TwilioWhatsAppServer
) -> None:
    twilio_server.receive(ADDRESS, "whatsapp'tan")
    twilio_server.receive("+905320000001", "sms'ten", to=twilio.NUMBER)
    twilio_server.receive("messenger:77", "messenger'dan", to="messenger:1")
    first = build_twilio()
    assert [m.text for m in messages(first.poll(first.poll("").cursor).items)] == ["whatsapp'tan"]
    assert twilio_server.calls[0].query["To"] == f"whatsapp:{SENDER}"
    service = build_twilio(sender="", messaging_service_sid="MG" + "f" * 32)
    assert [m.text for m in messages(service.poll(service.poll("").cursor).items)] == ["whatsapp'tan"]
    assert "To" not in twilio_server.calls[-1].query


def test_an_sms_account_of_the_same_customer_takes_no_whatsapp_messages(
    twilio_server: TwilioWhatsAppServer,
) -> None:
    twilio_server.receive(ADDRESS, "whatsapp'tan")
    twilio_server.receive("+905320000001", "sms'ten", to=twilio.NUMBER)
    settings = SmsSettings(
        provider="twilio",
        base_url=twilio_server.url,
        account_sid=twilio.SID,
        auth_token=SecretStr(twilio.TOKEN),
        messaging_service_sid="MG" + "f" * 32,
    )
    sms: Any = SMS.build(context(settings, lambda: twilio_server.clock))  # type: ignore[arg-type]
    assert [item.text for item in sms.poll(sms.poll("").cursor).items] == ["sms'ten"]
    sms.close()


def test_a_resource_that_cannot_be_read_is_quarantined_alone(
    by_twilio: TwilioWhatsApp, twilio_server: TwilioWhatsAppServer
) -> None:
    twilio_server.receive(ADDRESS, "iyi 1")
    bad = twilio_server.receive(ADDRESS, "kötü")
    bad["body"] = ["bir", "liste"]
    twilio_server.receive(ADDRESS, "iyi 2")
    items = by_twilio.poll(by_twilio.poll("").cursor).items
    assert sorted(i.text for i in items if isinstance(i, InboundMessage)) == ["iyi 1", "iyi 2"]
    (unreadable,) = [i for i in items if isinstance(i, Unreadable)]
    assert (json.loads(unreadable.raw), unreadable.external_id) == (bad, bad["sid"])


def test_a_form_that_is_no_message_is_kept_and_a_reaction_is_none(by_twilio: TwilioWhatsApp) -> None:
    (item,) = by_twilio.receive(call({"Selam": "dünya"})).items
    assert isinstance(item, Unreadable)
    assert not by_twilio.receive(call(FORM | {"MessageType": "reaction", "Body": "👍"})).items
    (stop,) = messages(by_twilio.receive(call(FORM | {"Body": "STOP", "OptOutType": "STOP"})).items)
    assert stop.verdict is Verdict.OPT_OUT


REFUSED: list[tuple[str, Callable[[WebhookRequest], dict[str, str]]]] = [
    ("no signature", lambda _: {}),
    ("an empty one", lambda _: {"x-twilio-signature": ""}),
    ("another secret", lambda _: {"x-twilio-signature": sign(PUBLIC_URL, FORM, "baska-bir-jeton-1234")}),
    ("another address", lambda _: {"x-twilio-signature": sign("https://masa.example/hooks/sms/hat", FORM)}),
    ("another body", lambda _: {"x-twilio-signature": sign(PUBLIC_URL, FORM | {"Body": "x"})}),
    ("too short", lambda good: {"x-twilio-signature": good.headers["x-twilio-signature"][:-1]}),
]


@pytest.mark.parametrize(("label", "headers"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_call_that_twilio_did_not_sign_is_refused(
    label: str, headers: Callable[[WebhookRequest], dict[str, str]], by_twilio: TwilioWhatsApp
) -> None:
    good = call(FORM)
    bad = WebhookRequest(method="POST", path="", query=(), headers=headers(good), body=good.body)
    with pytest.raises(SignatureRejectedError):
        by_twilio.receive(bad)


STATES = [
    ("queued", {}, None),
    ("sent", {}, (DeliveryState.SENT, None, False, False)),
    ("delivered", {}, (DeliveryState.DELIVERED, None, False, False)),
    ("read", {}, (DeliveryState.DELIVERED, None, False, False)),
    ("undelivered", {"ErrorCode": "63016"}, (DeliveryState.FAILED, "63016 window_closed", False, False)),
    ("failed", {"ErrorCode": "63003"}, (DeliveryState.FAILED, "63003", True, False)),
    ("failed", {"ErrorCode": "63024"}, (DeliveryState.FAILED, "63024", True, False)),
    ("failed", {"ErrorCode": "21610"}, (DeliveryState.FAILED, "21610", True, True)),
    ("failed", {"ErrorCode": "63032"}, (DeliveryState.FAILED, "63032", False, False)),
]


@pytest.mark.parametrize(("status", "more", "expected"), STATES, ids=[f"{r[0]} {r[1]}" for r in STATES])
def test_a_status_callback_is_a_delivery_report(
    status: str, more: dict[str, str], expected: Any, by_twilio: TwilioWhatsApp
) -> None:
    form = {"MessageSid": "SM9", "MessageStatus": status, "To": ADDRESS, "From": f"whatsapp:{SENDER}"} | more
    received = by_twilio.receive(call(form, "status", (("our_id", "n42"),)))
    assert received.reply.status == 204
    if expected is None:
        assert not received.reports
        return
    (report,) = received.reports
    assert (report.state, report.reason, report.permanent, report.stopped) == expected
    assert (report.gateway_id, report.our_id, report.recipient) == ("SM9", "n42", CITIZEN)


def test_every_order_of_callbacks_ends_in_the_same_state(by_twilio: TwilioWhatsApp) -> None:
    states = ("queued", "sent", "delivered", "read")
    forms = {s: {"MessageSid": "SM9", "MessageStatus": s, "To": ADDRESS} for s in states}
    read = {s: list(by_twilio.receive(call(form, "status")).reports) for s, form in forms.items()}
    ends = set()
    for order in permutations(states):
        state = NotificationState.SENDING
        for report in (r for s in order for r in read[s]):
            state = advanced(state, report.state)
        ends.add(state)
    assert ends == {NotificationState.DELIVERED}


def test_files_are_fetched_with_our_credentials(
    by_twilio: TwilioWhatsApp, twilio_server: TwilioWhatsAppServer
) -> None:
    resource = twilio_server.receive(ADDRESS, "")
    address = twilio_server.attach(resource, "image/jpeg", b"\xff\xd8resim")
    assert by_twilio.fetch(address, 100) == b"\xff\xd8resim"
    (polled,) = messages(by_twilio.poll(by_twilio.poll("").cursor).items)
    assert by_twilio.fetch(str(polled.attachments[0].source), 100) == b"\xff\xd8resim"
    with pytest.raises(PermanentError, match="outside Twilio"):
        by_twilio.fetch("http://evil.example/x", 100)
