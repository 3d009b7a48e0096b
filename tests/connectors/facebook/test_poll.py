"""Comments, posts and visitors' posts by polling: F4, G4 of docs/acceptance.md."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.base import PollConnector
from connectors.facebook import FACEBOOK, FacebookConnector
from domain.errors import DeskError
from domain.messages import InboundMessage, Unreadable
from tests.connectors.building import NOW, Build
from tests.connectors.facebook.accounts import at, ids, settings
from tests.connectors.polling import messages, sweep, texts
from tests.fakes import Clock
from tests.servers.facebook import CITIZEN, PAGE, FacebookServer, comment, post


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
    clock = Clock(NOW)
    desk = build(clock, poll_overlap_minutes=30)
    server.posts = [post(5, at(-10), "beş", author=CITIZEN), post(4, at(-45), "dört", author=CITIZEN)]
    found, cursor = sweep(desk, "")
    assert ids(found) == [f"{PAGE}_4", f"{PAGE}_5"]
    assert f'["{(NOW - timedelta(minutes=10)).isoformat()}", "{PAGE}_5"]' in cursor
    server.posts.insert(1, post(3, at(-20), "geç göründü", author=CITIZEN))
    found, _ = sweep(desk, cursor)
    assert ids(found) == [f"{PAGE}_3", f"{PAGE}_5"]


def test_an_outage_of_ten_days_is_caught_up(build: Build, server: FacebookServer) -> None:
    clock = Clock(NOW)
    desk = build(clock, comment_days=30)
    _, cursor = sweep(desk, "")
    clock.moment = NOW + timedelta(days=10)
    server.posts = [
        post(n, at(60 * n), f"g{n}", author=CITIZEN,
             comments=[comment(n, c, at(60 * n + c), f"y{n}.{c}") for c in range(3, 0, -1)])
        for n in range(239, 0, -1)
    ]  # fmt: skip
    found, _ = sweep(desk, cursor)
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
    found, _ = sweep(desk, stale)
    assert len(set(ids(found))) == 60


def test_a_comment_on_a_list_page_already_passed_is_found_by_the_next_sweep(
    build: Build, server: FacebookServer
) -> None:
    clock = Clock(NOW)
    desk = build(clock, poll_overlap_minutes=1)
    server.posts = [post(n, at(-n), f"g{n}") for n in range(1, 31)]
    batch = desk.poll("")
    assert batch.more
    clock.moment += timedelta(hours=3)  # a long sweep
    server.posts[0]["comments"] = [comment(1, 1, at(30), "geçilen sayfada")]
    server.posts[29]["comments"] = [comment(30, 1, at(170), "sonraki sayfada")]
    assert texts(desk.poll(batch.cursor).items) == ["sonraki sayfada"]
    found, _ = sweep(desk, desk.poll(batch.cursor).cursor)
    assert "geçilen sayfada" in texts(found)


def test_more_comments_than_come_with_a_post_are_asked_for_down_to_the_floor(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    young = [comment(1, 1000 - n, at(-n), f"y{n}") for n in range(1, 231)]
    old = [comment(1, n, at(-60 * 48 - n), f"eski{n}") for n in range(500)]
    server.posts = [post(1, at(-60 * 24 * 5), "Duyuru", comments=young + old)]
    found, _ = sweep(desk, "")
    assert len(found) == 230
    assert [call.path.rpartition("/")[2] for call in server.calls].count("comments") == 3


def test_comments_of_posts_that_are_too_old_are_not_asked_for(build: Build, server: FacebookServer) -> None:
    server.posts = [post(n, at(-60 * 24 * n), f"g{n}") for n in range(1, 400)]
    desk = build(comment_days=30)
    sweep(desk, "")
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
