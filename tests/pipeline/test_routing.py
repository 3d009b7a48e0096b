"""Rules in force: who gets a case and why, what a rule at fault costs, what citizens are told."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from config.taxonomy import DESK_UNIT, load_taxonomy
from domain.messages import Attachment
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, CaseState, Channel, Template
from pipeline.corrections import Correction
from pipeline.desk import Desk
from pipeline.doctor import Mark, examine
from pipeline.judgement import REFRESH_AFTER, current
from pipeline.review import confirm, correct
from router.assignment import ReviewReason
from store.models import Case, NotificationRow, RoutingRuleRow, TopicRow, UnitRow
from tests.fakes import Clock, make_message
from tests.pipeline.answering_units import now_is
from tests.pipeline.looking import case_from, case_of, kinds, notices_of, send_all, take_in
from tests.pipeline.reviewing import details

LAMP = {"text": "Kartal'da sokak lambası yanmıyor", "headers": {"topic": "sokak-aydinlatma"}}
WHO = "temsilci"


@pytest.fixture(autouse=True)
def operator(desk: Desk) -> None:
    desk.settings = desk.settings.model_copy(update={"operator_email": "nobetci@buyuksehir.example"})


def taken(desk: Desk, **given: Any) -> Case:
    return case_from(desk, make_message(**given))


def change(desk: Desk, code: str, **columns: Any) -> None:
    """Edit a stored rule, as an operator would."""
    with desk.uow() as uow:
        uow.session.execute(update(RoutingRuleRow).where(col(RoutingRuleRow.code) == code).values(**columns))
        uow.commit()


def templates(desk: Desk, case: Case) -> list[str]:
    return sorted(notice.template for notice in notices_of(desk, case))


def told(desk: Desk, case: Case, template: Template) -> str:
    """What the last notice of this sort said."""
    send_all(desk)
    [row] = [notice for notice in notices_of(desk, case) if notice.template == template]
    with desk.uow() as uow:
        return next(entry.text for entry in uow.outbox.latest() if entry.recipient == row.recipient)


def faults(desk: Desk) -> list[NotificationRow]:
    """What operators were told of rules."""
    with desk.uow() as uow:
        which = select(NotificationRow).where(col(NotificationRow.template) == Template.RULE_FAULT)
        return list(uow.session.scalars(which))


def test_a_rule_decides_and_the_history_says_which(desk: Desk) -> None:
    case = taken(desk, **LAMP)
    assert (case.unit, case.state) == ("ayedas", CaseState.ASSIGNED)
    [(_, detail)] = details(desk, case, CaseEventKind.ASSIGNED)
    assert detail["rule"] == "elektrik-anadolu"
    plain = taken(desk, text="Kartal'da su yok", headers={"topic": "su-kesintisi"})
    [(_, detail)] = details(desk, plain, CaseEventKind.ASSIGNED)
    assert "rule" not in detail


@pytest.mark.parametrize(
    ("label", "columns"),
    [
        ("a unit there is not", {"unit": "kapatildi"}),
        ("a channel there is not", {"channels": ["faks"]}),
        ("an urgency there is not", {"raise_to": "ivedi"}),
    ],
)
def test_a_rule_at_fault_costs_its_own_cases_a_review_and_no_others_anything(
    desk: Desk, label: str, columns: dict[str, Any]
) -> None:
    change(desk, "elektrik-anadolu", **columns)
    lamp, again, waste = take_in(desk, make_message(**LAMP), make_message(**LAMP), make_message())
    case = case_of(desk, lamp)
    assert case is not None
    assert (case.unit, case.state) == (DESK_UNIT, CaseState.IN_REVIEW), label
    assert ReviewReason.RULE_FAULT in case.reasons
    [(_, detail)] = details(desk, case, CaseEventKind.SENT_TO_REVIEW)
    assert detail["rule"] == "elektrik-anadolu"
    other = case_of(desk, waste)
    assert other is not None
    assert (other.unit, other.state) == ("kadikoy-belediyesi", CaseState.ASSIGNED)
    assert case_of(desk, again) is not None
    [word] = faults(desk)
    assert word.values["rule"] == "elektrik-anadolu"
    assert next(iter(columns.values()))[0][0] in word.values["cause"]
    [finding] = [f for f in examine(desk) if f.part == "taxonomy"]
    assert (finding.mark, "elektrik-anadolu" in finding.detail) == (Mark.FAULT, True)


def test_a_danger_is_routed_at_once_whatever_is_wrong_with_a_rule(desk: Desk) -> None:
    change(desk, "elektrik-anadolu", unit="kapatildi")
    case = taken(desk, text="Kartal'da elektrik telleri koptu, yerde kıvılcım çıkıyor!")
    assert (case.unit, case.state, case.needs_review) == ("enerji-aydinlatma", CaseState.ASSIGNED, True)
    assert Template.UNIT_ALERT in templates(desk, case)


def test_the_operator_hears_of_a_fault_again_the_next_day(desk: Desk, clock: Clock) -> None:
    change(desk, "elektrik-anadolu", unit="kapatildi")
    taken(desk, **LAMP)
    clock.step(hours=1)
    taken(desk, **LAMP)
    assert len(faults(desk)) == 1
    clock.step(days=1)
    taken(desk, **LAMP)
    assert len(faults(desk)) == 2


def test_what_operators_edit_holds_within_a_minute_and_survives_the_next_seeding(
    desk: Desk, clock: Clock
) -> None:
    assert taken(desk, **LAMP).unit == "ayedas"
    change(desk, "elektrik-anadolu", enabled=False)
    shipped = load_taxonomy()
    with desk.uow() as uow:
        uow.taxonomy.seed(shipped.units.values(), shipped.topics.values(), shipped.rules)
        uow.commit()
    clock.moment += REFRESH_AFTER
    assert taken(desk, **LAMP).unit == DESK_UNIT


def test_the_stored_rules_are_the_shipped_ones(desk: Desk) -> None:
    with desk.uow() as uow:
        stored = uow.taxonomy.rules()
    assert {rule.code: rule for rule in stored} == {rule.code: rule for rule in load_taxonomy().rules}
    [finding] = [f for f in examine(desk) if f.part == "taxonomy"]
    assert finding.mark is Mark.OK


def test_units_that_share_a_topic_share_its_cases_by_what_they_can_carry(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        sharing = update(TopicRow).where(col(TopicRow.code) == "su-kesintisi")
        uow.session.execute(sharing.values(units=["iski-su-ariza", "iski"]))
        uow.session.execute(update(UnitRow).where(col(UnitRow.code) == "iski").values(capacity=200))
        uow.commit()
    dry = {"text": "Kartal'da su yok", "headers": {"topic": "su-kesintisi"}}
    first = [case_of(desk, m) for m in take_in(desk, *(make_message(**dry) for _ in range(6)))]
    assert Counter(case.unit for case in first if case) == {"iski": 4, "iski-su-ariza": 2}
    with desk.uow() as uow:
        uow.session.execute(update(Case).where(col(Case.unit) == "iski").values(state=CaseState.RESOLVED))
        uow.commit()
    clock.moment += REFRESH_AFTER
    with desk.uow() as uow:
        assert current(desk, uow, desk.now()).open_cases == {"iski": 0, "iski-su-ariza": 2}
    assert [taken(desk, **dry).unit for _ in range(3)] == ["iski"] * 3


def test_a_citizen_reads_to_which_body_their_case_went_and_the_body_why(desk: Desk) -> None:
    case = taken(desk, **LAMP)
    words = told(desk, case, Template.RECEIVED)
    assert "3071" in words
    assert "AYEDAŞ" in words
    assert "kurumunuza iletildi" in told(desk, case, Template.ROUTED_TO_UNIT)
    inside = taken(desk, text="Kartal'da su yok", headers={"topic": "su-kesintisi"})
    assert "iletildi" not in told(desk, inside, Template.RECEIVED)
    assert "biriminize yönlendirildi" in told(desk, inside, Template.ROUTED_TO_UNIT)


def test_who_may_be_read_along_is_told_that_a_discreet_case_went_but_not_where(desk: Desk) -> None:
    phone = Urn("tel", "+905321110000")
    case = taken(
        desk,
        channel=Channel.WEBFORM,
        sender=phone,
        subject=None,
        text="Hastanede kötü davrandılar",
        headers={"topic": "saglik-kurumu"},
    )
    words = told(desk, case, Template.RECEIVED)
    assert "İletildi." in words
    assert "Sağlık" not in words


def test_a_case_that_a_person_forwards_owes_the_citizen_a_word_of_its_own(desk: Desk) -> None:
    case = taken(desk, text="Merhaba, bir bakar mısınız", subject="Selam")
    assert templates(desk, case) == [Template.RECEIVED]
    send_all(desk)
    correct(desk, case.number, WHO, Correction(topic="okul-egitim"))
    assert templates(desk, case) == [Template.FORWARDED, Template.RECEIVED, Template.ROUTED_TO_UNIT]
    desk.now.step(hours=1)  # type: ignore[attr-defined] # the test's own clock
    assert "İl Millî Eğitim Müdürlüğü" in told(desk, case, Template.FORWARDED)


def test_what_is_surely_nobodys_here_is_closed_with_who_is_responsible(desk: Desk) -> None:
    case = taken(desk, text="İcra dosyamla ilgili itiraz etmek istiyorum", headers={"topic": "adliye"})
    assert (case.state, case.closed_at, case.needs_review) == (CaseState.REJECTED, desk.now(), False)
    assert kinds(desk, case) == [CaseEventKind.OPENED, CaseEventKind.ANSWERED]
    assert templates(desk, case) == [Template.OUT_OF_SCOPE]
    words = told(desk, case, Template.OUT_OF_SCOPE)
    assert "vatandas.uyap.gov.tr" in words
    assert case.number in words
    assert desk.keyring.decrypt(case.security_number) in words


def test_what_came_with_a_file_is_looked_at_before_it_is_closed(desk: Desk) -> None:
    photo = Attachment(name="a.txt", media_type="text/plain", content=b"x")
    case = taken(desk, text="Bakınız", headers={"topic": "konu-disi"}, attachments=(photo,))
    assert (case.state, case.unit) == (CaseState.IN_REVIEW, DESK_UNIT)
    assert ReviewReason.OUT_OF_SCOPE in case.reasons
    assert templates(desk, case) == [Template.RECEIVED]
    confirm(desk, case.number, WHO)
    after = now_is(desk, case)
    assert (after.state, after.closed_at) == (CaseState.REJECTED, desk.now())
    assert Template.OUT_OF_SCOPE in templates(desk, case)


def test_an_answer_added_later_reaches_a_desk_that_was_seeded_before(desk: Desk) -> None:
    shipped = load_taxonomy()
    with desk.uow() as uow:
        uow.session.execute(delete(RoutingRuleRow))
        uow.session.execute(update(TopicRow).values(answer=None))
        uow.session.execute(
            update(TopicRow).where(col(TopicRow.code) == "adliye").values(answer="Bize sorun.")
        )
        uow.taxonomy.seed(shipped.units.values(), shipped.topics.values(), shipped.rules)
        topics = uow.taxonomy.topics()
        assert len(uow.taxonomy.rules()) == len(shipped.rules)
    assert topics["konu-disi"].answer == shipped.topics["konu-disi"].answer
    assert topics["adliye"].answer == "Bize sorun."
