"""The one place that turns an HTTP answer, or the lack of one, into an error of ours."""

import json
import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

import httpx

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
)

_NO_TIME = timedelta(0)


class _WithoutQuery(logging.Filter):
    """Keeps query strings out of httpx's log lines: some providers want their password there (G10)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                a.copy_with(query=None) if isinstance(a, httpx.URL) else a for a in record.args
            )
        return True


_without_query = _WithoutQuery()


def http_client(timeout_seconds: float) -> httpx.Client:
    """A client whose every wait ends after the timeout, and that follows no redirect by itself."""
    logging.getLogger("httpx").addFilter(_without_query)
    return httpx.Client(timeout=timeout_seconds, follow_redirects=False)


class ClientOnDemand:
    """Has a client that is built on first use, whose every wait ends after the timeout."""

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds

    @cached_property
    def _client(self) -> httpx.Client:
        return http_client(self._timeout_seconds)

    def close(self) -> None:
        """Drop pooled connections. Never raises."""
        client = self.__dict__.pop("_client", None)
        if client:
            client.close()


@contextmanager
def reaching(who: str) -> Iterator[None]:
    """Turn httpx's own errors into ours; `who` names the other side in the text, which holds no address."""
    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise NotConfiguredError(f"{who}: the base URL is no web address") from error
    except httpx.TimeoutException as error:
        raise ConnectionFailedError(f"{who} did not answer in time") from error
    except httpx.HTTPError as error:
        raise ConnectionFailedError(f"{who} cannot be reached ({type(error).__name__})") from error


def http_error(
    status: int, headers: Mapping[str, str], body: bytes, *, who: str, now: datetime
) -> DeskError | None:
    """The error an answer means, or None for a good one (below 300).

    The text names who and the status only: a body may repeat what a citizen wrote. `now` is aware and is
    what an HTTP-date is counted from.
    """
    if status < 300:
        return None
    said = f"{who} answered {status}"
    if status == 429:
        return ThrottledError(said, retry_after=retry_after(headers, body, now))
    if status >= 500 or status in (408, 425):
        return ConnectionFailedError(said, retry_after=retry_after(headers, body, now))
    if status in (401, 403):
        return CredentialsRejectedError(f"{said}: it refuses these credentials or this server's address")
    if status < 400:
        return NotConfiguredError(f"{said}: it has moved, correct the base URL")
    return PermanentError(said)


def retry_after(headers: Mapping[str, str], body: bytes, now: datetime) -> timedelta | None:
    """The wait the other side asked for (G11), never negative; None when it asked for none.

    In this order: `Retry-After` in seconds or as an HTTP-date (RFC 9110, 10.2.3), `retry_after` in a JSON
    body (at the top or under `parameters`), `x-rate-limit-reset` in epoch seconds.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    asked = _header_wait(lower.get("retry-after", ""), now)
    if asked is None:
        asked = _seconds(_body_wait(body))
    if asked is None and (reset := _seconds(lower.get("x-rate-limit-reset"))):
        asked = reset - timedelta(seconds=now.timestamp())
    return None if asked is None else max(asked, _NO_TIME)


def answered_at(headers: Mapping[str, str]) -> datetime | None:
    """The other side's time when it answered, aware (RFC 9110, 6.6.1 `Date`); None when it does not say."""
    return next((_http_date(value) for name, value in headers.items() if name.lower() == "date"), None)


def read_up_to(before: datetime, asked: datetime, theirs: datetime | None) -> datetime:
    """How far a source that is asked by time has been read, by a poll that asked up to a moment of our clock.

    Never further than the source's own clock, since it cannot have shown what was still to come; and no less
    far than before. Where it does not tell its time, ours has to do.
    """
    return asked if theirs is None else min(theirs, max(before, asked))


def _header_wait(value: str, now: datetime) -> timedelta | None:
    seconds = _seconds(value)
    if seconds is not None:
        return seconds
    date = _http_date(value)
    return None if date is None else date - now


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _seconds(value: Any) -> timedelta | None:
    if isinstance(value, bool):
        return None
    try:
        seconds = float(value)
        return timedelta(seconds=seconds) if math.isfinite(seconds) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _body_wait(body: bytes) -> Any:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    parameters = answer.get("parameters")
    inner = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return answer.get("retry_after", inner)
