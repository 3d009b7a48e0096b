"""facebook-sdk's `GraphAPI`, kept usable: its last release (3.1.0, 2018) knows dead versions of the API only.

Every path of the library takes its version from an attribute, so a living one is set there. Its `request`
puts the token into the address, takes any status for success, hides the headers and knows no
`appsecret_proof` ("Secure Graph API calls"); this one replaces it, and every call of the library goes through
it.
"""

import warnings
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx
from pydantic import SecretStr

from connectors.facebook.refusals import WHO, desk_error, used_percent
from connectors.facebook.settings import FacebookSettings
from connectors.http import http_client, reaching
from connectors.meta import appsecret_proof
from domain.errors import ConnectionFailedError

with warnings.catch_warnings():
    # The library's source has "\d" in a plain string; Python tells that while compiling it, and nothing else
    # is silenced.
    warnings.filterwarnings("ignore", message=r"(invalid escape sequence|.*is an invalid escape)")
    import facebook


class Graph(facebook.GraphAPI):  # type: ignore[misc]  # the library ships no types
    """One page's calls. Each raises a DeskError and ends after the account's timeout."""

    def __init__(self, settings: FacebookSettings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self.usage = 0
        """How much of the call limit the latest answer said is used, in percent."""
        client = http_client(settings.timeout_seconds)
        super().__init__(
            settings.access_token.get_secret_value(), timeout=settings.timeout_seconds, session=client
        )
        self.version = settings.graph_version

    def request(
        self,
        path: str,
        args: Mapping[str, Any] | None = None,
        post_args: Mapping[str, Any] | None = None,
        files: Any = None,
        method: str | None = None,
    ) -> Any:
        """The object that Meta answers. The token travels in a header, whatever the library put where."""
        query, form = dict(args or {}), None if post_args is None else dict(post_args)
        token = _take_token(query, form) or self.access_token
        proof = appsecret_proof(SecretStr(token), self._settings.app_secret)
        (query if form is None else form)["appsecret_proof"] = proof
        with reaching(WHO):
            answer: httpx.Response = self.session.request(
                method or ("GET" if form is None else "POST"),
                f"{self._settings.base_url}/{path}",
                params=query,
                data=form,
                files=files,
                headers={"Authorization": f"Bearer {token}"},
            )
        return self._read(answer)

    def debug_access_token(self, token: str, app_id: str, app_secret: str) -> Any:
        """What Meta knows of a token ("Debug-Token"), asked with the app's own. Sent as a form with
        `method=GET`, as Meta's own libraries do: the library would put the token into the address."""
        form = {"input_token": token, "access_token": f"{app_id}|{app_secret}", "method": "GET"}
        return self.request(f"{self.version}/debug_token", post_args=form)

    def get_version(self) -> str:
        """The version in use; the library's own would ask with the token in the address."""
        return str(self.version).removeprefix("v")

    def close(self) -> None:
        """Drop pooled connections. Never raises."""
        self.session.close()

    def _read(self, answer: httpx.Response) -> Any:
        self.usage = used_percent(answer.headers)
        failure = desk_error(answer.status_code, answer.headers, answer.content, now=self._now())
        if failure:
            raise failure
        try:
            value = answer.json()
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise ConnectionFailedError(f"{WHO} answered something that is no JSON of its API")
        return value


def _take_token(*places: dict[str, Any] | None) -> str:
    """The token the library put among parameters, taken away there; empty when it put none."""
    found = [place.pop("access_token", None) for place in places if place is not None]
    return next((str(token) for token in found if token), "")
