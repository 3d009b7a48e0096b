"""Events reach outside CRMs signed, at least once and in order for each case."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest

from pipeline.crm.credentials import rotate_secret, send_test
from pipeline.crm.delivery import IN_HAND, serve_next
from pipeline.crm.publishing import publish_events
from pipeline.crm.subscribers import change as change_subscriber
from pipeline.crm.subscribers import pause, replay
from pipeline.desk import Desk
from tests.crm.world import change, deliver, happen, numbers, rung_for_crm, standing, subscribe
from tests.fakes import Clock
from tests.pipeline.timing import three_clocks
from tests.servers.crm import CrmReceiver, signed
from tests.servers.processes import wait_until
from tests.servers.standin import Fault


def test_an_event_arrives_signed_and_as_a_cloud_event(
    desk: Desk, receiver: CrmReceiver, cases: list[int]
) -> None:
    subscribe(desk, receiver)
    happen(
        desk, (cases[0], "state_changed", {"from": "assigned", "to": "resolved", "why": "Çukur kapatıldı"})
    )
    deliver(desk)
    [event], [call] = receiver.events, receiver.calls
    assert call.headers["content-type"] == "application/cloudevents+json; charset=UTF-8"
    assert call.headers["webhook-id"] == event.get_id()
    assert event.get_type() == "example.buyuksehir.beyazmasa.case.resolved"
    assert event.get_source() == f"{desk.settings.public_url}/api/crm/v1"
    assert event.get_extension("sequence") == f"{standing(desk).cursor:020d}"
    assert event.get_extension("partitionkey") == event.get_subject()
    assert event.get_data()["change"] == {"from": "assigned", "to": "resolved"}
    assert rung_for_crm(desk)


def test_a_case_s_events_come_in_order_and_all_of_them(
    desk: Desk, receiver: CrmReceiver, cases: list[int]
) -> None:
    subscribe(desk, receiver)
    happen(desk, *((cases[n % 5], "unit_noted") for n in range(15)))
    deliver(desk)
    sequences = [event.get_extension("sequence") for event in receiver.events]
    assert sequences == sorted(sequences)
    assert receiver.cases == numbers(desk, cases) * 3


def test_an_answer_that_is_lost_brings_the_same_event_again(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    happen(desk, (cases[0], "assigned"), (cases[1], "assigned"))
    receiver.fail_next(Fault(drop=True, after_effect=True))
    deliver(desk)
    clock.step(minutes=1)
    deliver(desk)
    assert receiver.ids[0] == receiver.ids[1]
    assert receiver.cases == [numbers(desk, cases)[at] for at in (0, 0, 1)]


def test_a_worker_that_is_killed_costs_one_event_twice(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    happen(desk, (cases[0], "assigned"), (cases[1], "assigned"))
    publish_events(desk)
    receiver.fail_next(Fault(answer=None, after_effect=True), Fault(silent=True, after_effect=True))
    desk.engine.dispose()  # a child must share no connection
    child = os.fork()
    if child == 0:
        try:
            serve_next(desk)
        finally:
            os._exit(1)
    wait_until(lambda: len(receiver.events) == 2, "the second event")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    deliver(desk)
    assert len(receiver.events) == 2  # it may live yet
    clock.moment += IN_HAND
    deliver(desk)
    assert receiver.cases == [numbers(desk, cases)[at] for at in (0, 1, 1)]


def test_three_workers_at_once_send_every_event_once(
    desk: Desk, receiver: CrmReceiver, cases: list[int]
) -> None:
    subscribe(desk, receiver)
    happen(desk, *((cases[n % 3], "unit_noted") for n in range(30)))
    publish_events(desk)
    three_clocks(lambda: serve_next(desk), rounds=3)
    assert len(receiver.ids) == len(set(receiver.ids)) == 30


def test_while_a_secret_is_changed_both_prove_it_and_then_the_new_one_alone(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    old, new = receiver.secret, rotate_secret(desk, "is-takip", timedelta(hours=24)).secret or ""
    happen(desk, (cases[0], "assigned"))
    deliver(desk)
    assert [signed(receiver.calls[-1], each) for each in (old, new)] == [True, True]
    clock.step(hours=25)
    receiver.secret = new
    happen(desk, (cases[0], "assigned"))
    deliver(desk)
    assert [signed(receiver.calls[-1], each) for each in (old, new)] == [False, True]


@pytest.mark.parametrize("what", [pause, lambda desk, name: replay(desk, name, 0)], ids=["paused", "moved"])
def test_a_turn_whose_subscriber_was_taken_away_stops_and_moves_no_cursor(
    desk: Desk, receiver: CrmReceiver, cases: list[int], what: Callable[[Desk, str], object]
) -> None:
    subscribe(desk, receiver)
    happen(desk, *((case, "assigned") for case in cases))
    publish_events(desk)
    receiver.meanwhile = lambda: what(desk, "is-takip")
    serve_next(desk)
    assert (len(receiver.events), standing(desk).cursor) == (1, 0)


def test_a_replay_brings_the_same_events_again(desk: Desk, receiver: CrmReceiver, cases: list[int]) -> None:
    subscribe(desk, receiver)
    happen(desk, *((case, "assigned") for case in cases[:3]))
    deliver(desk)
    seen = list(receiver.ids)
    assert replay(desk, "is-takip", int(receiver.events[0].get_extension("sequence"))) == 2
    deliver(desk)
    assert receiver.ids == [*seen, *seen[1:]]


def test_only_the_types_that_were_asked_for_arrive(
    desk: Desk, receiver: CrmReceiver, cases: list[int]
) -> None:
    subscribe(desk, receiver, types=["resolved"])
    happen(desk, (cases[0], "assigned"), (cases[0], "state_changed", {"from": "assigned", "to": "resolved"}))
    deliver(desk)
    change_subscriber(desk, "is-takip", types=["merged"])
    happen(desk, (cases[0], "assigned"), (cases[0], "merged"))
    deliver(desk)
    assert [event.get_type().rpartition(".")[2] for event in receiver.events] == ["resolved", "merged"]


def test_no_word_or_address_of_a_citizen_leaves_and_of_a_restricted_case_its_state_alone(
    desk: Desk, receiver: CrmReceiver, cases: list[int]
) -> None:
    subscribe(desk, receiver)
    change(desk, cases[1], confidentiality="restricted")
    detail = {"unit": "iski", "topic": "rogar-acik", "why": "Ayşe Yılmaz 0532 000 00 00"}
    happen(desk, (cases[0], "assigned", detail), (cases[1], "assigned", detail))
    deliver(desk)
    open_one, restricted = (event.get_data() for event in receiver.events)
    assert open_one["change"] == {"unit": "iski", "topic": "rogar-acik"}
    assert set(restricted["case"]) == {"number", "state", "confidentiality"}
    assert restricted["change"] == {}
    for call in receiver.calls:
        for word in ("Ayşe", "Yılmaz", "0532", "eposta.example", "security", "subject_"):
            assert word not in call.body.decode()


def test_a_test_event_says_what_is_wrong_and_counts_for_nothing(desk: Desk, receiver: CrmReceiver) -> None:
    subscribe(desk, receiver)
    assert send_test(desk, "is-takip") == 204
    assert receiver.events[0].get_type() == "example.buyuksehir.beyazmasa.case.test"
    assert standing(desk).cursor == 0
