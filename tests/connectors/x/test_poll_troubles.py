"""What keeps X from being asked, and for how long: X3; tests 26, 29 of docs/acceptance.md."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from connectors.x import XConnector
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
    TransientError,
)
from tests.connectors.building import Build
from tests.connectors.polling import drain, texts
from tests.connectors.x.accounts import NOW, asked, context, only, settings
from tests.servers.standin import Fault, json_answer
from tests.servers.x import XServer


def test_a_backlog_of_messages_larger_than_the_limit_goes_on_where_it_stopped(
    build: Build, server: XServer
) -> None:
    desk = only(build, "messages", first_hours=720)
    for number in range(2300):
        server.message(str(number))
    found: set[str] = set()
    cursor, troubles = "", 0
    for _ in range(12):
        try:
            batch = desk.poll(cursor)
        except ThrottledError:
            troubles += 1
            server.pass_time(minutes=16)
            continue
        found |= set(texts(batch.items))
        cursor = batch.cursor
    assert troubles
    assert len(found) == 2300


def test_one_source_that_has_to_wait_holds_up_nothing_of_the_other(desk: XConnector, server: XServer) -> None:
    server.used["dm_events"] = 15
    server.mention("açık")
    batch = desk.poll("")
    assert texts(batch.items) == ["açık"]
    assert isinstance(batch.trouble, ThrottledError)
    assert batch.trouble.retry_after == timedelta(minutes=10)
    again = desk.poll(batch.cursor)
    assert isinstance(again.trouble, ThrottledError)
    assert len(asked(server, "/dm_events")) == 1  # it is not asked before X allows it
    server.pass_time(minutes=16)
    server.message("özel")
    later = desk.poll(again.cursor)
    assert (later.trouble, "özel" in texts(later.items)) == (None, True)


def test_messages_are_asked_for_within_their_limit(desk: XConnector, server: XServer) -> None:
    cursor = ""
    for _ in range(15):
        cursor = desk.poll(cursor).cursor
        server.pass_time(minutes=1)
    assert len(asked(server, "/dm_events")) <= 8
    assert len(asked(server, "/mentions")) == 15


def test_a_page_that_x_no_longer_knows_is_walked_to_again(build: Build, server: XServer) -> None:
    server.mention("x")
    cursor = json.loads(only(build, "mentions").poll("").cursor)
    cursor["mentions"]["token"] = "kayıp"
    server.pass_time(minutes=1)
    server.mention("y")
    desk = only(build, "mentions")
    batch = desk.poll(json.dumps(cursor))
    assert isinstance(batch.trouble, PermanentError)
    assert drain(desk, batch.cursor)[0] == ["y"]


def test_the_cursor_of_another_account_is_refused(desk: XConnector, server: XServer) -> None:
    with pytest.raises(NotConfiguredError, match="another account"):
        desk.poll(
            json.dumps({"user": "42", "mentions": {"top": 0, "count": 0}, "messages": {"top": 0, "count": 0}})
        )


@pytest.mark.parametrize("cursor", ["x", "[]", "{}", '{"user": "1", "mentions": 5, "messages": {}}',
                                    '{"user": "1", "mentions": {"seen": "a"}, "messages": {}}'])  # fmt: skip
def test_a_cursor_that_was_not_written_here_is_a_permanent_error(
    cursor: str, desk: XConnector, server: XServer
) -> None:
    with pytest.raises(PermanentError):
        desk.poll(cursor)
    assert server.calls == []


S = timedelta(seconds=1)

EPOCH = str(1777887000 + 90)  # 09:31:30

ANSWERS: list[tuple[str, int, Any, dict[str, str], type[Exception], timedelta | None]] = [
    ("429 until the reset", 429, {}, {"x_rate_limit_reset": EPOCH}, ThrottledError, 90 * S),
    ("429 in seconds", 429, {}, {"Retry_After": "9"}, ThrottledError, 9 * S),
    ("429 as a date", 429, {}, {"Retry_After": "Mon, 04 May 2026 09:31:00 GMT"}, ThrottledError, 60 * S),
    ("429 of a reset that has passed", 429, {}, {"x_rate_limit_reset": "1777886000"}, ThrottledError, 0 * S),
    ("429 of a reset in milliseconds", 429, {}, {"x_rate_limit_reset": EPOCH + "000"}, ThrottledError,
     86400 * S),
    ("429 of nonsense", 429, {}, {"x_rate_limit_reset": "soon"}, ThrottledError, None),
    ("429 without a word", 429, "", {}, ThrottledError, None),
    ("429 of the day", 429, {}, {"x_rate_limit_reset": EPOCH, "x_user_limit_24hour_remaining": "0",
     "x_user_limit_24hour_reset": str(1777887000 + 7200)}, ThrottledError, 7200 * S),
    ("429 with something left of the day", 429, {}, {"x_rate_limit_reset": EPOCH,
     "x_app_limit_24hour_remaining": "7", "x_app_limit_24hour_reset": str(1777887000 + 7200)},
     ThrottledError, 90 * S),
    ("the month's quota", 429, {"title": "UsageCapExceeded", "period": "Monthly",
     "type": "https://api.twitter.com/2/problems/usage-capped"}, {}, NotConfiguredError, None),
    ("no credits", 402, {"title": "CreditsDepleted",
     "type": "https://api.twitter.com/2/problems/credits"}, {}, NotConfiguredError, None),
    ("tokens revoked", 401, {"title": "Unauthorized"}, {}, CredentialsRejectedError, None),
    ("no permission", 403, {"type": "https://api.twitter.com/2/problems/oauth1-permissions"}, {},
     CredentialsRejectedError, None),
    ("not enrolled", 403, {"reason": "client-not-enrolled"}, {}, CredentialsRejectedError, None),
    ("a bad request", 400, {"title": "Invalid Request"}, {}, PermanentError, None),
    ("another server", 404, "<html>", {}, NotConfiguredError, None),
    ("moved", 301, "", {"Location": "https://elsewhere.example/"}, NotConfiguredError, None),
    ("500", 500, "", {}, ConnectionFailedError, None),
    ("503 with a wait", 503, "", {"Retry_After": "4"}, ConnectionFailedError, 4 * S),
    ("a proxy's page", 200, "<html>", {}, ConnectionFailedError, None),
    ("a list", 200, [], {}, ConnectionFailedError, None),
    ("errors alone", 200, {"errors": [5]}, {}, ConnectionFailedError, None),
    ("nothing", 204, "", {}, ConnectionFailedError, None),
    ("a list as a refusal", 403, [1, 2], {}, CredentialsRejectedError, None),
    ("errors of odd kinds", 400, {"errors": [1, "x", {"code": "y"}], "error": 5}, {}, PermanentError, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "status", "body", "headers", "error", "wait"), ANSWERS, ids=[row[0] for row in ANSWERS]
)
def test_each_refusal_becomes_the_error_that_says_what_to_do(
    label: str, status: int, body: Any, headers: dict[str, str], error: type[Exception],
    wait: timedelta | None, build: Build, server: XServer,
) -> None:  # fmt: skip
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    server.answer_next(status, content, **headers)
    with pytest.raises(error) as raised:
        only(build, "mentions").poll("")
    assert type(raised.value) is error
    if isinstance(raised.value, TransientError):
        assert raised.value.retry_after == wait


@pytest.mark.parametrize("fault", [Fault(silent=True), Fault(drop=True)], ids=["silent", "broken off"])
def test_a_server_that_does_not_answer_costs_one_poll_and_loses_nothing(
    fault: Fault, build: Build, server: XServer
) -> None:
    server.mention("dayandı")
    desk = only(build, "mentions", timeout_seconds=1.0)
    server.fail_next(fault)
    with pytest.raises(ConnectionFailedError):
        desk.poll("")
    assert drain(desk)[0] == ["dayandı"]


def test_an_answer_that_drips_or_never_ends_is_given_up(server: XServer) -> None:
    clock = itertools.count()
    given = settings(base_url=server.url, poll_messages=False)
    dripping = XConnector(context(given, lambda: NOW + timedelta(minutes=next(clock))))
    with pytest.raises(ConnectionFailedError, match="without end"):
        dripping.poll("")
    server.answer_next(200, b" " * (17 * 1024 * 1024))
    endless = XConnector(context(given))
    with pytest.raises(ConnectionFailedError, match="without end"):
        endless.poll("")
    dripping.close()
    endless.close()


def test_a_used_up_month_is_told_and_over_by_itself(desk: XConnector, server: XServer) -> None:
    server.mention("bekleyen")
    server.spent = True
    with pytest.raises(NotConfiguredError, match="quota"):
        desk.poll("")
    server.spent = False
    server.pass_time(minutes=16)
    assert drain(desk)[0] == ["bekleyen"]


def test_a_refusal_of_one_source_is_told_for_a_while_without_asking_again(
    desk: XConnector, server: XServer
) -> None:
    nothing = Fault(answer=json_answer(200, {"meta": {"result_count": 0}}))
    server.fail_next(nothing, Fault(answer=json_answer(403, {"title": "Forbidden"})))
    first = desk.poll("")
    second = desk.poll(first.cursor)
    assert isinstance(first.trouble, CredentialsRejectedError)
    assert isinstance(second.trouble, CredentialsRejectedError)
    assert len(asked(server, "/dm_events")) == 1
