"""The same report again: a duplicate of its citizen's own case, one incident with other citizens' cases."""

from typing import Any

import pytest

from domain.messages import Place
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, CaseState, Channel, LinkKind, LinkState
from pipeline.desk import Desk
from pipeline.linking import forget_marks
from pipeline.merging import unlink
from store.models import Case
from store.records import LinkedCase
from tests.fakes import Clock, make_message
from tests.pipeline.looking import case_from, case_of, kinds, take_in

ME = Urn("mailto", "ben@eposta.example")
MODA = Place(district="Kadıköy", neighbourhood="Caferağa", address="Moda Caddesi")


def case_for(desk: Desk, **given: Any) -> Case:
    return case_from(desk, make_message(**{"place": MODA} | given))


def links(desk: Desk, case: Case) -> list[LinkedCase]:
    with desk.uow() as uow:
        return uow.links.of_case(case.id or 0)


def told(desk: Desk, case: Case) -> list[tuple[str, str]]:
    return [(link.kind, link.number) for link in links(desk, case)]


def test_a_citizens_same_report_is_a_case_of_its_own_offered_as_a_duplicate(desk: Desk) -> None:
    first, second = case_for(desk, sender=ME), case_for(desk, sender=ME)
    assert first.number != second.number
    assert (second.state, second.unit) == (first.state, first.unit), "it is routed like any other"
    assert told(desk, second) == [(LinkKind.DUPLICATE, first.number)]
    assert told(desk, first) == [(LinkKind.DUPLICATE, second.number)]
    assert CaseEventKind.POSSIBLE_DUPLICATE in kinds(desk, second)
    assert links(desk, second)[0].state == LinkState.OFFERED


def test_two_in_one_batch_are_compared_with_each_other(desk: Desk) -> None:
    added = take_in(desk, *(make_message(sender=ME, place=MODA) for _ in range(3)))
    first, second, third = (case_of(desk, each) for each in added)
    assert first is not None
    assert second is not None
    assert third is not None
    assert told(desk, second) == [(LinkKind.DUPLICATE, first.number)]
    assert told(desk, third) == [(LinkKind.DUPLICATE, first.number)], "the first of them is the one to keep"


def test_different_citizens_join_one_incident_whose_first_case_all_point_at(desk: Desk) -> None:
    first, second = case_for(desk), case_for(desk)
    added = take_in(desk, *(make_message(place=MODA) for _ in range(2)))
    later = [case for each in added if (case := case_of(desk, each))]
    for case in (second, *later):
        assert told(desk, case) == [(LinkKind.SAME_INCIDENT, first.number)]
        assert CaseEventKind.SAME_INCIDENT in kinds(desk, case)
    assert len({case.citizen_id for case in (first, second, *later)}) == 4, "nobody is merged with anybody"
    assert len(told(desk, first)) == 3


def test_positions_alone_bring_reports_together(desk: Desk) -> None:
    at = {"text": "Burada çöp kutuları taşıyor", "channel": Channel.TELEGRAM}
    first = case_for(desk, **at, place=Place(latitude=40.98700, longitude=29.02500))
    near = case_for(desk, **at, place=Place(latitude=40.98850, longitude=29.02500))
    far = case_for(desk, **at, place=Place(latitude=40.99500, longitude=29.02500))
    assert told(desk, near) == [(LinkKind.SAME_INCIDENT, first.number)]
    assert told(desk, far) == []


UNLIKE: list[tuple[str, dict[str, Any], dict[str, float]]] = [
    ("after the window", {}, {"hours": 73}),
    ("at another place", {"place": Place(district="Beşiktaş", neighbourhood="Levent")}, {}),
    ("about another matter", {"text": "Metro istasyonunda yürüyen merdiven çalışmıyor"}, {}),
]


@pytest.mark.parametrize(("label", "given", "passed"), UNLIKE, ids=[row[0] for row in UNLIKE])
def test_what_is_no_repetition_is_linked_with_nothing(
    desk: Desk, clock: Clock, label: str, given: dict[str, Any], passed: dict[str, float]
) -> None:
    case_for(desk, sender=ME)
    clock.step(**passed)
    assert told(desk, case_for(desk, sender=ME, **given)) == []


def test_what_is_closed_takes_no_duplicates(desk: Desk, clock: Clock) -> None:
    first = case_for(desk, sender=ME)
    with desk.uow() as uow:
        moved = uow.cases.move(
            first.id or 0, CaseState(first.state), CaseState.RESOLVED, actor="test", why="done", now=clock()
        )
        uow.commit()
    assert moved
    assert told(desk, case_for(desk, sender=ME)) == []


def test_hidden_identities_are_linked_with_nobody_elses_case(desk: Desk) -> None:
    hidden = case_for(desk, hide_identity=True)
    assert told(desk, case_for(desk)) == []
    assert told(desk, hidden) == []


def test_a_number_alone_links_as_related(desk: Desk) -> None:
    first = case_for(desk, sender=ME)
    stranger = case_for(desk, subject=first.number, text="Bir de otobüs durağının camı kırık", place=None)
    assert told(desk, stranger) == [(LinkKind.RELATED, first.number)]


def test_two_incidents_that_turn_out_to_be_one_are_joined_at_their_firsts(desk: Desk) -> None:
    here, there = (
        {"place": Place(latitude=lat, longitude=29.02500), "text": "Burada çöp kutuları taşıyor"}
        for lat in (40.98700, 40.99050)
    )
    first, apart = case_for(desk, **here), case_for(desk, **there)
    assert told(desk, apart) == []
    between = case_for(desk, **here | {"place": Place(latitude=40.98875, longitude=29.02500)})
    assert told(desk, between) == [(LinkKind.SAME_INCIDENT, first.number)]
    assert told(desk, apart) == [(LinkKind.SAME_INCIDENT, first.number)]
    assert told(desk, case_for(desk, **there)) == [(LinkKind.SAME_INCIDENT, first.number)]


def test_a_dismissed_link_stays_dismissed(desk: Desk) -> None:
    first, second = case_for(desk), case_for(desk)
    unlink(desk, second.number, first.number, actor="operator")
    third = case_for(desk)
    assert [link.state for link in links(desk, second)] == [LinkState.DISMISSED]
    assert told(desk, third) == [(LinkKind.SAME_INCIDENT, first.number)]


def test_marks_are_forgotten_when_their_time_is_over(desk: Desk, clock: Clock) -> None:
    case_for(desk, sender=ME)
    clock.step(hours=97)
    forget_marks(desk)
    with desk.uow() as uow:
        from sqlalchemy import text  # the tables have no reader of their own: they are hints

        left = uow.session.execute(
            text("SELECT (SELECT count(*) FROM case_marks) + (SELECT count(*) FROM case_words)")
        )
        assert left.scalar() == 0
