"""What a unit's mail about deadlines tells: its cases of one run, read when it leaves.

Each case is shown as far as its own confidentiality lets a unit see it: of a restricted one nothing but its
number and where it can be read behind a login.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.vocabulary import Confidentiality, Stage
from notifier.visibility import visible
from pipeline.desk import Desk
from pipeline.personal import masked
from pipeline.suppression import SuppressedError
from pipeline.unit_marks import links
from store.deadlines import Told
from store.records import DueNotice
from store.unit_of_work import UnitOfWork

SHOWN = 200
"""Cases of one kind that a mail lists; of the rest it says how many there are."""
_SHOWN_VALUES = (
    "number", "topic", "place", "due_at", "unit_name", "case_url", "accept_url", "return_url",
)  # fmt: skip
_SECTIONS: Mapping[str, frozenset[Stage]] = {
    "unaccepted": frozenset({Stage.UNACCEPTED}),
    "near": frozenset({Stage.THREE_QUARTERS, Stage.LAST_DAY}),
    "late": frozenset({Stage.OVERDUE}),
    "below": frozenset({Stage.ESCALATED}),
}


def reminder_values(desk: Desk, uow: UnitOfWork, notice: DueNotice) -> dict[str, Any]:
    """The cases in their sections, and how many each has. Raises SuppressedError once none is open."""
    code = str(notice.values["unit"])
    told = uow.deadlines.of_run(code, datetime.fromisoformat(notice.values["at"]))
    if not told:
        raise SuppressedError("all of its cases are closed")
    unit = uow.taxonomy.unit(code)
    values: dict[str, Any] = {"unit_name": unit.name if unit else code}
    for name, stages in _SECTIONS.items():
        rows = [each for each in told if each.stage in stages]
        values[f"{name}_count"] = str(len(rows))
        values[name] = _listed(desk, uow, rows[:SHOWN], of_others=name == "below")
        if name == "unaccepted":
            values[name] = [
                shown | _answering(desk, row, code)
                for shown, row in zip(values[name], rows[:SHOWN], strict=True)
            ]
    return values


def _listed(desk: Desk, uow: UnitOfWork, rows: Sequence[Told], *, of_others: bool) -> list[dict[str, str]]:
    topics, units = _names(uow, (row.topic for row in rows)), {}
    if of_others:
        units = {code: unit.name for code, unit in uow.taxonomy.units().items()}
    base = desk.settings.public_url
    return [_row(row, topics, units.get(row.unit, ""), base) for row in rows]


def _answering(desk: Desk, row: Told, unit: str) -> dict[str, str]:
    """The pages by which a unit says whether a case is theirs; a restricted one has none."""
    if row.confidentiality == Confidentiality.RESTRICTED:
        return {}
    found = links(desk, row.id, unit, 0, desk.now())
    return {name: found[name] for name in ("accept_url", "return_url")}


def _names(uow: UnitOfWork, codes: Iterable[str | None]) -> dict[str, str]:
    found = {code: uow.taxonomy.topic(code) for code in set(codes) if code}
    return {code: topic.name for code, topic in found.items() if topic}


def _row(row: Told, topics: Mapping[str, str], unit_name: str, base: str) -> dict[str, str]:
    degree = Confidentiality(row.confidentiality)
    known = {
        "number": row.number,
        "topic": topics.get(row.topic or "", ""),
        "place": masked(", ".join(part for part in (row.neighbourhood, row.district) if part)),
        "due_at": row.due_at.isoformat(),
        "unit_name": unit_name,
        "case_url": f"{base}/birim/{row.number}" if degree is Confidentiality.RESTRICTED else "",
    }
    return dict.fromkeys(_SHOWN_VALUES, "") | visible(known, degree)
