"""What anybody may see of a case: nothing that a citizen wrote, and no place that may be a home.

The description is the topic and the neighbourhood, in our words. The position is rounded to a hundredth of a
degree's tenth (some hundred metres) for topics about public places, and absent for all others, and where
only a photo's own data told it.
"""

from typing import Any

from config.open311 import located_topics
from domain.vocabulary import CaseState
from store.public_cases import PublicCase
from web.open311.asking import CLOSED
from web.open311.rendering import w3c
from web.templating import say, texts

_DECIMALS = 3
_UNSURE = (CaseState.RECEIVED, CaseState.IN_REVIEW)
_EXTENDED = {
    CaseState.RECEIVED: "open",
    CaseState.IN_REVIEW: "investigating",
    CaseState.ASSIGNED: "in_progress",
    CaseState.RESOLVED: "fixed",
    CaseState.REJECTED: "no_further_action",
    CaseState.REOPENED: "open",
}
"""The words of the mySociety extension."""


def shown(case: PublicCase, *, extensions: bool = False) -> dict[str, Any]:
    """One entry of the list of requests."""
    located = case.topic in located_topics() and case.state not in _UNSURE
    place = _place(case, located=located)
    row: dict[str, Any] = {
        "service_request_id": case.number,
        "status": status(case.state),
        "status_notes": texts()["open311_notes"].get(case.state, ""),
        "service_name": case.topic_name,
        "service_code": case.topic,
        "description": say("open311", "about", topic=case.topic_name, place=place)
        if place
        else case.topic_name,
        "agency_responsible": case.unit,
        "service_notice": "",
        "requested_datetime": w3c(case.opened_at),
        "updated_datetime": w3c(case.updated_at or case.opened_at),
        "expected_datetime": w3c(case.promised_at),
        "address": place,
        "address_id": "",
        "zipcode": "",
        "lat": _rounded(case.latitude) if located else None,
        "long": _rounded(case.longitude) if located else None,
        "media_url": "",
    }
    return row | ({"extended_attributes": _extended(case)} if extensions else {})


def status(state: str) -> str:
    """`open` or `closed`."""
    return "closed" if state in CLOSED else "open"


def extended_status(state: str) -> str:
    """The state in the words of the mySociety extension."""
    return _EXTENDED.get(CaseState(state), "open")


def _place(case: PublicCase, *, located: bool) -> str:
    parts = [case.neighbourhood if located else None, case.district]
    return ", ".join(part for part in parts if part)


def _rounded(coordinate: float | None) -> float | None:
    return None if coordinate is None else round(coordinate, _DECIMALS)


def _extended(case: PublicCase) -> dict[str, Any]:
    return {"status": extended_status(case.state), "closed_datetime": w3c(case.closed_at)}
