"""Comments, posts and visitors' posts by polling: F4, F5, G4 of docs/acceptance.md."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.base import PollConnector
from connectors.facebook import FACEBOOK, FacebookConnector
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
)
from domain.messages import Accepted, InboundMessage, Unreadable
from tests.connectors.facebook.accounts import NOW, Build, messages, settings, texts
from tests.servers.facebook import CITIZEN, PAGE, FacebookServer, comment, error_body, post
from tests.servers.standin import Fault, json_answer


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def at(minutes: float) -> str:
    """A time so many minutes after now, as the Graph API writes it."""
    return (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def whole_sweep(desk: FacebookConnector, cursor: str) -> tuple[list[Accepted], str]:
    """Polls until there is no more, as the pipeline does."""
    found: list[Accepted] = []
    while True:
        batch = desk.poll(cursor)
        found += batch.items
        cursor = batch.cursor
        if not batch.more:
            return found, cursor


def ids(items: list[Accepted]) -> list[str]:
    return [item.external_id for item in items]


def test_the_registry_line_polls_every_account(desk: FacebookConnector) -> None:
    assert isinstance(desk, PollConnector)
    assert FACEBOOK.polls(settings())


def test_visitors_posts_and_comments_come_oldest_first_and_the_pages_own_do_not(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    server.posts = [
        post(2, at(-5), "Çöpler alınmıyor", author=CITIZEN),
        post(1, at(-60), "Duyuru", comments=[
            comment(1, 13, at(-1), "Teşekkürler", author=PAGE),
            comment(1, 12, at(-2), "Ben de", parent={"id": "1_11"}),
            comment(1, 11, at(-9), "Bizim sokakta da su yok"),
        ]),
    ]  # fmt: skip
    found = messages(desk.poll("").items)
    assert [m.external_id for m in found] == ["1_11", f"{PAGE}_2", "1_12"]
    assert {m.private for m in found} == {False}
    assert [str(m.sender) for m in found] == [f"facebook:{CITIZEN}"] * 3
    assert found[2].in_reply_to == "1_11"
    assert found[2].references == (f"{PAGE}_1", "1_11")
    assert found[0].in_reply_to == f"{PAGE}_1"


def test_each_polled_original_reads_the_same_again(desk: FacebookConnector, server: FacebookServer) -> None:
    server.posts = [post(2, at(-5), "Çöp", author=CITIZEN, comments=[comment(2, 1, at(-2), "İki gündür")])]
    for message in messages(desk.poll("").items):
        assert desk.parse(message.raw) == [message]


def test_the_first_poll_looks_back_as_long_as_it_is_told(build: Build, server: FacebookServer) -> None:
    server.posts = [
        post(2, at(-60 * 5), "dün akşam", author=CITIZEN),
        post(1, at(-60 * 50), "geçen hafta", author=CITIZEN),
    ]
    assert texts(build(first_poll_hours=8).poll("").items) == ["dün akşam"]
    assert texts(build(first_poll_hours=72).poll("").items) == ["geçen hafta", "dün akşam"]


def test_the_cursor_is_the_newest_time_and_id_and_each_poll_looks_an_overlap_before_it(
    build: Build, server: FacebookServer
) -> None:
    clock = Clock()
    desk = build(clock, poll_overlap_minutes=30)
    server.posts = [post(5, at(-10), "beş", author=CITIZEN), post(4, at(-45), "dört", author=CITIZEN)]
    found, cursor = whole_sweep(desk, "")
    assert ids(found) == [f"{PAGE}_4", f"{PAGE}_5"]
    assert f'["{(NOW - timedelta(minutes=10)).isoformat()}", "{PAGE}_5"]' in cursor
    server.posts.insert(1, post(3, at(-20), "geç göründü", author=CITIZEN))
    found, _ = whole_sweep(desk, cursor)
    assert ids(found) == [f"{PAGE}_3", f"{PAGE}_5"]


def test_an_outage_of_ten_days_is_caught_up(build: Build, server: FacebookServer) -> None:
    clock = Clock()
    desk = build(clock, comment_days=30)
    _, cursor = whole_sweep(desk, "")
    clock.now = NOW + timedelta(days=10)
    server.posts = [
        post(n, at(60 * n), f"g{n}", author=CITIZEN,
             comments=[comment(n, c, at(60 * n + c), f"y{n}.{c}") for c in range(3, 0, -1)])
        for n in range(239, 0, -1)
    ]  # fmt: skip
    found, _ = whole_sweep(desk, cursor)
    assert len(set(ids(found))) == 239 * 4 == len(found)


def test_a_sweep_goes_on_where_the_last_poll_stopped(desk: FacebookConnector, server: FacebookServer) -> None:
    server.posts = [post(n, at(n - 100), f"g{n}", author=CITIZEN) for n in range(60, 0, -1)]
    first = desk.poll("")
    assert (len(first.items), first.more) == (25, True)
    second = desk.poll(first.cursor)
    third = desk.poll(second.cursor)
    assert (len(third.items), third.more) == (10, False)
    assert len({i.external_id for b in (first, second, third) for i in b.items}) == 60


def test_a_list_page_that_meta_no_longer_knows_starts_the_sweep_again(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    server.posts = [post(n, at(n - 100), f"g{n}", author=CITIZEN) for n in range(60, 0, -1)]
    stale = desk.poll("").cursor.replace('"c25"', '"eski"')
    found, _ = whole_sweep(desk, stale)
    assert len(set(ids(found))) == 60


def test_a_comment_on_a_list_page_already_passed_is_found_by_the_next_sweep(
    build: Build, server: FacebookServer
) -> None:
    clock = Clock()
    desk = build(clock, poll_overlap_minutes=1)
    server.posts = [post(n, at(-n), f"g{n}") for n in range(1, 31)]
    batch = desk.poll("")
    assert batch.more
    clock.now += timedelta(hours=3)  # a long sweep
    server.posts[0]["comments"] = [comment(1, 1, at(30), "geçilen sayfada")]
    server.posts[29]["comments"] = [comment(30, 1, at(170), "sonraki sayfada")]
    assert texts(desk.poll(batch.cursor).items) == ["sonraki sayfada"]
    found, _ = whole_sweep(desk, desk.poll(batch.cursor).cursor)
    assert "geçilen sayfada" in texts(found)


def test_more_comments_than_come_with_a_post_are_asked_for_down_to_the_floor(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    young = [comment(1, 1000 - n, at(-n), f"y{n}") for n in range(1, 231)]
    old = [comment(1, n, at(-60 * 48 - n), f"eski{n}") for n in range(500)]
    server.posts = [post(1, at(-60 * 24 * 5), "Duyuru", comments=young + old)]
    found, _ = whole_sweep(desk, "")
    assert len(found) == 230
    assert [call.path.rpartition("/")[2] for call in server.calls].count("comments") == 3


def test_comments_of_posts_that_are_too_old_are_not_asked_for(build: Build, server: FacebookServer) -> None:
    server.posts = [post(n, at(-60 * 24 * n), f"g{n}") for n in range(1, 400)]
    desk = build(comment_days=30)
    whole_sweep(desk, "")
    assert len([call for call in server.calls if call.path.endswith("/feed")]) == 3


BAD: list[tuple[str, Any]] = [
    ("a text", "yazı"),
    ("nothing", None),
    ("no id", {"created_time": at(-3), "message": "kimliksiz"}),
    ("an author that is a text", {"id": "9_9", "created_time": at(-3), "from": "Ayşe", "message": "x"}),
    ("attachments that are a text", {"id": "9_9", "created_time": at(-3), "attachments": "x"}),
    ("a message that is a list", {"id": "9_9", "created_time": at(-3), "message": ["x"]}),
    ("no time and a broken message", {"id": "9_9", "message": {"x": 1}}),
]


@pytest.mark.parametrize(("label", "bad"), BAD, ids=[r[0] for r in BAD])
def test_one_bad_item_is_quarantined_alone(
    label: str, bad: Any, desk: FacebookConnector, server: FacebookServer
) -> None:
    server.posts = [post(3, at(-1), "yeni", author=CITIZEN), bad, post(1, at(-9), "önce", author=CITIZEN)]
    items = desk.poll("").items
    again = desk.poll("").items
    assert sorted(m.text for m in items if isinstance(m, InboundMessage)) == ["yeni", "önce"]
    (one,) = [item for item in items if isinstance(item, Unreadable)]
    assert one.external_id in [item.external_id for item in again]
    with pytest.raises(DeskError):
        desk.parse(one.raw)


def test_a_bad_comment_harms_no_other(desk: FacebookConnector, server: FacebookServer) -> None:
    server.posts = [post(1, at(-9), "x", comments=[comment(1, 2, at(-1), "iyi"), 7, {"message": 1}])]
    items = desk.poll("").items
    assert [type(item) for item in items].count(Unreadable) == 2
    assert [m.text for m in items if isinstance(m, InboundMessage)] == ["iyi"]


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
    _, cursor = whole_sweep(desk, "")
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
    clock = Clock()
    desk = build(clock)
    cursor = desk.poll("").cursor
    cursor = desk.poll(cursor).cursor
    assert looks(server) == 1
    clock.now += timedelta(days=1)
    desk.poll(cursor)
    assert looks(server) == 2


def test_a_token_that_ends_soon_is_told_at_every_poll(build: Build, server: FacebookServer) -> None:
    clock = Clock()
    desk = build(clock)
    server.token["data_access_expires_at"] = int((NOW + timedelta(days=20)).timestamp())
    server.token["expires_at"] = int((NOW + timedelta(days=60)).timestamp())
    batch = desk.poll("")
    assert batch.trouble is None
    clock.now += timedelta(days=8)
    for _ in range(2):
        batch = desk.poll(batch.cursor)
        assert isinstance(batch.trouble, NotConfiguredError)
        assert "2026-05-24" in str(batch.trouble)
    server.token["data_access_expires_at"] = 0
    clock.now += timedelta(days=1)
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
    found, _ = whole_sweep(desk, "")
    assert sorted(ids(found)) == sorted(f"{PAGE}_{n}" for n in range(1, 13))


def test_a_service_that_is_out_of_order_is_asked_twice_at_most(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    server.most = 0
    with pytest.raises(ConnectionFailedError):
        desk.poll("")
    assert len([call for call in server.calls if call.path.endswith("/feed")]) == 2
