"""What the Graph API's refusals mean for a page, by code and subcode and never by Meta's words (F5).

Sources: Meta's "Messenger Platform error codes", "Handle errors" and "Rate limits" of the Graph API.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from connectors.meta import Meaning, graph_error, refusal
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
    WindowClosedError,
)

WHO = "Facebook"
_CLOSED: Meaning = (WindowClosedError, "more than 24 hours since this person wrote")
_UNWILLING: Meaning = (partial(RecipientRejectedError, stopped=True), "this person takes no messages of ours")
_AGAIN = "create a new page access token"


class TooMuchError(ConnectionFailedError):
    """Out of order, or asked for more at once than Meta gathers in time: it gives both one code."""


CODES: dict[int, Meaning] = {
    1: (TooMuchError, "it is out of order, or was asked for too much at once"),
    100: (PermanentError, "a parameter is not valid"),
    200: (CredentialsRejectedError, "the access token lacks a permission"),
    551: _UNWILLING,
    1200: (ConnectionFailedError, "the message could not be sent for the moment"),
}

SUBCODES: dict[tuple[int, int], Meaning] = {
    (4, 2018022): (ThrottledError, "too many messages in a short time"),
    (10, 2018065): _CLOSED,
    (10, 2018278): _CLOSED,
    (10, 2534022): _CLOSED,
    (10, 2018108): (RecipientRejectedError, "this person cannot receive messages now"),
    (10, 2018300): (NotConfiguredError, "another app controls this conversation: see Handover Protocol"),
    (100, 33): (NotConfiguredError, "no such object, or the access token may not see it"),
    (100, 2018001): (RecipientRejectedError, "nobody has this id on our page"),
    (190, 458): (CredentialsRejectedError, f"the app was removed by who authorised it: {_AGAIN}"),
    (190, 459): (CredentialsRejectedError, "who authorised the app must log in at facebook.com first"),
    (190, 460): (CredentialsRejectedError, f"who authorised the app changed their password: {_AGAIN}"),
    (190, 463): (CredentialsRejectedError, f"the access token has expired: {_AGAIN}"),
    (190, 464): (CredentialsRejectedError, "the account of who authorised the app is not confirmed"),
    (190, 467): (CredentialsRejectedError, f"the access token is not valid any more: {_AGAIN}"),
    (190, 492): (CredentialsRejectedError, "who authorised the app has no role on the page any more"),
    (200, 1545041): _UNWILLING,
    (200, 2018028): (NotConfiguredError, "the app is not live: it may write to its testers only"),
    (551, 1545041): _UNWILLING,
}


def desk_error(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> DeskError | None:
    """The error an answer means, or None for a good one. A wait that Meta estimates in its usage headers
    (`estimated_time_to_regain_access`, minutes) is the `retry_after` of a throttled call. `now` is aware."""
    found = refusal(body)
    codes = CODES
    if found and found.subcode is not None and (exact := SUBCODES.get((found.code, found.subcode))):
        codes = CODES | {found.code: exact}
    return graph_error(status, headers, body, who=WHO, now=now, codes=codes)


def token_sentence(subcode: int) -> str:
    """Why a token is not valid, by the subcode of error 190."""
    known = SUBCODES.get((190, subcode))
    return known[1] if known else f"the access token is not valid: {_AGAIN}"


def used_percent(headers: Mapping[str, str]) -> int:
    """How much of the call limit is used, the highest of all usage headers; 0 when none tells."""
    lower = {name.lower(): value for name, value in headers.items()}
    names = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
    return max([0, *(number for name in names for number in _percents(lower.get(name, "")))])


def _percents(header: str) -> Iterator[int]:
    try:
        usage: Any = json.loads(header)
    except (ValueError, RecursionError):
        return
    groups = [usage, *(usage.values() if isinstance(usage, dict) else ())]
    cases = [case for group in groups for case in (group if isinstance(group, list) else [group])]
    for case in cases:
        for name in ("call_count", "total_time", "total_cputime"):
            value = case.get(name) if isinstance(case, dict) else None
            if isinstance(value, int) and not isinstance(value, bool):
                yield value
