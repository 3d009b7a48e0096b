"""What operators decide about linked cases, and where a merged case's follow-ups go (E13)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from config.months import bounds, month_of
from domain.errors import PermanentError
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, CaseState, Channel, LinkState, Template
from pipeline.desk import Desk
from pipeline.merging import merge, unlink
from pipeline.review_guards import waits
from store.models import Case
from store.monthly import Span
from tests.fakes import add_account, make_message
from tests.pipeline.answering_units import now_is
from tests.pipeline.looking import case_from, case_of, kinds, notices_of, take_in
from tests.pipeline.reviewing import changed

ME = Urn("telegram", "42")
STRANGER = Urn("telegram", "43")
LONG_AGO = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def account(desk: Desk) -> int:
    return add_account(desk, Channel.TELEGRAM)


def write(desk: Desk, account: int, **given: Any) -> Case:
    values: dict[str, Any] = {"channel": Channel.TELEGRAM, "sender": ME, "subject": None}
    return case_from(desk, make_message(**values | given), account=account)


@pytest.fixture
def merged(desk: Desk, account: int) -> tuple[Case, Case]:
    """A case that was merged, and the one it was merged into."""
    target, case = write(desk, account), write(desk, account, external_id="42:2")
    merge(desk, case.number, target.number, actor="operator")
    return now_is(desk, case), now_is(desk, target)


def test_a_merged_case_is_closed_keeps_its_history_and_points_at_its_target(
    desk: Desk, merged: tuple[Case, Case]
) -> None:
    case, target = merged
    assert (case.state, case.merged_into, case.closed_at) == (CaseState.RESOLVED, target.id, desk.now())
    assert target.state != CaseState.RESOLVED
    with desk.uow() as uow:
        assert len(uow.messages.of_case(case.id or 0)) == 1, "nothing is moved"
        assert [link.state for link in uow.links.of_case(case.id or 0)] == [LinkState.ACCEPTED]
    for each in merged:
        assert kinds(desk, each).count(CaseEventKind.MERGED) == 1
    merge(desk, case.number, target.number, actor="operator")
    assert kinds(desk, case).count(CaseEventKind.MERGED) == 1, "twice does it once"


# Who writes what about the merged case, and whether it lands in the target.
FOLLOW_UPS: list[tuple[str, Callable[[Case], dict[str, Any]], bool]] = [
    ("a reply to the merged message", lambda case: {"in_reply_to": "42:2"}, True),
    ("the merged number by its citizen", lambda case: {"text": f"{case.number} ne oldu?"}, True),
    ("the merged number by a stranger", lambda case: {"text": case.number, "sender": STRANGER}, False),
    ("a stranger's reply to the message", lambda case: {"in_reply_to": "42:2", "sender": STRANGER}, False),
]


@pytest.mark.parametrize(("label", "given", "joins"), FOLLOW_UPS, ids=[row[0] for row in FOLLOW_UPS])
def test_what_follows_a_merged_case_goes_to_its_target(
    desk: Desk,
    account: int,
    merged: tuple[Case, Case],
    label: str,
    given: Callable[[Case], dict[str, Any]],
    joins: bool,
) -> None:
    case, target = merged
    found = write(desk, account, **{"text": "Ek bilgi: fotoğrafını da gönderiyorum"} | given(case))
    assert (found.id == target.id) is joins
    assert found.id != case.id
    if joins:
        assert Template.MESSAGE_ADDED in [n.template for n in notices_of(desk, target)]


def test_mail_tokens_and_numbers_of_a_merged_case_lead_to_its_target(desk: Desk) -> None:
    sender = Urn("mailto", "g@eposta.example")
    [first], [second] = take_in(desk, make_message(sender=sender)), take_in(desk, make_message(sender=sender))
    target, case = case_of(desk, first), case_of(desk, second)
    assert target is not None
    assert case is not None
    token = next(n.message_id for n in notices_of(desk, case) if n.template == Template.RECEIVED)
    merge(desk, case.number, target.number, actor="operator")
    answers: list[dict[str, Any]] = [{"in_reply_to": token}, {"subject": f"Ynt: {case.number}"}]
    for answer in answers:
        found = case_from(desk, make_message(sender=sender, text="Hâlâ alınmadı", **answer))
        assert found.id == target.id
    other = case_from(desk, make_message(subject=case.number))
    assert other.id not in (case.id, target.id)


def test_merging_once_more_takes_along_what_was_merged_before(
    desk: Desk, account: int, merged: tuple[Case, Case]
) -> None:
    case, target = merged
    last = write(desk, account, external_id="42:9")
    merge(desk, target.number, last.number, actor="operator")
    assert now_is(desk, case).merged_into == last.id
    assert write(desk, account, in_reply_to="42:2").id == last.id
    other = write(desk, account, external_id="42:10")
    merge(desk, other.number, target.number, actor="operator")
    assert now_is(desk, other).merged_into == last.id, "into a merged case means into its target"


def test_the_status_page_shows_where_a_merged_case_stands(desk: Desk, merged: tuple[Case, Case]) -> None:
    case, target = merged
    with desk.uow() as uow:
        standing = uow.status.standing(case.id or 0)
    assert standing is not None
    assert (standing.number, standing.state, standing.closed_at) == (case.number, target.state, None)


def test_other_peoples_cases_are_never_merged(desk: Desk, account: int) -> None:
    mine, theirs = write(desk, account), write(desk, account, sender=STRANGER)
    nobodys = [write(desk, account, sender=None) for _ in range(2)]
    for one, other in ((mine, theirs), (theirs, mine), (mine, nobodys[0]), (nobodys[0], nobodys[1])):
        with pytest.raises(PermanentError, match="other_citizen"):
            merge(desk, one.number, other.number, actor="operator")


REFUSED = [
    ("itself", "{target}", "{target}", "itself"),
    ("a mistyped number", "{target}", "2026-0000001-0", "mistyped"),
    ("an unknown number", "{target}", "2026-9999999-7", "no_case"),
    ("its own target", "{target}", "{case}", "merged_the_other_way"),
    ("another target", "{case}", "{third}", "merged_elsewhere"),
]


@pytest.mark.parametrize(("label", "one", "other", "why"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_merged_is_refused_with_a_reason(
    desk: Desk, account: int, merged: tuple[Case, Case], label: str, one: str, other: str, why: str
) -> None:
    case, target = merged
    third = write(desk, account, external_id="42:8")
    numbers = {"case": case.number, "target": target.number, "third": third.number}
    with pytest.raises(PermanentError, match=why):
        merge(desk, one.format(**numbers), other.format(**numbers), actor="operator")


def test_unlinking_opens_a_merged_case_again(desk: Desk, account: int, merged: tuple[Case, Case]) -> None:
    case, target = merged
    unlink(desk, target.number, case.number, actor="operator")
    again = now_is(desk, case)
    assert (again.state, again.merged_into, again.closed_at) == (CaseState.REOPENED, None, None)
    assert kinds(desk, case)[-1] == kinds(desk, target)[-1] == CaseEventKind.UNLINKED
    assert write(desk, account, in_reply_to="42:2").id == case.id
    third = write(desk, account, sender=STRANGER, text="Metro istasyonunda yürüyen merdiven bozuk")
    with pytest.raises(PermanentError, match="not_linked"):
        unlink(desk, third.number, case.number, actor="operator")


@pytest.mark.parametrize("closed", [CaseState.RESOLVED, CaseState.REJECTED])
def test_unlinking_leaves_closed_what_was_closed_before(desk: Desk, account: int, closed: CaseState) -> None:
    target, case = write(desk, account), write(desk, account, external_id="42:2")
    changed(desk, case, state=closed, closed_at=LONG_AGO)
    merge(desk, case.number, target.number, actor="operator")
    unlink(desk, case.number, target.number, actor="operator")
    after = now_is(desk, case)
    assert (after.state, after.closed_at, after.merged_into) == (closed, LONG_AGO, None)


def test_unlinking_lays_before_a_person_what_waited_for_one(desk: Desk, account: int) -> None:
    target, case = write(desk, account), write(desk, account, external_id="42:2")
    changed(desk, case, state=CaseState.IN_REVIEW, needs_review=False)  # its unit could not be reached
    merge(desk, case.number, target.number, actor="operator")
    unlink(desk, case.number, target.number, actor="operator")
    assert waits(now_is(desk, case))


def test_unlinking_parts_what_was_merged_on(desk: Desk, account: int, merged: tuple[Case, Case]) -> None:
    case, target = merged
    last = write(desk, account, external_id="42:9")
    merge(desk, target.number, last.number, actor="operator")
    unlink(desk, case.number, target.number, actor="operator")
    after = now_is(desk, case)
    assert (after.state, after.merged_into) == (CaseState.REOPENED, None)
    assert now_is(desk, target).merged_into == last.id


def test_unlinking_takes_along_what_was_merged_before(
    desk: Desk, account: int, merged: tuple[Case, Case]
) -> None:
    case, target = merged
    last, other = (write(desk, account, external_id=f"42:{n}") for n in (9, 10))
    merge(desk, target.number, last.number, actor="operator")
    merge(desk, other.number, last.number, actor="operator")
    unlink(desk, target.number, last.number, actor="operator")
    assert (now_is(desk, target).merged_into, now_is(desk, case).merged_into) == (None, target.id)
    assert now_is(desk, other).merged_into == last.id
    assert write(desk, account, in_reply_to="42:2").id == target.id


def test_an_open_case_is_not_merged_into_a_closed_one_where_nobody_would_answer_it(
    desk: Desk, account: int
) -> None:
    target, case = write(desk, account), write(desk, account, external_id="42:2")
    changed(desk, target, state=CaseState.RESOLVED, closed_at=LONG_AGO)
    with pytest.raises(PermanentError, match="merged_into_closed"):
        merge(desk, case.number, target.number, actor="operator")
    assert now_is(desk, case).closed_at is None


def test_an_address_of_either_case_is_known_on_the_merged_one(desk: Desk) -> None:
    """A citizen known by two addresses writes about the merged case from the one it was opened from."""
    mail, phone = Urn("mailto", "h@eposta.example"), Urn("tel", "+905321112299")
    [first], [second] = take_in(desk, make_message(sender=mail)), take_in(desk, make_message(sender=phone))
    target, case = case_of(desk, first), case_of(desk, second)
    assert target is not None
    assert case is not None
    with desk.uow() as uow:
        row = uow.cases.get(case.id or 0)
        assert row is not None
        row.citizen_id = target.citizen_id  # as after an operator's word that it is one person
        uow.session.add(row)
        uow.commit()
    merge(desk, case.number, target.number, actor="operator")
    for sender in (phone, mail):
        found = case_from(desk, make_message(sender=sender, subject=case.number, text="Ne oldu?"))
        assert found.id == target.id, sender


def _parted_from_the_first(desk: Desk, cases: list[Case]) -> None:
    _merge_in_a_row(desk, cases)
    unlink(desk, cases[0].number, cases[1].number, actor="operator")


def _parted_from_the_last(desk: Desk, cases: list[Case]) -> None:
    _merge_in_a_row(desk, cases)
    unlink(desk, cases[0].number, cases[2].number, actor="operator")


def _merge_in_a_row(desk: Desk, cases: list[Case]) -> None:
    merge(desk, cases[0].number, cases[1].number, actor="operator")
    merge(desk, cases[1].number, cases[2].number, actor="operator")


def _closed_before(desk: Desk, cases: list[Case]) -> None:
    with desk.uow() as uow:
        now, open_as = desk.now(), CaseState(now_is(desk, cases[0]).state)
        uow.cases.move(cases[0].id or 0, open_as, CaseState.REJECTED, actor="operator", why="", now=now)
        uow.commit()
    merge(desk, cases[0].number, cases[1].number, actor="operator")
    unlink(desk, cases[0].number, cases[1].number, actor="operator")


@pytest.mark.parametrize(
    ("parted", "still_open"),
    [(_parted_from_the_first, 2), (_parted_from_the_last, 2), (_closed_before, 2)],
)
def test_a_months_report_has_open_what_is_open_after_parting(
    desk: Desk, account: int, parted: Callable[[Desk, list[Case]], None], still_open: int
) -> None:
    cases = [write(desk, account, external_id=f"42:{n}") for n in range(1, 4)]
    parted(desk, cases)
    assert sum(now_is(desk, case).closed_at is None for case in cases) == still_open
    with desk.uow() as uow:
        total = uow.months.figures(Span(bounds=bounds(month_of(desk.now()), 0)))[None]["total"]
    assert (total["open"], total["solved"], total["reopened"]) == (still_open, 3 - still_open, 0)
