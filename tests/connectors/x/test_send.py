"""Direct messages out, files in, the account's check: X3, G12; tests 26, 29 of docs/acceptance.md."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import OutboundText
from connectors.x import XConnector
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
from tests.connectors.x.accounts import context, settings
from tests.servers.standin import Fault, json_answer
from tests.servers.x import CITIZEN, SIGNED_FOR, XServer

Outgoing = Callable[..., OutboundText]


def test_a_text_leaves_as_it_stands_and_its_id_comes_back(
    desk: XConnector, server: XServer, outgoing: Outgoing
) -> None:
    text = "Başvurunuz alındı: ĞÜŞİÖÇ <b> & https://masa.example/d/ABC 👍"
    identifier = desk.send(outgoing(text))
    assert server.events[-1]["text"] == text
    assert identifier == f"dm:{server.events[-1]['id']}"
    assert server.calls[-1].path.endswith(f"/with/{CITIZEN}/messages")


REFUSED: list[tuple[str, dict[str, Any], type[DeskError]]] = [
    ("another scheme", {"recipient": Urn("tel", "+905320000001")}, RecipientRejectedError),
    ("a name instead of a number", {"recipient": Urn("x", "ayse")}, RecipientRejectedError),
    ("a path", {"recipient": Urn("x", "1/../2")}, RecipientRejectedError),
    ("no words", {"text": " \n"}, PermanentError),
    ("too many words", {"text": "a" * 10_001}, PermanentError),
]


@pytest.mark.parametrize(("label", "given", "error"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_x_would_refuse_is_not_sent(
    label: str, given: dict[str, Any], error: type[DeskError], desk: XConnector, server: XServer,
    outgoing: Outgoing,
) -> None:  # fmt: skip
    with pytest.raises(error):
        desk.send(outgoing(**given))
    assert server.calls == []


def test_the_longest_text_is_taken(desk: XConnector, outgoing: Outgoing) -> None:
    assert desk.send(outgoing("ğ" * 10_000))


def test_somebody_who_takes_no_messages_is_not_tried_again(
    desk: XConnector, server: XServer, outgoing: Outgoing
) -> None:
    server.closed.add(CITIZEN)
    with pytest.raises(RecipientRejectedError) as refused:
        desk.send(outgoing())
    assert refused.value.stopped


def test_an_account_that_is_gone_is_no_address_any_more(
    desk: XConnector, server: XServer, outgoing: Outgoing
) -> None:
    server.strangers.add(CITIZEN)
    with pytest.raises(RecipientRejectedError) as refused:
        desk.send(outgoing())
    assert not refused.value.stopped


ANSWERS: list[tuple[str, int, Any, type[DeskError]]] = [
    ("tokens revoked", 401, {"title": "Unauthorized"}, CredentialsRejectedError),
    ("no permission", 403, {"type": "https://api.twitter.com/2/problems/oauth1-permissions",
     "detail": "Your client app is not configured with the appropriate oauth1 app permissions"},
     CredentialsRejectedError),
    ("the account is locked", 403, {"errors": [{"code": 326, "message": "locked"}]},
     CredentialsRejectedError),
    ("an older refusal", 403, {"errors": [{"code": 349, "message": "x"}]}, RecipientRejectedError),
    ("a bad request", 400, {"title": "Invalid Request"}, PermanentError),
    ("429", 429, {}, ThrottledError),
    ("the quota", 429, {"title": "UsageCapExceeded"}, NotConfiguredError),
    ("500", 500, {}, ConnectionFailedError),
    ("no id", 201, {"data": {}}, ConnectionFailedError),
]  # fmt: skip


@pytest.mark.parametrize(("label", "status", "body", "error"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_each_refusal_of_a_text_becomes_its_error(
    label: str, status: int, body: Any, error: type[DeskError], desk: XConnector, server: XServer,
    outgoing: Outgoing,
) -> None:  # fmt: skip
    server.answer_next(status, json.dumps(body).encode())
    with pytest.raises(error) as raised:
        desk.send(outgoing())
    assert type(raised.value) is error


def test_the_account_is_checked(build: Build, server: XServer) -> None:
    build().check()
    server.access_level = "read-write"
    build(poll_messages=False).check()
    with pytest.raises(CredentialsRejectedError, match="direct messages"):
        build().check()


def test_another_accounts_answer_is_noticed(desk: XConnector, server: XServer) -> None:
    server.fail_next(Fault(answer=json_answer(200, {"data": {"id": "42"}})))
    with pytest.raises(NotConfiguredError, match="another account"):
        desk.check()


@pytest.mark.parametrize("name", ["consumer_key", "consumer_secret", "access_token_secret"])
def test_a_wrong_key_is_refused_by_x_and_told(name: str, build: Build) -> None:
    with pytest.raises(CredentialsRejectedError):
        build(**{name: "yanlisYanlisYanlis"}).check()


def test_a_closed_connector_may_be_used_again(desk: XConnector) -> None:
    desk.check()
    desk.close()
    desk.close()
    desk.check()


def test_a_file_of_a_message_is_asked_for_with_our_signature(desk: XConnector, server: XServer) -> None:
    server.files["/1.1/ton/data/dm/1/2/a.jpg"] = b"resim"
    assert desk.fetch(f"{server.url}/1.1/ton/data/dm/1/2/a.jpg", 5) == b"resim"


def test_a_file_larger_than_allowed_is_not_read_to_its_end(desk: XConnector, server: XServer) -> None:
    server.files["/b"] = b"x" * 6
    with pytest.raises(PermanentError, match="larger"):
        desk.fetch(f"{server.url}/b", 5)


@pytest.mark.parametrize(("status", "error"), [
    (404, PermanentError), (403, PermanentError), (302, NotConfiguredError), (401, CredentialsRejectedError),
    (429, ThrottledError), (503, ConnectionFailedError),
])  # fmt: skip
def test_a_file_that_does_not_come_says_why(
    status: int, error: type[DeskError], desk: XConnector, server: XServer
) -> None:
    server.answer_next(status, b"", location="http://127.0.0.1:9/")
    with pytest.raises(error):
        desk.fetch(f"{server.url}/b", 5)


@pytest.mark.parametrize("source", [
    "", "x", "file:///etc/passwd", "http://pbs.twimg.com/a.jpg", "https://pbs.twimg.com.elsewhere.example/a",
    "https://elsewhere.example/pbs.twimg.com", "https://pbs.twimg.com@127.0.0.1/a", "http://127.0.0.1:1/a",
    "https://a:b@pbs.twimg.com/a", "https://pbs.twimg.com:8443/a", "https://[::1", "https://pbs.twimg.com:x/",
    "https://169.254.169.254/a", f"{SIGNED_FOR}/2/users/me", "https://ton.twitter.com.example/a",
])  # fmt: skip
def test_files_elsewhere_are_not_fetched(source: str, desk: XConnector, server: XServer) -> None:
    with pytest.raises(PermanentError):
        desk.fetch(source, 1000)
    assert server.calls == []


def test_the_api_itself_is_no_store_of_files() -> None:
    with pytest.raises(PermanentError, match="outside"):
        XConnector(context(settings())).fetch(f"{SIGNED_FOR}/2/users/me", 1000)
