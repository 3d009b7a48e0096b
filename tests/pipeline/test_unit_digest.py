"""A unit that wishes it so gets its new cases in one mail: each once, each to be answered on its own."""

import re
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.messages import Attachment, DeliveryReport
from domain.urn import Urn
from domain.vocabulary import (
    CaseEventKind,
    CaseState,
    DeliveryState,
    MailRhythm,
    NotificationState,
    Template,
    UnitOutcome,
)
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.merging import merge, unlink
from pipeline.notify import notify_batch
from pipeline.unit_clicks import Filled, confirmed
from pipeline.unit_settings import set_unit
from router.assignment import ReviewReason
from store.models import Case, NotificationRow, OutboxEntry, UnitRow
from tests.fakes import Clock, make_message
from tests.pipeline.answering_units import assigned_case, history, now_is, reply
from tests.pipeline.looking import case_from, notices_of, send_all, take_in
from tests.pipeline.reviewing import changed
from tests.pipeline.timing import rows_of, three_clocks
from tests.servers.smtp import MailServer

PLACES = (
    "Kadıköy",
    "Beşiktaş",
    "Üsküdar",
    "Şişli",
    "Maltepe",
    "Pendik",
    "Fatih",
    "Tuzla",
    "Beykoz",
    "Kartal",
)
ONE = "temizlik@birim.example"
DANGER = "Kadıköy Moda Caddesi'nde doğalgaz kokusu var, patlama olacak"


@pytest.fixture(autouse=True)
def hourly(desk: Desk) -> None:
    """Every unit is one office with one address, that wants its cases by the hour."""
    with desk.uow() as uow:
        uow.session.execute(update(UnitRow).values(emails=[ONE], rhythm=MailRhythm.HOURLY))
        uow.commit()


def cases(desk: Desk, count: int) -> list[Case]:
    """Cases of different citizens, all of them with one unit."""
    made = []
    for number in range(count):
        text = f"{PLACES[number % len(PLACES)]} ilçesinde çöp kutuları taşıyor, {number} gündür alınmıyor"
        made.append(assigned_case(desk, text=text, sender=Urn("mailto", f"v{number}@eposta.example")))
    with desk.uow() as uow:
        for case in made:
            to_one = {"unit": made[0].unit, "gathered": "hourly"}
            mine = col(NotificationRow.case_id) == case.id, col(NotificationRow.template) == "routed_to_unit"
            key = f"routed_to_unit:{case.id}:{made[0].unit}:{ONE}"
            uow.session.execute(update(NotificationRow).where(*mine).values(values=to_one, dedupe_key=key))
            uow.session.execute(update(Case).where(col(Case.id) == case.id).values(unit=made[0].unit))
        uow.commit()
    return [now_is(desk, case) for case in made]


def mails(desk: Desk) -> list[OutboxEntry]:
    return [entry for entry in rows_of(desk, OutboxEntry) if entry.recipient == f"mailto:{ONE}"]


def brought(desk: Desk, made: list[Case]) -> list[NotificationRow]:
    """The notices that bring these cases to their unit: one each."""
    rows = [row for case in made for row in notices_of(desk, case) if row.template == Template.ROUTED_TO_UNIT]
    assert len(rows) == len(made)
    return rows


def states(desk: Desk, made: list[Case]) -> set[str]:
    return {row.state for row in brought(desk, made)}


def test_cases_wait_for_the_full_hour_and_leave_in_one_mail(desk: Desk, clock: Clock) -> None:
    made = cases(desk, 3)
    changed(desk, made[1], confidentiality="identity_hidden")
    changed(desk, made[2], confidentiality="restricted")
    send_all(desk)
    assert mails(desk) == []
    clock.step(hours=1)
    send_all(desk)
    [mail] = mails(desk)
    assert (mail.subject or "").startswith("3 yeni başvuru")
    for part in (mail.text, mail.html or ""):
        assert all(case.number in part for case in made)
        assert part.count("/birim/islem/act.") == 2 * 4, "a restricted case has no page"
        assert "v0@eposta.example" in part
        assert "v1@eposta.example" not in part, "a hidden citizen stays hidden"
        assert "Üsküdar" not in part, "nothing of a restricted case but its number"
        assert f"/birim/{made[2].number}" in part
    assert states(desk, made) == {NotificationState.SENT}
    for case in made:
        sent = [line for line in history(desk, case) if line.kind == CaseEventKind.NOTICE_SENT]
        assert [line.detail["template"] for line in sent].count(Template.ROUTED_TO_UNIT) == 1
    clock.step(hours=1)
    send_all(desk)
    assert len(mails(desk)) == 1


def test_each_case_of_the_mail_is_answered_on_its_own(desk: Desk, clock: Clock) -> None:
    first, second, third = cases(desk, 3)
    clock.step(hours=1)
    send_all(desk)
    [mail] = mails(desk)
    links = re.findall(r"Kabul et: (\S+)", mail.text)
    assert confirmed(desk, urlsplit(links[0]).path.rpartition("/")[2], Filled()) is UnitOutcome.DONE
    addresses = re.findall(r"Yanıt adresi: (\S+)", mail.text)
    answer = make_message(
        sender=Urn("mailto", ONE), text="ÇÖZÜLDÜ Boşaltıldı.", recipients=[Urn("mailto", addresses[1])]
    )
    take_in(desk, answer)
    assert [now_is(desk, case).accepted_at is not None for case in (first, second, third)] == [
        True,
        False,
        False,
    ]
    assert [now_is(desk, case).state for case in (first, second, third)] == [
        CaseState.ASSIGNED, CaseState.RESOLVED, CaseState.ASSIGNED,
    ]  # fmt: skip


def test_what_answers_the_whole_mail_closes_nothing_and_waits_for_a_person(desk: Desk, clock: Clock) -> None:
    made = cases(desk, 2)
    clock.step(hours=1)
    send_all(desk)
    [mail] = mails(desk)
    _, _, back = mail.headers["Reply-To"].rpartition(" ")
    answer = make_message(
        sender=Urn("mailto", ONE), text="ÇÖZÜLDÜ Boşaltıldı.", recipients=[Urn("mailto", back.strip("<>"))],
        in_reply_to=mail.headers.get("Message-ID"),
    )  # fmt: skip
    own = case_from(desk, answer)
    assert ReviewReason.UNPROVEN_UNIT in own.reasons
    assert {now_is(desk, case).state for case in made} == {CaseState.ASSIGNED}


def test_lives_and_what_is_due_soon_wait_for_no_hour(desk: Desk) -> None:
    with desk.uow() as uow:
        uow.session.execute(update(UnitRow).values(rhythm=MailRhythm.DAILY, digest_hour=8))
        uow.commit()
    danger = assigned_case(desk, text=DANGER)
    soon = assigned_case(desk, text="Kadıköy Moda Caddesi'nde sular kesik, evde su akmıyor")
    assert soon.due_at - desk.now() < timedelta(hours=40), "the next mail would leave after half of its time"
    send_all(desk)
    told = [mail.subject or "" for mail in mails(desk)]
    assert [case.number in " ".join(told) for case in (danger, soon)] == [True, True]


def test_one_case_alone_is_a_mail_like_any_other(desk: Desk, clock: Clock) -> None:
    [case] = cases(desk, 1)
    clock.step(hours=1)
    send_all(desk)
    [mail] = mails(desk)
    assert (mail.subject or "").startswith(f"Başvuru {case.number}")
    take_in(desk, reply(desk, case, "KABUL"))
    assert now_is(desk, case).accepted_at is not None


def test_many_cases_are_a_table_with_the_links_of_each(desk: Desk, clock: Clock) -> None:
    made = cases(desk, 21)
    clock.step(hours=1)
    send_all(desk)
    [mail] = mails(desk)
    html = mail.html or ""
    assert (html.count("<tr>"), html.count("/birim/islem/act.")) == (22, 21 * 4)
    assert "çöp kutuları taşıyor" not in html + mail.text
    assert states(desk, made) == {NotificationState.SENT}


def test_what_was_given_back_or_closed_its_file_taken_meanwhile_is_not_in_the_mail(
    desk: Desk, clock: Clock
) -> None:
    film = Attachment(name="film.mp4", media_type="video/mp4", content=b"film")
    made = [
        *cases(desk, 2),
        assigned_case(desk, attachments=[film], sender=Urn("mailto", "w@eposta.example")),
    ]
    take_in(desk, reply(desk, made[0], "İADE"))
    clock.step(hours=1)
    send_all(desk)
    text = "\n".join(mail.text for mail in mails(desk))
    assert [case.number in text for case in made] == [False, True, True]


@pytest.mark.parametrize("count", [1, 3], ids=["alone", "among others"])
def test_what_was_closed_before_the_mail_leaves_is_not_in_it(desk: Desk, clock: Clock, count: int) -> None:
    closed, *others = cases(desk, count)
    changed(desk, closed, state=CaseState.RESOLVED, closed_at=clock())
    clock.step(hours=1)
    send_all(desk)
    text = "\n".join(mail.text for mail in mails(desk))
    assert [case.number in text for case in (closed, *others)] == [False, *(True for _ in others)]
    assert states(desk, [closed]) == {NotificationState.SUPPRESSED}


def test_what_was_merged_before_the_mail_left_is_mailed_once_it_is_parted(desk: Desk, clock: Clock) -> None:
    target = assigned_case(desk)
    case = assigned_case(desk, text="Kadıköy Moda Caddesi'nde çöp kutuları yine taşıyor")
    merge(desk, case.number, target.number, actor="operator")
    clock.step(hours=1)
    send_all(desk)
    unlink(desk, case.number, target.number, actor="operator")
    rows = [n for n in notices_of(desk, case) if n.template == Template.ROUTED_TO_UNIT]
    assert [n.state for n in rows] == [NotificationState.SUPPRESSED, NotificationState.OWED]


def test_a_bounced_mail_takes_back_every_case_of_it(desk: Desk, clock: Clock) -> None:
    made = cases(desk, 3)
    clock.step(hours=1)
    send_all(desk)
    [carrier] = [row for row in brought(desk, made) if row.gateway_id]
    bounce = DeliveryReport(
        state=DeliveryState.FAILED, gateway_id=carrier.gateway_id, reason="5.1.1 yok", permanent=True
    )
    accept(desk, Intake(reports=[bounce]))
    assert {now_is(desk, case).state for case in made} == {CaseState.IN_REVIEW}


def test_a_mail_that_is_put_off_comes_again_as_one(desk: Desk, clock: Clock, mail_server: MailServer) -> None:
    made = cases(desk, 3)
    mail_server.answers[f"RCPT {ONE}"] = "451 4.7.1 greylisted, try again later"
    clock.step(hours=1)
    send_all(desk)
    del mail_server.answers[f"RCPT {ONE}"]
    assert states(desk, made) == {NotificationState.OWED}
    assert len({(row.due_at, row.attempts) for row in brought(desk, made)}) == 1, "they wait together"
    clock.step(hours=1)
    send_all(desk)
    assert states(desk, made) == {NotificationState.SENT}
    assert [mail.recipients for mail in mail_server.deliveries].count((ONE,)) == 1


def test_a_mail_that_is_refused_is_tried_once_and_takes_back_its_cases(
    desk: Desk, clock: Clock, mail_server: MailServer
) -> None:
    made = cases(desk, 3)
    mail_server.answers[f"RCPT {ONE}"] = "550 5.1.1 no such user here"
    clock.step(hours=1)
    send_all(desk)
    assert states(desk, made) == {NotificationState.FAILED}
    assert {now_is(desk, case).state for case in made} == {CaseState.IN_REVIEW}
    assert [row.attempts for row in brought(desk, made)] == [1, 1, 1]


def test_three_notifiers_at_once_tell_each_case_once(desk: Desk, clock: Clock) -> None:
    made = cases(desk, 40)
    clock.step(hours=1)
    three_clocks(partial(notify_batch, desk), rounds=6)
    clock.step(minutes=1)  # who makes room for another one comes again a moment later
    send_all(desk)
    assert states(desk, made) == {NotificationState.SENT}
    told = [
        number
        for mail in mails(desk)
        for number in re.findall(r"2026-\d{7}-\d", mail.subject or "")
        or set(re.findall(r"2026-\d{7}-\d", mail.text))
    ]
    assert sorted(told) == sorted(case.number for case in made)


def test_a_changed_rhythm_lets_what_waits_leave(desk: Desk, clock: Clock) -> None:
    made = cases(desk, 2)
    said = set_unit(desk, made[0].unit, rhythm=MailRhythm.AT_ONCE)
    assert (said["rhythm"], said["next_mail"]) == (MailRhythm.AT_ONCE, None)
    send_all(desk)
    assert [(mail.subject or "")[:14] for mail in mails(desk)] == ["2 yeni başvuru"]
