"""WhatsApp by Twilio through its official client: S1, S9, W5-W10; tests 17, 26, 28 of docs/acceptance.md."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from connectors.base import WebhookRequest
from connectors.sms import SMS
from connectors.sms.settings import SmsSettings
from connectors.whatsapp.twilio import TwilioWhatsApp
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    SignatureRejectedError,
    ThrottledError,
    WindowClosedError,
)
from domain.messages import InboundMessage, Unreadable
from domain.notices import advanced
from domain.urn import Urn
from domain.vocabulary import Channel, DeliveryState, NotificationState, Verdict
from tests.connectors.whatsapp.accounts import PUBLIC_URL, SENDER, Build, context, messages, twilio_settings
from tests.servers import twilio
from tests.servers.standin import Fault, json_answer
from tests.servers.twilio import parse_form, sign
from tests.servers.twilio_whatsapp import CONTENT, TwilioWhatsAppServer

ADDRESS = "whatsapp:+905320000001"
CITIZEN = Urn("whatsapp", "905320000001")


def call(form: dict[str, str], path: str = "", query: tuple[tuple[str, str], ...] = ()) -> WebhookRequest:
    raw_query = urlencode(query)
    url = PUBLIC_URL + (f"/{path}" if path else "") + (f"?{raw_query}" if raw_query else "")
    return WebhookRequest(
        method="POST",
        path=path,
        query=query,
        headers={"x-twilio-signature": sign(url, form)},
        body=urlencode(form).encode(),
        raw_query=raw_query,
    )


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


def test_a_text_leaves_with_sender_and_status_callback(
    by_twilio: TwilioWhatsApp, twilio_server: TwilioWhatsAppServer, outgoing: Build
) -> None:
    sid = by_twilio.send(outgoing("Başvurunuz alındı"))
    (message,) = twilio_server.messages
    assert (message["sid"], message["to"], message["from"]) == (sid, ADDRESS, f"whatsapp:{SENDER}")
    assert twilio_server.callbacks[sid] == f"{PUBLIC_URL}/status?our_id=n42"


def test_a_user_id_and_a_messaging_service_may_stand_for_the_numbers(
    build_twilio: Build, twilio_server: TwilioWhatsAppServer, outgoing: Build
) -> None:
    desk = build_twilio(sender="", messaging_service_sid="MG" + "f" * 32)
    desk.send(outgoing("x", recipient=Urn("whatsapp", "TR.1349")))
    fields = parse_form(twilio_server.calls[0].body)
    assert fields["To"] == "whatsapp:TR.1349"
    assert (fields.get("From"), fields["MessagingServiceSid"]) == (None, "MG" + "f" * 32)


TEMPLATES = [
    ("by name", ("basvuru_alindi=" + CONTENT,), "basvuru_alindi"),
    (
        "by name and language",
        ("basvuru_alindi=HX" + "0" * 32, "basvuru_alindi:tr=" + CONTENT),
        "basvuru_alindi",
    ),
    ("by its own id", (), CONTENT),
]


@pytest.mark.parametrize(("label", "sids", "name"), TEMPLATES, ids=[r[0] for r in TEMPLATES])
def test_a_template_leaves_by_its_content_sid(
    label: str, sids: tuple[str, ...], name: str, build_twilio: Build, twilio_server: TwilioWhatsAppServer
) -> None:
    desk = build_twilio(content_sids=sids)
    assert desk.send_template(CITIZEN, name, "tr", ["2026-0001234-5", "Park\nBahçe"], "n43")
    fields = parse_form(twilio_server.calls[0].body)
    assert (fields["ContentSid"], "Body" in fields) == (CONTENT, False)
    assert json.loads(fields["ContentVariables"]) == {"1": "2026-0001234-5", "2": "Park Bahçe"}
    assert fields["StatusCallback"].endswith("our_id=n43")


def test_a_template_twilio_does_not_know_is_for_an_operator_to_mend(
    build_twilio: Build, twilio_server: TwilioWhatsAppServer
) -> None:
    with pytest.raises(NotConfiguredError, match="content_sids"):
        build_twilio().send_template(CITIZEN, "duyuru", "tr", [], "n1")
    assert twilio_server.calls == []
    with pytest.raises(NotConfiguredError, match="21655"):
        build_twilio().send_template(CITIZEN, "HX" + "0" * 32, "tr", [], "n1")
    with pytest.raises(NotConfiguredError, match="21656"):
        build_twilio().send_template(CITIZEN, CONTENT, "tr", ["tek"], "n1")


def test_a_closed_window_has_a_class_of_its_own(
    by_twilio: TwilioWhatsApp, twilio_server: TwilioWhatsAppServer, outgoing: Build
) -> None:
    twilio_server.closed.add(ADDRESS)
    with pytest.raises(WindowClosedError, match="63016"):
        by_twilio.send(outgoing("x"))
    assert by_twilio.send_template(CITIZEN, CONTENT, "tr", ["1", "2"], "n1")


def test_what_twilio_would_never_take_is_refused(
    by_twilio: TwilioWhatsApp, twilio_server: TwilioWhatsAppServer, outgoing: Build
) -> None:
    for urn in (Urn("tel", "+905320000001"), Urn("whatsapp", "lid-77")):
        with pytest.raises(RecipientRejectedError):
            by_twilio.send(outgoing("x", recipient=urn))
    assert twilio_server.calls == []
    with pytest.raises(PermanentError, match="1,600"):
        by_twilio.send(outgoing("a" * 1601))
    twilio_server.stopped.add(ADDRESS)
    with pytest.raises(RecipientRejectedError) as refused:
        by_twilio.send(outgoing("x"))
    assert refused.value.stopped
    assert "905320000001" not in str(refused.value)


CODES: list[tuple[int, int | None, dict[str, str], type[DeskError], timedelta | None]] = [
    (429, 20429, {"Retry-After": "120"}, ThrottledError, timedelta(seconds=120)),
    (429, 63018, {"Retry-After": "Mon, 04 May 2026 09:31:00 GMT"}, ThrottledError, timedelta(seconds=60)),
    (400, 63018, {}, ThrottledError, None),
    (503, None, {"Retry-After": "9"}, ConnectionFailedError, timedelta(seconds=9)),
    (401, 20003, {}, CredentialsRejectedError, None),
    (400, 63007, {}, NotConfiguredError, None),
    (400, 63027, {}, NotConfiguredError, None),
    (400, 63051, {}, NotConfiguredError, None),
    (400, 63003, {}, RecipientRejectedError, None),
    (400, 63024, {}, RecipientRejectedError, None),
    (400, 63012, {}, ConnectionFailedError, None),
    (400, 63032, {}, PermanentError, None),
    (400, 63999, {}, PermanentError, None),
]


@pytest.mark.parametrize(
    ("status", "code", "headers", "expected", "wait"), CODES, ids=[f"{r[0]} {r[1]}" for r in CODES]
)
def test_every_refusal_has_its_class_and_its_wait(
    status: int,
    code: int | None,
    headers: dict[str, str],
    expected: type[DeskError],
    wait: timedelta | None,
    by_twilio: TwilioWhatsApp,
    twilio_server: TwilioWhatsAppServer,
    outgoing: Build,
) -> None:
    twilio_server.fail_next(Fault(answer=json_answer(status, {"code": code, "message": "x"}, **headers)))
    with pytest.raises(DeskError) as refused:
        by_twilio.send(outgoing("x"))
    assert type(refused.value) is expected
    assert getattr(refused.value, "retry_after", None) == wait


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


def test_the_check_asks_for_one_message_and_changes_nothing(
    by_twilio: TwilioWhatsApp, build_twilio: Build, twilio_server: TwilioWhatsAppServer
) -> None:
    by_twilio.check()
    assert [(c.method, c.query) for c in twilio_server.calls] == [("GET", {"PageSize": "1"})]
    with pytest.raises(CredentialsRejectedError, match="20003"):
        build_twilio(auth_token="baska-bir-jeton-12345").check()


def test_the_name_of_a_template_and_its_language_find_its_content_sid() -> None:
    settings = twilio_settings(content_sids="a=HX" + "1" * 32 + ", a:en=HX" + "2" * 32)
    assert settings.content_sid("a", "tr") == "HX" + "1" * 32
    assert settings.content_sid("a", "en") == "HX" + "2" * 32
    assert settings.content_sid("b", "tr") is None
