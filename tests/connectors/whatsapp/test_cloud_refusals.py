"""What the Cloud API refuses, and what its check finds: tests 26 and 29 of docs/acceptance.md."""

import json
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
from tests.connectors.building import Build
from tests.connectors.refusals import refused_as
from tests.servers.standin import Fault, json_answer
from tests.servers.whatsapp_cloud import ACCOUNT_ID, NUMBER_ID, WhatsAppCloudServer, error_body

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
    refused_as(lambda: cloud.send(outgoing("x")), expected, wait)
    assert len(cloud_server.calls) == 1


def test_every_code_of_the_table_means_one_error_with_a_sentence() -> None:
    for code, (_, sentence) in CODES.items():
        assert str(meant_by(code)) == f"WhatsApp refused ({code}): {sentence}"
    assert meant_by(1) is None


def test_an_answer_that_is_no_json_is_worth_another_try(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    for body in (b"<html>", b"", b"[" * 5000, b"\xff"):
        cloud_server.answer_next(200, body)
        with pytest.raises(ConnectionFailedError, match="no JSON"):
            cloud.send(outgoing("x"))


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
