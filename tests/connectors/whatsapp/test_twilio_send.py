"""Sending WhatsApp messages through Twilio's official client: W7, W9; test 26 of docs/acceptance.md."""

import json
from datetime import timedelta

import pytest

from connectors.whatsapp.twilio import TwilioWhatsApp
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
    WindowClosedError,
)
from domain.urn import Urn
from tests.connectors.building import Build
from tests.connectors.refusals import refused_as
from tests.connectors.whatsapp.accounts import ADDRESS, CITIZEN, PUBLIC_URL, SENDER, twilio_settings
from tests.servers.standin import Fault, json_answer
from tests.servers.twilio import parse_form
from tests.servers.twilio_whatsapp import CONTENT, TwilioWhatsAppServer


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
    refused_as(lambda: by_twilio.send(outgoing("x")), expected, wait)


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
