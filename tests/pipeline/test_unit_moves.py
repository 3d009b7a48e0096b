"""Whatever way a case was moved, after three moves a person decides; and no word moves a case backwards."""

from collections.abc import Callable
from itertools import product
from urllib.parse import urlsplit

import pytest

from domain.urn import Urn
from domain.vocabulary import CaseState, Template, UnitOutcome
from pipeline.corrections import Correction
from pipeline.desk import Desk
from pipeline.review import confirm, correct
from pipeline.unit_clicks import Filled, confirmed
from router.assignment import ReviewReason
from store.models import Case
from tests.pipeline.answering_units import answered, assigned_case, mail_to_unit, now_is, reply, told
from tests.pipeline.looking import case_of, notices_of, take_in
from tests.pipeline.reviewing import LIGHTS, WHO, changed

UNITS = ("iski-kanal", "igdas-abone", "iett-duraklar", "iski-abone", "iski-su-ariza")


def by_mail(desk: Desk, case: Case, unit: str) -> None:
    answered(desk, case, f"İADE {unit}")


def by_click(desk: Desk, case: Case, unit: str) -> None:
    address = urlsplit(told(desk, mail_to_unit(desk, case))[0]["return_url"]).path
    assert confirmed(desk, address.rpartition("/")[2], Filled(unit=unit)) is UnitOutcome.DONE


def by_operator(desk: Desk, case: Case, unit: str) -> None:
    correct(desk, case.number, WHO, Correction(unit=unit), again=True)


def by_topic(desk: Desk, case: Case, unit: str) -> None:
    correct(desk, case.number, WHO, Correction(topic=LIGHTS), again=True)


Way = Callable[[Desk, Case, str], None]
WAYS: list[tuple[Way, Way, Way]] = [
    (by_mail, by_mail, by_mail),
    (by_click, by_click, by_click),
    (by_operator, by_mail, by_click),
    (by_mail, by_operator, by_operator),
    (by_topic, by_click, by_mail),
]


@pytest.mark.parametrize("ways", WAYS, ids=lambda ways: ", ".join(way.__name__ for way in ways))
def test_after_three_moves_of_any_kind_a_person_decides(desk: Desk, ways: tuple[Way, Way, Way]) -> None:
    case = assigned_case(desk)
    for way, unit in zip(ways, UNITS, strict=False):
        way(desk, case, unit)
        assert now_is(desk, case).state == CaseState.ASSIGNED, "so often it goes on by itself"
    last = by_click if ways[0] is by_mail else by_mail
    last(desk, case, UNITS[3])
    waits = now_is(desk, case)
    assert (waits.state, waits.unit) == (CaseState.IN_REVIEW, UNITS[3]), (
        "the proposal is the person's to take"
    )
    assert ReviewReason.RETURNED in waits.reasons
    confirm(desk, case.number, WHO)
    assert now_is(desk, case).state == CaseState.ASSIGNED
    by_mail(desk, case, UNITS[4])
    assert now_is(desk, case).state == CaseState.IN_REVIEW, "and again after the person's decision"
    if by_topic not in ways:
        assert now_is(desk, case).due_at == case.due_at, "passing a case around wins no time"


COMMANDS = ("ÇÖZÜLDÜ Kutular boşaltıldı.", "İADE iski-kanal", "EK SÜRE 5 gün", "KABUL", "NOT Bekleniyor.")
ELSEWHERE: dict[str, dict[str, object]] = {
    "it was solved": {"state": CaseState.RESOLVED},
    "it was rejected": {"state": CaseState.REJECTED},
    "a person has it": {"state": CaseState.IN_REVIEW},
    "another unit has it": {"unit": "igdas-abone"},
    "another unit solved it": {"unit": "igdas-abone", "state": CaseState.RESOLVED},
    "it is restricted": {"confidentiality": "restricted"},
}
WATCHED = (
    "state",
    "unit",
    "closed_at",
    "promised_at",
    "due_at",
    "legal_due_at",
    "accepted_at",
    "extended_at",
)


def test_a_late_word_of_whatever_kind_moves_nothing(desk: Desk) -> None:
    """Every command against every place a case can have gone to meanwhile, all of them in one batch."""
    case = assigned_case(desk)
    before = now_is(desk, case)
    for columns in ELSEWHERE.values():
        changed(desk, case, **columns)
        moved = now_is(desk, case)
        added = take_in(desk, *(reply(desk, case, text) for text in COMMANDS))
        assert [found.id for each in added if (found := case_of(desk, each))] == [case.id] * len(COMMANDS)
        after = now_is(desk, case)
        assert {n: getattr(after, n) for n in WATCHED} == {n: getattr(moved, n) for n in WATCHED}, columns
        changed(desk, case, **{name: getattr(before, name) for name in (*WATCHED, "confidentiality")})
    answers = [n for n in notices_of(desk, case) if n.template == Template.UNIT_REPLY]
    told_so = [n.values["outcome"] for n in answers]
    restricted = [UnitOutcome.RESTRICTED] * len(COMMANDS)
    assert told_so == [UnitOutcome.LATE] * (len(ELSEWHERE) - 1) * len(COMMANDS) + restricted, (
        "each is told so"
    )
    assert Template.OUTCOME not in {n.template for n in notices_of(desk, case)}


PAIRS = list(product(COMMANDS[:4], repeat=2))
FIRST_WINS = {"ÇÖZÜLDÜ": CaseState.RESOLVED, "İADE": CaseState.ASSIGNED}


def test_two_words_in_whatever_order_end_where_the_first_final_one_says(desk: Desk) -> None:
    """A solved or returned case stays so, whatever comes behind; time and acceptance change no state."""
    case = assigned_case(desk)
    before, mail = now_is(desk, case), mail_to_unit(desk, case)
    theirs = {"in_reply_to": mail.message_id, "sender": Urn.parse(mail.recipient)}
    for first, second in PAIRS:
        changed(desk, case, **{name: getattr(before, name) for name in (*WATCHED, "needs_review", "reasons")})
        take_in(desk, *(reply(desk, case, text, **theirs) for text in (first, second)))
        after = now_is(desk, case)
        final = next((word for word in (first.split()[0], second.split()[0]) if word in FIRST_WINS), None)
        assert (after.state == CaseState.RESOLVED) == (final == "ÇÖZÜLDÜ"), (first, second)
        assert (after.unit == before.unit) == (final != "İADE"), (first, second)
        assert after.legal_due_at == before.legal_due_at
