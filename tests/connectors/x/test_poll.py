"""What asking for mentions and direct messages brings: X2, X4; tests 19, 23 of docs/acceptance.md."""

import pytest

from connectors.x import XConnector
from domain.messages import Unreadable
from tests.connectors.building import Build
from tests.connectors.polling import drain, messages, texts
from tests.connectors.x.accounts import asked, call, only
from tests.servers.standin import Fault, json_answer
from tests.servers.x import CITIZEN, DESK, XServer, event


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


def test_every_call_is_signed_for_the_name_tweepy_knows(desk: XConnector, server: XServer) -> None:
    drain(desk)
    desk.check()
    assert len(server.calls) == 3  # the stand-in refuses any other signature
