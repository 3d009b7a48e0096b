"""What notices tell of incidents: read at the moment of sending, so that they are never behind."""

from typing import Any

from domain.errors import PermanentError
from pipeline.suppression import SuppressedError
from store.records import DueNotice
from store.unit_of_work import UnitOfWork


def incident_values(uow: UnitOfWork, notice: DueNotice) -> dict[str, Any]:
    """The counts, times and last numbers of what the notice's unit has of the incident.

    Raises SuppressedError once nothing of it is open.
    """
    first, code = notice.case_id or 0, notice.values.get("unit")
    tally = next((each for each in uow.incidents.tallies([first]) if each.unit == code), None)
    if tally is None or tally.due_at is None:
        raise SuppressedError("the incident is over")
    unit = uow.taxonomy.unit(tally.unit)
    return {
        "unit_name": unit.name if unit else tally.unit,
        "incident_cases": str(tally.cases),
        "incident_citizens": str(tally.citizens),
        "incident_since": tally.since.isoformat(),
        "incident_numbers": tally.latest,
        "due_at": tally.due_at.isoformat(),
    }


def given_answer(uow: UnitOfWork, notice: DueNotice) -> str:
    """The answer that the notice brings, in words. Raises PermanentError where there is none."""
    answer = uow.answers.get(notice.values.get("answer", 0))
    if answer is None:
        raise PermanentError("the answer is gone")
    return answer.text
