"""Messages that ask nothing of the desk: set aside where others read along, else shown to a person.

Whoever writes in private, by mail, SMS, form, chat, letter or on the telephone, expects an answer: such a
message always becomes a case, that waits for a person with the verdict as its reason. Where somebody merely
mentions the desk or comments in public nobody does: such a message is set aside, without numbers or notices.
It is never dropped: people look through what was set aside and release what is a case after all.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.decisions import Assignment, Classification
from domain.messages import RELEASED
from pipeline.work import Fresh, Judged, Work
from router.assignment import for_review
from store.records import Outcome
from store.unit_of_work import UnitOfWork


def take_no_cases_aside(
    uow: UnitOfWork, fresh: Sequence[Fresh], judged: Sequence[Judged], version: str, work: Work, now: datetime
) -> tuple[list[Fresh], list[Judged]]:
    """Set aside what is no case; returns what becomes one, with what was found of it."""
    pairs = list(zip(fresh, judged, strict=True))
    aside = [(each, found) for each, (found, _) in pairs if _goes_aside(each, found)]
    if aside:
        uow.asides.add([_row(each, found, version, now) for each, found in aside])
        work.outcomes += [Outcome(message_id=each.claimed.id) for each, _ in aside]
    rest = [(each, _for_a_person(each, *both)) for each, both in pairs if not _goes_aside(each, both[0])]
    return [each for each, _ in rest], [both for _, both in rest]


def _goes_aside(each: Fresh, found: Classification) -> bool:
    """Whether nobody waits for an answer: not for what is linked with a case, and not where lives may be at
    stake."""
    return _is_no_case(each, found) and not (each.claimed.message.private or each.related)


def _is_no_case(each: Fresh, found: Classification) -> bool:
    released = RELEASED in each.claimed.message.headers
    return found.not_a_case is not None and not (found.life_safety or released)


def _for_a_person(each: Fresh, found: Classification, assignment: Assignment) -> Judged:
    if not _is_no_case(each, found) or found.not_a_case is None:
        return found, assignment
    return found, for_review(assignment, found.not_a_case)


def _row(each: Fresh, found: Classification, version: str, now: datetime) -> dict[str, object]:
    return {
        "message_id": each.claimed.id,
        "verdict": found.not_a_case,
        "confidence": found.confidence,
        "reasons": list(found.reasons),
        "classifier": version,
        "at": now,
    }
