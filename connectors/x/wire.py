"""How tweepy reaches X: an adapter mounted on its session. tweepy itself knows one host and no timeout."""

import io
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError as UrllibError

from connectors.x.refusals import WHO, refusal
from connectors.x.settings import OFFICIAL
from domain.errors import ConnectionFailedError

_LARGEST = 16 * 1024 * 1024
_LEVEL = "x-access-level"


class Wire(HTTPAdapter):
    """Sends signed requests to the configured host, waits no longer than told for each part of an answer, and
    raises the errors of the desk before the library reads a refusal."""

    def __init__(self, base_url: str, timeout_seconds: float, now: Callable[[], datetime]) -> None:
        super().__init__()
        for name in ("tweepy", "oauthlib", "requests_oauthlib"):
            # at DEBUG they write what citizens said, headers, and what signatures are made of
            logging.getLogger(name).setLevel(logging.WARNING)
        self._base_url = base_url
        self._seconds = timeout_seconds
        self._now = now
        self.access_level = ""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """The whole answer to a request, when it is a good one. Raises a DeskError for any other."""
        request.url = self._base_url + (request.url or "").removeprefix(OFFICIAL)
        by = get_environ_proxies(request.url) if self._base_url != OFFICIAL else proxies
        answer = super().send(
            request, stream=True, timeout=self._seconds, verify=verify, cert=cert, proxies=by
        )
        content = self._content(answer)
        self.access_level = answer.headers.get(_LEVEL, "")
        sending = request.method == "POST"
        error = refusal(answer.status_code, answer.headers, content, sending=sending, now=self._now())
        if error:
            raise error
        answer.raw = io.BytesIO(content)
        return answer

    def _content(self, answer: requests.Response) -> bytes:
        """The body; an answer that drips ends after the timeout, too."""
        until, content = self._now() + timedelta(seconds=self._seconds), bytearray()
        try:
            while piece := answer.raw.read1(65536, decode_content=True):
                content += piece
                if len(content) > _LARGEST or self._now() > until:
                    raise ConnectionFailedError(f"{WHO} answers without end")
        except UrllibError as error:
            raise ConnectionFailedError(f"{WHO} broke off ({type(error).__name__})") from None
        finally:
            answer.close()  # what was read to its end is back in the pool already
        return bytes(content)
