"""facebook-sdk with a request of our own: every call has the version, the token in a header, the proof."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.facebook import FacebookConnector
from connectors.facebook.graph import Graph
from connectors.facebook.refusals import TooMuchError
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
from tests.connectors.building import NOW, Build
from tests.connectors.facebook.accounts import settings
from tests.servers.facebook import (
    APP,
    APP_SECRET,
    PAGE,
    SCOPES,
    TOKEN,
    FacebookServer,
    error_body,
    post,
    proof,
)
from tests.servers.standin import Answer, Fault, json_answer


@pytest.fixture
def graph(server: FacebookServer) -> Any:
    with_stand_in = Graph(settings(base_url=server.url), lambda: NOW)
    yield with_stand_in
    with_stand_in.close()


CALLS: list[tuple[str, Callable[[Graph], object], str]] = [
    ("an edge", lambda g: g.get_connections(PAGE, "subscribed_apps"), TOKEN),
    ("all of an edge", lambda g: list(g.get_all_connections(PAGE, "subscribed_apps")), TOKEN),
    ("a message", lambda g: g.put_object(PAGE, "messages", recipient='{"id":"1"}', message='{"text":"a"}',
                                         messaging_type="RESPONSE"), TOKEN),
    ("a look at a token", lambda g: g.debug_access_token(TOKEN, APP, APP_SECRET), f"{APP}|{APP_SECRET}"),
    ("an object with a token of its own", lambda g: g.request(
        f"{g.version}/{PAGE}/subscribed_apps", {"access_token": f"{TOKEN}"}), TOKEN),
]  # fmt: skip


@pytest.mark.parametrize(("label", "call", "token"), CALLS, ids=[r[0] for r in CALLS])
def test_every_call_carries_version_bearer_and_proof_and_no_token_in_its_address(
    label: str, call: Callable[[Graph], object], token: str, graph: Graph, server: FacebookServer
) -> None:
    call(graph)
    (seen,) = server.calls
    assert seen.path.startswith("/v25.0/")
    assert seen.headers["authorization"] == f"Bearer {token}"
    given = seen.query if seen.method == "GET" else dict(_form(seen.body))
    assert given["appsecret_proof"] == proof(token)
    assert "access_token" not in {**seen.query, **_form(seen.body)}
    address = seen.path + json.dumps(seen.query)
    assert TOKEN not in address
    assert APP_SECRET not in address


def _form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode()))


def test_every_call_of_the_connector_does_so_too(
    desk: FacebookConnector, server: FacebookServer, outgoing: Build
) -> None:
    server.posts = [post(1, "2026-05-04T09:00:00+0000", "Merhaba", author="44")]
    desk.check()
    desk.poll("")
    desk.send(outgoing("Başvurunuz alındı."))
    assert len(server.calls) == 6
    for call in server.calls:
        assert call.path.startswith("/v25.0/")
        assert call.headers["authorization"].startswith("Bearer ")
        assert TOKEN not in call.path + json.dumps(call.query)


def test_the_version_is_the_settings_own(build: Build, server: FacebookServer) -> None:
    build(graph_version="v24.0").check()
    assert {call.path.split("/")[1] for call in server.calls} == {"v24.0"}
    assert Graph(settings(graph_version="v24.0"), lambda: NOW).get_version() == "24.0"


def test_a_dead_version_is_refused_by_the_other_side(build: Build) -> None:
    with pytest.raises(PermanentError):
        build(graph_version="v12.0").check()


REFUSALS: list[tuple[int, int, int | None, type[DeskError], str]] = [
    (400, 190, None, CredentialsRejectedError, "190"),
    (401, 190, 463, CredentialsRejectedError, "expired"),
    (400, 190, 460, CredentialsRejectedError, "password"),
    (400, 190, 458, CredentialsRejectedError, "removed"),
    (400, 190, 492, CredentialsRejectedError, "no role"),
    (400, 102, None, CredentialsRejectedError, "ended"),
    (403, 4, None, ThrottledError, "app's call limit"),
    (400, 17, None, ThrottledError, "user's call limit"),
    (400, 32, None, ThrottledError, "page's call limit"),
    (400, 613, None, ThrottledError, "call limit"),
    (400, 80001, None, ThrottledError, "call limit"),
    (403, 10, None, CredentialsRejectedError, "permission"),
    (403, 200, None, CredentialsRejectedError, "permission"),
    (403, 230, None, CredentialsRejectedError, "permission"),
    (400, 10, 2018278, WindowClosedError, "24 hours"),
    (400, 10, 2018065, WindowClosedError, "24 hours"),
    (400, 10, 2018300, NotConfiguredError, "another app"),
    (400, 100, 2018001, RecipientRejectedError, "nobody"),
    (400, 100, 33, NotConfiguredError, "no such object"),
    (400, 100, None, PermanentError, "parameter"),
    (400, 551, 1545041, RecipientRejectedError, "takes no messages"),
    (403, 200, 1545041, RecipientRejectedError, "takes no messages"),
    (400, 200, 2018028, NotConfiguredError, "not live"),
    (400, 368, None, NotConfiguredError, "restricted"),
    (500, 1, None, TooMuchError, "too much"),
    (500, 2, None, ConnectionFailedError, "out of order"),
    (400, 1200, None, ConnectionFailedError, "for the moment"),
    (200, 190, 463, CredentialsRejectedError, "expired"),
    (500, 99999, None, ConnectionFailedError, "out of order"),
    (400, 99999, None, PermanentError, "99999"),
]


@pytest.mark.parametrize(("status", "code", "subcode", "expected", "words"), REFUSALS)
def test_a_refusal_is_told_by_code_and_subcode_whatever_its_words(
    status: int,
    code: int,
    subcode: int | None,
    expected: type[DeskError],
    words: str,
    graph: Graph,
    server: FacebookServer,
) -> None:
    body = error_body(code, "Gizli sözler, anderssprachig", subcode)
    server.fail_next(Fault(answer=json_answer(status, body)))
    with pytest.raises(DeskError, match=words) as refused:
        graph.get_connections(PAGE, "subscribed_apps")
    assert type(refused.value) is expected
    assert "Gizli" not in str(refused.value)


def test_who_blocked_the_page_counts_as_stopped(graph: Graph, server: FacebookServer) -> None:
    server.fail_next(Fault(answer=json_answer(400, error_body(551, subcode=1545041))))
    with pytest.raises(RecipientRejectedError) as refused:
        graph.get_connections(PAGE, "subscribed_apps")
    assert refused.value.stopped


BUSINESS = {PAGE: [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 12}]}
WAITS: list[tuple[str, int, dict[str, Any], dict[str, str], timedelta | None]] = [
    ("a number of seconds", 429, {}, {"retry-after": "120"}, timedelta(seconds=120)),
    ("a date", 429, {}, {"retry-after": "Mon, 04 May 2026 09:32:00 GMT"}, timedelta(minutes=2)),
    ("a date gone by", 429, {}, {"retry-after": "Mon, 04 May 2026 09:00:00 GMT"}, timedelta(0)),
    ("a JSON field", 429, {"retry_after": 7}, {}, timedelta(seconds=7)),
    ("an epoch", 429, {}, {"x-rate-limit-reset": str(int(NOW.timestamp()) + 90)}, timedelta(seconds=90)),
    ("Meta's estimate in minutes", 400, error_body(32),
     {"x-business-use-case-usage": json.dumps(BUSINESS)}, timedelta(minutes=12)),
    ("code 613 with an estimate", 400, error_body(613),
     {"X-Business-Use-Case-Usage": json.dumps(BUSINESS)}, timedelta(minutes=12)),
    ("no estimate", 403, error_body(4), {"x-app-usage": '{"call_count": 100}'}, None),
    ("an estimate that is none", 400, error_body(17), {"x-business-use-case-usage": "[1"}, None),
    ("nothing", 429, {}, {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("label", "status", "body", "headers", "wait"), WAITS, ids=[r[0] for r in WAITS])
def test_throttling_waits_as_long_as_meta_says(
    label: str,
    status: int,
    body: dict[str, Any],
    headers: dict[str, str],
    wait: timedelta | None,
    graph: Graph,
    server: FacebookServer,
) -> None:
    server.fail_next(Fault(answer=json_answer(status, body, **headers)))
    with pytest.raises(ThrottledError) as refused:
        graph.get_connections(PAGE, "subscribed_apps")
    assert refused.value.retry_after == wait


USAGES = [
    ("an app", "x-app-usage", {"call_count": 28, "total_time": 95, "total_cputime": 3}, 95),
    ("a page", "x-page-usage", {"call_count": 91, "total_time": 5, "total_cputime": 3}, 91),
    ("a business", "x-business-use-case-usage", BUSINESS, 100),
    ("nonsense", "x-app-usage", [["a"], True, {"call_count": True}], 0),
]


@pytest.mark.parametrize(("label", "header", "value", "used"), USAGES, ids=[r[0] for r in USAGES])
def test_the_usage_headers_are_read(
    label: str, header: str, value: object, used: int, build: Build, server: FacebookServer
) -> None:
    server.usage = {header: json.dumps(value)}
    desk = build()
    trouble = desk.poll("").trouble
    assert desk._graph.usage == used
    assert isinstance(trouble, ThrottledError) is (used >= 90)


FAULTS: list[tuple[str, Fault, type[DeskError]]] = [
    ("silence", Fault(silent=True), ConnectionFailedError),
    ("a broken connection", Fault(drop=True), ConnectionFailedError),
    ("a page of a proxy", Fault(answer=Answer(status=503, body=b"<html>")), ConnectionFailedError),
    ("no JSON", Fault(answer=Answer(body=b"tamam")), ConnectionFailedError),
    ("a list", Fault(answer=json_answer(200, [])), ConnectionFailedError),
    (
        "500 with JSON that names no error",
        Fault(answer=json_answer(500, {"data": []})),
        ConnectionFailedError,
    ),
    ("a redirect", Fault(answer=Answer(status=301, headers={"location": "/x"})), NotConfiguredError),
]


@pytest.mark.parametrize(("label", "fault", "expected"), FAULTS, ids=[r[0] for r in FAULTS])
def test_a_provider_that_is_down_or_slow_is_a_matter_of_time(
    label: str, fault: Fault, expected: type[DeskError], build: Build, server: FacebookServer
) -> None:
    server.fail_next(fault)
    desk = build(timeout_seconds=1.0)
    with pytest.raises(expected):
        desk.check()
    desk.check()


def _changed(**more: Any) -> Callable[[FacebookServer], None]:
    return lambda server: server.token.update(more)


def _unsubscribed(*fields: str) -> Callable[[FacebookServer], None]:
    return lambda server: setattr(server, "subscribed", list(fields))


CHECKS: list[tuple[str, Callable[[FacebookServer], None], type[DeskError], str]] = [
    ("expired", _changed(is_valid=False, error={"code": 190, "subcode": 463}), CredentialsRejectedError,
     "expired"),
    ("revoked", _changed(is_valid=False, error={"code": 190, "subcode": 458}), CredentialsRejectedError,
     "removed"),
    ("not valid for no told reason", _changed(is_valid=None), CredentialsRejectedError, "not valid"),
    ("of another app", _changed(app_id="1"), NotConfiguredError, "another app"),
    ("of another page", _changed(profile_id="1"), NotConfiguredError, "another page"),
    ("of a user", _changed(type="USER"), NotConfiguredError, "page access token"),
    ("without a scope", _changed(scopes=[*SCOPES[1:]]), CredentialsRejectedError, "pages_messaging"),
    ("without scopes", _changed(scopes=None), CredentialsRejectedError, "pages_read_user_content"),
    ("not subscribed", _unsubscribed(), NotConfiguredError, "subscribe"),
    ("not subscribed to messages", _unsubscribed("feed"), NotConfiguredError, "messages"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "change", "expected", "words"), CHECKS, ids=[r[0] for r in CHECKS])
def test_a_check_says_what_to_fix(
    label: str,
    change: Callable[[FacebookServer], None],
    expected: type[DeskError],
    words: str,
    desk: FacebookConnector,
    server: FacebookServer,
) -> None:
    desk.check()
    change(server)
    with pytest.raises(DeskError, match=words) as refused:
        desk.check()
    assert type(refused.value) is expected


def test_a_page_that_is_not_polled_needs_no_rights_to_its_posts(build: Build, server: FacebookServer) -> None:
    server.token["scopes"] = ["pages_messaging", "pages_manage_metadata"]
    build(poll_feed=False).check()
