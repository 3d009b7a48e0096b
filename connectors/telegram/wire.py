"""How python-telegram-bot reaches Telegram: its documented extension point for HTTP, over httpx.

The library's own would hide the headers of a 429, log whole answers it cannot read, and set no limit to a
call that drips. Ours raises the errors of the desk and keeps the answer as it came.
"""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import httpx
from telegram.request import BaseRequest, RequestData

from connectors.http import http_error, reaching
from connectors.telegram.refusals import WHO, Refused, read_answer
from domain.errors import DeskError, PermanentError

answer_box: ContextVar[dict[str, Any]] = ContextVar("answer_box")
"""Where a call finds its answer as JSON; each call sets a fresh one in its own task."""
_TOKEN = re.compile(r"/bot\d+(:|%3A)[\w-]+", re.IGNORECASE)


class _WithoutToken(logging.Filter):
    """Keeps tokens out of httpx's log lines: Telegram wants them in the path (T1, G10)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_tokenless(a) if isinstance(a, httpx.URL) else a for a in record.args)
        return True


_without_token = _WithoutToken()


def _tokenless(url: httpx.URL) -> httpx.URL:
    # an address again: the filters of other channels look for those
    return httpx.URL(_TOKEN.sub("/bot***", str(url)))


class Wire(BaseRequest):
    """One pool of connections to one Bot API server. Every wait in it ends after the timeout."""

    def __init__(self, timeout_seconds: float, now: Callable[[], datetime]) -> None:
        logging.getLogger("httpx").addFilter(_without_token)
        # the library's own lines repeat tokens and citizens' words, the latter at CRITICAL
        logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
        self._seconds = timeout_seconds
        self._now = now
        self._client = httpx.AsyncClient(timeout=timeout_seconds, follow_redirects=False)

    @property
    def read_timeout(self) -> float:
        """Seconds one answer may take; the library adds the length of a long poll."""
        return self._seconds

    async def initialize(self) -> None:
        """Nothing to do: the pool is open from the beginning."""

    async def shutdown(self) -> None:
        """Drop the connections."""
        await self._client.aclose()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Status and body of a good answer. Raises Refused for any other."""
        data = request_data.json_parameters if request_data else None
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._seconds
        timeout = httpx.Timeout(self._seconds, read=seconds)
        try:
            with reaching(WHO):
                answer = await self._client.request(method, url, data=data, timeout=timeout)
        except DeskError as error:
            raise Refused(error) from None
        name = url.rpartition("/")[2]
        found = read_answer(name, answer.status_code, answer.headers, answer.content, now=self._now())
        answer_box.get({})["result"] = found["result"]
        return answer.status_code, answer.content

    async def download(self, url: str, max_bytes: int) -> bytes:
        """The file at an address of this server. Raises a DeskError: permanent when it is gone or larger than
        allowed, which is seen while it streams (G12)."""
        content = bytearray()
        with reaching(WHO):
            async with self._client.stream("GET", url) as answer:
                failure = http_error(answer.status_code, answer.headers, b"", who=WHO, now=self._now())
                if failure:
                    raise failure
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > max_bytes:
                        raise PermanentError(f"The file is larger than {max_bytes} bytes")
        return bytes(content)
