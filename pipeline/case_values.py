"""What every notice about a case may tell of it: its number, what it is about, where, and who has it."""

from typing import Any

from domain.decisions import Topic, Unit
from domain.vocabulary import CaseState, Confidentiality
from pipeline.personal import masked
from store.models import Case
from store.unit_of_work import UnitOfWork


def case_values(uow: UnitOfWork, case: Case, base: str) -> dict[str, Any]:
    """The values by their names in templates; `base` is the desk's own address on the web."""
    topic = uow.taxonomy.topic(case.topic) if case.topic else None
    unit = uow.taxonomy.unit(case.unit)
    place = case.place or {}
    parts = [place.get("address"), case.neighbourhood, case.district]
    restricted = case.confidentiality == Confidentiality.RESTRICTED
    return {
        "number": case.number,
        "case_url": f"{base}/birim/{case.number}" if restricted else "",
        "subject": case.subject,
        "priority": case.priority,
        "confidentiality": case.confidentiality,
        "kind": case.kind,
        "topic": topic.name if topic else "",
        "unit_name": unit.name if unit else case.unit,
        **_outside(case, topic, unit),
        "place": masked(", ".join(part for part in parts if part)),
        "received_at": case.opened_at.isoformat(),
        "due_at": case.due_at.isoformat(),
    }


def _outside(case: Case, topic: Topic | None, unit: Unit | None) -> dict[str, str]:
    """What is told of another body that is responsible: that the case went there, and how to reach it."""
    went = bool(unit and unit.external) and case.state == CaseState.ASSIGNED
    return {
        "forwarded": "yes" if went else "",
        "forwarded_to": unit.name if unit and went else "",
        "contact": (topic and topic.contact) or "",
        "answer": (topic and topic.answer) or "",
    }
