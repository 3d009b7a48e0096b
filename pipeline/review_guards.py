"""Who may review which case, and when not: each refusal says what is in the way."""

from datetime import datetime

from domain.cases import CLOSED, may_become
from domain.text import storable
from domain.vocabulary import CaseState, Confidentiality
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from store.models import Case
from store.unit_of_work import UnitOfWork

LONGEST_NAME = 40
_WAITING = frozenset({CaseState.ASSIGNED, CaseState.REOPENED})


def named(reviewer: str) -> str:
    """A reviewer's name as it stands in histories. Raises PermanentError for none, and for a long one."""
    name = storable(" ".join(reviewer.split()))
    if not 0 < len(name) <= LONGEST_NAME:
        raise RefusedError("reviewer_name", longest=LONGEST_NAME)
    return name


def refuse_unfit(desk: Desk, case: Case, reviewer: str, now: datetime) -> None:
    """Raise PermanentError for a closed case, one in another hand, and one this reviewer may not see."""
    if CaseState(case.state) in CLOSED:
        raise RefusedError("closed", number=case.number, state=case.state)
    refuse_restricted(desk, case, reviewer)
    if case.reviewer not in (None, reviewer) and case.claimed_until and case.claimed_until > now:
        raise RefusedError("in_hand", number=case.number, reviewer=case.reviewer, until=case.claimed_until)


def refuse_restricted(desk: Desk, case: Case, reviewer: str) -> None:
    """Raise PermanentError where only named reviewers may see the case."""
    restricted = case.confidentiality == Confidentiality.RESTRICTED
    if restricted and not desk.settings.may_see_restricted(reviewer):
        raise RefusedError("restricted", number=case.number, reviewer=reviewer)


def refuse_decided(uow: UnitOfWork, case: Case) -> None:
    """Raise PermanentError for a case that waits for no review, saying who decided and when."""
    if waits(case):
        return
    last = uow.reviews.last_of_case(case.id or 0)
    if last is None:
        raise RefusedError("decided_by_program", number=case.number)
    raise RefusedError("decided", number=case.number, reviewer=last.reviewer, at=last.at)


def waits(case: Case) -> bool:
    """Whether a person must still look at the case."""
    return case.state == CaseState.IN_REVIEW or (case.needs_review and CaseState(case.state) in _WAITING)


def refuse_step(case: Case, wanted: CaseState) -> None:
    """Raise PermanentError for a step that no case may take."""
    current = CaseState(case.state)
    if wanted is not current and not may_become(current, wanted):
        raise RefusedError("no_step", number=case.number, wanted=wanted, current=current)
