"""What units answer by e-mail moves their cases, and nobody else's word does."""

from datetime import timedelta

import pytest

from config.taxonomy import DESK_UNIT
from connectors.email.parse import parse_mail
from domain.urn import Urn
from domain.vocabulary import (
    CaseEventKind,
    CaseState,
    Channel,
    NotificationState,
    Template,
    UnitOutcome,
    UnitReplyKind,
    Verdict,
)
from pipeline.desk import Desk
from pipeline.objecting import object_to
from pipeline.unit_clicks import offered
from router.assignment import ReviewReason
from store.models import Case
from tests.fakes import Clock, add_account, make_message
from tests.pipeline.answering_units import (
    answered,
    assigned_case,
    history,
    mail_to_unit,
    now_is,
    reply,
    told,
    unit_told,
)
from tests.pipeline.looking import case_from, case_of, kinds, notices_of, send_all, take_in
from tests.pipeline.reviewing import changed

DISTRICTS = ("Kadıköy", "Beşiktaş", "Üsküdar", "Şişli", "Maltepe", "Pendik")
OVERFLOWING = "ilçesinde çöp kutuları taşıyor, üç gündür çöp alınmıyor"


def several(desk: Desk, count: int) -> list[Case]:
    """Cases of different citizens in different districts, each with its unit: no incident is made of them."""
    return [
        assigned_case(desk, sender=Urn("mailto", f"v{n}@eposta.example"), text=f"{district} {OVERFLOWING}")
        for n, district in enumerate(DISTRICTS[:count])
    ]


def test_solved_closes_the_case_and_owes_its_citizen_the_answer_alone(desk: Desk) -> None:
    case = assigned_case(desk)
    quoted = "Merhaba,\nÇÖZÜLDÜ Kutular boşaltıldı.\n\n> Son tarih: yarın\n> İADE\n"
    after = answered(desk, case, quoted, quoted_spans=[(quoted.index("> Son"), len(quoted))])
    assert (after.state, after.closed_at) == (CaseState.RESOLVED, desk.now())
    [outcome] = [n for n in notices_of(desk, case) if n.template == Template.OUTCOME]
    assert outcome.recipient == "mailto:vatandas@eposta.example"
    assert told(desk, outcome)[0]["answer"] == "Kutular boşaltıldı."
    last = history(desk, case)[-1]
    assert (last.kind, last.actor) == (CaseEventKind.STATE_CHANGED, "unit")
    assert unit_told(desk, case) == []


def test_the_reply_address_does_what_the_message_id_does(desk: Desk) -> None:
    case = assigned_case(desk)
    values, address = told(desk, mail_to_unit(desk, case))
    assert address is not None
    assert address.startswith("beyazmasa+u.")
    assert len(address.partition("@")[0]) <= 64
    after = answered(
        desk, case, "ÇÖZÜLDÜ: Boşaltıldı.", in_reply_to=None, recipients=[Urn("mailto", address)]
    )
    assert after.state == CaseState.RESOLVED
    assert values["resolve_url"].startswith(f"{desk.settings.public_url}/birim/islem/act.")


def test_what_is_not_theirs_goes_to_the_unit_they_name_with_the_same_due_time(desk: Desk) -> None:
    case = assigned_case(desk)
    after = answered(desk, case, "İADE İSKİ Kanal ve Atıksu İşletme\nHat onlarındır.")
    assert (after.state, after.unit, after.due_at) == (CaseState.ASSIGNED, "iski-kanal", case.due_at)
    mail = mail_to_unit(desk, case)
    assert mail.recipient == "mailto:kanal@iski.example"
    back = next(line for line in history(desk, case) if line.kind == CaseEventKind.UNIT_RETURNED)
    assert (back.actor, back.detail["unit"], back.detail["why"]) == ("unit", case.unit, "Hat onlarındır.")


def test_what_is_given_back_to_nobody_in_particular_waits_for_a_person(desk: Desk) -> None:
    texts = ["İADE", "İADE su idaresi", "İADE Beyaz Masa Şube Müdürlüğü"]
    for text, case in zip(texts, several(desk, len(texts)), strict=True):
        after = answered(desk, case, text)
        assert (after.state, after.unit, after.due_at) == (CaseState.IN_REVIEW, DESK_UNIT, case.due_at), text
        assert ReviewReason.RETURNED in after.reasons


def test_after_three_moves_or_back_to_where_it_was_a_person_decides(desk: Desk) -> None:
    case = assigned_case(desk)
    first = case.unit
    for unit in ("iski-kanal", "igdas-abone", "iett-duraklar"):
        case = answered(desk, case, f"İADE {unit}")
        assert (case.state, case.unit) == (CaseState.ASSIGNED, unit)
    case = answered(desk, case, "İADE iski-abone")
    assert (case.state, case.unit) == (CaseState.IN_REVIEW, "iski-abone"), (
        "the proposal is the person's to take"
    )
    other = assigned_case(desk, sender=Urn("mailto", "b@eposta.example"))
    other = answered(desk, other, "İADE iski-kanal")
    other = answered(desk, other, f"İADE {first}")
    assert other.state == CaseState.IN_REVIEW


def test_more_time_is_given_once_within_the_law_and_the_citizen_is_told(desk: Desk) -> None:
    case = assigned_case(desk)
    after = answered(desk, case, "EK SÜRE 5 gün")
    assert after.promised_at == case.promised_at + timedelta(days=5)
    assert (after.due_at, after.legal_due_at) == (after.promised_at, case.legal_due_at)
    assert after.accepted_at == after.extended_at == desk.now()
    assert [n.template for n in notices_of(desk, case)].count(Template.TIME_EXTENDED) == 1
    again = answered(desk, case, "EK SÜRE 5 gün")
    assert again.promised_at == after.promised_at
    assert unit_told(desk, case) == [(UnitOutcome.REPEATED, "extension")]


def test_an_answer_that_tells_of_several_cases_is_asked_about(desk: Desk) -> None:
    case, other = several(desk, 2)
    words = f"ÇÖZÜLDÜ {case.number} ve {other.number} numaralı başvurular giderildi."
    assert answered(desk, case, words).state == CaseState.ASSIGNED
    assert unit_told(desk, case) == [(UnitOutcome.ASKED, "resolved")]
    assert answered(desk, case, f"ÇÖZÜLDÜ {case.number} giderildi.").state == CaseState.RESOLVED


@pytest.mark.parametrize(("hours", "state"), [(-1, CaseState.REOPENED), (1, CaseState.RESOLVED)])
def test_what_was_written_before_an_objection_is_no_answer_to_it(
    desk: Desk, clock: Clock, hours: int, state: CaseState
) -> None:
    case = answered(desk, assigned_case(desk), "ÇÖZÜLDÜ Kutular boşaltıldı.")
    clock.step(days=1)
    account = add_account(desk, Channel.WEBFORM)
    object_to(desk, case.id or 0, account, make_message(channel=Channel.WEBFORM, text="Yine taştı."))
    written = clock() + timedelta(hours=hours)
    assert answered(desk, case, "ÇÖZÜLDÜ Kutular boşaltıldı.", sent_at=written).state == state
    assert [outcome for outcome, _ in unit_told(desk, case)] == [UnitOutcome.LATE][: hours < 0]


def test_a_new_date_that_did_not_leave_before_the_case_was_closed_is_not_told(desk: Desk) -> None:
    case = assigned_case(desk)
    answered(desk, case, "EK SÜRE 5 gün")
    answered(desk, case, "ÇÖZÜLDÜ Kutular boşaltıldı.")
    send_all(desk)
    states = {n.template: n.state for n in notices_of(desk, case)}
    wanted = {Template.TIME_EXTENDED: NotificationState.SUPPRESSED, Template.OUTCOME: NotificationState.SENT}
    assert {name: states[name] for name in wanted} == wanted


def test_more_time_than_the_law_allows_is_not_given(desk: Desk) -> None:
    case = assigned_case(desk)
    assert answered(desk, case, "EK SÜRE 90 gün").due_at == case.legal_due_at
    other = assigned_case(desk, sender=Urn("mailto", "b@eposta.example"))
    changed(desk, other, promised_at=other.legal_due_at, due_at=other.legal_due_at)
    assert answered(desk, other, "EK SÜRE 3 gün").due_at == other.legal_due_at
    assert unit_told(desk, other) == [(UnitOutcome.NO_ROOM, "extension")]


def test_a_case_is_accepted_once_and_by_the_unit_that_has_it(desk: Desk, clock: Clock) -> None:
    case = assigned_case(desk)
    at = desk.now()
    assert answered(desk, case, "KABUL").accepted_at == at
    clock.step(hours=1)
    assert answered(desk, case, "kabul ediyoruz.").accepted_at == at
    assert kinds(desk, case).count(CaseEventKind.UNIT_ACCEPTED) == 1
    assert answered(desk, case, "İADE iski-kanal").accepted_at is None


def test_a_note_is_kept_and_changes_nothing(desk: Desk) -> None:
    case = assigned_case(desk)
    after = answered(desk, case, "NOT Malzeme bekleniyor.")
    assert (after.state, after.due_at) == (case.state, case.due_at)
    assert kinds(desk, case)[-1] == CaseEventKind.UNIT_NOTED
    assert unit_told(desk, case) == []


PLAIN = [
    ("Sorun giderildi.", "resolved"),
    ("Bizim görev alanımızda değil.", "returned"),
    ("Ekiplerimiz yarın gelecek.", "accepted"),
    ("Konu incelenmektedir.", ""),
    ("ÇÖZÜLDÜ", "resolved"),
    ("ÇÖZÜLDÜ " + "a" * 9000, "resolved"),
]


def test_plain_words_are_confirmed_and_not_guessed_into_a_state(desk: Desk) -> None:
    cases = several(desk, len(PLAIN))
    take_in(desk, *(reply(desk, case, text) for case, (text, _) in zip(cases, PLAIN, strict=True)))
    for case, (text, guess) in zip(cases, PLAIN, strict=True):
        after = now_is(desk, case)
        assert (after.state, after.due_at) == (case.state, case.due_at), text[:40]
        assert unit_told(desk, case) == [(UnitOutcome.ASKED, guess)]
        assert Template.OUTCOME not in {n.template for n in notices_of(desk, case)}


def test_an_answer_that_holds_our_own_mail_is_not_sent_to_the_citizen(desk: Desk) -> None:
    """A mail program that marks no quotes: below the answer stand the links by which the unit acts."""
    case = assigned_case(desk)
    send_all(desk)
    with desk.uow() as uow:
        [ours] = [entry.text for entry in uow.outbox.latest(10) if "/birim/islem/" in entry.text][:1]
    after = answered(desk, case, f"ÇÖZÜLDÜ Boşaltıldı.\n\n{ours}")
    assert (after.state, unit_told(desk, case)) == (
        CaseState.ASSIGNED,
        [(UnitOutcome.ASKED, UnitReplyKind.RESOLVED)],
    )
    [asked] = [n for n in notices_of(desk, case) if n.template == Template.UNIT_REPLY]
    offer = offered(desk, told(desk, asked)[0]["resolve_url"].rpartition("/")[2])
    assert offer is not None
    assert offer.said == ""


def test_machines_change_nothing_and_are_not_answered(desk: Desk) -> None:
    case = assigned_case(desk)
    before = len(history(desk, case))
    for verdict in (Verdict.AUTO_REPLY, Verdict.OWN_LOOP, Verdict.BOUNCE):
        [added] = take_in(desk, reply(desk, case, "ÇÖZÜLDÜ Ofis dışındayım.", verdict=verdict))
        assert case_of(desk, added) is None
        assert (len(history(desk, case)), unit_told(desk, case)) == (before, []), verdict


def test_a_late_word_is_noted_and_moves_nothing_back(desk: Desk) -> None:
    case = assigned_case(desk)
    late = reply(desk, case, "EK SÜRE 5 gün")
    moved = reply(desk, case, "KABUL")
    closed = answered(desk, case, "ÇÖZÜLDÜ Boşaltıldı.")
    after = case_from(desk, late)
    assert (after.state, after.closed_at, after.due_at) == (closed.state, closed.closed_at, closed.due_at)
    assert unit_told(desk, case) == [(UnitOutcome.LATE, "extension")]
    other = assigned_case(desk, sender=Urn("mailto", "b@eposta.example"))
    early = reply(desk, other, "ÇÖZÜLDÜ Boşaltıldı.")
    answered(desk, other, "İADE iski-kanal")
    take_in(desk, early, moved)
    assert (now_is(desk, other).state, now_is(desk, other).unit) == (CaseState.ASSIGNED, "iski-kanal")


def test_both_orders_of_one_batch_end_in_one_move(desk: Desk) -> None:
    case = assigned_case(desk)
    take_in(desk, reply(desk, case, "ÇÖZÜLDÜ Boşaltıldı."), reply(desk, case, "İADE iski-kanal"))
    after = now_is(desk, case)
    assert (after.state, after.unit) == (CaseState.RESOLVED, case.unit)
    assert unit_told(desk, case) == [(UnitOutcome.LATE, "returned")]


MAIL = """\
From: {unit}
To: beyazmasa@buyuksehir.example
Subject: YNT: Basvuru
Message-ID: <1@birim.example>
In-Reply-To: {mark}
Date: Mon, 23 Nov 2026 12:00:00 +0300
Content-Type: text/plain; charset=utf-8

ÇÖZÜLDÜ Kutular boşaltıldı.

Saygılarımızla
Temizlik İşleri

Kimden: Beyaz Masa <beyazmasa@buyuksehir.example>
Gönderildi: 23 Kasım 2026 Pazartesi 11:00
Kime: Temizlik İşleri
Konu: Başvuru

İADE
Bu e-postayı, ilk satıra şunlardan birini yazarak yanıtlayın:
KABUL
"""


def test_a_mail_as_offices_send_them_leaves_its_history_and_its_names_behind(desk: Desk) -> None:
    case = assigned_case(desk)
    mail = mail_to_unit(desk, case)
    raw = MAIL.format(unit=mail.recipient.partition(":")[2], mark=mail.message_id).encode()
    take_in(desk, parse_mail(raw))
    [outcome] = [n for n in notices_of(desk, case) if n.template == Template.OUTCOME]
    assert told(desk, outcome)[0]["answer"] == "Kutular boşaltıldı."


def test_the_mail_to_the_unit_says_where_its_answer_goes(desk: Desk) -> None:
    case = assigned_case(desk)
    send_all(desk)
    with desk.uow() as uow:
        [sent] = [entry for entry in uow.outbox.latest(10) if entry.subject and case.number in entry.subject][
            :1
        ]
    assert "+u." in sent.headers["Reply-To"]
    assert "/birim/islem/act." in sent.text
