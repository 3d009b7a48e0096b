"""A citizen says how they found the service, once a case is closed: a mark, and words if they like."""

from domain.cases import CLOSED
from domain.text import storable
from domain.vocabulary import CaseEventKind, CaseState
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from router.objections import open_until
from store.models import Rating

BEST = 5
LONGEST_COMMENT = 1000
"""Characters."""
ACTOR = "citizen"


def rate(desk: Desk, case_id: int, score: int, comment: str) -> None:
    """Keep the mark for how the case is closed now, in place of an earlier one for the same closing.

    Raises RefusedError for a case that is open or was closed too long ago, a mark that there is not and words
    that are too many; and ConnectionFailedError.
    """
    words, now = storable(comment).strip(), desk.now()
    if not 1 <= score <= BEST:
        raise RefusedError("score_missing", best=BEST)
    if len(words) > LONGEST_COMMENT:
        raise RefusedError("comment_long", limit=LONGEST_COMMENT, length=len(words))
    with desk.uow() as uow:
        [case] = uow.cases.locked([case_id])
        if case.closed_at is None or CaseState(case.state) not in CLOSED:
            raise RefusedError("rate_open")
        if now >= open_until(case.closed_at, desk.settings.objection_days):
            raise RefusedError("rate_late", days=desk.settings.objection_days)
        given = Rating(case_id=case_id, closed_at=case.closed_at, score=score, comment=words, at=now)
        if uow.ratings.keep(given):
            uow.cases.record([event(case_id, CaseEventKind.RATED, now, {"score": score}, ACTOR)])
            uow.commit()
