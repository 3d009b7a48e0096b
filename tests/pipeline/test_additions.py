"""What a citizen adds to a case is told to its unit: once, as the unit may see it, in its rhythm."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.event import listen

from config.taxonomy import DESK_UNIT
from domain.messages import ALBUM, Attachment, DeliveryReport, InboundMessage
from domain.urn import Urn
from domain.vocabulary import (
    CaseState,
    Channel,
    DeliveryState,
    MailRhythm,
    NotificationState,
    Priority,
    Template,
    Verdict,
)
from notifier.rhythm import SETTLING, next_mail
from pipeline.accept import Intake, accept
from pipeline.additions import owe_additions
from pipeline.desk import Desk
from pipeline.judgement import REFRESH_AFTER
from pipeline.notify import notify_batch
from pipeline.suppression import MOVED
from pipeline.work import Added, Work
from store.models import Case, NotificationRow, OutboxEntry, UnitRow
from tests.fakes import RUBBISH, Clock, add_account, make_message
from tests.pipeline.answering_units import CITIZEN, assigned_case, mail_to_unit, now_is, reply
from tests.pipeline.looking import notices_of, send_all, take_in
from tests.pipeline.reviewing import changed
from tests.pipeline.test_pictures import photo
from tests.pipeline.timing import rows_of, three_clocks

ONE = "ekip@birim.example"
WORDS = "Konteyner caminin arkasında. Telefonum 0532 999 88 77."


@pytest.fixture(autouse=True)
def offices(desk: Desk) -> None:
    """Every unit is one office with one address."""
    with desk.uow() as uow:
        uow.session.execute(update(UnitRow).values(emails=[ONE], rhythm=MailRhythm.AT_ONCE))
        uow.commit()


def brought(desk: Desk, **given: Any) -> Case:
    """A case whose unit has had its mail."""
    case = assigned_case(desk, **given)
    send_all(desk)
    return case


def addition(case: Case, text: str = WORDS, **given: Any) -> InboundMessage:
    return make_message(**{"sender": CITIZEN, "subject": f"Başvuru {case.number}", "text": text} | given)


def owed(desk: Desk, case: Case) -> list[NotificationRow]:
    return [row for row in notices_of(desk, case) if row.template == Template.CITIZEN_ADDED]


def mails(desk: Desk) -> list[OutboxEntry]:
    """What left to the office, the mails that brought cases left out."""
    left = [entry for entry in rows_of(desk, OutboxEntry) if entry.recipient == f"mailto:{ONE}"]
    return [entry for entry in left if "k bilgi" in (entry.subject or "")]


def test_the_unit_hears_it_once_in_the_thread_of_its_case(desk: Desk, clock: Clock) -> None:
    case = brought(desk)
    first = mail_to_unit(desk, case)
    take_in(desk, addition(case))
    [row] = owed(desk, case)
    assert row.due_at == clock() + SETTLING
    send_all(desk)
    assert mails(desk) == []
    for _ in range(3):
        clock.step(minutes=2)
        send_all(desk)
    [mail] = mails(desk)
    assert (mail.subject or "").startswith(f"Ek bilgi: başvuru {case.number}")
    assert (mail.headers["In-Reply-To"], mail.headers["References"]) == (first.message_id,) * 2
    assert "+u." in mail.headers["Reply-To"]
    answer = reply(desk, case, "KABUL", in_reply_to=mail.headers["Message-ID"])
    take_in(desk, answer)
    assert now_is(desk, case).accepted_at is not None


DEGREES = [
    ("public", ["Konteyner", CITIZEN.path, "/birim/islem/", "kose.jpg"], ["999 88 77", "eski.ogg"]),
    ("identity_hidden", ["Konteyner", "/birim/islem/"], ["999 88 77", CITIZEN.path, "kose.jpg"]),
    ("restricted", ["/birim/2026-"], ["Konteyner", "999 88 77", CITIZEN.path, "/birim/islem/", "kose.jpg"]),
]


def test_each_degree_shows_what_the_unit_may_see(desk: Desk, clock: Clock) -> None:
    old = Attachment(name="eski.ogg", media_type="audio/ogg", content=b"OggS")
    picture = Attachment(name="kose.jpg", media_type="image/jpeg", content=photo())
    for degree, shown, kept in DEGREES:
        case = brought(desk, attachments=[old])
        changed(desk, case, confidentiality=degree)
        take_in(desk, addition(case, attachments=[picture]))
        clock.step(minutes=2)
        send_all(desk)
        mail = mails(desk)[-1]
        assert case.number in (mail.subject or "")
        for part in (mail.text, mail.html or ""):
            assert (degree, [each for each in shown if each not in part]) == (degree, [])
            assert (degree, [each for each in kept if each in part]) == (degree, [])


def test_what_there_is_no_room_for_is_behind_a_link(desk: Desk, clock: Clock) -> None:
    desk.settings = desk.settings.model_copy(update={"unit_attached_mb": 1})
    case = brought(desk)
    film = Attachment(name="film.ogg", media_type="audio/ogg", content=b"OggS" + bytes(1_500_000))
    take_in(desk, addition(case, attachments=[film]))
    clock.step(minutes=2)
    send_all(desk)
    [mail] = mails(desk)
    assert ("Ekler:" in mail.text, "/birim/dosya/file." in mail.text) == (False, True)


def test_several_in_a_short_time_are_one_mail_and_a_later_one_another(desk: Desk, clock: Clock) -> None:
    case = brought(desk)
    for number in range(3):
        take_in(desk, addition(case, f"Ek {number}."))
        clock.step(seconds=40)
    clock.step(seconds=1)
    send_all(desk)
    take_in(desk, addition(case, "Son söz."))
    clock.step(minutes=2)
    send_all(desk)
    both = [[f"Ek {number}." in mail.text for number in range(3)] for mail in mails(desk)]
    assert both == [[True] * 3, [False] * 3]
    assert {row.state for row in owed(desk, case)} == {NotificationState.SENT}


def test_what_is_added_before_the_mail_with_the_case_left_is_in_that_mail(desk: Desk, clock: Clock) -> None:
    case = assigned_case(desk)
    take_in(desk, addition(case))
    assert owed(desk, case) == []
    send_all(desk)
    [mail] = [each for each in rows_of(desk, OutboxEntry) if each.recipient == f"mailto:{ONE}"]
    assert "Konteyner caminin arkasında" in mail.text


def test_a_picture_of_an_album_that_comes_late_is_told(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.TELEGRAM)
    parts = [
        make_message(
            channel=Channel.TELEGRAM,
            sender=Urn("telegram", "42"),
            text=text,
            headers={ALBUM: "9"},
            attachments=[Attachment(name=f"{n}.ogg", media_type="audio/ogg", content=b"OggS")],
        )
        for n, text in enumerate((RUBBISH, ""))
    ]
    take_in(desk, parts[0], account=account)
    clock.step(seconds=31)
    send_all(desk)
    take_in(desk, parts[1], account=account)
    clock.step(minutes=2)
    send_all(desk)
    [mail] = mails(desk)
    assert "Ekler: 1.ogg\n" in mail.text
    assert "Yazı yok, yalnızca dosya." in mail.text


UNTOLD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("the desk's own", {"unit": DESK_UNIT}, {}),
    ("in review", {"state": CaseState.IN_REVIEW}, {}),
    ("closed", {"state": CaseState.RESOLVED}, {}),
    ("a machine", {}, {"verdict": Verdict.AUTO_REPLY}),
    ("a stranger", {}, {"sender": Urn("mailto", "baska@eposta.example")}),
]


def test_nobody_is_told_who_does_not_work_on_it_or_of_what_is_no_citizens(desk: Desk) -> None:
    for label, columns, given in UNTOLD:
        case = brought(desk)
        if columns:
            changed(desk, case, **columns)
        take_in(desk, addition(case, **given))
        assert (label, owed(desk, case)) == (label, [])


def test_a_reopened_case_is_told_and_a_delivery_that_comes_again_is_not(desk: Desk) -> None:
    case = brought(desk)
    changed(desk, case, state=CaseState.REOPENED)
    for _ in range(2):
        take_in(desk, addition(case, external_id="same", content_key="same"))
        take_in(desk, reply(desk, case, "NOT Bakıyoruz."))
    assert len(owed(desk, case)) == 1


def rhythm(desk: Desk, clock: Clock, wanted: MailRhythm) -> None:
    """Let every unit have this rhythm from now on."""
    with desk.uow() as uow:
        uow.session.execute(update(UnitRow).values(rhythm=wanted))
        uow.commit()
    clock.step(seconds=REFRESH_AFTER.total_seconds())


RHYTHMS = [
    (MailRhythm.AT_ONCE, Priority.NORMAL, "settled"),
    (MailRhythm.HOURLY, Priority.NORMAL, "hour"),
    (MailRhythm.AT_ONCE, Priority.LIFE_SAFETY, "now"),
    (MailRhythm.HOURLY, Priority.LIFE_SAFETY, "now"),
]


def test_it_leaves_in_the_units_rhythm_and_at_once_where_lives_are_at_stake(desk: Desk, clock: Clock) -> None:
    for wanted, priority, when in RHYTHMS:
        rhythm(desk, clock, MailRhythm.AT_ONCE)
        case = brought(desk)
        changed(desk, case, priority=priority)
        rhythm(desk, clock, wanted)
        take_in(desk, addition(case))
        [row] = owed(desk, case)
        now = clock()
        expected = {"settled": now + SETTLING, "hour": next_mail(MailRhythm.HOURLY, 8, now), "now": now}
        assert (wanted, priority, row.due_at) == (wanted, priority, expected[when])


def test_new_cases_and_additions_of_an_hour_are_one_mail(desk: Desk, clock: Clock) -> None:
    old = [brought(desk), brought(desk, sender=Urn("mailto", "v@eposta.example"))]
    rhythm(desk, clock, MailRhythm.HOURLY)
    take_in(desk, addition(old[0], "Ek bir."))
    take_in(desk, addition(old[0], "Ek iki."))
    take_in(desk, addition(old[1], "Ek üç.", sender=Urn("mailto", "v@eposta.example")))
    new = assigned_case(desk, sender=Urn("mailto", "w@eposta.example"))
    clock.step(hours=1)
    send_all(desk)
    [mail] = mails(desk)
    assert (mail.subject or "").startswith("1 yeni başvuru, 2 başvuruya ek bilgi")
    assert [mail.text.count(each) for each in ("Ek bir.", "Ek iki.", "Ek üç.", new.number)] == [1, 1, 1, 2]


def test_a_new_unit_reads_all_of_it_and_the_old_one_nothing_more(desk: Desk, clock: Clock) -> None:
    case = brought(desk)
    take_in(desk, addition(case))
    clock.step(minutes=2)
    send_all(desk)
    take_in(desk, addition(case, "Bir de şu var."))
    take_in(desk, reply(desk, case, "İADE iski-kanal"))
    assert now_is(desk, case).unit == "iski-kanal"
    clock.step(minutes=2)
    send_all(desk)
    assert [row.state for row in owed(desk, case)] == [NotificationState.SENT, NotificationState.SUPPRESSED]
    [brings] = [each for each in rows_of(desk, OutboxEntry) if "Bir de şu var." in each.text]
    assert (brings.subject or "").startswith(f"Başvuru {case.number}")
    assert "Konteyner caminin arkasında" in brings.text


def test_what_waits_is_dropped_where_somebody_closed_the_case(desk: Desk, clock: Clock) -> None:
    case = brought(desk)
    take_in(desk, addition(case), addition(case, "Bir de şu var."))
    changed(desk, case, state=CaseState.RESOLVED)
    clock.step(minutes=2)
    send_all(desk)
    states = [(row.state, row.error) for row in owed(desk, case)]
    assert states == [(NotificationState.SUPPRESSED, MOVED)] * 2


def test_an_addition_that_reaches_no_address_of_the_unit_goes_to_a_person(desk: Desk, clock: Clock) -> None:
    case = brought(desk)
    take_in(desk, addition(case))
    clock.step(minutes=2)
    send_all(desk)
    take_in(desk, addition(case, "Bir de şu var."))
    clock.step(minutes=2)
    send_all(desk)
    bounced = owed(desk, case)[-1]
    report = DeliveryReport(
        state=DeliveryState.FAILED, gateway_id=bounced.gateway_id, reason="5.1.1 yok", permanent=True
    )
    accept(desk, Intake(reports=[report]))
    assert now_is(desk, case).state == CaseState.IN_REVIEW


def test_many_additions_ask_the_database_no_more_than_one_and_none_nothing(desk: Desk) -> None:
    case = brought(desk)
    asked: list[str] = []
    with desk.uow() as uow:
        listen(desk.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        counts = []
        for many in (1, 1, 5, 0):  # the first may read the units anew
            asked.clear()
            one = [Added(case_id=case.id or 0, message_id=n, correlation_id="x") for n in range(many)]
            owe_additions(desk, uow, Work(added=one), desk.now())
            counts.append(len(asked))
    assert counts[1:] == [3, 3, 0]


def test_three_notifiers_at_once_tell_it_once(desk: Desk, clock: Clock) -> None:
    cases = [brought(desk, sender=Urn("mailto", f"v{n}@eposta.example")) for n in range(6)]
    for n, case in enumerate(cases):
        sender = Urn("mailto", f"v{n}@eposta.example")
        take_in(desk, *[addition(case, f"Ek {n}-{m}.", sender=sender) for m in range(3)])
    clock.step(minutes=2)
    three_clocks(partial(notify_batch, desk), rounds=4)
    clock.step(minutes=1)
    send_all(desk)
    told = "\n".join(mail.text for mail in mails(desk))
    assert [told.count(f"Ek {n}-{m}.") for n in range(6) for m in range(3)] == [1] * 18
