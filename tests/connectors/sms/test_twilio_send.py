"""Sending by Twilio through its official client: happy path and every refusal, tests 26 and S9."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connectors.sms.twilio import TwilioSms
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
)
from domain.urn import Urn
from tests.connectors.building import Build
from tests.connectors.refusals import refused_as
from tests.connectors.sms.accounts import PUBLIC_URL
from tests.servers.standin import Fault, json_answer
from tests.servers.twilio import NUMBER, TwilioServer, parse_form

CITIZEN = "+905320000001"


def test_a_text_leaves_with_sender_and_status_callback(
    sms: TwilioSms, twilio_server: TwilioServer, outgoing: Build
) -> None:
    sid = sms.send(outgoing("Başvurunuz alındı: 2026-0001234-5"))
    (message,) = twilio_server.messages
    assert (message["sid"], message["to"], message["from"]) == (sid, CITIZEN, NUMBER)
    assert message["body"] == "Başvurunuz alındı: 2026-0001234-5"
    assert twilio_server.callbacks[sid] == f"{PUBLIC_URL}/status?our_id=n-1"


def test_the_pipelines_report_address_goes_before_our_own(
    sms: TwilioSms, twilio_server: TwilioServer, outgoing: Build
) -> None:
    sid = sms.send(outgoing("x", report_url="https://masa.example/r?a=1", our_id="n 2&3"))
    assert twilio_server.callbacks[sid] == "https://masa.example/r?a=1&our_id=n+2%263"


def test_on_a_machine_nobody_can_reach_no_callback_is_asked_for(
    sms: TwilioSms, twilio_server: TwilioServer, outgoing: Build
) -> None:
    for url in ("http://127.0.0.1:8153/hooks/sms/7/status", "http://localhost:8153/x", "http://10.0.0.7/x"):
        sid = sms.send(outgoing("x", report_url=url))
        assert twilio_server.callbacks[sid] == ""


def test_a_messaging_service_may_choose_the_sender(
    build_twilio: Build, twilio_server: TwilioServer, outgoing: Build
) -> None:
    service = "MG" + "f" * 32
    build_twilio(sender="", messaging_service_sid=service).send(outgoing("x"))
    assert twilio_server.messages[0]["messaging_service_sid"] == service
    assert "From" not in parse_form(twilio_server.calls[0].body)


def test_an_api_key_takes_the_tokens_place(
    build_twilio: Build, twilio_server: TwilioServer, outgoing: Build
) -> None:
    desk = build_twilio(api_key="SK" + "1" * 32, api_key_secret="anahtarin-sirri-1")
    with pytest.raises(CredentialsRejectedError):
        desk.send(outgoing("x"))
    assert twilio_server.calls[0].headers["authorization"] != ""
    assert twilio_server.calls[0].path.startswith("/2010-04-01/Accounts/AC")


STATES = [
    ("the person opted out", lambda s: s.stopped.add(CITIZEN), RecipientRejectedError, True),
    ("a landline", lambda s: s.landlines.add(CITIZEN), RecipientRejectedError, False),
    ("a sender of somebody else's", lambda s: s.senders.clear(), NotConfiguredError, False),
]


@pytest.mark.parametrize(("label", "arrange", "expected", "stopped"), STATES, ids=[r[0] for r in STATES])
def test_what_an_account_cannot_do_has_its_class(
    label: str,
    arrange: Callable[[TwilioServer], None],
    expected: type[DeskError],
    stopped: bool,
    sms: TwilioSms,
    twilio_server: TwilioServer,
    outgoing: Build,
) -> None:
    arrange(twilio_server)
    with pytest.raises(expected) as refused:
        sms.send(outgoing("x"))
    assert getattr(refused.value, "stopped", False) is stopped
    assert CITIZEN not in str(refused.value)
    assert refused.value.__cause__ is None  # the library's own words repeat the number


def test_a_text_beyond_twilios_limit_is_a_permanent_error(sms: TwilioSms, outgoing: Build) -> None:
    with pytest.raises(PermanentError, match="1,600"):
        sms.send(outgoing("a" * 1601))


def test_a_recipient_that_is_no_international_number_is_refused_before_any_call(
    sms: TwilioSms, twilio_server: TwilioServer, outgoing: Build
) -> None:
    for urn in (Urn("tel", "1530"), Urn("sms", "ISKI"), Urn("mailto", "a@b.example")):
        with pytest.raises(RecipientRejectedError):
            sms.send(outgoing("x", recipient=urn))
    assert twilio_server.calls == []


def test_a_number_that_cannot_exist_is_the_recipients_fault(sms: TwilioSms, outgoing: Build) -> None:
    with pytest.raises(RecipientRejectedError, match="21211"):
        sms.send(outgoing("x", recipient=Urn("tel", "+0123")))


def test_a_wrong_token_is_a_credentials_error(build_twilio: Build, outgoing: Build) -> None:
    with pytest.raises(CredentialsRejectedError, match="20003"):
        build_twilio(auth_token="baska-bir-jeton-12345").send(outgoing("x"))


S = timedelta(seconds=1)
CODES = [
    (429, {"code": 20429, "message": "Too Many Requests"}, {"Retry-After": "120"}, ThrottledError, 120 * S),
    (429, {"code": 20429}, {"Retry-After": "Mon, 04 May 2026 09:31:00 GMT"}, ThrottledError, 60 * S),
    (429, {"code": 20429, "retry_after": 3}, {}, ThrottledError, 3 * S),
    (429, {"code": 20429}, {}, ThrottledError, None),
    (400, {"code": 14107, "message": "SMS rate exceeded"}, {}, ThrottledError, None),
    (400, {"code": 21611, "message": "queue full"}, {}, ThrottledError, None),
    (400, {"code": 63038, "message": "daily limit"}, {}, ThrottledError, None),
    (500, {"code": 20500, "message": "Internal Server Error"}, {}, ConnectionFailedError, None),
    (503, {"code": 20503}, {"Retry-After": "9"}, ConnectionFailedError, 9 * S),
    (504, "zaman aşımı", {}, ConnectionFailedError, None),
    (401, {"code": 20003, "message": "Authenticate"}, {}, CredentialsRejectedError, None),
    (403, {"code": 20005, "message": "Account not active"}, {}, CredentialsRejectedError, None),
    (403, {"code": 99999}, {}, CredentialsRejectedError, None),
    (404, {"code": 20404, "message": "not found"}, {}, NotConfiguredError, None),
    (404, "yok", {}, NotConfiguredError, None),
    (301, "", {"Location": "https://elsewhere.example/"}, NotConfiguredError, None),
    (400, {"code": 21408, "message": "region"}, {}, NotConfiguredError, None),
    (400, {"code": 21612}, {}, RecipientRejectedError, None),
    (400, {"code": 21614}, {}, RecipientRejectedError, None),
    (400, {"code": 99999, "message": "new"}, {}, PermanentError, None),
    (400, "not JSON", {}, PermanentError, None),
    (
        400,
        {"type": "x", "title": "t", "status": 400, "code": 21211},
        {},
        RecipientRejectedError,
        None,
    ),
    (201, "not JSON", {}, ConnectionFailedError, None),
    (201, ["a", "list"], {}, ConnectionFailedError, None),
    (201, {"sid": None}, {}, ConnectionFailedError, None),
]


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected", "wait"),
    CODES,
    ids=[f"{r[0]} {r[1]}"[:60] for r in CODES],
)
def test_every_refusal_has_its_class_and_its_wait(
    status: int,
    body: Any,
    headers: dict[str, str],
    expected: type[DeskError],
    wait: timedelta | None,
    sms: TwilioSms,
    twilio_server: TwilioServer,
    outgoing: Build,
) -> None:
    twilio_server.fail_next(Fault(answer=json_answer(status, body, **headers)))
    refused_as(lambda: sms.send(outgoing("x")), expected, wait)
    assert len(twilio_server.calls) == 1
