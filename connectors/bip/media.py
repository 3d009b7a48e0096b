"""Files of messages: BiP names them, we fetch them from Turkcell's stores alone (G12)."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from connectors.bip.settings import BipSettings
from connectors.http import ClientOnDemand, http_error, reaching
from connectors.http_files import MOST_REDIRECTS, content_of
from domain.errors import PermanentError

_STORES = (".turkcell.com.tr", ".bip.com")
_WHO = "BiP"


class BipMedia(ClientOnDemand):
    """Fetches one file at a time, without credentials: the stores ask for none."""

    def __init__(self, settings: BipSettings, now: Callable[[], datetime]) -> None:
        super().__init__(settings.timeout_seconds)
        self._settings = settings
        self._now = now

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """The file at an address. Raises PermanentError when it is elsewhere than at Turkcell, gone, or
        larger than allowed, a TransientError when it cannot be reached now."""
        address = source
        for _ in range(MOST_REDIRECTS + 1):
            address = self._at_store(address)
            with reaching(_WHO), self._client.stream("GET", address) as answer:
                if not answer.is_redirect:
                    return self._content(answer, max_bytes)
                address = urljoin(address, answer.headers.get("location", ""))
        raise PermanentError("BiP redirects this file without end")

    def _at_store(self, address: str) -> str:
        try:
            parts = urlsplit(address)
            plain_port = parts.port in (None, 80, 443)
        except ValueError:
            raise PermanentError("This is no address of a file") from None
        if _origin(parts) == _origin(urlsplit(self._settings.base_url)):
            return address
        if plain_port and parts.username is None and (parts.hostname or "").endswith(_STORES):
            # older messages name their files by http; the stores speak https
            return parts._replace(scheme="https", netloc=parts.hostname or "").geturl()
        raise PermanentError("This file lies outside Turkcell and is not fetched")

    def _content(self, answer: httpx.Response, max_bytes: int) -> bytes:
        if error := http_error(answer.status_code, answer.headers, b"", who=_WHO, now=self._now()):
            raise error
        return content_of(answer, max_bytes, self._now)


def _origin(parts: SplitResult) -> tuple[str, str]:
    return parts.scheme, parts.netloc
