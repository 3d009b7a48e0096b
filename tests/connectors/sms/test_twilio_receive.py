"""What Twilio's webhook calls become: S2, S7, S9, tests 20 (its parsing part) and 28."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import permutations, product
from urllib.parse import urlencode

import pytest

from connectors.base import WebhookRequest
from connectors.sms.twilio import TwilioSms
from domain.messages import DeliveryReport, InboundMessage, Unreadable
from domain.notices import advanced
from domain.vocabulary import DeliveryState, NotificationState, Verdict
from tests.connectors.building import Build
from tests.connectors.polling import messages
from tests.connectors.sms.accounts import PUBLIC_URL
from tests.connectors.twilio_calls import twilio_call
from tests.servers.twilio import TwilioServer, sign

CITIZEN = "+905320000001"
call = partial(twilio_call, PUBLIC_URL)


def test_a_message_is_handed_over_with_its_sid_and_answered_with_empty_twiml(
    sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    resource = twilio_server.receive(CITIZEN, "Çöp alınmıyor")
    received = sms.receive(call(twilio_server.form(resource)))
    assert [(m.external_id, m.text, str(m.sender)) for m in messages(received.items)] == [
        (resource["sid"], "Çöp alınmıyor", f"tel:{CITIZEN}")
    ]
    assert received.reply.status == 200
    assert received.reply.media_type.startswith("text/xml")
    assert b"<Response></Response>" in received.reply.body


def test_the_webhook_and_the_poll_of_one_message_share_its_id(
    sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    resource = twilio_server.receive(CITIZEN, "Bir kere")
    (pushed,) = messages(sms.receive(call(twilio_server.form(resource))).items)
    (polled,) = messages(sms.poll(sms.poll("").cursor).items)
    assert (pushed.external_id, pushed.text) == (polled.external_id, polled.text)


def test_an_opt_out_is_marked_and_still_handed_over(sms: TwilioSms, twilio_server: TwilioServer) -> None:
    received = sms.receive(call(twilio_server.form(twilio_server.receive(CITIZEN, "İPTAL"))))
    assert messages(received.items)[0].verdict is Verdict.OPT_OUT


def test_a_signed_form_that_is_no_message_is_kept_and_acknowledged(sms: TwilioSms) -> None:
    received = sms.receive(call({"Selam": "dünya"}))
    (item,) = received.items
    assert isinstance(item, Unreadable)
    assert item.raw == urlencode({"Selam": "dünya"}).encode()
    assert item.external_id.startswith("sha256:")
    assert received.reply.status == 200


STATES = [
    ("queued", {}, None),
    ("accepted", {}, None),
    ("sending", {}, None),
    ("sent", {}, (DeliveryState.SENT, None, False)),
    ("delivered", {}, (DeliveryState.DELIVERED, None, False)),
    ("read", {}, (DeliveryState.DELIVERED, None, False)),
    ("undelivered", {"ErrorCode": "30003"}, (DeliveryState.FAILED, "30003", False)),
    ("undelivered", {"ErrorCode": "30006"}, (DeliveryState.FAILED, "30006", True)),
    ("failed", {"ErrorCode": "21610"}, (DeliveryState.FAILED, "21610", True)),
    ("failed", {"ErrorCode": "30008"}, (DeliveryState.FAILED, "30008", False)),
    ("undelivered", {"ErrorCode": "30007"}, (DeliveryState.FAILED, "30007", False)),
    ("failed", {"ErrorCode": ""}, (DeliveryState.FAILED, None, False)),
    ("canceled", {}, (DeliveryState.FAILED, None, False)),
    ("yepyeni", {}, None),
]


@pytest.mark.parametrize(("status", "more", "expected"), STATES, ids=[f"{r[0]} {r[1]}" for r in STATES])
@pytest.mark.parametrize("path", ["status", ""], ids=["status path", "message path"])
def test_a_status_callback_is_a_delivery_report_wherever_it_arrives(
    status: str,
    more: dict[str, str],
    expected: tuple[DeliveryState, str | None, bool] | None,
    path: str,
    sms: TwilioSms,
) -> None:
    form = {"MessageSid": "SM9", "MessageStatus": status, "To": CITIZEN, "From": "+15005550006"} | more
    received = sms.receive(call(form, path, (("our_id", "n-42/ç"),)))
    assert not received.items
    assert received.reply.status == 204
    if expected is None:
        assert not received.reports
        return
    (report,) = received.reports
    assert (report.state, report.reason, report.permanent) == expected
    assert report.stopped is (more.get("ErrorCode") == "21610")
    assert (report.gateway_id, report.our_id, str(report.recipient)) == ("SM9", "n-42/ç", f"tel:{CITIZEN}")
    assert report.raw == urlencode(form).encode()


def test_the_callback_of_a_message_we_sent_names_our_own_id(
    sms: TwilioSms, twilio_server: TwilioServer, outgoing: Build
) -> None:
    sid = sms.send(outgoing("Başvurunuz alındı", our_id="n-77"))
    url = twilio_server.callbacks[sid]
    query = url.partition("?")[2]
    form = twilio_server.status_form(sid, "delivered")
    request = WebhookRequest(
        method="POST",
        path="status",
        query=(("our_id", "n-77"),),
        headers={"x-twilio-signature": sign(url, form)},
        body=urlencode(form).encode(),
        raw_query=query,
    )
    (report,) = sms.receive(request).reports
    assert (report.our_id, report.gateway_id) == ("n-77", sid)


def _end(reports: list[DeliveryReport]) -> NotificationState:
    state = NotificationState.SENDING
    for report in reports:
        state = advanced(state, report.state)
    return state


@pytest.mark.parametrize("last", ["delivered", "failed", "undelivered"])
def test_every_order_and_every_repetition_of_callbacks_ends_in_the_same_state(
    last: str, sms: TwilioSms
) -> None:
    statuses = ("queued", "sent", "delivered", last)
    forms = {s: {"MessageSid": "SM9", "MessageStatus": s, "To": CITIZEN} for s in statuses}
    read = {status: sms.receive(call(form, "status")).reports for status, form in forms.items()}
    ends = set()
    for order in permutations(statuses):
        for times in product((1, 2), repeat=len(order)):
            ends.add(_end([r for s, n in zip(order, times, strict=True) for r in [*read[s]] * n]))
    assert ends == {NotificationState.DELIVERED if last == "delivered" else NotificationState.FAILED}


def test_five_deliveries_by_eight_threads_at_once_give_equal_values(
    sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    requests = [call(twilio_server.form(twilio_server.receive(CITIZEN, f"çöp {n}"))) for n in range(20)]
    with ThreadPoolExecutor(8) as threads:
        received = list(threads.map(sms.receive, requests * 5))
    items = [item for one in received for item in one.items]
    assert len(items) == 100
    assert all(isinstance(item, InboundMessage) for item in items)
    assert len({item.external_id for item in items}) == 20
