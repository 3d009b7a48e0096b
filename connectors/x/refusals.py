"""What X's refusals mean for us: docs.x.com, "Response Codes & Errors" and "Rate limits".

X tells what is wrong by the last part of a problem's `type`; its sentences repeat what was sent and are read
only where there is nothing else.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.http import http_error, retry_after
from connectors.x.values import Json, children, text
from domain.errors import (
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
)

WHO = "X"
_QUOTA = (
    "X's quota of the billing period is used up: raise the plan or the spending limit at the developer portal"
)
_CREDITS = "X's credits are used up: buy credits at the developer portal"
_CLOSED = ("participant", "to this user", "to the user", "not following you")
_CLOSED_CODES = {150, 349}
_REPEATED, _REPEATED_CODE = "duplicate content", 187
_LONGEST = timedelta(days=1)
"""No window of X's is longer: what says more is no time of this kind."""
_DAYS = ("x-user-limit-24hour", "x-app-limit-24hour")


def refusal(
    status: int, headers: Mapping[str, str], body: bytes, *, sending: bool, now: datetime
) -> DeskError | None:
    """The error an answer means, None for a good one (below 300). `sending` tells that a message to somebody
    was refused. The text holds none of X's words. `now` is aware."""
    if status < 300:
        return None
    answer = _object(body)
    kinds = _kinds(answer)
    if kinds & {"usage-capped", "usagecapexceeded"}:
        return NotConfiguredError(_QUOTA)
    if status == 402 or kinds & {"credits-depleted", "creditsdepleted"}:
        return NotConfiguredError(_CREDITS)
    if status == 429:
        return ThrottledError(f"{WHO} answered 429: too many calls", retry_after=wait(headers, body, now))
    if status == 403:
        return _forbidden(answer, sending=sending)
    if status in (400, 404):
        return _wrong(status, kinds, sending=sending)
    return http_error(status, headers, body, who=WHO, now=now)


def wait(headers: Mapping[str, str], body: bytes, now: datetime) -> timedelta | None:
    """The wait until the used-up window ends (X3): that of the day where the day's limit is reached, else
    what the usual headers ask for. None when X asked for none."""
    lower = {name.lower(): value for name, value in headers.items()}
    ends = [
        lower[f"{limit}-reset"]
        for limit in _DAYS
        if lower.get(f"{limit}-remaining", "").strip() == "0" and f"{limit}-reset" in lower
    ]
    waits = [retry_after({"x-rate-limit-reset": end}, b"", now) for end in ends]
    asked = max((w for w in waits if w is not None), default=None) or retry_after(lower, body, now)
    return None if asked is None else min(asked, _LONGEST)


def _forbidden(answer: Json, *, sending: bool) -> DeskError:
    words = " ".join(
        found for each in (answer, *children(answer, "errors")) for name in ("detail", "message")
        if (found := text(each, name).casefold())
    )  # fmt: skip
    codes = {code for each in children(answer, "errors") if isinstance(code := each.get("code"), int)}
    if sending and (any(each in words for each in _CLOSED) or codes & _CLOSED_CODES):
        return RecipientRejectedError(
            f"{WHO} answered 403: this person takes no message of ours", stopped=True
        )
    if sending and (_REPEATED in words or _REPEATED_CODE in codes):
        return PermanentError(f"{WHO} answered 403: these very words were said a short while ago")
    return CredentialsRejectedError(
        f"{WHO} answered 403: the app or the account lacks a permission, or the account is locked"
    )


def _wrong(status: int, kinds: set[str], *, sending: bool) -> DeskError:
    if status == 404 and not kinds:
        return NotConfiguredError(f"{WHO} answered 404: nothing of its API is here, correct the base URL")
    if sending and status == 404:
        return RecipientRejectedError(f"{WHO} answered 404: it knows no such account")
    return PermanentError(f"{WHO} answered {status}: it does not take this request")


def _kinds(answer: Json) -> set[str]:
    problems = (answer, *children(answer, "errors"))
    types = {text(each, "type").rstrip("/").rpartition("/")[2] for each in problems}
    titles = {text(each, "title").replace(" ", "") for each in problems}
    return {found.casefold() for found in (*types, *titles) if found and found != "about:blank"}


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
