"""Events reach outside CRMs signed, at least once, in order for each case; none holds up another."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.vocabulary import CrmPause, Template
from notifier.policy import NOTICE_ATTEMPTS
from pipeline.crm.credentials import rotate_secret, send_test
from pipeline.crm.delivery import IN_HAND, MOST_REFUSED, serve_next
from pipeline.crm.publishing import publish_events
from pipeline.crm.subscribers import change as change_subscriber
from pipeline.crm.subscribers import pause, replay, resume
from pipeline.desk import Desk
from tests.crm.world import change, deliver, happen, numbers, rung_for_crm, standing, subscribe
from tests.fakes import Clock
from tests.pipeline.timing import notices, three_clocks
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


def test_a_refused_event_holds_up_its_case_alone_and_comes_before_what_followed(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    first, second = numbers(desk, cases)[:2]
    receiver.refused = {first}
    happen(desk, (cases[0], "assigned"), (cases[1], "assigned"), (cases[0], "unit_noted"))
    happen(desk, (cases[1], "unit_noted"))
    deliver(desk)
    assert receiver.cases == [second, second]
    receiver.refused = set()
    clock.step(minutes=1)
    deliver(desk)
    assert receiver.cases == [second, second, first, first]
    assert [event.get_type().rpartition(".")[2] for event in receiver.events[2:]] == ["assigned", "noted"]
    happen(desk, (cases[0], "merged"))
    deliver(desk)
    assert receiver.cases[-1] == first


def test_an_event_that_is_refused_for_good_is_told_once_and_sent_when_it_is_resumed(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    receiver.refused = set(numbers(desk, cases)[:1])
    happen(desk, (cases[0], "assigned"))
    for _ in range(NOTICE_ATTEMPTS + 2):
        deliver(desk)
        clock.step(hours=7)
    assert len(receiver.calls) == NOTICE_ATTEMPTS
    assert [row.values["trouble"] for row in notices(desk, Template.CRM_TROUBLE)] == ["refused"]
    assert standing(desk).active
    receiver.refused = set()
    resume(desk, "is-takip")
    deliver(desk)
    assert len(receiver.events) == 1


def test_a_receiver_that_refuses_one_case_after_another_is_ill(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    receiver.refused = set(numbers(desk, cases))
    happen(desk, *((case, "assigned") for case in cases))
    deliver(desk)
    assert len(receiver.calls) == MOST_REFUSED
    assert standing(desk).attempts == 1
    receiver.refused = set()
    clock.step(minutes=1)
    deliver(desk)
    assert sorted(receiver.cases) == sorted(numbers(desk, cases))
    assert standing(desk).attempts == 0


def test_an_ill_receiver_waits_as_long_as_it_asks_and_holds_up_no_other(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    with CrmReceiver() as other:
        subscribe(desk, receiver, "ill")
        subscribe(desk, other, "well")
        happen(desk, (cases[0], "assigned"), (cases[1], "assigned"))
        receiver.answer_next(503, retry_after="600")
        deliver(desk)
        assert (len(receiver.calls), len(other.events)) == (1, 2)
        clock.step(seconds=599)
        deliver(desk)
        assert len(receiver.calls) == 1
        clock.step(seconds=1)
        deliver(desk)
        assert len(receiver.events) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 401, 403, 429, 502, 503])
def test_an_answer_that_speaks_of_the_receiver_skips_nothing(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock, status: int
) -> None:
    with CrmReceiver() as elsewhere:
        subscribe(desk, receiver)
        happen(desk, (cases[0], "assigned"))
        receiver.answer_next(status, location=f"{elsewhere.url}/")
        deliver(desk)
        assert (standing(desk).cursor, standing(desk).attempts) == (0, 1)
        clock.step(hours=1)
        deliver(desk)
        assert len(receiver.events) == 1
        assert elsewhere.calls == []


def test_a_receiver_that_is_gone_is_paused_at_once_and_told_once(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    happen(desk, (cases[0], "assigned"))
    receiver.answer_next(410)
    for _ in range(3):
        deliver(desk)
        clock.step(days=1)
    assert (standing(desk).active, standing(desk).paused_why) == (False, CrmPause.GONE)
    assert [row.values["trouble"] for row in notices(desk, Template.CRM_TROUBLE)] == ["gone"]
    assert len(receiver.calls) == 1
    resume(desk, "is-takip")
    deliver(desk)
    assert len(receiver.events) == 1


def test_a_receiver_that_fails_for_days_is_paused_and_told_once(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    happen(desk, (cases[0], "assigned"))
    began = clock.moment
    while standing(desk).active:
        receiver.answer_next(503)
        deliver(desk)
        clock.step(hours=6)
    assert clock.moment - began >= timedelta(days=desk.settings.crm_pause_days)
    assert standing(desk).paused_why == CrmPause.FAILING
    assert [row.values["trouble"] for row in notices(desk, Template.CRM_TROUBLE)] == ["failing"]


def test_a_success_begins_the_days_of_failing_anew(
    desk: Desk, receiver: CrmReceiver, cases: list[int], clock: Clock
) -> None:
    subscribe(desk, receiver)
    for _ in range(4):
        happen(desk, (cases[0], "assigned"), (cases[1], "assigned"))
        receiver.fail_next(Fault())  # takes the first
        receiver.answer_next(503)
        deliver(desk)
        clock.step(days=2)
        deliver(desk)
    assert standing(desk).active
    assert standing(desk).failing_since is None


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


def test_a_paused_subscriber_gets_later_what_happened_meanwhile(
    desk: Desk, receiver: CrmReceiver, cases: list[int]
) -> None:
    subscribe(desk, receiver)
    pause(desk, "is-takip")
    happen(desk, (cases[0], "assigned"))
    deliver(desk)
    assert receiver.calls == []
    resume(desk, "is-takip")
    deliver(desk)
    assert len(receiver.events) == 1


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
