"""Sending by the Cloud API: W7, W9; tests 26, 27 (the connector's part) and 29 of docs/acceptance.md."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connectors.whatsapp.cloud import CloudWhatsApp
from connectors.whatsapp.cloud_errors import CODES, meant_by
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
from tests.connectors.whatsapp.accounts import Build
from tests.servers.standin import Fault, json_answer
from tests.servers.whatsapp_cloud import ACCOUNT_ID, CITIZEN, NUMBER_ID, WhatsAppCloudServer, error_body

USER_ID = "TR.13491208655302741918"


def test_a_text_leaves_as_the_reference_writes_it(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    wamid = cloud.send(outgoing("Başvurunuz alındı:\n2026-0001234-5"))
    (call,) = cloud_server.calls
    assert (call.method, call.path) == ("POST", f"/v25.0/{NUMBER_ID}/messages")
    assert json.loads(call.body) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": CITIZEN,
        "type": "text",
        "text": {"preview_url": False, "body": "Başvurunuz alındı:\n2026-0001234-5"},
        "biz_opaque_callback_data": "n42",
    }
    assert [message["id"] for message in cloud_server.sent] == [wamid]


def test_a_person_without_a_number_is_written_to_by_their_user_id(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    assert cloud.send(outgoing("x", recipient=Urn("whatsapp", USER_ID)))
    assert cloud_server.sent[0]["recipient"] == USER_ID
    assert "to" not in cloud_server.sent[0]


def test_a_template_leaves_with_its_places_in_order(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    words = ["2026-0001234-5", "Park\nve\tBahçeler      Dairesi"]
    assert cloud.send_template(Urn("whatsapp", CITIZEN), "basvuru_alindi", "tr", words, "n43")
    (sent,) = cloud_server.sent
    assert sent["template"] == {
        "name": "basvuru_alindi",
        "language": {"policy": "deterministic", "code": "tr"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "2026-0001234-5"},
                    {"type": "text", "text": "Park ve Bahçeler Dairesi"},
                ],
            }
        ],
    }
    assert sent["biz_opaque_callback_data"] == "n43"


def test_a_template_without_places_and_one_with_an_empty_word_leave_too(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    cloud.send_template(Urn("whatsapp", CITIZEN), "duyuru", "tr", [], "n1")
    cloud.send_template(Urn("whatsapp", USER_ID), "basvuru_alindi", "tr", ["", " \n "], "n2")
    assert "components" not in cloud_server.sent[0]["template"]
    places = cloud_server.sent[1]["template"]["components"][0]["parameters"]
    assert [place["text"] for place in places] == ["-", "-"]


def test_a_closed_window_has_a_class_of_its_own_and_a_template_still_leaves(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    """W7: so that the notice takes its other way in the same job."""
    cloud_server.closed.add(CITIZEN)
    with pytest.raises(WindowClosedError, match="131047") as closed:
        cloud.send(outgoing("x"))
    assert not isinstance(closed.value, RecipientRejectedError)
    assert len(cloud_server.calls) == 1
    assert cloud.send_template(Urn("whatsapp", CITIZEN), "duyuru", "tr", [], "n1")


STATES = [
    ("not on WhatsApp", lambda s: s.absent.add(CITIZEN), False),
    ("opted out", lambda s: s.stopped.add(CITIZEN), True),
]


@pytest.mark.parametrize(("label", "arrange", "stopped"), STATES, ids=[r[0] for r in STATES])
def test_a_person_who_cannot_be_reached_is_told_apart(
    label: str,
    arrange: Callable[[WhatsAppCloudServer], None],
    stopped: bool,
    cloud: CloudWhatsApp,
    cloud_server: WhatsAppCloudServer,
    outgoing: Build,
) -> None:
    arrange(cloud_server)
    with pytest.raises(RecipientRejectedError) as refused:
        cloud.send(outgoing("x"))
    assert refused.value.stopped is stopped
    assert CITIZEN not in str(refused.value)


TEMPLATES = [
    ("unknown", "yok", "tr", [], "132001"),
    ("in another language", "duyuru", "en", [], "132001"),
    ("too few places", "basvuru_alindi", "tr", ["1"], "132000"),
    ("too many places", "duyuru", "tr", ["1"], "132000"),
]


@pytest.mark.parametrize(
    ("label", "name", "language", "words", "code"), TEMPLATES, ids=[r[0] for r in TEMPLATES]
)
def test_a_template_that_does_not_fit_is_for_an_operator_to_mend(
    label: str, name: str, language: str, words: list[str], code: str, cloud: CloudWhatsApp
) -> None:
    with pytest.raises(NotConfiguredError, match=code):
        cloud.send_template(Urn("whatsapp", CITIZEN), name, language, words, "n1")


def test_what_whatsapp_would_never_take_is_refused_before_any_call(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    with pytest.raises(PermanentError, match="4096"):
        cloud.send(outgoing("a" * 4097))
    for urn in (Urn("tel", "+905320000001"), Urn("whatsapp", "lid-77"), Urn("mailto", "a@b.example")):
        with pytest.raises(RecipientRejectedError):
            cloud.send(outgoing("x", recipient=urn))
        with pytest.raises(RecipientRejectedError):
            cloud.send_template(urn, "duyuru", "tr", [], "n1")
    assert cloud_server.calls == []
    assert cloud.send(outgoing("a" * 4096))


S = timedelta(seconds=1)
USAGE = json.dumps({"1": [{"type": "messaging", "estimated_time_to_regain_access": 4}]})
REFUSALS: list[tuple[int, Any, dict[str, str], type[DeskError], timedelta | None]] = [
    (429, error_body(130429, "Rate limit hit"), {"Retry-After": "120"}, ThrottledError, 120 * S),
    (400, error_body(130429, "x"), {"Retry-After": "Mon, 04 May 2026 09:31:00 GMT"}, ThrottledError, 60 * S),
    (429, {"retry_after": 3}, {}, ThrottledError, 3 * S),
    (429, {}, {"x-rate-limit-reset": "1777887090"}, ThrottledError, 90 * S),
    (400, error_body(80007, "x"), {"x-business-use-case-usage": USAGE}, ThrottledError, 240 * S),
    (400, error_body(131056, "Pair rate limit hit"), {}, ThrottledError, None),
    (400, error_body(131048, "Spam rate limit hit"), {}, ThrottledError, None),
    (400, error_body(4, "Application request limit reached"), {}, ThrottledError, None),
    (429, "çok hızlı", {}, ThrottledError, None),
    (401, error_body(190, "expired", 463), {}, CredentialsRejectedError, None),
    (400, error_body(190, "revoked", 460), {}, CredentialsRejectedError, None),
    (403, error_body(10, "permission"), {}, CredentialsRejectedError, None),
    (403, error_body(131005, "Access denied"), {}, CredentialsRejectedError, None),
    (400, error_body(100, "Object does not exist", 33), {}, NotConfiguredError, None),
    (400, error_body(131042, "payment"), {}, NotConfiguredError, None),
    (400, error_body(131031, "locked"), {}, NotConfiguredError, None),
    (400, error_body(133010, "not registered"), {}, NotConfiguredError, None),
    (400, error_body(132015, "paused"), {}, NotConfiguredError, None),
    (400, error_body(131030, "allowed list"), {}, NotConfiguredError, None),
    (400, error_body(470, "old window"), {}, WindowClosedError, None),
    (400, error_body(131021, "same"), {}, RecipientRejectedError, None),
    (400, error_body(131049, "healthy ecosystem"), {}, PermanentError, None),
    (400, error_body(131009, "value"), {}, PermanentError, None),
    (400, error_body(139999, "new"), {}, PermanentError, None),
    (500, error_body(131000, "went wrong"), {}, ConnectionFailedError, None),
    (400, error_body(131016, "unavailable"), {"Retry-After": "9"}, ConnectionFailedError, 9 * S),
    (503, "<html>", {"Retry-After": "5"}, ConnectionFailedError, 5 * S),
    (504, "", {}, ConnectionFailedError, None),
    (302, "", {"Location": "https://elsewhere.example/"}, NotConfiguredError, None),
    (200, error_body(131047, "in a good answer"), {}, WindowClosedError, None),
    (200, "no JSON", {}, ConnectionFailedError, None),
    (200, ["a", "list"], {}, ConnectionFailedError, None),
    (200, {"messages": []}, {}, ConnectionFailedError, None),
    (200, {"messages": [{"id": ""}]}, {}, ConnectionFailedError, None),
    (200, {"messages": "x"}, {}, ConnectionFailedError, None),
]


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected", "wait"), REFUSALS, ids=[f"{r[0]} {r[1]}"[:70] for r in REFUSALS]
)
def test_every_refusal_has_its_class_and_its_wait(
    status: int,
    body: Any,
    headers: dict[str, str],
    expected: type[DeskError],
    wait: timedelta | None,
    cloud: CloudWhatsApp,
    cloud_server: WhatsAppCloudServer,
    outgoing: Build,
) -> None:
    cloud_server.fail_next(Fault(answer=json_answer(status, body, **headers)))
    with pytest.raises(DeskError) as refused:
        cloud.send(outgoing("x"))
    assert type(refused.value) is expected
    assert getattr(refused.value, "retry_after", None) == wait
    assert len(cloud_server.calls) == 1


def test_every_code_of_the_table_means_one_error_with_a_sentence() -> None:
    for code, (_, sentence) in CODES.items():
        assert str(meant_by(code)) == f"WhatsApp refused ({code}): {sentence}"
    assert meant_by(1) is None


BROKEN = [
    ("silence", Fault(silent=True)),
    ("a broken connection", Fault(drop=True)),
    ("an answer lost after the work", Fault(drop=True, after_effect=True)),
]


@pytest.mark.parametrize(("label", "fault"), BROKEN, ids=[r[0] for r in BROKEN])
def test_a_call_that_breaks_off_is_worth_another_try(
    label: str, fault: Fault, build_cloud: Build, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    desk = build_cloud(timeout_seconds=0.3)
    cloud_server.fail_next(fault)
    with pytest.raises(ConnectionFailedError):
        desk.send(outgoing("x"))
    assert desk.send(outgoing("x"))


def test_an_answer_that_is_no_json_is_worth_another_try(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    for body in (b"<html>", b"", b"[" * 5000, b"\xff"):
        cloud_server.answer_next(200, body)
        with pytest.raises(ConnectionFailedError, match="no JSON"):
            cloud.send(outgoing("x"))


def test_an_address_nobody_listens_at_is_a_failed_connection(build_cloud: Build, outgoing: Build) -> None:
    with pytest.raises(ConnectionFailedError, match="cannot be reached"):
        build_cloud(base_url="http://127.0.0.1:9").send(outgoing("x"))


def test_a_token_that_was_revoked_is_named_and_a_new_one_works_at_once(
    build_cloud: Build, outgoing: Build
) -> None:
    """Test 29: the operator is told what to do; nothing has to be restarted but the connector."""
    revoked = build_cloud(access_token="EAAeskiJeton0123456789012345")
    for attempt in (lambda: revoked.send(outgoing("x")), revoked.check, lambda: revoked.fetch("media:1", 9)):
        with pytest.raises(CredentialsRejectedError, match=r"190/463.*create a new one"):
            attempt()
    assert build_cloud().send(outgoing("x"))


def test_an_app_secret_of_another_app_shows_in_the_test(build_cloud: Build) -> None:
    with pytest.raises(PermanentError, match="100"):
        build_cloud(app_secret="fedcba9876543210fedcba9876543210").check()


def test_the_check_asks_about_the_number_and_changes_nothing(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    cloud.check()
    assert [(c.method, c.path) for c in cloud_server.calls] == [("GET", f"/v25.0/{NUMBER_ID}")]
    assert cloud_server.sent == []


def test_the_check_finds_an_account_whose_messages_go_nowhere(
    build_cloud: Build, cloud_server: WhatsAppCloudServer
) -> None:
    desk = build_cloud(business_account_id=ACCOUNT_ID)
    desk.check()
    cloud_server.subscribed = False
    with pytest.raises(NotConfiguredError, match="subscribe"):
        desk.check()


def test_the_check_finds_an_unknown_number(build_cloud: Build, cloud_server: WhatsAppCloudServer) -> None:
    with pytest.raises(NotConfiguredError, match="100/33"):
        build_cloud(phone_number_id="999").check()
    cloud_server.fail_next(Fault(answer=json_answer(200, {})))
    with pytest.raises(ConnectionFailedError):
        build_cloud().check()


def test_another_version_of_the_graph_may_be_chosen(
    build_cloud: Build, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    build_cloud(graph_version="v26.0").send(outgoing("x"))
    assert cloud_server.calls[0].path.startswith("/v26.0/")


def test_closing_is_safe_before_between_and_after(build_cloud: Build, outgoing: Build) -> None:
    desk = build_cloud()
    desk.close()
    assert desk.send(outgoing("x"))
    desk.close()
    assert desk.send(outgoing("y"))
    desk.close()
