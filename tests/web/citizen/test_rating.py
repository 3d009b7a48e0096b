"""A citizen rates how a case was closed: once a closing, changeable while there is time."""

from datetime import timedelta

from domain.vocabulary import CaseEventKind, CaseState
from pipeline.desk import Desk
from tests.fakes import Clock
from tests.web.citizen.acting import Citizens, Known
from tests.web.forms import query

RATE = "/durum/degerlendirme"


def kept(desk: Desk, known: Known) -> list[tuple[int, str]]:
    return query(desk, f"SELECT score, comment FROM ratings WHERE case_id = {known.id} ORDER BY id")


def test_a_mark_is_kept_and_may_be_changed(citizens: Citizens, desk: Desk) -> None:
    known = citizens.answered()
    first = citizens.act(RATE, citizens.look(known), score="2", comment="Geç oldu.")
    assert first.status_code == 200
    assert "Değerlendirmeniz kaydedildi." in first.text
    assert "Değerlendirmeniz: 2/5 – Kötü" in first.text
    assert "Geç oldu.</textarea>" in first.text
    for _ in range(2):
        citizens.act(RATE, first.text, score="4", comment="Geç oldu ama <iyi> oldu.")
    assert kept(desk, known) == [(4, "Geç oldu ama <iyi> oldu.")]
    given = [line.detail for line in citizens.history(known) if line.kind == CaseEventKind.RATED]
    assert given == [{"score": 2}, {"score": 4}]


def test_each_closing_is_rated_anew(citizens: Citizens, desk: Desk, clock: Clock) -> None:
    known = citizens.answered()
    citizens.act(RATE, citizens.look(known), score="1")
    citizens.act("/durum/itiraz", citizens.look(known), objection="Olmadı.")
    clock.step(hours=5)
    citizens.answer(known, "Şimdi oldu.")
    page = citizens.look(known)
    assert "Hizmetimizi değerlendirin" in page
    citizens.act(RATE, page, score="5")
    assert kept(desk, known) == [(1, ""), (5, "")]


WRONG = [
    ({}, "1 ile 5 arasında bir puan seçin."),
    ({"score": "6"}, "1 ile 5 arasında bir puan seçin."),
    ({"score": "beş"}, "1 ile 5 arasında bir puan seçin."),
    ({"score": "3", "comment": "x" * 1001}, "Görüşünüz en çok 1000 karakter olabilir; şu an 1001 karakter."),
]


def test_what_is_no_mark_is_said_and_not_kept(citizens: Citizens, desk: Desk) -> None:
    known = citizens.answered()
    for fields, words in WRONG:
        answer = citizens.act(RATE, citizens.look(known), **fields)
        assert (fields.get("score"), answer.status_code, words in answer.text) == (
            fields.get("score"),
            422,
            True,
        )
    assert kept(desk, known) == []


def test_an_open_case_and_one_of_long_ago_are_not_rated(citizens: Citizens, desk: Desk, clock: Clock) -> None:
    known = citizens.answered()
    page = citizens.look(known)
    long_ago = clock() - timedelta(days=31)
    for columns, words in (
        ({"state": CaseState.REOPENED, "closed_at": None}, "Başvurunuz henüz sonuçlanmadı"),
        ({"state": CaseState.RESOLVED, "closed_at": long_ago}, "Değerlendirme süresi (30 gün) doldu."),
    ):
        citizens.change(known, **columns)
        answer = citizens.act(RATE, page, score="5")
        assert (answer.status_code, words in answer.text) == (409, True)
        assert RATE not in citizens.look(known)
    assert kept(desk, known) == []


def test_a_rejected_case_may_be_rated_too(citizens: Citizens, desk: Desk) -> None:
    known = citizens.answered()
    citizens.change(known, state=CaseState.REJECTED)
    citizens.act(RATE, citizens.look(known), score="3")
    assert kept(desk, known) == [(3, "")]
