"""One place maps HTTP answers to our errors: G11, test 26 of docs/acceptance.md."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http import http_client, http_error, reaching, retry_after
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
)
from tests.servers.standin import Answer, Call, Fault, StandIn

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
S = timedelta(seconds=1)
EPOCH = str(int(NOW.timestamp()) + 90)

WAITS = [
    ("seconds", {"Retry-After": "120"}, b"", 120 * S),
    ("seconds, other case", {"rEtRy-aFtEr": "7"}, b"", 7 * S),
    ("zero", {"Retry-After": "0"}, b"", 0 * S),
    ("parts of a second", {"Retry-After": "1.5"}, b"", 1.5 * S),
    ("an HTTP-date", {"Retry-After": "Mon, 04 May 2026 09:32:00 GMT"}, b"", 120 * S),
    ("an HTTP-date, RFC 850", {"Retry-After": "Monday, 04-May-26 09:31:00 GMT"}, b"", 60 * S),
    ("an HTTP-date, asctime", {"Retry-After": "Mon May  4 09:31:30 2026"}, b"", 90 * S),
    ("a date that is past", {"Retry-After": "Mon, 04 May 2026 09:00:00 GMT"}, b"", 0 * S),
    ("negative", {"Retry-After": "-5"}, b"", 0 * S),
    ("JSON", {}, b'{"retry_after": 33}', 33 * S),
    ("JSON, parts of a second", {}, b'{"retry_after": 0.25}', 0.25 * S),
    ("JSON below parameters", {}, b'{"ok": false, "parameters": {"retry_after": 12}}', 12 * S),
    ("JSON as text", {}, b'{"retry_after": "9"}', 9 * S),
    ("epoch of the reset", {"x-rate-limit-reset": EPOCH}, b"", 90 * S),
    ("the header goes before the body", {"Retry-After": "5"}, b'{"retry_after": 50}', 5 * S),
    ("the body goes before the reset", {"x-rate-limit-reset": EPOCH}, b'{"retry_after": 50}', 50 * S),
    (
        "a header that says nothing",
        {"Retry-After": "soon"},
        b'{"retry_after": 4}',
        4 * S,
    ),
    ("nothing", {}, b"", None),
    ("nonsense", {"Retry-After": "bald"}, b"<html>", None),
    ("infinite", {"Retry-After": "inf"}, b'{"retry_after": 1e999}', None),
    ("no number", {"Retry-After": "nan"}, b'{"retry_after": true}', None),
    ("beyond every calendar", {"Retry-After": "1e300"}, b"", None),
    ("JSON that is a list", {}, b"[1]", None),
]


@pytest.mark.parametrize(("label", "headers", "body", "expected"), WAITS, ids=[r[0] for r in WAITS])
def test_every_form_of_asking_for_patience_is_understood_exactly(
    label: str, headers: dict[str, str], body: bytes, expected: Any
) -> None:
    error = http_error(429, headers, body, who="Gateway", now=NOW)
    assert isinstance(error, ThrottledError)
    assert error.retry_after == expected


@given(st.text(max_size=40), st.binary(max_size=40))
def test_no_header_and_no_body_raise(value: str, body: bytes) -> None:
    wait = retry_after({"Retry-After": value, "x-rate-limit-reset": value}, body, NOW)
    assert wait is None or wait >= timedelta(0)


STATUSES = [
    (200, None),
    (201, None),
    (204, None),
    (301, NotConfiguredError),
    (307, NotConfiguredError),
    (400, PermanentError),
    (401, CredentialsRejectedError),
    (403, CredentialsRejectedError),
    (404, PermanentError),
    (406, PermanentError),
    (408, ConnectionFailedError),
    (413, PermanentError),
    (422, PermanentError),
    (425, ConnectionFailedError),
    (429, ThrottledError),
    (500, ConnectionFailedError),
    (502, ConnectionFailedError),
    (503, ConnectionFailedError),
    (504, ConnectionFailedError),
    (599, ConnectionFailedError),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
def test_the_status_decides_the_class_of_the_error(status: int, expected: Any) -> None:
    error = http_error(status, {}, b"Ay\xc5\x9fe hanim 0532", who="Gateway", now=NOW)
    assert type(error) is (expected or type(None))
    if error:
        assert str(error).startswith(f"Gateway answered {status}")
        assert "0532" not in str(error)


def test_a_server_in_trouble_may_say_when_to_come_back() -> None:
    error = http_error(503, {"Retry-After": "30"}, b"", who="Gateway", now=NOW)
    assert isinstance(error, ConnectionFailedError)
    assert error.retry_after == 30 * S


class Silent(StandIn):
    def respond(self, call: Call) -> Answer:
        return Answer(body=b"ok")


def test_the_query_never_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Silent() as server, http_client(5) as client:
        client.get(f"{server.url}/v2/x", params={"password": "kanarya-8842"})
        assert server.calls[0].query == {"password": "kanarya-8842"}
    assert "/v2/x" in caplog.text
    assert "kanarya" not in caplog.text


BROKEN = [
    ("nobody listens", "http://127.0.0.1:9", ConnectionFailedError),
    ("no web address", "ftp://127.0.0.1", NotConfiguredError),
    ("no address at all", "http://[::1", NotConfiguredError),
]


@pytest.mark.parametrize(("label", "url", "expected"), BROKEN, ids=[r[0] for r in BROKEN])
def test_what_keeps_us_from_reaching_it_is_an_error_of_ours(label: str, url: str, expected: Any) -> None:
    with http_client(5) as client, pytest.raises(expected, match="Gateway"), reaching("Gateway"):
        client.get(url)


def test_silence_ends_after_the_timeout() -> None:
    with Silent() as server, http_client(0.2) as client:
        server.fail_next(Fault(silent=True))
        with pytest.raises(ConnectionFailedError, match="in time"), reaching("Gateway"):
            client.get(server.url)


def test_a_broken_answer_is_a_failed_connection() -> None:
    with Silent() as server, http_client(5) as client:
        server.fail_next(Fault(drop=True))
        with pytest.raises(ConnectionFailedError), reaching("Gateway"):
            client.get(server.url)
        assert client.get(server.url).text == "ok"
