"""Calls to NetGSM's REST API v2, as its public OpenAPI description and SDKs write them down."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from connectors.http import ClientOnDemand, answered_at, http_error, reaching
from connectors.json_items import member, split_list
from connectors.json_salvage import salvaged
from connectors.sms.netgsm_errors import Call, code_of, is_empty, refusal
from connectors.sms.settings import SmsSettings
from domain.errors import ConnectionFailedError, UnreadableMessageError

PAGE = 100
_TURKISH_TIME = ZoneInfo("Europe/Istanbul")
_JOB = re.compile(r"[\w-]{1,64}")
_WHO = "NetGSM"


class NetgsmApi(ClientOnDemand):
    """The few calls the desk makes. Each raises a DeskError and ends after the account's timeout."""

    def __init__(self, settings: SmsSettings, now: Callable[[], datetime]) -> None:
        super().__init__(settings.timeout_seconds)
        self._settings = settings
        self._now = now
        self.listed_at: datetime | None = None

    def send(self, fields: Mapping[str, Any]) -> str:
        """Hand a text over; its job id."""
        job = _object(self._call(Call.SEND, fields)).get("jobid")
        if not isinstance(job, str | int) or not _JOB.fullmatch(str(job)):
            raise _strange("a job id")
        return str(job)

    def inbox(self, start: datetime, stop: datetime) -> list[bytes]:
        """The messages between two aware times, each as the JSON it came in. Always asked with dates: without
        them NetGSM lists each message once only, and one lost answer would lose it. When NetGSM answered, by
        its own clock, is in `listed_at`."""
        query = {"startdate": _compact(start), "stopdate": _compact(stop)}
        return self._listed(Call.INBOX, self._call(Call.INBOX, query), "messages")

    def report(self, start: datetime, stop: datetime, page: int) -> list[bytes]:
        """One page of what became of the texts sent between two aware times, each as the JSON it came in."""
        fields = {
            "startdate": _dotted(start),
            "stopdate": _dotted(stop),
            "pagenumber": page,
            "pagesize": PAGE,
        }
        return self._listed(Call.REPORT, self._call(Call.REPORT, fields), "jobs")

    def headers(self) -> list[str]:
        """The sender headers registered for the account."""
        names = _object(self._call(Call.HEADERS, {})).get("msgheaders")
        if not isinstance(names, list):
            raise _strange("a list of headers")
        return [str(name) for name in names]

    def _listed(self, call: Call, body: bytes, name: str) -> list[bytes]:
        if is_empty(call, code_of(body)):
            return []
        try:
            listed = member(body, name)
            if listed == b"null":
                return []
            if listed is not None and listed.startswith(b"["):
                return split_list(listed)
        except UnreadableMessageError as error:
            if (pieces := salvaged(body, name)) is not None:
                return pieces
            raise _strange(name) from error  # it broke off; nothing of it is ours yet
        raise _strange(name)

    def _call(self, call: Call, values: Mapping[str, Any]) -> bytes:
        settings = self._settings
        url = f"{settings.api}/sms/rest/v2/{call}"
        auth = httpx.BasicAuth(settings.username, settings.password.get_secret_value())
        with reaching(_WHO):
            if call in (Call.SEND, Call.REPORT):
                answer = self._client.post(url, json=dict(values), auth=auth)
            else:
                answer = self._client.get(url, params=dict(values), auth=auth)
        if call is Call.INBOX:
            self.listed_at = answered_at(answer.headers)
        return self._good_body(call, answer)

    def _good_body(self, call: Call, answer: httpx.Response) -> bytes:
        code = code_of(answer.content) if answer.status_code in (200, 406) else None
        if code is not None and not is_empty(call, code) and (error := refusal(call, code)):
            raise error
        if answer.status_code == 406 and code is not None:
            return answer.content
        failure = http_error(answer.status_code, answer.headers, answer.content, who=_WHO, now=self._now())
        if failure:
            raise failure
        return answer.content


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _strange("a result") from error
    if not isinstance(value, dict):
        raise _strange("a result")
    return value


def _strange(wanted: str) -> ConnectionFailedError:
    return ConnectionFailedError(f"NetGSM answered something else than {wanted}")


def _compact(moment: datetime) -> str:
    return moment.astimezone(_TURKISH_TIME).strftime("%d%m%Y%H%M%S")


def _dotted(moment: datetime) -> str:
    return moment.astimezone(_TURKISH_TIME).strftime("%d.%m.%Y %H:%M:%S")
