"""Calls to the messaging environment (TES), as the Discover API's pages write them down."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx

from connectors.bip.errors import refusal
from connectors.bip.settings import BipSettings
from connectors.bip.values import Json, number, text
from connectors.http import ClientOnDemand, http_error, reaching
from domain.errors import ConnectionFailedError, DeskError

_SEND = "/tes/rest/spi/sendmsgserv"
_WHO = "BiP"


class BipApi(ClientOnDemand):
    """The one call the desk makes. It raises a DeskError and ends after the account's timeout."""

    def __init__(self, settings: BipSettings, now: Callable[[], datetime]) -> None:
        super().__init__(settings.timeout_seconds)
        self._settings = settings
        self._now = now

    def send(self, txnid: str, receiver: Mapping[str, Any], texts: Sequence[str]) -> str | None:
        """Hand texts for one person over; the report id of the last, None when the service gets no reports
        or BiP has taken this `txnid` before."""
        answer = self._post(txnid, receiver, texts)
        listed = [one for one in answer.get("list") or () if isinstance(one, dict)]
        for each in (answer, *listed):
            code = number(each, "resultcode")
            if code is None:
                raise _strange()
            if error := refusal(code):
                raise error
        return next((found for one in reversed(listed) if (found := text(one, "reportid"))), None)

    def try_credentials(self, txnid: str) -> DeskError | None:
        """What BiP holds against the account itself, by a call that has neither a receiver nor a text and so
        reaches nobody; None when it only misses those."""
        answer = self._post(txnid, {"type": 2, "address": ""}, ())
        code = number(answer, "resultcode")
        if code is None:
            raise _strange()
        return refusal(code)

    def _post(self, txnid: str, receiver: Mapping[str, Any], texts: Sequence[str]) -> Json:
        settings = self._settings
        body = {
            "txnid": txnid,
            "receiver": dict(receiver),
            "composition": {"list": [{"type": 0, "message": each} for each in texts]},
        }
        with reaching(_WHO):
            answer = self._client.post(
                f"{settings.base_url}{_SEND}",
                json=body,
                auth=httpx.BasicAuth(settings.username, settings.password.get_secret_value()),
            )
        failure = http_error(answer.status_code, answer.headers, answer.content, who=_WHO, now=self._now())
        if failure:
            raise failure
        try:
            value = json.loads(answer.content)
        except (ValueError, RecursionError) as error:
            raise _strange() from error
        if not isinstance(value, dict) or not isinstance(value.get("list") or [], list):
            raise _strange()
        return value


def _strange() -> ConnectionFailedError:
    return ConnectionFailedError("BiP answered something else than a result")
