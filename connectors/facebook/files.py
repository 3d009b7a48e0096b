"""Files of messages and posts, from Meta's own stores alone and never with our token (G12)."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import httpx

from connectors.facebook.refusals import WHO
from connectors.facebook.settings import FacebookSettings
from connectors.http import http_error, reaching
from connectors.http_files import MOST_REDIRECTS, content_of
from domain.errors import PermanentError, TransientError

_STORES = (".fbcdn.net", ".fbsbx.com")


class Files:
    """Fetches one file at a time."""

    def __init__(
        self, settings: FacebookSettings, client: Callable[[], httpx.Client], now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._client = client
        self._now = now

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """The file. Raises PermanentError when it is gone (its address is good for days), elsewhere than at
        Meta, or larger than allowed."""
        address = source
        for _ in range(MOST_REDIRECTS + 1):
            self._refuse_strangers(address)
            with reaching(WHO), self._client().stream("GET", address) as answer:
                if not answer.is_redirect:
                    return self._content(answer, max_bytes)
                address = urljoin(address, answer.headers.get("location", ""))
        raise PermanentError("Meta redirects this file without end")

    def _refuse_strangers(self, address: str) -> None:
        try:
            parts, api = urlsplit(address), urlsplit(self._settings.base_url)
            host = parts.hostname or ""
        except ValueError:
            raise PermanentError("This is no address of a file") from None
        at_gateway = (parts.scheme, parts.netloc) == (api.scheme, api.netloc)
        if not (at_gateway or (parts.scheme == "https" and host.endswith(_STORES))):
            raise PermanentError("This file lies outside Meta and is not fetched")

    def _content(self, answer: httpx.Response, max_bytes: int) -> bytes:
        if error := http_error(answer.status_code, answer.headers, b"", who=WHO, now=self._now()):
            if isinstance(error, TransientError):
                raise error
            raise PermanentError(f"Meta no longer has this file ({answer.status_code})")
        return content_of(answer, max_bytes, self._now)
