"""What a citizen adds to a case is told to its unit: once, and as far as the unit may see it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from domain.messages import ALBUM, Attachment, DeliveryReport
from domain.urn import Urn
from domain.vocabulary import (
    CaseState,
    Channel,
    DeliveryState,
    NotificationState,
    Verdict,
)
from notifier.rhythm import SETTLING
from pipeline.accept import Intake, accept
from pipeline.additions import owe_additions
from pipeline.desk import Desk
from pipeline.suppression import MOVED
from pipeline.work import Added, Work
from store.models import OutboxEntry
from tests.fakes import RUBBISH, Clock, add_account, make_message
from tests.pipeline.adding import ONE, addition, brought, mails, one_office, owed
from tests.pipeline.answering_units import CITIZEN, assigned_case, mail_to_unit, now_is, reply
from tests.pipeline.looking import case_of, send_all, take_in
from tests.pipeline.reviewing import changed
from tests.pipeline.test_pictures import photo
from tests.pipeline.timing import rows_of
from tests.servers.processes import wait_until


@pytest.fixture(autouse=True)
def offices(desk: Desk) -> None:
    one_office(desk)


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
            text=words,
            headers={ALBUM: "9"},
            attachments=[Attachment(name=f"{n}.ogg", media_type="audio/ogg", content=b"OggS")],
        )
        for n, words in enumerate((RUBBISH, ""))
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


def test_who_moves_the_case_at_that_moment_is_waited_for(desk: Desk) -> None:
    case = brought(desk)
    with ThreadPoolExecutor(1) as worker, desk.uow() as uow:
        [row] = uow.cases.locked([case.id or 0])
        heard = worker.submit(take_in, desk, addition(case))
        wait_until(lambda: _waits_for_a_row(desk), "the batch waits for who moves the case")
        uow.cases.change(row, {"unit": "iski-kanal"})
        uow.commit()
        heard.result()
    assert [each.values["unit"] for each in owed(desk, case)] == ["iski-kanal"]


def test_what_is_added_while_somebody_closes_the_case_opens_one_of_its_own(desk: Desk) -> None:
    case = brought(desk)
    with ThreadPoolExecutor(1) as worker, desk.uow() as uow:
        [row] = uow.cases.locked([case.id or 0])
        heard = worker.submit(take_in, desk, addition(case))
        wait_until(lambda: _waits_for_a_row(desk), "the batch waits for who closes the case")
        uow.cases.change(row, {"state": CaseState.RESOLVED, "closed_at": desk.now()})
        uow.commit()
        [added] = heard.result()
    later = case_of(desk, added)
    assert later is not None
    assert later.id != case.id
    assert later.state == CaseState.IN_REVIEW, "its few words are for a person"


def _waits_for_a_row(desk: Desk) -> bool:
    with desk.uow() as uow:
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")
        return bool(uow.session.scalar(waiting))
