"""Asking for mentions and direct messages: X2, X3, X4; tests 19, 23, 26, 29 of docs/acceptance.md."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import PollConnector
from connectors.x import XConnector
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
    TransientError,
)
from domain.messages import Unreadable
from tests.connectors.x.accounts import NOW, Build, call, context, messages, settings, texts
from tests.servers.standin import Fault, json_answer
from tests.servers.x import CITIZEN, DESK, XServer, event


def drain(connector: PollConnector, cursor: str = "") -> tuple[list[str], str]:
    """Poll until there is no more; the texts in the order they came, and the last cursor."""
    found: list[str] = []
    while True:
        batch = connector.poll(cursor)
        assert batch.trouble is None
        found += texts(batch.items)
        cursor = batch.cursor
        if not batch.more:
            return found, cursor


def only(build: Build, source: str, **more: Any) -> XConnector:
    """A connector that asks for one source alone."""
    switches = {"poll_mentions": source == "mentions", "poll_messages": source == "messages"}
    connector: XConnector = build(**switches | more)
    return connector


def asked(server: XServer, path: str) -> list[dict[str, str]]:
    return [one.query for one in server.calls if one.path.endswith(path)]


def test_mentions_and_messages_come_oldest_first_and_once(desk: XConnector, server: XServer) -> None:
    for number in range(3):
        server.mention(f"@masa {number}")
        server.message(f"özel {number}")
    found, cursor = drain(desk)
    assert found == ["@masa 0", "@masa 1", "@masa 2", "özel 0", "özel 1", "özel 2"]
    server.pass_time(minutes=3)
    assert drain(desk, cursor) == ([], cursor)


def test_mentions_are_public_and_messages_private(desk: XConnector, server: XServer) -> None:
    server.mention("açık")
    server.message("kapalı")
    found = messages(desk.poll("").items)
    assert [(m.text, m.private, m.sender_name) for m in found] == [
        ("açık", False, "Ayşe Yılmaz"), ("kapalı", True, "Ayşe Yılmaz"),
    ]  # fmt: skip


def test_both_spellings_of_the_fields_bring_the_same(build: Build, server: XServer) -> None:
    parent = {"id": "1800000000000000007", "author_id": CITIZEN, "text": "Çukur var"}
    server.parents[parent["id"]] = parent
    refers = [{"type": "replied_to", "id": parent["id"]}]
    old = server.mention("bakar mısınız", referenced_tweets=refers)
    before = messages(only(build, "mentions").poll("").items)
    server.modern = True
    server.posts = [
        {n.replace("tweet", "post"): v for n, v in old.items() if n != "referenced_tweets"}
        | {"referenced_posts": refers}
    ]
    after = messages(only(build, "mentions").poll("").items)
    assert [(m.text, m.in_reply_to, m.references, m.external_id) for m in after] == [
        (m.text, m.in_reply_to, m.references, m.external_id) for m in before
    ]
    assert after[0].in_reply_to == "post:1800000000000000007"
    assert after[0].text.endswith("Çukur var")


def test_our_own_posts_and_mere_repetitions_are_left_out(desk: XConnector, server: XServer) -> None:
    server.mention("bizden", author=DESK)
    server.message("bizden", sender=DESK)
    server.mention("RT @biri: eski", referenced_tweets=[{"type": "retweeted", "id": "17"}])
    server.mention("alıntı", referenced_tweets=[{"type": "quoted", "id": "18"}])
    assert drain(desk)[0] == ["alıntı"]


def test_an_answer_whose_original_is_gone_is_kept_all_the_same(desk: XConnector, server: XServer) -> None:
    server.mention("hâlâ bekliyoruz", referenced_tweets=[{"type": "replied_to", "id": "1800000000000000009"}])
    (message,) = messages(desk.poll("").items)
    assert message.in_reply_to == "post:1800000000000000009"
    assert message.headers["parent"] == "unavailable"


def test_the_first_poll_reaches_back_a_day_and_no_further(build: Build, server: XServer) -> None:
    server.mention("çok eski")
    server.message("çok eski")
    server.pass_time(hours=30)
    server.mention("dün akşam")
    server.message("dün akşam")
    server.pass_time(hours=10)
    assert drain(build())[0] == ["dün akşam", "dün akşam"]


def test_where_nobody_wrote_yet_later_polls_ask_by_id_too(build: Build, server: XServer) -> None:
    desk = only(build, "mentions")
    cursor = drain(desk)[1]
    server.mention("ilk")
    server.pass_time(minutes=1)
    assert drain(desk, cursor)[0] == ["ilk"]
    assert "since_id" in asked(server, "/mentions")[-1]


def test_nothing_is_forgotten_before_it_is_stored(build: Build, server: XServer) -> None:
    server.mention("henüz yazılmadı")
    server.message("henüz yazılmadı")
    first = build().poll("")
    again = build().poll("")  # the process died before its commit: the cursor is the old one
    assert list(again.items) == list(first.items)


def test_a_post_that_asking_by_id_leaves_out_is_found_by_the_look_back(build: Build, server: XServer) -> None:
    desk = only(build, "mentions")
    server.mention("önce")
    cursor = drain(desk)[1]
    server.pass_time(minutes=1)
    server.hidden.add(server.mention("atlanan")["id"])
    server.mention("sonra")
    found, cursor = drain(desk, cursor)
    assert found == ["sonra"]
    server.pass_time(minutes=20)
    found, _ = drain(desk, cursor)
    assert "atlanan" in found


def test_an_outage_of_days_is_caught_up(build: Build, server: XServer) -> None:
    cursor = drain(build())[1]
    for day in range(6):
        server.pass_time(days=1)
        server.mention(f"gün {day}")
        server.message(f"gün {day}")
    assert drain(build(), cursor)[0] == [f"gün {day}" for day in range(6)] * 2


def test_a_backlog_of_several_pages_is_taken_whole(build: Build, server: XServer) -> None:
    desk = only(build, "mentions")
    cursor = drain(desk)[1]
    server.pass_time(minutes=1)
    for number in range(450):
        server.mention(str(number))
    found, cursor = drain(desk, cursor)
    assert found == [str(number) for number in range(450)]
    assert drain(desk, cursor)[0] == []


@pytest.mark.parametrize("minutes", [1, 60], ids=["by id", "by time"])
@pytest.mark.parametrize(("missed", "told"), [(700, False), (801, True), (1500, True)])
def test_more_mentions_than_x_lists_are_told_as_a_gap_once(
    missed: int, told: bool, minutes: int, build: Build, server: XServer
) -> None:
    desk = only(build, "mentions")
    server.mention("bilinen")
    cursor = desk.poll("").cursor
    server.pass_time(minutes=minutes)
    for number in range(missed):
        server.mention(str(number))
    batch = desk.poll(cursor)
    assert len(batch.items) == min(missed, 800) + (1 if minutes == 60 and missed < 800 else 0)
    assert (batch.trouble is not None) is told
    assert not told or "gap" in str(batch.trouble).casefold()
    server.pass_time(minutes=1)
    assert desk.poll(batch.cursor).trouble is None


def test_messages_are_read_until_a_known_one(build: Build, server: XServer) -> None:
    desk = only(build, "messages")
    for number in range(250):
        server.message(f"eski {number}")
    cursor = drain(desk)[1]
    before = len(server.calls)
    server.pass_time(minutes=3)
    server.message("yeni")
    assert drain(desk, cursor)[0] == ["yeni"]
    assert len(server.calls) == before + 1


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


def test_a_bad_item_is_quarantined_alone_and_under_the_same_id_each_time(
    build: Build, server: XServer
) -> None:
    server.mention("iyi 1")
    server.mention("kötü")["text"] = ["liste"]
    server.mention("iyi 2")
    seen = []
    for _ in range(2):
        items = only(build, "mentions").poll("").items
        (bad,) = [item for item in items if isinstance(item, Unreadable)]
        assert texts([item for item in items if item is not bad]) == ["iyi 1", "iyi 2"]
        seen.append(bad)
    assert seen[0].external_id == seen[1].external_id == f"post:{server.posts[1]['id']}"
    assert b"liste" in seen[0].raw


def test_items_that_are_none_are_kept_and_passed(build: Build, server: XServer) -> None:
    page = {"data": ["metin", None, {}, {"id": "9", "text": "iyi", "author_id": "4"}], "meta": {}}
    server.fail_next(Fault(answer=json_answer(200, page)))
    items = only(build, "mentions").poll("").items
    assert [type(item).__name__ for item in items] == [
        "InboundMessage",
        "Unreadable",
        "Unreadable",
        "Unreadable",
    ]
    assert len({item.external_id for item in items}) == 4


def test_asked_for_and_delivered_the_same_post_and_message_have_one_id(
    desk: XConnector, server: XServer
) -> None:
    bodies = [
        event("post.mention.create", server.mention("a")),
        event("post.reply.create", server.posts[0]),
        event("dm.received", server.message("b")),
    ]
    polled = {m.external_id for m in messages(desk.poll("").items)}
    delivered = [m.external_id for body in bodies for m in messages(desk.receive(call(body)).items)]
    assert set(delivered) == polled
    assert len(polled) == 2


def test_each_polled_message_reads_the_same_from_its_own_original(desk: XConnector, server: XServer) -> None:
    server.mention("a", attachments={"media_keys": ["3_1"]})
    server.message("b")
    for message in messages(desk.poll("").items):
        assert desk.parse(message.raw) == [message]


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
    desk = only(build, "mentions", timeout_seconds=0.3)
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


def test_every_call_is_signed_for_the_name_tweepy_knows(desk: XConnector, server: XServer) -> None:
    drain(desk)
    desk.check()
    assert len(server.calls) == 3  # the stand-in refuses any other signature
