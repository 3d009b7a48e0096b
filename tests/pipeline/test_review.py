"""What a person decides: where the case goes, until when, who is told, and that no program undoes it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from config.taxonomy import DESK_UNIT, load_taxonomy
from domain.cases import CLOSED
from domain.errors import PermanentError
from domain.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseState,
    Confidentiality,
    NotACase,
    NotificationState,
    Priority,
    ReviewOutcome,
    Template,
)
from pipeline.corrections import Correction
from pipeline.desk import Desk
from pipeline.review import claim, confirm, correct
from router.deadlines import legal_due_at, promised_at
from store.models import Case, UnitRow
from tests.fakes import Clock
from tests.pipeline.answering_units import answered, assigned_case, mail_to_unit, now_is
from tests.pipeline.looking import kinds, send_all
from tests.pipeline.reviewing import (
    OTHER,
    RUBBISH,
    WHO,
    changed,
    details,
    unit_mails,
    waiting_case,
)

TOPICS = load_taxonomy().topics
KADIKOY = Correction(district="Kadıköy")


def test_a_case_that_lacks_its_district_waits_and_goes_on_once_it_is_told(desk: Desk, clock: Clock) -> None:
    case = waiting_case(desk)
    assert (case.state, case.unit) == (CaseState.IN_REVIEW, "beyaz-masa")
    clock.step(hours=5)
    correct(desk, case.number, WHO, Correction(district="kadikoy"))
    after = now_is(desk, case)
    assert (after.state, after.unit, after.district) == (CaseState.ASSIGNED, "kadikoy-belediyesi", "Kadıköy")
    assert not after.needs_review
    assert (after.promised_at, after.due_at) == (case.promised_at, case.due_at), "waiting wins no time"
    assert details(desk, case, CaseEventKind.CORRECTED) == [
        (
            WHO,
            {
                "from": {"unit": "beyaz-masa", "state": "in_review", "district": None},
                "to": {"unit": "kadikoy-belediyesi", "state": "assigned", "district": "Kadıköy"},
            },
        )
    ]
    assert kinds(desk, case)[-2:] == [CaseEventKind.CORRECTED, CaseEventKind.ASSIGNED]


def test_its_unit_is_written_to_as_if_the_program_had_routed_it(desk: Desk, clock: Clock) -> None:
    case = waiting_case(desk)
    assert unit_mails(desk, case) == []
    correct(desk, case.number, WHO, KADIKOY)
    [mail] = unit_mails(desk, case)
    assert (mail.template, mail.recipient) == (
        Template.ROUTED_TO_UNIT,
        f"mailto:{load_taxonomy().units['kadikoy-belediyesi'].emails[0]}",
    )
    send_all(desk)
    assert unit_mails(desk, case)[0].state == NotificationState.OWED, "a moment to undo it"
    clock.step(seconds=desk.settings.review_hold_seconds)
    send_all(desk)
    assert unit_mails(desk, case)[0].state == NotificationState.SENT


def test_everything_is_corrected_in_one_call(desk: Desk, clock: Clock) -> None:
    case = waiting_case(desk)
    clock.step(days=1)
    said = Correction(
        topic="su-kesintisi",
        unit="iski",
        kind=CaseKind.INFORMATION,
        priority=Priority.HIGH,
        confidentiality=Confidentiality.IDENTITY_HIDDEN,
        district="Üsküdar",
    )
    correct(desk, case.number, WHO, said)
    after = now_is(desk, case)
    assert (after.topic, after.unit, after.kind, after.priority, after.confidentiality, after.district) == (
        said.topic,
        said.unit,
        said.kind,
        said.priority,
        said.confidentiality,
        said.district,
    )
    assert after.promised_at == promised_at(TOPICS["su-kesintisi"].resolution_time, case.opened_at)
    assert after.legal_due_at == legal_due_at(CaseKind.INFORMATION, case.opened_at)
    assert after.due_at == min(after.promised_at, after.legal_due_at)
    assert len(unit_mails(desk, case)) == 1


def test_a_date_that_others_set_earlier_stays(desk: Desk) -> None:
    case = waiting_case(desk)
    theirs = case.opened_at + timedelta(hours=1)
    changed(desk, case, legal_due_at=theirs, due_at=theirs)
    correct(desk, case.number, WHO, Correction(district="Kadıköy", kind=CaseKind.INFORMATION))
    assert now_is(desk, case).legal_due_at == theirs


def test_a_confirmed_case_goes_where_the_program_would_have_sent_it(desk: Desk) -> None:
    case = waiting_case(desk, topic="su-kesintisi")
    changed(desk, case, state=CaseState.IN_REVIEW, needs_review=True, unit="beyaz-masa")
    confirm(desk, case.number, WHO)
    after = now_is(desk, case)
    assert (after.state, after.unit, after.topic) == (CaseState.ASSIGNED, "iski-su-ariza", "su-kesintisi")
    assert details(desk, case, CaseEventKind.CONFIRMED)[0][0] == WHO


def danger(desk: Desk) -> Case:
    """A danger to life: its unit has it at once, a person looks after."""
    case = waiting_case(desk, topic="su-kesintisi")
    changed(desk, case, topic="yangin", unit="itfaiye", priority=Priority.LIFE_SAFETY, needs_review=True)
    return case


def test_a_danger_is_reviewed_after_it_was_routed_and_told_once(desk: Desk) -> None:
    case = danger(desk)
    before = len(unit_mails(desk, case))
    confirm(desk, case.number, WHO)
    after = now_is(desk, case)
    assert (after.state, after.unit, after.needs_review) == (CaseState.ASSIGNED, "itfaiye", False)
    assert len(unit_mails(desk, case)) == before


def test_a_person_who_says_danger_alarms_the_unit_at_once(desk: Desk) -> None:
    case = waiting_case(desk)
    correct(desk, case.number, WHO, Correction(topic="yangin"))
    assert now_is(desk, case).priority == Priority.LIFE_SAFETY
    assert {n.template for n in unit_mails(desk, case)} == {Template.ROUTED_TO_UNIT, Template.UNIT_ALERT}
    send_all(desk)
    assert {n.state for n in unit_mails(desk, case)} == {NotificationState.SENT}, "nothing holds it"


def test_what_is_no_case_is_rejected_with_its_verdict_and_no_unit_hears_of_it(desk: Desk) -> None:
    case = waiting_case(desk)
    correct(desk, case.number, WHO, Correction(not_a_case=NotACase.SPAM))
    after = now_is(desk, case)
    assert (after.state, after.closed_at, after.needs_review) == (CaseState.REJECTED, desk.now(), False)
    assert unit_mails(desk, case) == []
    assert details(desk, case, CaseEventKind.CORRECTED)[0][1]["not_a_case"] == NotACase.SPAM
    assert details(desk, case, CaseEventKind.STATE_CHANGED)[0][1] == {"from": "in_review", "to": "rejected"}


REFUSED: list[tuple[str, dict[str, Any], Correction, str]] = [
    ("nothing said", {}, Correction(), "says_nothing"),
    ("an unknown topic", {}, Correction(topic="yok"), "unknown_topic .*yok"),
    ("an unknown unit", {}, Correction(unit="yok"), "unknown_unit .*yok"),
    ("an unknown district", {}, Correction(district="Atlantis"), "unknown_district .*Atlantis"),
    ("no district for a district's topic", {}, Correction(priority=Priority.LOW), "no_district"),
    ("no topic at all", {"topic": None}, Correction(priority=Priority.LOW), "no_topic_yet"),
    ("a case and none", {}, Correction(not_a_case=NotACase.SPAM, topic=RUBBISH), "case_and_none"),
]


@pytest.mark.parametrize(("label", "given", "said", "error"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_correction_that_leads_nowhere_says_why_and_changes_nothing(
    desk: Desk, label: str, given: dict[str, Any], said: Correction, error: str
) -> None:
    made = waiting_case(desk)
    changed(desk, made, **given, needs_review=True)
    case = now_is(desk, made)
    with pytest.raises(PermanentError, match=error):
        correct(desk, case.number, WHO, said)
    assert now_is(desk, case) == case
    assert kinds(desk, case)[-1] == CaseEventKind.SENT_TO_REVIEW


def test_a_unit_without_an_address_must_have_been_told(desk: Desk) -> None:
    silent = "iski-su-ariza"
    with desk.uow() as uow:
        uow.session.execute(update(UnitRow).where(col(UnitRow.code) == silent).values(emails=[]))
        uow.commit()
    case = waiting_case(desk)
    with pytest.raises(PermanentError, match="silent_unit"):
        correct(desk, case.number, WHO, Correction(unit=silent))
    correct(desk, case.number, WHO, Correction(unit=silent, told=True))
    assert (now_is(desk, case).unit, unit_mails(desk, case)) == (silent, [])


def test_what_was_decided_is_changed_only_by_who_says_so(desk: Desk) -> None:
    case = waiting_case(desk)
    correct(desk, case.number, WHO, KADIKOY)
    with pytest.raises(PermanentError, match=f"decided .*{WHO}"):
        correct(desk, case.number, OTHER, Correction(district="Üsküdar"))
    correct(desk, case.number, OTHER, Correction(district="Üsküdar"), again=True)
    first, second = unit_mails(desk, case)
    assert now_is(desk, case).unit == "uskudar-belediyesi"
    assert (first.state, second.state) == (NotificationState.SUPPRESSED, NotificationState.OWED)


def test_a_case_that_comes_back_to_a_unit_is_mailed_to_it_again(desk: Desk, clock: Clock) -> None:
    case = waiting_case(desk)
    for district in ("Kadıköy", "Üsküdar", "Kadıköy"):
        correct(desk, case.number, WHO, Correction(district=district), again=True)
        clock.step(minutes=2)
        send_all(desk)
    mails = unit_mails(desk, case)
    assert [m.state for m in mails] == [NotificationState.SENT] * 3
    assert mails[0].recipient == mails[2].recipient
    assert len({m.message_id for m in mails}) == 3


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_a_closed_case_is_not_decided(desk: Desk, state: CaseState) -> None:
    case = waiting_case(desk)
    changed(desk, case, state=state)
    with pytest.raises(PermanentError, match="closed"):
        correct(desk, case.number, WHO, KADIKOY, again=True)
    with pytest.raises(PermanentError, match="closed"):
        claim(desk, case.number, WHO)


def test_labels_are_each_cases_last_word_in_the_order_they_were_said(desk: Desk, clock: Clock) -> None:
    since = clock()
    first, second, third = (waiting_case(desk) for _ in range(3))
    correct(desk, second.number, WHO, KADIKOY)
    clock.step(minutes=1)
    correct(desk, first.number, WHO, Correction(topic="su-kesintisi"))
    clock.step(minutes=1)
    correct(desk, first.number, OTHER, Correction(topic="su-faturasi"), again=True)
    correct(desk, third.number, WHO, Correction(not_a_case=NotACase.POLITICS))
    with desk.uow() as uow:
        labels = uow.reviews.labels(since)
        later = uow.reviews.labels(clock())
    assert [(lb.case_id, lb.topic, lb.not_a_case) for lb in labels] == [
        (second.id, RUBBISH, None),
        (first.id, "su-faturasi", None),
        (third.id, None, NotACase.POLITICS),
    ]
    assert [lb.previous_topic for lb in labels] == [RUBBISH, "su-kesintisi", RUBBISH]
    assert {lb.outcome for lb in labels} == {ReviewOutcome.CORRECTED}
    assert labels[0].text.startswith("Buraya")
    assert labels[0].classifier == second.classifier
    assert later == labels[1:]


def kept_by_a_person(desk: Desk) -> Case:
    case = assigned_case(desk)
    correct(desk, case.number, WHO, Correction(unit=DESK_UNIT), again=True)
    return now_is(desk, case)


def about_the_desk(desk: Desk) -> Case:
    return assigned_case(desk, headers={"topic": "beyaz-masa-hizmeti"})


@pytest.mark.parametrize("made", [kept_by_a_person, about_the_desk])
def test_what_is_the_desks_own_is_mailed_to_it_and_answered_by_mail(
    desk: Desk, made: Callable[[Desk], Case]
) -> None:
    case = made(desk)
    assert (case.state, case.unit) == (CaseState.ASSIGNED, DESK_UNIT)
    assert mail_to_unit(desk, case).recipient == "mailto:beyaz-masa@buyuksehir.example"
    assert answered(desk, case, "ÇÖZÜLDÜ Özür dileriz, geri aradık.").state == CaseState.RESOLVED
