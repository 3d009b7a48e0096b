"""After a storm three hundred people report one thing: each is answered, and nobody is told it 300 times."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from domain.messages import InboundMessage, Place
from domain.urn import Urn
from domain.vocabulary import (
    CaseEventKind,
    CaseState,
    Channel,
    Confidentiality,
    LinkState,
    Medium,
    Priority,
    Template,
)
from pipeline.accept import Intake, accept
from pipeline.corrections import Correction
from pipeline.desk import Desk
from pipeline.incidents import answer_incident, incident_file, incident_rows, join_incident
from pipeline.merging import unlink
from pipeline.refusal import RefusedError
from pipeline.review import correct
from pipeline.surges import tell_growth
from router.assignment import ReviewReason
from store.models import Case, NotificationRow
from tests.fakes import Clock, add_account, make_message, process_all
from tests.pipeline.answering_units import now_is
from tests.pipeline.looking import case_from, kinds, send_all

MODA = Place(district="Kadıköy", neighbourhood="Caferağa", address="Moda Caddesi")
DARK = "Moda Caddesi'nde fırtınadan beri sokak lambaları yanmıyor, cadde karanlık, lütfen ekip gönderin"
ANSWER = "Arıza saat 14.00'te giderildi, lambalar yanıyor."
PEOPLE = 300
WAYS = (
    (Channel.EMAIL, "mailto", "vatandas{}@eposta.example"),
    (Channel.SMS, "tel", "+90532{:07d}"),
    (Channel.TELEGRAM, "telegram", "{}"),
)


def storm(desk: Desk, people: int = PEOPLE) -> None:
    """So many people say the same in nearly the same words, each by one of three channels."""
    accounts = {channel: add_account(desk, channel) for channel, _, _ in WAYS}
    items = []
    for number in range(people):
        channel, scheme, path = WAYS[number % len(WAYS)]
        greeting = ("", "Merhaba, ", "İyi günler! ", "Acil: ")[number % 4]
        sender = Urn(scheme, path.format(number + 1))
        items.append((accounts[channel], report(channel=channel, sender=sender, text=greeting + DARK)))
    accept(desk, Intake(items=items))
    process_all(desk)


def report(**given: Any) -> InboundMessage:
    values: dict[str, Any] = {"text": DARK, "subject": None, "place": MODA}
    return make_message(**values | given)


def one(desk: Desk, **given: Any) -> Case:
    return case_from(desk, report(**given))


def every_case(desk: Desk) -> list[Case]:
    with desk.uow() as uow:
        return list(uow.session.scalars(select(Case).order_by(col(Case.id))))


def owed(desk: Desk, template: Template) -> list[NotificationRow]:
    statement = select(NotificationRow).where(col(NotificationRow.template) == template)
    with desk.uow() as uow:
        return list(uow.session.scalars(statement.order_by(col(NotificationRow.id))))


def test_a_storm_is_one_incident_and_one_answer_reaches_all(desk: Desk) -> None:
    storm(desk)
    cases = every_case(desk)
    assert len({case.number for case in cases}) == len({case.citizen_id for case in cases}) == PEOPLE
    assert len({case.unit for case in cases}) == 1
    assert {case.state for case in cases} == {CaseState.ASSIGNED}
    assert {case.priority for case in cases} == {Priority.HIGH}
    assert {case.due_at for case in cases} == {cases[0].due_at}, "a raise moves no due time"
    [incident] = incident_rows(desk, days=1)
    assert (incident["number"], incident["cases"], incident["citizens"]) == (cases[0].number, PEOPLE, PEOPLE)
    assert len(owed(desk, Template.RECEIVED)) == PEOPLE
    assert len(owed(desk, Template.ROUTED_TO_UNIT)) == desk.settings.incident_mails
    grown = [n.values["cases"] for n in owed(desk, Template.INCIDENT_GROWN)]
    assert grown == sorted(grown)
    assert len(grown) <= 5, "one a batch at most, and only at steps"
    done = answer_incident(desk, cases[7].number, ANSWER, actor="operator")
    assert (done.cases, done.notices) == (PEOPLE, PEOPLE)
    again = answer_incident(desk, cases[0].number, ANSWER, actor="operator")
    assert (again.cases, again.notices) == (0, 0)
    outcomes = owed(desk, Template.OUTCOME)
    assert sorted(n.case_id or 0 for n in outcomes) == sorted(case.id or 0 for case in cases)
    assert Counter(n.medium for n in outcomes) == dict.fromkeys(
        (Medium.EMAIL, Medium.SMS, Medium.CHAT), PEOPLE // 3
    )
    assert {(case.state, case.closed_at) for case in every_case(desk)} == {(CaseState.RESOLVED, desk.now())}
    assert incident_rows(desk, days=1) == []


def numbers(rows: list[NotificationRow]) -> list[int]:
    return [row.values["cases"] for row in rows]


def test_ten_citizens_make_it_urgent_but_not_one_who_writes_ten_times(desk: Desk) -> None:
    me = Urn("mailto", "ben@eposta.example")
    mine = [one(desk, sender=me, text=f"{DARK} {n}") for n in range(2)]
    storm(desk, 8)
    assert {case.priority for case in every_case(desk)} == {Priority.NORMAL}
    last = one(desk)
    raised = every_case(desk)
    assert {case.priority for case in raised} == {Priority.HIGH}, "nine others and I are ten"
    with desk.uow() as uow:
        lines = [e for e in uow.cases.history(last.id or 0) if e.kind == CaseEventKind.PRIORITY_RAISED]
    assert [line.detail for line in lines] == [
        {"from": "normal", "to": "high", "case": mine[0].number, "citizens": 10}
    ]
    assert CaseEventKind.PRIORITY_RAISED not in kinds(desk, one(desk, place=Place(district="Şile")))


def test_what_a_person_set_stays_and_danger_to_life_is_not_lowered(desk: Desk) -> None:
    first, second = one(desk), one(desk)
    correct(desk, second.number, "ayse", Correction(priority=Priority.LOW), again=True)
    storm(desk, 12)
    assert (now_is(desk, first).priority, now_is(desk, second).priority) == (Priority.HIGH, Priority.LOW)


def test_a_unit_hears_of_the_first_cases_then_of_the_steps_and_once_an_hour_of_the_rest(
    desk: Desk, clock: Clock
) -> None:
    cases = [one(desk) for _ in range(7)]
    mailed = [n.case_id for n in owed(desk, Template.ROUTED_TO_UNIT)]
    assert mailed == [case.id for case in cases[:3]]
    assert CaseEventKind.TOLD_IN_SUM in kinds(desk, cases[3])
    assert {case.state for case in cases} == {CaseState.ASSIGNED}
    assert numbers(owed(desk, Template.INCIDENT_GROWN)) == [5]
    send_all(desk)
    for _ in range(2):
        tell_growth(desk)
        clock.step(minutes=1)
    send_all(desk)
    assert numbers(owed(desk, Template.INCIDENT_GROWN)) == [5, 7]
    with desk.uow() as uow:
        sent = [item for item in uow.outbox.latest(50) if "Aynı olay" in (item.subject or "")]
    assert "7 başvuru" in (sent[0].subject or "")
    assert cases[6].number in sent[0].text
    clock.step(hours=1)
    tell_growth(desk)
    assert numbers(owed(desk, Template.INCIDENT_GROWN)) == [5, 7], "it has not grown since"


def test_what_answers_the_mail_about_an_incident_waits_for_a_person(desk: Desk) -> None:
    storm(desk, 5)
    first, [mail] = every_case(desk)[0], owed(desk, Template.INCIDENT_GROWN)
    unit = Urn.parse(mail.recipient)
    case = case_from(desk, make_message(sender=unit, in_reply_to=mail.message_id, text=f"ÇÖZÜLDÜ {ANSWER}"))
    assert (case.id == first.id, case.state) == (False, CaseState.IN_REVIEW)
    assert ReviewReason.UNPROVEN_UNIT in case.reasons
    with desk.uow() as uow:
        assert first.number in [link.number for link in uow.links.of_case(case.id or 0)]


def parted(desk: Desk, first: Case, case: Case) -> None:
    unlink(desk, case.number, first.number, actor="operator")


def of_another_topic(desk: Desk, first: Case, case: Case) -> None:
    correct(desk, case.number, "temsilci", Correction(topic="elektrik-kesintisi", unit=case.unit), again=True)


def hidden(desk: Desk, first: Case, case: Case) -> None:
    degree = Confidentiality.IDENTITY_HIDDEN
    correct(desk, case.number, "temsilci", Correction(confidentiality=degree), again=True)


@pytest.mark.parametrize("what", [parted, of_another_topic, hidden])
def test_a_case_told_in_sum_is_mailed_once_the_one_answer_does_not_reach_it(
    desk: Desk, what: Callable[[Desk, Case, Case], None]
) -> None:
    storm(desk, 6)
    first, *_, last = every_case(desk)
    assert CaseEventKind.TOLD_IN_SUM in kinds(desk, last)
    what(desk, first, last)
    brought = [n for n in owed(desk, Template.ROUTED_TO_UNIT) if n.case_id == last.id]
    assert [n.values["unit"] for n in brought] == [last.unit]


def test_a_danger_to_life_alarms_once_for_an_incident(desk: Desk) -> None:
    gas = "Moda Caddesi'nde çok yoğun gaz kokusu var, bina boşaltıldı, patlayacak diye korkuyoruz"
    cases = [one(desk, text=gas) for _ in range(3)]
    assert {case.priority for case in cases} == {Priority.LIFE_SAFETY}
    alarms = {n.case_id for n in owed(desk, Template.UNIT_ALERT)}
    assert alarms == {cases[0].id}
    assert {n.case_id for n in owed(desk, Template.ROUTED_TO_UNIT)} == {case.id for case in cases}


def test_an_answer_that_was_cut_off_is_gone_on_with(desk: Desk) -> None:
    storm(desk, 105)

    class CutOffError(Exception):
        """The process is gone."""

    def cut_off(closed: int) -> None:
        raise CutOffError(closed)

    first = every_case(desk)[0]
    with pytest.raises(CutOffError):
        answer_incident(desk, first.number, ANSWER, actor="operator", told=cut_off)
    states = Counter(case.state for case in every_case(desk))
    assert states == {CaseState.RESOLVED: 100, CaseState.ASSIGNED: 5}
    with pytest.raises(RefusedError, match="another_begun"):
        answer_incident(desk, first.number, "Başka bir cevap", actor="operator")
    rest = answer_incident(desk, first.number, None, actor="operator")
    assert (rest.cases, rest.notices) == (5, 5)
    outcomes = owed(desk, Template.OUTCOME)
    assert len({n.case_id for n in outcomes}) == len(outcomes) == 105
    assert len({n.values["answer"] for n in outcomes}) == 1


def test_what_does_not_belong_is_not_answered(desk: Desk) -> None:
    first, second, dismissed, hidden, other = (one(desk) for _ in range(5))
    unlink(desk, dismissed.number, first.number, actor="operator")
    wanted = Correction(confidentiality=Confidentiality.IDENTITY_HIDDEN)
    correct(desk, hidden.number, "ayse", wanted, again=True)
    correct(desk, other.number, "ayse", Correction(topic="mahalle-parki-bakimi"), again=True)
    done = answer_incident(desk, second.number, ANSWER, actor="operator")
    assert (done.cases, done.other_topic) == (2, 1)
    assert {n.case_id for n in owed(desk, Template.OUTCOME)} == {first.id, second.id}
    closed = [case.id for case in every_case(desk) if case.closed_at]
    assert closed == [first.id, second.id]


def test_an_offer_joins_when_somebody_says_so(desk: Desk) -> None:
    quarter = Place(district="Kadıköy", neighbourhood="Caferağa")
    first = one(desk, place=quarter)
    second = one(desk, place=quarter, text="Bütün sokak lambaları sönük, direklerin ışığı yanmıyor")
    assert first.topic == second.topic
    with pytest.raises(RefusedError, match="no_incident"):
        incident_file(desk, first.number)
    assert join_incident(desk, first.number, actor="operator") == 1
    found = incident_file(desk, second.number)
    assert [row["case"] for row in found["cases"]] == [first.number, second.number]
    with desk.uow() as uow:
        assert [link.state for link in uow.links.of_case(second.id or 0)] == [LinkState.ACCEPTED]


def test_each_citizen_reads_the_answer_with_their_own_number(desk: Desk) -> None:
    first, second = one(desk), one(desk)
    answer_incident(desk, first.number, ANSWER, actor="operator")
    send_all(desk)
    with desk.uow() as uow:
        told = [item for item in uow.outbox.latest(20) if "sonuçlandı" in (item.subject or "")]
    assert len(told) == 2
    for case in (first, second):
        [mine] = [item for item in told if case.number in item.text]
        assert ANSWER in mine.text
