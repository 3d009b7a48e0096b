"""What is added to a case on its status page is a message of its citizen's, once, with its files (V1, V3)."""

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.vocabulary import CaseEventKind, CaseState, PauseCause
from pipeline.desk import Desk
from pipeline.erasing import erase_citizen
from pipeline.pausing import pause, resume_answered
from store.engine import make_engine
from store.models import Message
from tests.fakes import Clock
from tests.web.citizen.acting import Citizens, Known, Worker, hidden
from tests.web.forms import png, query
from tests.web.serving import Site
from web.status_actions import BY_CASE
from web.status_pass import LIFE

ADD = "/durum/ek"
WORDS = "Konteyner caminin arkasında, sarı renkli."


def messages(desk: Desk, known: Known) -> list[tuple[str, str]]:
    """What came to a case after it was opened: the words, and whom they are from."""
    found = query(desk, f"SELECT text, sender FROM messages WHERE case_id = {known.id} ORDER BY id")
    return found[1:]


def test_words_and_photos_join_the_case_as_its_citizen_s(citizens: Citizens, desk: Desk) -> None:
    known = citizens.case(name="Ayşe Yılmaz")
    answer = citizens.act(ADD, citizens.look(known), ("köşe.png", png()), ("arka.png", png(9)), text=WORDS)
    assert answer.status_code == 200
    assert "Mesajınız başvurunuza eklendi." in answer.text
    assert "Gönderdiğiniz ek bilgi başvuruya eklendi." in answer.text
    assert messages(desk, known) == [(WORDS, f"tel:+9{known.phone.replace(' ', '')}")]
    files = query(
        desk,
        f"SELECT a.name FROM attachments a JOIN messages m ON m.id = message_id WHERE case_id = {known.id}",
    )
    assert sorted(files) == ["arka.png", "köşe.png"]
    last = citizens.history(known)[-1]
    assert (last.kind, last.actor) == (CaseEventKind.MESSAGE_ADDED, "citizen")
    assert len(citizens.notices(known, "message_added")) == 1
    assert query(desk, f"SELECT count(*) FROM cases WHERE id > {known.id}") == [0]


def test_a_photo_needs_no_words(citizens: Citizens, desk: Desk) -> None:
    known = citizens.case()
    assert citizens.act(ADD, citizens.look(known), ("çukur.png", png())).status_code == 200
    assert [text for text, _ in messages(desk, known)] == [""]


def test_sent_twice_it_is_one_message_and_something_else_is_another(citizens: Citizens, desk: Desk) -> None:
    known = citizens.case()
    page = citizens.look(known)
    for words in (WORDS, WORDS, "Bir şey daha var."):
        assert citizens.act(ADD, page, text=words).status_code == 200
    assert [text for text, _ in messages(desk, known)] == [WORDS, "Bir şey daha var."]


def test_a_case_that_waits_for_its_citizen_runs_on(citizens: Citizens, desk: Desk, clock: Clock) -> None:
    known = citizens.case()
    pause(desk, known.number, why="Hangi sokak?", cause=PauseCause.QUESTION, actor="test")
    clock.step(hours=1)
    page = citizens.look(known)
    assert "Sizden yanıt bekleniyor" in page
    citizens.act(ADD, page, text="Moda Caddesi.")
    resume_answered(desk)
    assert citizens.row(known).paused_at is None
    assert "Süre yeniden işlemeye başladı." in citizens.look(known)


def test_whoever_gave_no_address_is_still_the_citizen(citizens: Citizens, desk: Desk) -> None:
    known = citizens.case()
    with desk.uow() as uow:
        of_case = update(Message).where(col(Message.case_id) == known.id)
        uow.session.execute(of_case.values(sender=None, contacts=[]))
        uow.commit()
    citizens.act(ADD, citizens.look(known), text=WORDS)
    assert citizens.history(known)[-1].actor == "citizen"


WRONG: list[tuple[str, dict[str, str], tuple[tuple[str, bytes], ...], str]] = [
    ("nothing", {"text": "  "}, (), "Eklemek istediğiniz bilgiyi yazın veya bir fotoğraf seçin."),
    ("too much", {"text": "x" * 10_001}, (), "Metin en çok 10000 karakter olabilir; şu an 10001 karakter."),
    ("a program", {"text": WORDS}, (("a.exe", b"MZ\x90"),), "“a.exe” eklenemiyor."),
    ("six files", {"text": WORDS}, tuple((f"{n}.png", png(n)) for n in range(6)), "En çok 5 dosya"),
]


def test_what_is_wrong_is_said_and_what_was_typed_stays(citizens: Citizens, desk: Desk) -> None:
    known = citizens.case()
    for name, fields, files, words in WRONG:
        answer = citizens.act(ADD, citizens.look(known), *files, **fields)
        assert (name, answer.status_code, words in answer.text) == (name, 422, True)
        assert fields["text"].strip() in answer.text
        assert '<details class="act" id="ek" open>' in answer.text
    assert messages(desk, known) == []


def test_a_case_that_was_closed_meanwhile_takes_nothing_and_loses_nothing(
    citizens: Citizens, desk: Desk
) -> None:
    known = citizens.case()
    page = citizens.look(known)
    citizens.answer(known, "Boşaltıldı.")
    answer = citizens.act(ADD, page, text=WORDS)
    assert answer.status_code == 409
    assert f"{WORDS}</textarea>" in answer.text.partition("/durum/itiraz")[2]
    assert messages(desk, known) == []


def test_what_is_not_yet_worked_on_is_told_so(citizens: Citizens, worker: Worker, desk: Desk) -> None:
    known = citizens.case()
    worker.awake = False
    try:
        answer = citizens.act(ADD, citizens.look(known), text=WORDS)
    finally:
        worker.awake = True
    assert "Mesajınız bize ulaştı." in answer.text
    worker.work()
    assert [text for text, _ in messages(desk, known)] == [WORDS]


Forge = Callable[[Citizens, str], str]


def _given_for_rating(citizens: Citizens, page: str) -> str:
    return hidden(citizens.look(citizens.answered()), "/durum/degerlendirme")["pass"]


FORGED: dict[str, Forge] = {
    "none": lambda citizens, page: "",
    "no pass at all": lambda citizens, page: "2026-0001234-5",
    "another case in it": lambda citizens, page: f"1{hidden(page, ADD)['pass']}",
    "for looking": lambda citizens, page: hidden(page, "/durum/yenile")["pass"],
    "for rating": _given_for_rating,
}


@pytest.mark.parametrize("name", FORGED)
def test_a_pass_that_does_not_count_adds_nothing_and_keeps_the_words(
    name: str, citizens: Citizens, client: httpx.Client, desk: Desk
) -> None:
    known = citizens.case()
    token = FORGED[name](citizens, citizens.look(known))
    answer = client.post(ADD, data={"pass": token, "text": WORDS})
    assert answer.status_code == 403
    assert "süresi doldu" in answer.text
    assert f"{WORDS}</textarea>" in answer.text
    assert messages(desk, known) == []


def test_a_pass_ends_an_hour_after_the_look_up_whatever_was_done(
    citizens: Citizens, clock: Clock, desk: Desk
) -> None:
    known = citizens.case()
    page = citizens.look(known)
    clock.moment += LIFE / 2
    renewed = citizens.act(ADD, page, text=WORDS).text
    clock.moment += LIFE / 2
    assert citizens.act(ADD, renewed, text="Geç kaldım.").status_code == 403
    assert len(messages(desk, known)) == 1


@pytest.mark.parametrize("action", ["/durum/ek", "/durum/yenile"])
def test_a_pass_shows_and_adds_nothing_once_the_person_was_erased(
    citizens: Citizens, desk: Desk, action: str
) -> None:
    """Both numbers open such a case no more, and a page that was open meanwhile must not either."""
    known = citizens.case()
    page = citizens.look(known)
    erase_citizen(desk, citizens.row(known).citizen_id or 0, why="istek", actor="memur", even_open=True)
    answer = citizens.act(action, page, text="Hâlâ dolu.")
    assert answer.status_code == 403
    assert known.number not in answer.text
    assert all(line.kind != CaseEventKind.MESSAGE_ADDED for line in citizens.history(known))


def test_another_site_s_form_is_refused(citizens: Citizens) -> None:
    page = citizens.look(citizens.case())
    answer = citizens.act(ADD, page, text=WORDS, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_who_sends_too_much_is_stopped_and_loses_nothing(citizens: Citizens, desk: Desk) -> None:
    known = citizens.case()
    page = citizens.look(known)
    answers = [citizens.act(ADD, page, text=f"{WORDS} {n}") for n in range(BY_CASE.times + 1)]
    assert [each.status_code for each in answers] == [200] * BY_CASE.times + [429]
    assert f"{WORDS} {BY_CASE.times}</textarea>" in answers[-1].text
    assert len(messages(desk, known)) == BY_CASE.times


def test_no_cookie_is_set_and_nothing_is_kept(citizens: Citizens, client: httpx.Client) -> None:
    known = citizens.case()
    page = citizens.look(known)
    answers = [citizens.act(ADD, page, text=WORDS), citizens.act("/durum/yenile", page)]
    assert citizens.row(known).state == CaseState.ASSIGNED
    assert not client.cookies
    for each in answers:
        assert each.headers["cache-control"] == "no-store"
        assert each.headers["referrer-policy"] == "same-origin"
        assert known.security not in each.text
        assert each.url.query == b""


def test_while_the_database_is_away_nothing_is_lost(citizens: Citizens, site: Site, desk: Desk) -> None:
    known = citizens.case()
    page = citizens.look(known)
    at_work = site.services.desk.engine
    site.services.desk.__dict__["engine"] = make_engine("postgresql://desk@127.0.0.1:1/nowhere")
    try:
        answer = citizens.act(ADD, page, text=WORDS)
    finally:
        site.services.desk.__dict__["engine"] = at_work
    assert (answer.status_code, "Şu anda kaydedemiyoruz." in answer.text) == (503, True)
    assert f"{WORDS}</textarea>" in answer.text
    assert citizens.act(ADD, page, text=WORDS).status_code == 200
    assert [text for text, _ in messages(desk, known)] == [WORDS]
