"""What Meta refuses to polls, and the token that is looked at daily: F5; test 29 of docs/acceptance.md."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.facebook import FacebookConnector
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
)
from tests.connectors.building import NOW, Build
from tests.connectors.facebook.accounts import at, ids
from tests.connectors.polling import sweep, texts
from tests.fakes import Clock
from tests.servers.facebook import CITIZEN, PAGE, FacebookServer, comment, error_body, post
from tests.servers.standin import Fault, json_answer


def test_a_post_that_vanishes_between_two_calls_is_told_and_the_rest_is_read(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    many = [comment(1, 100 - n, at(-n), f"y{n}") for n in range(60)]
    server.posts = [
        post(1, at(-90), "x", comments=many), post(2, at(-91), "öbür", author=CITIZEN)
    ]  # fmt: skip
    server.gone.add(f"{PAGE}_1")
    batch = desk.poll("")
    assert isinstance(batch.trouble, NotConfiguredError)
    assert "öbür" in texts(batch.items)


REFUSED: list[tuple[str, int, Any, type[DeskError]]] = [
    ("a dead token", 400, error_body(190, subcode=463), CredentialsRejectedError),
    ("a scope that was removed", 403, error_body(10), CredentialsRejectedError),
    ("out of order", 500, error_body(2), ConnectionFailedError),
    ("no list", 200, {"data": "x"}, ConnectionFailedError),
]


@pytest.mark.parametrize(("label", "status", "body", "expected"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_refused_poll_raises_and_the_same_cursor_brings_everything_later(
    label: str, status: int, body: Any, expected: type[DeskError], desk: FacebookConnector,
    server: FacebookServer,
) -> None:  # fmt: skip
    _, cursor = sweep(desk, "")
    server.posts = [post(1, at(5), "arada", author=CITIZEN)]
    server.fail_next(Fault(answer=json_answer(status, body)))
    with pytest.raises(expected):
        desk.poll(cursor)
    assert texts(desk.poll(cursor).items) == ["arada"]


@pytest.mark.parametrize(
    "cursor", ["x", "{}", "[]", '{"mark": 1}', '{"mark": ["dün", "1"]}', '{"mark": [1]}']
)
def test_a_cursor_that_was_not_written_here_is_refused(cursor: str, desk: FacebookConnector) -> None:
    with pytest.raises(PermanentError, match="cursor"):
        desk.poll(cursor)


def looks(server: FacebookServer) -> int:
    return len([call for call in server.calls if call.path.endswith("debug_token")])


def test_the_token_is_looked_at_once_a_day(build: Build, server: FacebookServer) -> None:
    clock = Clock(NOW)
    desk = build(clock)
    cursor = desk.poll("").cursor
    cursor = desk.poll(cursor).cursor
    assert looks(server) == 1
    clock.moment += timedelta(days=1)
    desk.poll(cursor)
    assert looks(server) == 2


def test_a_token_that_ends_soon_is_told_at_every_poll(build: Build, server: FacebookServer) -> None:
    clock = Clock(NOW)
    desk = build(clock)
    server.token["data_access_expires_at"] = int((NOW + timedelta(days=20)).timestamp())
    server.token["expires_at"] = int((NOW + timedelta(days=60)).timestamp())
    batch = desk.poll("")
    assert batch.trouble is None
    clock.moment += timedelta(days=8)
    for _ in range(2):
        batch = desk.poll(batch.cursor)
        assert isinstance(batch.trouble, NotConfiguredError)
        assert "2026-05-24" in str(batch.trouble)
    server.token["data_access_expires_at"] = 0
    clock.moment += timedelta(days=1)
    assert desk.poll(batch.cursor).trouble is None


def test_a_scope_that_was_removed_is_told_and_what_still_works_goes_on(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    server.token["scopes"].remove("pages_messaging")
    server.posts = [post(1, at(-5), "çalışıyor", author=CITIZEN)]
    batch = desk.poll("")
    assert texts(batch.items) == ["çalışıyor"]
    assert isinstance(batch.trouble, CredentialsRejectedError)
    server.token["scopes"].append("pages_messaging")
    assert desk.poll(batch.cursor).trouble is None


def test_an_account_without_feed_is_polled_for_its_token_alone(build: Build, server: FacebookServer) -> None:
    server.posts = [post(1, at(-5), "okunmaz", author=CITIZEN)]
    desk = build(poll_feed=False)
    batch = desk.poll("")
    assert (list(batch.items), batch.more, looks(server), len(server.calls)) == ([], False, 1, 2)
    desk.poll(batch.cursor)
    assert len(server.calls) == 2


def test_a_subscription_that_meta_has_ended_is_told(desk: FacebookConnector, server: FacebookServer) -> None:
    server.subscribed = []
    server.posts = [post(1, at(-5), "okunur", author=CITIZEN)]
    batch = desk.poll("")
    assert texts(batch.items) == ["okunur"]
    assert isinstance(batch.trouble, NotConfiguredError)
    server.subscribed = ["messages"]
    assert desk.poll(batch.cursor).trouble is None


def test_posts_with_too_much_in_them_are_asked_for_a_few_at_a_time(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    server.most = 10
    server.posts = [post(n, at(n - 100), f"g{n}", author=CITIZEN) for n in range(12, 0, -1)]
    found, _ = sweep(desk, "")
    assert sorted(ids(found)) == sorted(f"{PAGE}_{n}" for n in range(1, 13))


def test_a_service_that_is_out_of_order_is_asked_twice_at_most(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    server.most = 0
    with pytest.raises(ConnectionFailedError):
        desk.poll("")
    assert len([call for call in server.calls if call.path.endswith("/feed")]) == 2
