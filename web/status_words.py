"""The history of a case in plain words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.vocabulary import CaseEventKind, CaseState
from store.status import Happening
from web.templating import day, say, texts

_K = CaseEventKind
_OF_THE_UNIT = frozenset({_K.UNIT_ACCEPTED, _K.UNIT_RETURNED, _K.UNIT_EXTENDED})


def words_of(line: Happening, *, with_unit: bool = True) -> str:
    """One line of a case's history in plain words; without its unit where that would tell too much."""
    key = _key(line, named=bool(line.unit and with_unit))
    state = texts()["states"].get(line.state, line.state)
    return say("history", key, unit=line.unit, state=state, **_values(line.detail))


def lines_of(history: list[Happening]) -> list[Happening]:
    """What a page shows of a history: an objection is told once, by what it did, and not as a message too."""
    objections = {line.detail.get("message") for line in history if _is_objection(line)}
    return [
        line
        for line in history
        if line.kind != _K.MESSAGE_ADDED or line.detail.get("message") not in objections
    ]


def _is_objection(line: Happening) -> bool:
    return (line.kind, line.state, line.actor) == (_K.STATE_CHANGED, CaseState.REOPENED, "citizen")


def _key(line: Happening, *, named: bool) -> str:
    if line.kind == _K.ASSIGNED or line.kind in _OF_THE_UNIT:
        return line.kind if named else f"{line.kind}_unknown"
    if line.kind == _K.STATE_CHANGED:
        became = f"became_{line.state}"
        return "objected" if _is_objection(line) else became if became in texts()["history"] else line.kind
    if line.kind == _K.MESSAGE_ADDED and line.detail.get("from_citizen") is False:
        return "message_of_others"
    if line.kind == _K.PAUSED:
        return f"paused_{line.detail.get('cause', 'question')}"
    if line.kind == _K.MERGED:
        return "merged_into" if "into" in line.detail else "merged_from"
    return line.kind


def _values(detail: Mapping[str, Any]) -> dict[str, str]:
    values = {"case": str(detail.get("into") or detail.get("from") or "")}
    try:
        return values | {"until": day(datetime.fromisoformat(str(detail.get("to"))))}
    except ValueError:
        return values | {"until": ""}
