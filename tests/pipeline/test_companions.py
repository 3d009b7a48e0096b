"""What is wanted and what is no case are learned from decisions, too; a part that does worse stays out."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.examples import load_examples
from domain.vocabulary import CaseKind, NotACase
from pipeline.companions import VERDICT_ACCURACY, Companion, companions, learned, share_right
from pipeline.corrections import Correction
from pipeline.decisions import Decisions, decisions
from pipeline.desk import Desk
from pipeline.drift import BEGINNING
from pipeline.exam import Exam
from pipeline.model_shelf import shipped_models
from pipeline.review import correct
from router.curriculum import CASE
from router.lessons import Decided, Lessons
from router.training import Sample, train
from tests.deciding import small_taxonomy
from tests.pipeline.reviewing import RUBBISH, WHO, waiting_case

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BLIND = (("bedava telefon kazandınız", CASE), ("sokakta çukur var", NotACase.SPAM))
SPAM = "BEDAVA TELEFON KAZANDINIZ, hemen tıklayın http://kazandin.example"


def test_each_decision_says_a_topic_a_kind_and_a_verdict(desk: Desk) -> None:
    plain, other, none = (
        waiting_case(desk, text=text) for text in ("Çöp var", "Çöp kutusu olsa", "Kazandınız")
    )
    correct(desk, plain.number, WHO, Correction(district="Kadıköy", told=True))
    correct(desk, other.number, WHO, Correction(kind=CaseKind.SUGGESTION, district="Kadıköy", told=True))
    correct(desk, none.number, WHO, Correction(not_a_case=NotACase.SPAM))
    with desk.uow() as uow:
        found = decisions(uow, BEGINNING)
    assert [(d.text, d.label) for d in found.topics] == [("Çöp var", RUBBISH), ("Çöp kutusu olsa", RUBBISH)]
    assert [d.label for d in found.kinds] == [plain.kind, CaseKind.SUGGESTION]
    assert [d.label for d in found.verdicts] == [CASE, CASE, NotACase.SPAM]
    assert all(type(d.label) is str for d in (*found.kinds, *found.verdicts))


def test_what_reviewers_call_a_request_becomes_one() -> None:
    things = ("bank", "direk", "kapak", "lamba", "levha", "kutu", "kapı", "duvar", "rampa", "çit")
    texts = [
        f"{thing} hakkında malumunuz {number}" for thing in things for number in ["bir", "iki", "üç", "dört"]
    ]
    said = [Decided(text=text, label=str(CaseKind.REQUEST), at=NOON) for text in texts]
    kinds, _ = companions(Decisions(topics=said, kinds=said, verdicts=said), load_examples())
    exam = Exam(taxonomy=small_taxonomy(), texts=[each.text for each in kinds.lesson.held_out])
    before = shipped_models()
    after = learned(before, kinds, exam)
    shares = [share_right(exam.found(models), kinds) for models in (before, after)]
    assert shares[0] < 0.5 < 0.9 < shares[1]


@pytest.mark.parametrize(("label", "taken"), [(NotACase.SPAM, False), (CASE, True)])
def test_a_part_is_taken_only_where_it_is_right_as_often(label: str, taken: bool) -> None:
    some = ((f"{words} {number}", of) for words, of in BLIND for number in range(3))
    blind = train([Sample(text, of) for text, of in some])
    held_out = [Decided(text=SPAM, label=label, at=NOON)]
    lesson = Lessons(samples=[], held_out=held_out, learned=Counter(), until=NOON)
    verdicts = Companion(
        part="verdicts",
        figure=VERDICT_ACCURACY,
        lesson=lesson,
        train=lambda _: blind,
        found=lambda c: str(c.not_a_case or CASE),
    )
    before = shipped_models()
    after = learned(before, verdicts, Exam(taxonomy=small_taxonomy(), texts=[SPAM]))
    assert after == (replace(before, verdicts=blind) if taken else before)
