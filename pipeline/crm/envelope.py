"""An event as CloudEvents 1.0 writes it, in JSON.

Nobody's name, address or words are in it: whoever must reach a citizen does so through the desk. Of a
restricted case there is its number and its state.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.settings import Settings
from domain.vocabulary import CaseState, Confidentiality, CrmEventType
from store.crm_feed import FeedCase, FeedEvent

API = "/api/crm/v1"
_OF_RESTRICTED = ("number", "state", "confidentiality")
_NAMING = ("external_reference",)
"""What leads to a name at the body it came from: nobody is told it whose citizen is hidden."""
_ROUTED = frozenset({CrmEventType.ASSIGNED, CrmEventType.IN_REVIEW, CrmEventType.REJECTED})


def source_of(settings: Settings) -> str:
    """Who the events come from, as a URI: with an event's id it names the event for ever."""
    return settings.crm_source or f"{settings.public_url}{API}"


def type_name(settings: Settings, kind: str) -> str:
    """An event's type as it travels."""
    return f"{settings.crm_type_prefix}.case.{kind}"


def short_type(settings: Settings, name: str) -> str:
    """A type as the feed names it, given so or as it travels."""
    return name.removeprefix(type_name(settings, ""))


def cloud_event(settings: Settings, event: FeedEvent) -> dict[str, Any]:
    """The event. `sequence` is its place in the feed, by which it is told what came first; `id` is the same
    however often it is delivered."""
    return {
        "specversion": "1.0",
        "id": str(event.event_id),
        "source": source_of(settings),
        "type": type_name(settings, event.type),
        "subject": event.case.number,
        "time": _time(event.at),
        "datacontenttype": "application/json",
        "sequence": sequence(event.position),
        "partitionkey": event.case.number,
        "data": {"case": case_data(event.case), "change": _change(event)},
    }


def sequence(position: int) -> str:
    """A position with as many digits as any: so that text in order is events in order."""
    return f"{position:020d}"


def case_data(case: FeedCase) -> dict[str, Any]:
    """What a CRM may know of a case as it stands."""
    whole = {name: _plain(value) for name, value in vars(case).items()}
    if case.confidentiality == Confidentiality.RESTRICTED:
        return {name: whole[name] for name in _OF_RESTRICTED}
    hidden = case.confidentiality == Confidentiality.IDENTITY_HIDDEN
    return whole | dict.fromkeys(_NAMING, None) if hidden else whole


def encoded(event: Mapping[str, Any]) -> bytes:
    """The event as it is sent and signed."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _change(event: FeedEvent) -> dict[str, str]:
    """What history says of it, as far as it is in the program's own words."""
    if event.case.confidentiality == Confidentiality.RESTRICTED:
        return {}
    states = {side: event.detail.get(side) for side in ("from", "to")}
    if all(state in set(CaseState) for state in states.values()):
        return {side: str(state) for side, state in states.items()}
    if event.type in _ROUTED:
        named = {name: event.detail.get(name) for name in ("unit", "topic")}
        return {name: value for name, value in named.items() if isinstance(value, str)}
    return {}


def _plain(value: Any) -> Any:
    return _time(value) if isinstance(value, datetime) else value


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
