"""Calls to Verimor's HTTP API, as its public user guide writes them down."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx

from connectors.http import ClientOnDemand, http_error, reaching
from connectors.json_items import split_list
from connectors.json_salvage import salvaged
from connectors.sms.settings import SmsSettings
from connectors.sms.verimor_errors import refusal
from domain.errors import ConnectionFailedError, UnreadableMessageError

_CAMPAIGN = re.compile(r"[\w-]{1,64}")
_WHO = "Verimor"


class VerimorApi(ClientOnDemand):
    """The few calls the desk makes. Each raises a DeskError and ends after the account's timeout."""

    def __init__(self, settings: SmsSettings, now: Callable[[], datetime]) -> None:
        super().__init__(settings.timeout_seconds)
        self._settings = settings
        self._now = now

    def send(self, fields: Mapping[str, Any]) -> str:
        """Hand a campaign over; its id."""
        with reaching(_WHO):
            answer = self._client.post(
                f"{self._settings.api}/v2/send.json", json={**self._credentials, **fields}
            )
        body = self._good_body(answer).decode("utf-8", "replace").strip()
        if not _CAMPAIGN.fullmatch(body):
            raise ConnectionFailedError("Verimor answered something else than a campaign id")
        return body

    def inbound_messages(self, greater_than: int) -> list[bytes]:
        """Up to a hundred incoming messages above an id, each as the JSON it came in."""
        body = self._get("/v2/inbound_messages", {"greater_than": str(greater_than)})
        strange = "Verimor answered something else than a list of messages"
        if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
            raise ConnectionFailedError(strange)
        try:
            return split_list(body)
        except UnreadableMessageError as error:
            named = b'{"messages":' + body.removeprefix(b"\xef\xbb\xbf") + b"}"
            if (pieces := salvaged(named, "messages")) is not None:
                return pieces
            raise ConnectionFailedError(strange) from error  # it broke off; nothing of it is ours yet

    def headers(self) -> list[str]:
        """The sender headers registered for the account."""
        try:
            names = json.loads(self._get("/v2/headers", {}))
        except (ValueError, RecursionError) as error:
            raise ConnectionFailedError("Verimor answered something else than a list of headers") from error
        return [str(name) for name in names] if isinstance(names, list) else []

    @property
    def _credentials(self) -> dict[str, str]:
        settings = self._settings
        return {"username": settings.username, "password": settings.password.get_secret_value()}

    def _get(self, path: str, params: Mapping[str, str]) -> bytes:
        with reaching(_WHO):
            answer = self._client.get(f"{self._settings.api}{path}", params={**params, **self._credentials})
        return self._good_body(answer)

    def _good_body(self, answer: httpx.Response) -> bytes:
        if answer.status_code == 400 and (error := refusal(answer.content)):
            raise error
        failure = http_error(answer.status_code, answer.headers, answer.content, who=_WHO, now=self._now())
        if failure:
            raise failure
        return answer.content
