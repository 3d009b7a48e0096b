"""Files of multimedia messages: Twilio names them, we fetch them with our credentials from it alone (G12)."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from connectors.http import ClientOnDemand, http_error, reaching
from connectors.http_files import MOST_REDIRECTS, content_of
from connectors.twilio_common.account import TwilioAccount
from connectors.twilio_common.api import TwilioApi
from domain.errors import PermanentError

_STORES = (".twilio.com", ".twiliocdn.com", ".amazonaws.com")


class TwilioMedia(ClientOnDemand):
    """Fetches one file at a time."""

    def __init__(self, settings: TwilioAccount, api: TwilioApi, now: Callable[[], datetime]) -> None:
        super().__init__(settings.timeout_seconds)
        self._settings = settings
        self._api = api
        self._now = now

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """The file. `source` is its address, or its message's list of media and a place in that. Raises
        PermanentError when it is elsewhere than at Twilio, gone, or larger than allowed."""
        address = self._address(source)
        for _ in range(MOST_REDIRECTS + 1):
            self._refuse_strangers(address)
            with reaching("Twilio"), self._client.stream("GET", address, auth=self._auth(address)) as answer:
                if not answer.is_redirect:
                    return self._content(answer, max_bytes)
                address = urljoin(address, answer.headers.get("location", ""))
        raise PermanentError("Twilio redirects this file without end")

    def _address(self, source: str) -> str:
        listing, place, index = source.partition("#")
        if not place:
            return source
        path = _parts(listing).path.removeprefix("/2010-04-01")
        answer = self._api.fetch_json(path)
        try:
            uri = str(answer["media_list"][int(index)]["uri"])
        except (KeyError, IndexError, TypeError, ValueError):
            raise PermanentError("Twilio no longer has this file") from None
        return self._settings.api + uri.removesuffix(".json")

    def _refuse_strangers(self, address: str) -> None:
        parts, api = _parts(address), urlsplit(self._settings.api)
        at_api = (parts.scheme, parts.netloc) == (api.scheme, api.netloc)
        at_store = parts.scheme == "https" and (parts.hostname or "").endswith(_STORES)
        if not (at_api or at_store):
            raise PermanentError("This file lies outside Twilio and is not fetched")

    def _auth(self, address: str) -> tuple[str, str] | None:
        settings, parts, api = self._settings, urlsplit(address), urlsplit(self._settings.api)
        if (parts.scheme, parts.netloc) != (api.scheme, api.netloc):
            return None
        if settings.api_key:
            return settings.api_key, settings.api_key_secret.get_secret_value()
        return settings.account_sid, settings.auth_token.get_secret_value()

    def _content(self, answer: httpx.Response, max_bytes: int) -> bytes:
        if error := http_error(answer.status_code, answer.headers, b"", who="Twilio", now=self._now()):
            raise error
        return content_of(answer, max_bytes, self._now)


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        raise PermanentError("This is no address of a file") from None
