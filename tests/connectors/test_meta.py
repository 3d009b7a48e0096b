"""What Meta's products share: W1, W2, F5, G11; the Meta rows of tests 17, 18 and 26 of docs/acceptance.md."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from connectors.base import WebhookRequest
from connectors.meta import answer_handshake, appsecret_proof, check_signature, graph_error, refusal
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    SignatureRejectedError,
    ThrottledError,
    WindowClosedError,
)

SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "dogrulama-parcasi-5512"
BODY = '{"object":"page","entry":[{"id":"1","time":1777887000,"text":"Işık söndü"}]}'.encode()
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
S = timedelta(seconds=1)


def sign(body: bytes = BODY, secret: str = SECRET, digest: Any = hashlib.sha256) -> str:
    return hmac.new(secret.encode(), body, digest).hexdigest()


def call(signature: str | None, body: bytes = BODY, method: str = "POST", **more: str) -> WebhookRequest:
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    if signature is not None:
        headers["x-hub-signature-256"] = signature
    return WebhookRequest(method=method, path="", query=(), headers=headers, body=body)


GOOD = f"sha256={sign()}"
ESCAPED = json.dumps(json.loads(BODY)).encode()
REFUSED = [
    ("no header", call(None)),
    ("an empty header", call("")),
    ("only the old SHA-1 header", call(None, x_hub_signature=f"sha1={sign(digest=hashlib.sha1)}")),
    ("SHA-1 in the new header", call(f"sha1={sign(digest=hashlib.sha1)}")),
    ("no prefix", call(sign())),
    ("another prefix", call(f"sha512={sign(digest=hashlib.sha512)}")),
    ("one digit changed", call(GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"))),
    ("too short", call(GOOD[:-1])),
    ("too long", call(GOOD + "0")),
    ("the prefix alone", call("sha256=")),
    ("capital letters", call(f"sha256={sign().upper()}")),
    ("letters that are none", call("sha256=ğüşiöç")),
    ("a blank in front", call(f" {GOOD}")),
    ("another secret", call(f"sha256={sign(secret='baska')}")),
    ("an empty secret", call(f"sha256={sign(secret='')}")),
    ("one byte of the body changed", call(GOOD, BODY.replace(b"page", b"pagf"))),
    ("the same JSON written otherwise", call(GOOD, ESCAPED)),
    ("a line end added", call(GOOD, BODY + b"\n")),
    ("no body", call(GOOD, b"")),
    ("GET", call(GOOD, method="GET")),
    ("PUT", call(GOOD, method="PUT")),
]
ACCEPTED = [
    ("as sent", call(GOOD)),
    ("beside the old header", call(GOOD, x_hub_signature="sha1=0")),
    ("whatever the proxy claims", call(GOOD, host="127.0.0.1:8153", x_forwarded_host="evil.example")),
    ("a body with no text in it", call(f"sha256={sign(bytes(range(256)))}", bytes(range(256)))),
    ("an empty body that is signed", call(f"sha256={sign(b'')}", b"")),
]


@pytest.mark.parametrize(("label", "request_"), ACCEPTED, ids=[r[0] for r in ACCEPTED])
def test_a_call_signed_over_its_raw_body_is_taken(label: str, request_: WebhookRequest) -> None:
    check_signature(request_, SecretStr(SECRET))


@pytest.mark.parametrize(("label", "request_"), REFUSED, ids=[r[0] for r in REFUSED])
def test_any_other_call_is_refused(label: str, request_: WebhookRequest) -> None:
    with pytest.raises(SignatureRejectedError):
        check_signature(request_, SecretStr(SECRET))


def test_an_empty_secret_believes_nobody() -> None:
    with pytest.raises(SignatureRejectedError):
        check_signature(call(f"sha256={sign(secret='')}"), SecretStr(""))


Pairs = list[tuple[str, str]]
ASKED: Pairs = [("hub.mode", "subscribe"), ("hub.verify_token", TOKEN), ("hub.challenge", "1158201444")]


def without(name: str, value: str | None = None) -> Pairs:
    kept = [pair for pair in ASKED if pair[0] != name]
    return kept if value is None else [*kept, (name, value)]


BAD_HANDSHAKES: list[tuple[str, Pairs]] = [
    ("another token", without("hub.verify_token", "baska")),
    ("one letter less", without("hub.verify_token", TOKEN[:-1])),
    ("one letter more", without("hub.verify_token", TOKEN + "2")),
    ("other letters' case", without("hub.verify_token", TOKEN.upper())),
    ("an empty token", without("hub.verify_token", "")),
    ("no token", without("hub.verify_token")),
    ("half a surrogate for a token", without("hub.verify_token", "\ud83d")),
    ("another mode", without("hub.mode", "unsubscribe")),
    ("no mode", without("hub.mode")),
    ("no challenge", without("hub.challenge")),
    ("an empty challenge", without("hub.challenge", "")),
    ("a second token behind a wrong one", [("hub.verify_token", "baska"), *ASKED]),
    ("nothing", []),
]


@pytest.mark.parametrize("challenge", ["1158201444", "<script>", "ç", "a b+c"])
def test_the_handshake_with_our_token_is_answered_with_the_bare_challenge(challenge: str) -> None:
    query = without("hub.challenge", challenge)
    request = WebhookRequest(method="GET", path="", query=query, headers={}, body=b"")
    reply = answer_handshake(request, SecretStr(TOKEN))
    assert (reply.status, reply.body) == (200, challenge.encode())
    assert reply.media_type.startswith("text/plain")


@pytest.mark.parametrize(("label", "query"), BAD_HANDSHAKES, ids=[r[0] for r in BAD_HANDSHAKES])
def test_any_other_handshake_is_refused(label: str, query: Pairs) -> None:
    request = WebhookRequest(method="GET", path="", query=query, headers={}, body=b"")
    with pytest.raises(SignatureRejectedError):
        answer_handshake(request, SecretStr(TOKEN))


def test_an_empty_verify_token_lets_nobody_in() -> None:
    query = without("hub.verify_token", "")
    request = WebhookRequest(method="GET", path="", query=query, headers={}, body=b"")
    with pytest.raises(SignatureRejectedError):
        answer_handshake(request, SecretStr(""))


def test_the_proof_is_the_documented_one() -> None:
    expected = hmac.new(SECRET.encode(), b"EAAjeton", hashlib.sha256).hexdigest()
    assert appsecret_proof(SecretStr("EAAjeton"), SecretStr(SECRET)) == expected


def error(code: int, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    found = {"message": "Echo +905320000001", "type": "OAuthException", "code": code, "fbtrace_id": "x"}
    return {"error": found | ({"error_subcode": subcode} if subcode else {}) | more}


ANSWERS: list[tuple[int, Any, type[DeskError] | None]] = [
    (200, {"id": "1"}, None),
    (200, error(190), CredentialsRejectedError),
    (401, error(190, 463), CredentialsRejectedError),
    (400, error(190, 460), CredentialsRejectedError),
    (401, error(0), CredentialsRejectedError),
    (400, error(102), CredentialsRejectedError),
    (400, error(104), CredentialsRejectedError),
    (403, error(10), CredentialsRejectedError),
    (403, error(200), CredentialsRejectedError),
    (403, error(299), CredentialsRejectedError),
    (400, error(3), CredentialsRejectedError),
    (400, error(4), ThrottledError),
    (400, error(17), ThrottledError),
    (400, error(32), ThrottledError),
    (400, error(613), ThrottledError),
    (400, error(341), ThrottledError),
    (400, error(80007), ThrottledError),
    (429, error(130429), ThrottledError),
    (400, error(368), NotConfiguredError),
    (400, error(100, 33), NotConfiguredError),
    (404, error(100, 33), NotConfiguredError),
    (400, error(100), PermanentError),
    (400, error(300), PermanentError),
    (500, error(1), ConnectionFailedError),
    (503, error(2), ConnectionFailedError),
    (400, error(99999, is_transient=True), ConnectionFailedError),
    (400, error(99999, is_transient="true"), PermanentError),
    (500, error(99999), ConnectionFailedError),
    (401, error(99999), CredentialsRejectedError),
    (400, error(99999), PermanentError),
    (400, error(True), PermanentError),
    (400, {"error": "bir söz"}, PermanentError),
    (400, ["x"], PermanentError),
    (400, "no JSON", PermanentError),
    (401, {}, CredentialsRejectedError),
    (500, {}, ConnectionFailedError),
    (302, {}, NotConfiguredError),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "expected"), ANSWERS, ids=[f"{r[0]} {r[1]}"[:80] for r in ANSWERS]
)
def test_every_answer_has_its_class_by_its_numbers(
    status: int, body: Any, expected: type[DeskError] | None
) -> None:
    found = graph_error(status, {}, json.dumps(body).encode(), who="Meta", now=NOW)
    assert (type(found) if found else None) is expected
    assert "905320000001" not in str(found)


def test_a_products_own_codes_go_before_the_common_ones() -> None:
    codes = {4: (WindowClosedError, "başka")}
    found = graph_error(400, {}, json.dumps(error(4)).encode(), who="Meta", now=NOW, codes=codes)
    assert type(found) is WindowClosedError
    assert str(found).startswith("Meta refused (4)")


def usage(*minutes: Any) -> str:
    cases = [{"type": "messaging", "call_count": 100, "estimated_time_to_regain_access": m} for m in minutes]
    return json.dumps({"100200300": cases})


WAITS: list[tuple[str, dict[str, str], dict[str, Any], timedelta | None]] = [
    ("seconds", {"Retry-After": "120"}, {}, 120 * S),
    ("an HTTP-date", {"Retry-After": "Mon, 04 May 2026 09:31:00 GMT"}, {}, 60 * S),
    ("JSON", {}, {"retry_after": 7}, 7 * S),
    ("epoch of the reset", {"x-rate-limit-reset": str(int(NOW.timestamp()) + 90)}, {}, 90 * S),
    ("Meta's estimate", {"X-Business-Use-Case-Usage": usage(13)}, {}, 780 * S),
    ("the longest of several", {"x-business-use-case-usage": usage(0, 5, 2)}, {}, 300 * S),
    ("asked goes before estimated", {"Retry-After": "3", "x-business-use-case-usage": usage(9)}, {}, 3 * S),
    ("an estimate of nothing", {"x-business-use-case-usage": usage(0)}, {}, None),
    ("an estimate that is none", {"x-business-use-case-usage": usage("yarın", None, True, 10**12)}, {}, None),
    ("no JSON in it", {"x-business-use-case-usage": "{"}, {}, None),
    ("a list in it", {"x-business-use-case-usage": "[1]"}, {}, None),
    ("something else in it", {"x-business-use-case-usage": '{"a": [1], "b": 2}'}, {}, None),
    ("nothing", {}, {}, None),
]


@pytest.mark.parametrize(("label", "headers", "more", "wait"), WAITS, ids=[r[0] for r in WAITS])
def test_a_throttled_call_waits_as_long_as_asked(
    label: str, headers: dict[str, str], more: dict[str, Any], wait: timedelta | None
) -> None:
    body = json.dumps(error(80007) | more).encode()
    found = graph_error(400, headers, body, who="Meta", now=NOW)
    assert isinstance(found, ThrottledError)
    assert found.retry_after == wait


@given(st.binary(max_size=80), st.dictionaries(st.text(max_size=8), st.text(max_size=40), max_size=3))
def test_no_answer_whatsoever_breaks_the_reading(body: bytes, headers: dict[str, str]) -> None:
    refusal(body)
    assert graph_error(400, headers, body, who="Meta", now=NOW)
