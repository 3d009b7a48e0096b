"""Files of messages and posts: G12 of docs/acceptance.md."""

from datetime import datetime, timedelta

import pytest

from connectors.base import Fetching
from connectors.facebook import FacebookConnector
from domain.errors import ConnectionFailedError, DeskError, PermanentError, ThrottledError
from tests.connectors.building import NOW, Build
from tests.servers.facebook import FacebookServer
from tests.servers.standin import Answer, Fault


def test_a_file_is_fetched_without_our_token(desk: FacebookConnector, server: FacebookServer) -> None:
    server.files["/v/foto.jpg"] = b"\xff\xd8foto"
    assert isinstance(desk, Fetching)
    assert desk.fetch(f"{server.url}/v/foto.jpg?oh=1", 100) == b"\xff\xd8foto"
    assert "authorization" not in server.calls[0].headers


STRANGERS = [
    "https://kotu.example/x.jpg",
    "http://scontent.xx.fbcdn.net/x.jpg",
    "https://fbcdn.net.kotu.example/x.jpg",
    "https://kotufbcdn.net/x.jpg",
    "https://scontent.xx.fbcdn.net@169.254.169.254/x",
    "http://127.0.0.1:1/x",
    "file:///etc/passwd",
    "http://[",
    "",
    "m_1",
]


@pytest.mark.parametrize("address", STRANGERS)
def test_nothing_is_fetched_from_elsewhere(address: str, desk: FacebookConnector) -> None:
    with pytest.raises(PermanentError):
        desk.fetch(address, 100)


@pytest.mark.parametrize("address", STRANGERS[:3])
def test_no_redirect_leads_elsewhere(address: str, desk: FacebookConnector, server: FacebookServer) -> None:
    server.redirects["/v/foto.jpg"] = address
    with pytest.raises(PermanentError, match="outside"):
        desk.fetch(f"{server.url}/v/foto.jpg", 100)


def test_a_redirect_within_is_followed_but_not_for_ever(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    server.redirects["/v/a"] = "/v/b"
    server.files["/v/b"] = b"b"
    assert desk.fetch(f"{server.url}/v/a", 100) == b"b"
    server.redirects["/v/c"] = "/v/c"
    with pytest.raises(PermanentError, match="without end"):
        desk.fetch(f"{server.url}/v/c", 100)


def test_a_file_may_be_as_large_as_allowed_and_no_byte_larger(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    server.files["/v/x"] = b"x" * 100_000
    assert len(desk.fetch(f"{server.url}/v/x", 100_000)) == 100_000
    with pytest.raises(PermanentError, match="larger"):
        desk.fetch(f"{server.url}/v/x", 99_999)


ANSWERS: list[tuple[str, Fault, type[DeskError]]] = [
    ("its address has ended", Fault(answer=Answer(status=403)), PermanentError),
    ("gone", Fault(answer=Answer(status=404)), PermanentError),
    ("gone for good", Fault(answer=Answer(status=410)), PermanentError),
    ("too often", Fault(answer=Answer(status=429, headers={"retry-after": "5"})), ThrottledError),
    ("out of order", Fault(answer=Answer(status=503)), ConnectionFailedError),
    ("broken off", Fault(drop=True), ConnectionFailedError),
    ("silent", Fault(silent=True), ConnectionFailedError),
]


@pytest.mark.parametrize(("label", "fault", "expected"), ANSWERS, ids=[r[0] for r in ANSWERS])
def test_a_file_that_does_not_come(
    label: str, fault: Fault, expected: type[DeskError], build: Build, server: FacebookServer
) -> None:
    server.fail_next(fault)
    with pytest.raises(DeskError) as refused:
        build(timeout_seconds=1.0).fetch(f"{server.url}/v/x", 100)
    assert type(refused.value) is expected


def test_a_file_that_trickles_is_given_up(build: Build, server: FacebookServer) -> None:
    server.files["/v/x"] = b"x" * 500_000
    times = iter(range(0, 100_000, 90))

    def later() -> datetime:
        return NOW + timedelta(seconds=next(times))

    with pytest.raises(ConnectionFailedError, match="slowly"):
        build(later).fetch(f"{server.url}/v/x", 1_000_000)
