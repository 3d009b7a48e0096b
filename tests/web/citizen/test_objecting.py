"""A citizen objects to an answer once, in time: the case is opened again and its unit hears why."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from config.taxonomy import DESK_UNIT, load_taxonomy
from domain.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseState,
    Confidentiality,
    Medium,
    NotACase,
    Template,
)
from notifier.rendering import render
from pipeline.acceptance import plan_acceptance
from pipeline.corrections import Correction
from pipeline.desk import Desk
from pipeline.merging import merge
from pipeline.rejudging import judge_waiting_anew
from pipeline.reminding import plan_reminders
from pipeline.review import correct
from pipeline.review_queue import review_sheet
from router.deadlines import legal_due_at, promised_at
from router.stages import moments
from router.working_time import after_work
from tests.fakes import Clock
from tests.pipeline.answering_units import told
from tests.web.citizen.acting import OBJECT, OBJECTION, Citizens, Known, hidden, objected
from tests.web.forms import query


def test_the_case_is_opened_again_with_time_of_its_own(citizens: Citizens, desk: Desk, clock: Clock) -> None:
    known = citizens.answered()
    citizens.change(known, accepted_at=clock(), reminded_at=clock())
    clock.step(days=20)
    answer = citizens.act(OBJECT, citizens.look(known), objection=OBJECTION)
    assert answer.status_code == 200
    for words in (
        "İtirazınız alındı",
        "İtiraz ettiniz; başvurunuz yeniden açıldı.",
        "Ek bilgi veya fotoğraf",
    ):
        assert words in answer.text
    case, now = citizens.row(known), clock()
    assert (case.state, case.objected_at, case.closed_at) == (CaseState.REOPENED, now, None)
    with desk.uow() as uow:
        topic = uow.taxonomy.topic(case.topic or "")
    assert topic is not None
    assert case.promised_at == promised_at(topic.resolution_time, now)
    assert case.legal_due_at == legal_due_at(CaseKind(case.kind), now)
    assert case.due_at == min(case.promised_at, case.legal_due_at)
    assert (case.accepted_at, case.reminded_at, case.watched_due_at) == (None, None, None)


def test_its_unit_has_the_time_to_accept_it_anew(citizens: Citizens, desk: Desk, clock: Clock) -> None:
    known = citizens.answered()
    citizens.change(known, accepted_at=clock(), acceptance_unit=citizens.row(known).unit)
    clock.step(days=20)
    assert objected(citizens, known) == 200
    citizens.settle()  # a case that its message is just joining is left to the next tick
    citizens.change(known, due_at=clock() + timedelta(days=30))
    plan_acceptance(desk)
    asked_until = citizens.row(known).acceptance_at
    assert asked_until == after_work(clock(), timedelta(hours=desk.settings.acceptance_hours))


def test_its_unit_is_reminded_by_the_time_the_objection_has(
    citizens: Citizens, desk: Desk, clock: Clock
) -> None:
    """What passed before it is none of that: of a month-old case more than three quarters would be over."""
    known = citizens.answered()
    clock.step(days=28)
    assert objected(citizens, known) == 200
    citizens.settle()
    plan_reminders(desk)
    case, now = citizens.row(known), clock()
    first = moments(now, case.due_at, every=desk.settings.escalation_days, above=1)[0]
    assert (case.watch_at, first.at > now) == (first.at, True)


def test_it_stands_in_the_history_once_with_its_words(citizens: Citizens, desk: Desk) -> None:
    known = citizens.answered()
    assert objected(citizens, known) == 200
    citizens.settle()
    opened = [line for line in citizens.history(known) if line.detail.get("to") == CaseState.REOPENED]
    assert [(line.kind, line.actor) for line in opened] == [(CaseEventKind.STATE_CHANGED, "citizen")]
    message = opened[0].detail["message"]
    assert query(desk, f"SELECT text, case_id FROM messages WHERE id = {message}") == [(OBJECTION, known.id)]
    page = citizens.look(known)
    assert (page.count("İtiraz ettiniz;"), "Gönderdiğiniz ek bilgi" in page) == (1, False)


def test_its_unit_is_told_with_the_answer_and_how_to_reply(citizens: Citizens, desk: Desk) -> None:
    known = citizens.answered("Kutular boşaltıldı.")
    assert objected(citizens, known, f"{OBJECTION} Telefonum 0532 999 88 77.") == 200
    [mail] = citizens.notices(known, "objected")
    values, reply_to = told(desk, mail)
    assert values["given_answer"] == "Kutular boşaltıldı."
    assert values["objection"].startswith(OBJECTION)
    assert "999 88 77" not in values["objection"]
    assert values["resolve_url"].startswith("http")
    assert reply_to


def test_its_citizen_is_told_that_the_case_is_open_again(citizens: Citizens, desk: Desk) -> None:
    known = citizens.answered()
    assert objected(citizens, known) == 200
    citizens.settle()
    [notice] = citizens.notices(known, "message_added")
    words = render(Template.MESSAGE_ADDED, Medium.EMAIL, told(desk, notice)[0])
    assert words.subject == f"İtirazınızı aldık: {known.number}"
    assert f"itirazınızı aldık: {known.number} numaralı başvurunuz yeniden açıldı" in words.text


def test_a_restricted_case_s_mail_says_nothing_of_it(citizens: Citizens, desk: Desk) -> None:
    known = citizens.answered()
    citizens.change(known, confidentiality=Confidentiality.RESTRICTED)
    assert objected(citizens, known) == 200
    [mail] = citizens.notices(known, "objected")
    words = render(Template.OBJECTED, Medium.EMAIL, told(desk, mail)[0])
    assert OBJECTION not in f"{words.text}{words.html}"
    assert known.number in words.text


def test_where_no_unit_has_it_a_person_looks(citizens: Citizens, desk: Desk) -> None:
    known = citizens.answered()
    citizens.change(known, unit=DESK_UNIT)
    assert objected(citizens, known) == 200
    assert citizens.notices(known, "objected") == []
    case = citizens.row(known)
    assert (case.needs_review, case.reasons[0]) == (True, "objected")


def _by_the_program(citizens: Citizens, desk: Desk) -> Known:
    return citizens.case(topic="adliye")


def _by_a_person(citizens: Citizens, desk: Desk) -> Known:
    known = citizens.case()
    correct(desk, known.number, "temsilci", Correction(not_a_case=NotACase.SPAM), again=True)
    return known


@pytest.mark.parametrize("reject", [_by_the_program, _by_a_person])
def test_what_was_rejected_comes_back_once_to_a_person_and_to_no_unit(
    reject: Callable[[Citizens, Desk], Known], citizens: Citizens, desk: Desk, clock: Clock
) -> None:
    known = reject(citizens, desk)
    assert citizens.row(known).state == CaseState.REJECTED
    clock.step(days=20)
    page = citizens.look(known)
    assert "Karara itiraz et" in page
    assert "Cevaba itiraz et" not in page
    assert citizens.act(OBJECT, page, objection=OBJECTION).status_code == 200
    citizens.settle()
    case, now = citizens.row(known), clock()
    assert (case.state, case.unit, case.closed_at) == (CaseState.REOPENED, DESK_UNIT, None)
    assert (case.needs_review, case.reasons[0], case.objected_at) == (True, "objected", now)
    assert case.legal_due_at == legal_due_at(CaseKind(case.kind), now)
    assert citizens.notices(known, Template.OBJECTED) == []
    assert judge_waiting_anew(desk) == 0
    assert review_sheet(desk, known.number, "temsilci")["text"][-1] == OBJECTION
    correct(desk, known.number, "temsilci", Correction(not_a_case=NotACase.EMPTY))
    assert citizens.row(known).state == CaseState.REJECTED
    assert OBJECT not in citizens.look(known)


def test_who_is_told_that_it_is_nobody_s_here_hears_of_the_objection_until_it_was_made(
    citizens: Citizens, desk: Desk
) -> None:
    known = citizens.case(topic="adliye")
    [row] = citizens.notices(known, Template.OUT_OF_SCOPE)
    for may in (True, False):
        values = told(desk, row)[0]
        for medium in (Medium.EMAIL, Medium.CHAT, Medium.LETTER):
            words = render(Template.OUT_OF_SCOPE, medium, values)
            assert ("itiraz edebilirsiniz" in words.text) is may
            assert words.html is None or ("itiraz edebilirsiniz" in words.html) is may
        assert not may or objected(citizens, known) == 200


@pytest.mark.parametrize("kind", [CaseKind.INFORMATION, CaseKind.COMPLAINT])
def test_whoever_corrects_what_was_objected_to_counts_from_the_objection(
    kind: CaseKind, citizens: Citizens, desk: Desk, clock: Clock
) -> None:
    """As passing around wins no time, so it takes none: from its opening both times would be over."""
    known = _by_the_program(citizens, desk)
    other = CaseKind.COMPLAINT if kind is CaseKind.INFORMATION else CaseKind.INFORMATION
    citizens.change(known, kind=other)
    clock.step(days=28)
    assert objected(citizens, known) == 200
    now = clock()
    clock.step(days=1)
    correct(desk, known.number, "temsilci", Correction(topic="su-kesintisi", unit="iski", kind=kind))
    case = citizens.row(known)
    assert (case.state, case.unit) == (CaseState.ASSIGNED, "iski")
    promise = promised_at(load_taxonomy().topics["su-kesintisi"].resolution_time, now)
    assert (case.promised_at, case.legal_due_at) == (promise, legal_due_at(kind, now))


def test_an_objection_about_a_merged_case_opens_the_one_in_its_place(citizens: Citizens, desk: Desk) -> None:
    kept, gone = citizens.case(), citizens.case()
    citizens.change(gone, citizen_id=citizens.row(kept).citizen_id)
    merge(desk, gone.number, kept.number, actor="test")
    citizens.answer(kept, "İkisi için de cevap budur.")
    page = citizens.look(gone)
    assert "İkisi için de cevap budur." in page
    assert f"{kept.number} numaralı başvurunuzla birleştirildi" in page
    assert citizens.act(OBJECT, page, objection=OBJECTION).status_code == 200
    states = [citizens.row(each).state for each in (kept, gone)]
    assert states == [CaseState.REOPENED, CaseState.RESOLVED]
    assert "İtiraz ettiniz" in citizens.look(gone)


def test_a_form_that_was_not_shown_has_no_pass_on_the_page(citizens: Citizens) -> None:
    page = citizens.look(citizens.case())
    assert "/durum/itiraz" not in page
    assert "pass" in hidden(page, "/durum/ek")
