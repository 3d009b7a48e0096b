"""Who may review which case, and when not: each refusal says what is in the way."""

from datetime import datetime

from config.settings import ISTANBUL
from domain.cases import CLOSED, may_become
from domain.errors import PermanentError
from domain.text import storable
from domain.vocabulary import CaseState, Confidentiality
from pipeline.desk import Desk
from store.models import Case
from store.unit_of_work import UnitOfWork

LONGEST_NAME = 40
_WAITING = frozenset({CaseState.ASSIGNED, CaseState.REOPENED})


def named(reviewer: str) -> str:
    """A reviewer's name as it stands in histories. Raises PermanentError for none, and for a long one."""
    name = storable(" ".join(reviewer.split()))
    if not 0 < len(name) <= LONGEST_NAME:
        raise PermanentError(f"a reviewer has a name of 1 to {LONGEST_NAME} characters")
    return name


def refuse_unfit(desk: Desk, case: Case, reviewer: str, now: datetime) -> None:
    """Raise PermanentError for a closed case, one in another hand, and one this reviewer may not see."""
    if CaseState(case.state) in CLOSED:
        raise PermanentError(f"{case.number} is closed: {case.state}")
    refuse_restricted(desk, case, reviewer)
    if case.reviewer not in (None, reviewer) and case.claimed_until and case.claimed_until > now:
        until = case.claimed_until.astimezone(ISTANBUL)
        raise PermanentError(f"{case.reviewer} has {case.number} in hand until {until:%H:%M}")


def refuse_restricted(desk: Desk, case: Case, reviewer: str) -> None:
    """Raise PermanentError where only named reviewers may see the case."""
    restricted = case.confidentiality == Confidentiality.RESTRICTED
    if restricted and not desk.settings.may_see_restricted(reviewer):
        raise PermanentError(f"{case.number} is restricted; RESTRICTED_REVIEWERS does not name {reviewer}")


def refuse_decided(uow: UnitOfWork, case: Case) -> None:
    """Raise PermanentError for a case that waits for no review, saying who decided and when."""
    if waits(case):
        return
    last = uow.reviews.last_of_case(case.id or 0)
    who = f"{last.reviewer} at {last.at.astimezone(ISTANBUL):%d.%m.%Y %H:%M}" if last else "the program"
    raise PermanentError(
        f"{case.number} does not wait for review: {who} decided; to change that, correct again"
    )


def waits(case: Case) -> bool:
    """Whether a person must still look at the case."""
    return case.state == CaseState.IN_REVIEW or (case.needs_review and CaseState(case.state) in _WAITING)


def refuse_step(case: Case, wanted: CaseState) -> None:
    """Raise PermanentError for a step that no case may take."""
    current = CaseState(case.state)
    if wanted is not current and not may_become(current, wanted):
        raise PermanentError(f"{case.number} cannot become {wanted} from {current}")
