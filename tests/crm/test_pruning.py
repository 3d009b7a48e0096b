"""Old events go once everybody had them; whoever comes too late is told so, and none is passed over."""

from threading import Thread

import httpx
import pytest
from sqlalchemy import select, text
from sqlmodel import col

from pipeline.crm import publishing
from pipeline.crm.publishing import prune_events, publish_events
from pipeline.crm.subscribers import pause, replay, resume
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from store.models import CrmEvent
from tests.crm.calling import fetched
from tests.crm.test_api import DOCUMENT
from tests.crm.world import deliver, happen, numbers, standing, subscribe
from tests.fakes import Clock
from tests.pipeline.timing import three_clocks
from tests.servers.crm import CrmReceiver
from tests.servers.processes import wait_until
from tests.web.contract import Contract
from tests.web.serving import Site
from web.crm.app import PREFIX

LATE = {"days": 91}


def publish(desk: Desk, *cases: int) -> None:
    """Let something happen to each of these cases, and publish until its history is settled."""
    happen(desk, *((case, "unit_noted") for case in cases))
    for _ in range(3):
        publish_events(desk)


def kept(desk: Desk) -> list[int]:
    """The cases of the events that are kept, in the order of the feed."""
    with desk.uow() as uow:
        return list(uow.session.scalars(select(col(CrmEvent.case_id)).order_by(col(CrmEvent.position))))


def next_round(desk: Desk, clock: Clock) -> None:
    clock.step(hours=2)
    prune_events(desk)


def test_whoever_fetches_too_late_is_told_where_to_begin_anew(
    client: httpx.Client, site: Site, desk: Desk, cases: list[int], clock: Clock
) -> None:
    publish(desk, *cases[:3])
    [first], behind_first = fetched(client, limit=1)
    _, behind_all = fetched(client)
    clock.step(days=89)
    publish(desk, cases[3])
    prune_events(desk)
    assert len(fetched(client, cursor=behind_first)[0]) == 3, "nothing goes before its time"
    clock.step(days=2)
    prune_events(desk)
    for cursor in (behind_first, "0"):
        gone = client.get("/events", params={"cursor": cursor})
        assert (gone.status_code, gone.headers["content-type"]) == (410, "application/problem+json")
        assert (gone.json()["code"], gone.headers["next-cursor"]) == ("cursor_gone", behind_all)
        assert behind_all in gone.json()["errors"][0]["message"]
    for cursor in ("", behind_all):  # who had all of it misses nothing
        assert [event["subject"] for event in fetched(client, cursor=cursor)[0]] == numbers(desk, [cases[3]])
    token = {"Authorization": client.headers["authorization"]}
    Contract(DOCUMENT, f"{site.url}{PREFIX}", token).is_kept_by("/events", "GET", query={"cursor": "0"})
    assert first["sequence"] == behind_first


def test_what_a_subscriber_has_not_had_stays_for_it(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    subscribe(desk, name="cekiyor")  # fetches: nobody knows how far it is, and it has had its time
    pause(desk, "is-takip")
    publish(desk, *cases)
    clock.step(**LATE)
    next_round(desk, clock)
    assert kept(desk) == cases
    resume(desk, "is-takip")
    deliver(desk)
    assert receiver.cases == numbers(desk, cases)
    next_round(desk, clock)
    assert kept(desk) == cases[-1:], "the newest tells where the feed stands"


def test_what_was_refused_stays_until_it_got_through(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    receiver.refused = set(numbers(desk, cases[:1]))
    publish(desk, *cases)
    deliver(desk)
    clock.step(**LATE)
    next_round(desk, clock)
    assert kept(desk) == [cases[0], cases[-1]]
    receiver.refused = set()
    deliver(desk)
    assert receiver.cases == numbers(desk, [*cases[1:], cases[0]])
    next_round(desk, clock)
    assert kept(desk) == cases[-1:]


def test_nothing_that_went_is_published_again_while_history_is_still_being_written(
    desk: Desk, cases: list[int], clock: Clock
) -> None:
    subscribe(desk)
    with desk.uow() as slow:
        slow.cases.record(
            [{"case_id": cases[0], "at": desk.now(), "actor": "test", "kind": "unit_noted", "detail": {}}]
        )
        publish(desk, *cases[1:])
        clock.step(**LATE)
        next_round(desk, clock)
        publish_events(desk)
        assert kept(desk) == cases[1:]
    publish(desk)
    next_round(desk, clock)
    publish(desk)
    assert kept(desk) == cases[-1:]


def test_many_go_little_by_little_and_once_by_however_many_clocks(
    desk: Desk, cases: list[int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "AT_ONCE", 2)
    subscribe(desk)
    publish(desk, *cases)
    clock.step(**LATE)
    left = []
    for _ in range(3):
        prune_events(desk)
        clock.step(seconds=1)
        left.append(len(kept(desk)))
    assert left == [3, 1, 1]
    publish(desk, *cases)
    clock.step(**LATE)
    three_clocks(lambda: prune_events(desk), rounds=3)
    assert kept(desk) == cases[-1:]


def test_a_replay_begins_where_the_feed_does_and_so_does_a_new_subscriber(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    publish(desk, *cases[:2])
    deliver(desk)
    early = standing(desk).cursor - 1
    clock.step(**LATE)
    publish(desk, *cases[2:])
    deliver(desk)
    prune_events(desk)
    with pytest.raises(RefusedError, match="cursor_gone"):
        replay(desk, "is-takip", early)
    assert replay(desk, "is-takip", 0) == 3
    subscribe(desk, name="yeni", history=True)
    assert standing(desk, "yeni").cursor == standing(desk).cursor > early


def test_what_is_about_to_be_delivered_again_is_not_taken_away_meanwhile(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    publish(desk, *cases)
    deliver(desk)
    clock.step(**LATE)
    clock_work = Thread(target=prune_events, args=[desk])
    with desk.uow() as replaying:
        beginning = replaying.crm_feed.hold()
        clock_work.start()
        wait_until(lambda: somebody_waits(desk), "the clock waits for the replay")
        replaying.crm_subscribers.change(standing(desk).id or 0, cursor=beginning, next_try_at=desk.now())
        replaying.commit()
    clock_work.join()
    assert kept(desk) == cases


def somebody_waits(desk: Desk) -> bool:
    with desk.uow() as uow:
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        )
        return bool(uow.session.scalar(waiting))
