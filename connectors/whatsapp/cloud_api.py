"""Calls to the WhatsApp Cloud API, as Meta's reference of the WhatsApp Business Platform writes them down."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import httpx

from connectors.http import http_client, reaching
from connectors.meta import appsecret_proof
from connectors.whatsapp.cloud_errors import WHO, desk_error
from connectors.whatsapp.settings import WhatsAppSettings
from domain.errors import ConnectionFailedError, NotConfiguredError


class CloudApi:
    """The few calls the desk makes. Each raises a DeskError and ends after the account's timeout."""

    def __init__(self, settings: WhatsAppSettings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now

    @cached_property
    def client(self) -> httpx.Client:
        """The connection, made on first use."""
        return http_client(self._settings.timeout_seconds)

    @property
    def headers(self) -> dict[str, str]:
        """What proves who we are; the token is in no address (G10)."""
        return {"Authorization": f"Bearer {self._settings.access_token.get_secret_value()}"}

    def send(self, message: Mapping[str, Any]) -> str:
        """Hand a message over; its wamid."""
        path, proof = f"{self._settings.phone_number_id}/messages", self._proof
        with reaching(WHO):
            answer = self.client.post(self._url(path), params=proof, json=message, headers=self.headers)
        sent = self._object(answer).get("messages")
        first = sent[0] if isinstance(sent, list) and sent else None
        identifier = first.get("id") if isinstance(first, dict) else None
        if not isinstance(identifier, str) or not identifier:
            raise ConnectionFailedError(f"{WHO} answered without a message id")
        return identifier

    def file(self, identifier: str) -> Mapping[str, Any]:
        """Where a file lies for the next five minutes: `url`, `sha256`, `file_size`."""
        return self._get(identifier)

    def check_number(self) -> None:
        """Return when the token may see our number."""
        if not self._get(self._settings.phone_number_id, fields="display_phone_number,quality_rating"):
            raise ConnectionFailedError(f"{WHO} answered nothing about the number")

    def check_subscription(self) -> None:
        """Return when the account's messages are sent to an app; without it none ever arrives."""
        if not self._get(f"{self._settings.business_account_id}/subscribed_apps").get("data"):
            raise NotConfiguredError("No app is subscribed to the WhatsApp Business Account: subscribe yours")

    def raise_for(self, answer: httpx.Response, body: bytes) -> None:
        """Raise the error an answer means, if it is none of a good one."""
        failure = desk_error(answer.status_code, answer.headers, body, now=self._now())
        if failure:
            raise failure

    def close(self) -> None:
        """Drop pooled connections. Never raises."""
        client = self.__dict__.pop("client", None)  # built on first use
        if client:
            client.close()

    @property
    def _proof(self) -> dict[str, str]:
        settings = self._settings
        return {"appsecret_proof": appsecret_proof(settings.access_token, settings.app_secret)}

    def _url(self, path: str) -> str:
        return f"{self._settings.api}/{self._settings.graph_version}/{path}"

    def _get(self, path: str, **params: str) -> Mapping[str, Any]:
        with reaching(WHO):
            answer = self.client.get(self._url(path), params=params | self._proof, headers=self.headers)
        return self._object(answer)

    def _object(self, answer: httpx.Response) -> Mapping[str, Any]:
        self.raise_for(answer, answer.content)
        try:
            value = answer.json()
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise ConnectionFailedError(f"{WHO} answered something that is no JSON of its API")
        return value
