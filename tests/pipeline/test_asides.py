"""What is no case: set aside where others read along, shown to a person in private, never dropped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from domain.decisions import Classification, Question
from domain.errors import PermanentError
from domain.urn import Urn
from domain.vocabulary import AsideState, CaseState, Channel, MessageState, NotACase, Verdict
from pipeline.asides import aside_list, aside_sheet, keep, release
from pipeline.decisions import decisions
from pipeline.desk import Desk
from pipeline.drift import BEGINNING
from pipeline.judgement import Judgement, current
from router.contracts import Classifier
from router.curriculum import CASE
from tests.fakes import RUBBISH, make_message, process_all
from tests.pipeline.looking import case_from, case_of, kinds, notices_by_state, notices_of, take_in
from tests.pipeline.reviewing import WHO

SPEECH = "Hepsi aynı, sandıkta görüşürüz"
DANGER = "Kadıköy Moda Caddesi'nde doğalgaz kokusu var, patlama olacak"


@dataclass
class Sceptic:
    """A classifier that takes everything for politics, and otherwise finds what another finds."""

    other: Classifier
    version: str = "sceptic"

    def classify(self, questions: Sequence[Question]) -> list[Classification]:
        found = self.other.classify(questions)
        return [replace(each, not_a_case=NotACase.POLITICS, confidence=0.97) for each in found]


@pytest.fixture(autouse=True)
def sceptic(monkeypatch: pytest.MonkeyPatch) -> None:
    def doubting(*given: Any) -> Judgement:
        judgement = current(*given)
        return replace(judgement, classifier=Sceptic(judgement.classifier))

    monkeypatch.setattr("pipeline.opening.current", doubting)


def post(**given: Any) -> Any:
    """A public post that mentions the desk."""
    values = {
        "channel": Channel.X,
        "private": False,
        "text": SPEECH,
        "subject": None,
        "sender": Urn("x", "42"),
    }
    return make_message(**values | given)


def test_a_public_post_is_set_aside_without_a_case_or_a_word(desk: Desk) -> None:
    [added] = take_in(desk, post())
    assert case_of(desk, added) is None
    with desk.uow() as uow:
        row = uow.messages.get(added)
    assert row is not None
    assert row.state == MessageState.DONE
    assert notices_by_state(desk) == {}
    [line] = aside_list(desk)
    assert (line["id"], line["verdict"], line["text"]) == (added, NotACase.POLITICS, SPEECH)
    assert aside_sheet(desk, added)["state"] == AsideState.WAITING


def test_others_of_its_batch_become_cases_as_ever(desk: Desk) -> None:
    spoken, danger = take_in(desk, post(), post(text=DANGER))
    assert case_of(desk, spoken) is None
    assert case_of(desk, danger) is not None, "where lives may be at stake no verdict counts"


PRIVATE: list[tuple[Channel, str]] = [
    (Channel.EMAIL, "mailto:a@eposta.example"),
    (Channel.SMS, "tel:+905321112233"),
    (Channel.WEBFORM, "mailto:b@eposta.example"),
    (Channel.X, "x:43"),
    (Channel.POST, "mailto:c@eposta.example"),
    (Channel.CALL_CENTRE, "tel:+905321112234"),
]


@pytest.mark.parametrize(("channel", "sender"), PRIVATE)
def test_whoever_writes_in_private_is_heard_by_a_person(desk: Desk, channel: Channel, sender: str) -> None:
    case = case_from(desk, make_message(channel=channel, sender=Urn.parse(sender), text=RUBBISH))
    assert (case.state, case.unit, case.reasons[-1]) == (CaseState.IN_REVIEW, "beyaz-masa", NotACase.POLITICS)
    assert [n.template for n in notices_of(desk, case)] == ["received"]
    assert aside_list(desk) == []


def test_what_is_released_opens_a_case_as_if_it_had_come_so(desk: Desk) -> None:
    [added] = take_in(desk, post(text=RUBBISH))
    release(desk, added, WHO)
    assert process_all(desk) == 1
    case = case_of(desk, added)
    assert case is not None
    assert (case.state, case.channel) == (CaseState.ASSIGNED, Channel.X)
    assert "opened" in kinds(desk, case)
    assert aside_list(desk) == []
    with pytest.raises(PermanentError, match="not_aside"):
        release(desk, added, WHO)


def test_what_is_looked_at_and_kept_waits_no_more_and_may_still_be_released(desk: Desk) -> None:
    [added] = take_in(desk, post())
    keep(desk, added, WHO)
    assert aside_list(desk) == []
    assert (aside_sheet(desk, added)["state"], aside_sheet(desk, added)["decided_by"]) == (
        AsideState.KEPT,
        WHO,
    )
    with pytest.raises(PermanentError, match="looked_at"):
        keep(desk, added, WHO)
    release(desk, added, WHO)
    process_all(desk)
    assert case_of(desk, added) is not None


def test_a_machines_message_is_looked_through_and_released_too(desk: Desk) -> None:
    [added] = take_in(desk, make_message(verdict=Verdict.AUTO_REPLY, text=RUBBISH))
    assert aside_list(desk) == []
    assert [line["id"] for line in aside_list(desk, Verdict.AUTO_REPLY)] == [added]
    release(desk, added, WHO)
    process_all(desk)
    case = case_of(desk, added)
    assert case is not None
    assert notices_of(desk, case)[0].template == "received", "its sender is answered now"


def test_asides_are_listed_by_verdict(desk: Desk) -> None:
    [added] = take_in(desk, post())
    assert [line["id"] for line in aside_list(desk, NotACase.POLITICS)] == [added]
    assert aside_list(desk, NotACase.SPAM) == []
    with pytest.raises(PermanentError, match=r"no_verdict .*sacma"):
        aside_list(desk, "sacma")


def test_what_was_never_set_aside_is_not_released(desk: Desk) -> None:
    [added] = take_in(desk, make_message())
    for message in (added, added + 1):
        with pytest.raises(PermanentError, match="not_aside"):
            release(desk, message, WHO)
        with pytest.raises(PermanentError, match="never_aside"):
            aside_sheet(desk, message)


def test_whoever_looks_at_them_says_a_verdict_to_learn_from(desk: Desk) -> None:
    said = (SPEECH, "Yolda çukur var", "Bakılmadı")
    [kept], [released], _ = (take_in(desk, post(text=text)) for text in said)
    keep(desk, kept, WHO)
    release(desk, released, WHO)
    with desk.uow() as uow:
        found = decisions(uow, BEGINNING)
    assert [(d.text, d.label) for d in found.verdicts] == [
        (SPEECH, NotACase.POLITICS),
        ("Yolda çukur var", CASE),
    ]
    assert found.kinds == []
