"""Files of posts and direct messages: from X's own stores alone, signed where they ask for it (G12)."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from oauthlib import oauth1

from connectors.http import ClientOnDemand, http_error, reaching
from connectors.http_files import content_of
from connectors.x.refusals import WHO
from connectors.x.settings import OFFICIAL, XSettings
from domain.errors import PermanentError

_OPEN = frozenset({"pbs.twimg.com", "video.twimg.com"})
_SIGNED = frozenset({"ton.twitter.com", "ton.x.com"})
"""Where files of direct messages lie: shown to the people of the conversation only."""


class XMedia(ClientOnDemand):
    """Fetches one file at a time."""

    def __init__(self, settings: XSettings, now: Callable[[], datetime]) -> None:
        super().__init__(settings.timeout_seconds)
        self._settings = settings
        self._now = now

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """The file at an address of X's. Raises PermanentError when it is gone, elsewhere or larger than
        allowed, which is seen while it streams."""
        headers = self._headers(source)
        with reaching(WHO), self._client.stream("GET", source, headers=headers) as answer:
            if answer.status_code in (403, 404, 410):
                raise PermanentError(
                    f"{WHO} answered {answer.status_code}: the file is gone or not shown to us"
                )
            failure = http_error(answer.status_code, answer.headers, b"", who=WHO, now=self._now())
            if failure:
                raise failure
            return content_of(answer, max_bytes, self._now)

    def _headers(self, source: str) -> dict[str, str]:
        """What the host is told; raises PermanentError for one that is not X's."""
        try:
            address, ours = urlsplit(source), urlsplit(self._settings.base_url)
            same = (address.scheme, address.netloc) == (ours.scheme, ours.netloc)
            at_gateway = same and self._settings.base_url != OFFICIAL
            host, plain_port = address.hostname or "", address.port in (None, 443)
        except ValueError:
            raise PermanentError("This is no address of a file") from None
        by_tls = address.scheme == "https" and plain_port and not address.username
        if at_gateway or (by_tls and host in _SIGNED):
            return self._signed(source)
        if by_tls and host in _OPEN:
            return {}
        raise PermanentError("This file lies outside X and is not fetched")

    def _signed(self, source: str) -> dict[str, str]:
        settings = self._settings
        client = oauth1.Client(
            settings.consumer_key.get_secret_value(),
            client_secret=settings.consumer_secret.get_secret_value(),
            resource_owner_key=settings.access_token.get_secret_value(),
            resource_owner_secret=settings.access_token_secret.get_secret_value(),
        )
        try:
            _, headers, _ = client.sign(source)
        except ValueError:
            raise PermanentError("This is no address of a file") from None
        return dict(headers)
