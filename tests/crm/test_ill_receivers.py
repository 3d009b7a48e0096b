"""A receiver that refuses, fails or is gone: what waits, what is paused, and who is told of it."""

from datetime import timedelta

import pytest

from domain.vocabulary import CrmPause, Template
from notifier.policy import NOTICE_ATTEMPTS
from pipeline.crm.delivery import MOST_REFUSED
from pipeline.crm.subscribers import pause, resume
from pipeline.desk import Desk
from tests.crm.world import deliver, happen, numbers, standing, subscribe
from tests.fakes import Clock
from tests.pipeline.timing import notices
from tests.servers.crm import CrmReceiver
from tests.servers.standin import Fault


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
