"""What a caller may hear of a case: its state and its day, and how often anybody may ask."""

from datetime import timedelta

from connectors.answering import CaseAnswer, CaseQuestion
from domain.cases import CLOSED
from domain.errors import ConnectionFailedError
from domain.vocabulary import CaseState, Confidentiality, Telling
from pipeline.desk import Desk
from pipeline.limits import Limits, Rule
from pipeline.log import get_logger
from pipeline.turnaround import expected_of

BY_CALLER = Rule(name="phone-caller", times=10, window=timedelta(minutes=10))
BY_CALLER_DAILY = Rule(name="phone-caller-day", times=40, window=timedelta(days=1))
WITHHELD = Rule(name="phone-withheld", times=60, window=timedelta(minutes=10))
"""Callers who withhold their number are counted as one; where that is too much, agents serve them."""
_log = get_logger(__name__)


def tell_caller(desk: Desk, limits: Limits, question: CaseQuestion) -> CaseAnswer:
    """What may be said. Unknown numbers and those of which nothing may be said are one and the same; a
    restricted case is only said to be registered. Never raises for a database that is away."""
    rules = (BY_CALLER, BY_CALLER_DAILY) if question.caller else (WITHHELD,)
    open_to_questions = [limits.hit(rule, question.caller or "withheld") for rule in rules]
    if not all(open_to_questions):
        return CaseAnswer(telling=Telling.LIMITED)
    try:
        with desk.uow() as uow:
            case = uow.status.spoken(question.number)
            expected = expected_of(uow, [case.id], desk.now()) if case else {}
    except ConnectionFailedError as error:
        _log.warning("phone_line_without_database", error=str(error))
        return CaseAnswer(telling=Telling.UNAVAILABLE)
    if case is None:
        return CaseAnswer(telling=Telling.UNKNOWN)
    if case.confidentiality == Confidentiality.RESTRICTED:
        return CaseAnswer(telling=Telling.RESTRICTED)
    state = CaseState(case.state)
    by = expected[case.id].at
    due_at = None if state in CLOSED or by <= desk.now() else by
    return CaseAnswer(telling=Telling.STANDING, state=state, due_at=due_at)
