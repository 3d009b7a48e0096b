"""Calls to Twilio through its official client, with our deadline and our errors."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from requests import Timeout
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from connectors.http import answered_at, http_error
from connectors.twilio_common.account import TwilioAccount
from connectors.twilio_common.errors import desk_error
from domain.errors import ConnectionFailedError, TransientError

_MOST_PAGES = 1000


class _Http:
    """The client's own HTTP client, whose troubles are raised as errors of ours while the answer's headers
    are at hand: the library's exception for a 429 has lost its Retry-After (G11)."""

    is_async = False

    def __init__(self, timeout_seconds: float, now: Callable[[], datetime]) -> None:
        # a logger of its own above INFO: the library logs every query at INFO
        quiet = logging.Logger("twilio", logging.WARNING)
        self._inner = TwilioHttpClient(timeout=timeout_seconds, logger=quiet)
        self._now = now
        self.answered_at: datetime | None = None

    def request(self, *args: Any, **kwargs: Any) -> Response:
        """The answer. Raises a TransientError for one that another try may better."""
        try:
            response = self._inner.request(*args, **kwargs)
        except Timeout:
            raise ConnectionFailedError("Twilio did not answer in time") from None
        except OSError as error:  # every exception of `requests` is one; its text may hold the address
            raise ConnectionFailedError(f"Twilio cannot be reached ({type(error).__name__})") from None
        self.answered_at = answered_at(response.headers or {})
        status = response.status_code
        body = (response.text or "").encode("utf-8", "replace")
        failure = http_error(status, response.headers or {}, body, who="Twilio", now=self._now())
        if failure and (isinstance(failure, TransientError) or status < 400):
            raise failure
        return response  # the other refusals have a number in their body, which the library reads

    def close(self) -> None:
        """Drop pooled connections."""
        if self._inner.session:
            self._inner.session.close()


class TwilioApi:
    """The few calls the desk makes."""

    def __init__(self, settings: TwilioAccount, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._http = _Http(settings.timeout_seconds, now)
        self.listed_at: datetime | None = None

    @cached_property
    def _client(self) -> Client:
        s = self._settings
        user, secret = (s.api_key, s.api_key_secret) if s.api_key else (s.account_sid, s.auth_token)
        client = Client(user, secret.get_secret_value(), s.account_sid, http_client=self._http)
        client.api.base_url = s.api
        return client

    def create_message(self, **fields: str) -> str:
        """Hand a message over; its sid. `fields` as the library's `messages.create`."""
        with _our_errors():
            sid = self._client.messages.create(**fields).sid
        if not sid:
            raise ConnectionFailedError("Twilio answered without a sid")
        return str(sid)

    def message_pages(self, filters: Mapping[str, str | int]) -> Iterator[list[Any]]:
        """Pages of Message resources as JSON values, newest first, for the filters of the list call. When
        Twilio gave the first of them is in `listed_at`."""
        path = f"/Accounts/{self._settings.account_sid}/Messages.json"
        params: Mapping[str, str | int] | None = filters
        for number in range(_MOST_PAGES):
            page = self.fetch_json(path, params)
            self.listed_at = self._http.answered_at if number == 0 else self.listed_at
            messages = page.get("messages") if isinstance(page, dict) else None
            if not isinstance(messages, list):
                raise ConnectionFailedError("Twilio answered something else than a list of messages")
            yield messages
            following = page.get("next_page_uri")
            if not following:
                return
            # only the query is taken: the next page can never lead our credentials to another host
            params = dict(parse_qsl(urlsplit(str(following)).query, keep_blank_values=True))
        raise ConnectionFailedError("Twilio's list of messages does not end")

    def fetch_json(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """The JSON value under a path of the API version."""
        with _our_errors():
            return self._client.api.v2010.fetch("GET", path, params=dict(params or {}))

    def close(self) -> None:
        """Drop pooled connections. Never raises."""
        self._http.close()


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except TwilioException as error:
        raise desk_error(error) from None  # the library's text repeats phone numbers
    except (ValueError, AttributeError, TypeError) as error:
        raise ConnectionFailedError("Twilio answered something that is no JSON of its API") from error
