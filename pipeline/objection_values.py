"""What a unit is told of an objection: its words, and those of the answer it speaks of."""

from domain.errors import PermanentError
from pipeline.personal import as_unit_reads, masked, masked_words, seen_by_unit
from store.models import Case
from store.records import DueNotice
from store.unit_of_work import UnitOfWork


def objection_values(uow: UnitOfWork, case: Case, notice: DueNotice) -> dict[str, str]:
    """Both, with the personal data masked that the unit may not see. Raises PermanentError where the words
    are gone."""
    message = uow.messages.get(notice.values.get("message", 0))
    if message is None:
        raise PermanentError("the objection is gone")
    seen = seen_by_unit(uow, case)
    history = reversed(uow.cases.history(case.id or 0))
    answers = (line.detail["why"] for line in history if "answer" in line.detail)
    return {
        "objection": as_unit_reads(uow, case, message, masked_words(message, seen)),
        "given_answer": masked(str(next(answers, "")), seen),
    }
