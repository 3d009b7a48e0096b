"""What the staff's intake asks of the desk: a caller's earlier cases, and what a follow-up is marked with."""

from collections.abc import Sequence

from domain.cases import CLOSED
from domain.urn import Urn
from domain.vocabulary import CaseState, Confidentiality
from pipeline.delivery import token_id
from pipeline.desk import Desk
from pipeline.log import get_logger
from store.intake import EarlierCase

MOST_SHOWN = 10
_log = get_logger(__name__)


def earlier_cases(desk: Desk, urn: Urn, staff_id: str) -> Sequence[EarlierCase]:
    """The newest cases of the citizen whom this very address is proven to belong to; none of anybody who is
    merely alike. Who looked is logged. Raises ConnectionFailedError."""
    with desk.uow() as uow:
        found = uow.intake.cases_of_address(str(urn), MOST_SHOWN)
    _log.info("earlier_cases_shown", staff=staff_id, cases=len(found))
    return found


def is_restricted(case: EarlierCase) -> bool:
    """Whether even the staff are shown no more than that there is such a case."""
    return case.confidentiality == Confidentiality.RESTRICTED


def is_open(case: EarlierCase) -> bool:
    """Whether a message can still be added; what answers a closed case opens a related one (E13)."""
    return CaseState(case.state) not in CLOSED


def follow_up_mark(desk: Desk, case_id: int) -> str:
    """Our signed mark that makes a message belong to this case, as the answer to a notice would (E12)."""
    return token_id(desk, "c", f"{case_id}-s")
