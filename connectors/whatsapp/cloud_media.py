"""Files of messages (W10): their id becomes an address that lasts five minutes, and that becomes the file.

Fetched from Meta's own hosts alone, with our token to those of them that ask for it (G12).
"""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from connectors.http import reaching
from connectors.http_files import MOST_REDIRECTS, content_of
from connectors.whatsapp.cloud_api import CloudApi
from connectors.whatsapp.cloud_errors import WHO
from connectors.whatsapp.contents import MEDIA_SOURCE
from connectors.whatsapp.settings import WhatsAppSettings
from domain.errors import ConnectionFailedError, PermanentError

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_ASK_FOR_THE_TOKEN = (".fbsbx.com", ".facebook.com")
_STORES = (".whatsapp.net", ".fbcdn.net")


class CloudMedia:
    """Fetches one file at a time."""

    def __init__(self, settings: WhatsAppSettings, api: CloudApi, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._api = api
        self._now = now

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """The file that `source` names. Raises PermanentError when it is gone, elsewhere than at Meta or
        larger than allowed; ConnectionFailedError when it came damaged."""
        identifier = source.removeprefix(MEDIA_SOURCE)
        if not source.startswith(MEDIA_SOURCE) or not _ID.fullmatch(identifier):
            raise PermanentError("This is no file of WhatsApp's")
        found = self._api.file(identifier)
        if _size(found.get("file_size")) > max_bytes:
            raise PermanentError(f"The file is larger than {max_bytes} bytes")
        content = self._download(str(found.get("url") or ""), max_bytes)
        if not _fits(content, found.get("sha256")):
            raise ConnectionFailedError("The file came damaged")
        return content

    def _download(self, address: str, max_bytes: int) -> bytes:
        for _ in range(MOST_REDIRECTS + 1):
            headers = self._headers(urlsplit(address))
            with reaching(WHO), self._api.client.stream("GET", address, headers=headers) as answer:
                if not answer.is_redirect:
                    return self._content(answer, max_bytes)
                address = urljoin(address, answer.headers.get("location", ""))
        raise PermanentError("Meta redirects this file without end")

    def _headers(self, address: SplitResult) -> dict[str, str]:
        """What the host is told; raises PermanentError for one that is not Meta's."""
        api, host = urlsplit(self._settings.api), address.hostname or ""
        at_api = (address.scheme, address.netloc) == (api.scheme, api.netloc)
        by_tls = address.scheme == "https"
        if at_api or (by_tls and host.endswith(_ASK_FOR_THE_TOKEN)):
            return self._api.headers
        if by_tls and host.endswith(_STORES):
            return {}
        raise PermanentError("This file lies outside Meta and is not fetched")

    def _content(self, answer: httpx.Response, max_bytes: int) -> bytes:
        if answer.status_code >= 300:
            self._api.raise_for(answer, b"")
        return content_of(answer, max_bytes, self._now)


def _size(value: object) -> int:
    written = str(value)
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 20 else 0


def _fits(content: bytes, given: object) -> bool:
    """Whether the content has the hash that was told, in hexadecimal or base64; no hash fits everything."""
    digest = hashlib.sha256(content).digest()
    ways = {64: digest.hex(), 44: base64.b64encode(digest).decode()}
    told = given if isinstance(given, str) else ""
    return len(told) not in ways or ways[len(told)] == told
