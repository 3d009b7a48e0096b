"""A stand-in for Verimor's SMS API, strict where its public user guide is.

Written after `user_guide.md` of the public repository verimor/SMS-API (commit 02b3011).
"""

import itertools
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.servers.standin import Answer, Call, StandIn, json_answer

USERNAME = "908501234567"
PASSWORD = "sahte-api-sifresi-9f2"
HEADER = "BUYUKSEHIR"
SHORT_NUMBER = "1530"
_ISTANBUL = ZoneInfo("Europe/Istanbul")
_DOMESTIC = re.compile(r"905\d{9}|05\d{9}|5\d{9}")
_ABROAD = re.compile(r"(00|\+)[1-9]\d{7,14}")
_VALIDITY = re.compile(r"\d{1,2}:[0-5]\d")
_LIMITS = {"0": (160, 153), "1": (155, 149), "2": (70, 67)}
_TURKISH = "ŞşĞğçıİ"
_DOUBLE = "^{}\\[]~|€"
_PAGE = 100


class VerimorServer(StandIn):
    """One account. `credits` runs out, `addresses_allowed` is the list of registered addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
        self.credits = 1000
        self.addresses_allowed = True
        self.headers_registered = [HEADER, "Bulutsantralim"]
        self.inbound: list[dict[str, Any]] = []
        self.campaigns: dict[str, dict[str, Any]] = {}
        self._message_ids = itertools.count(1000)
        self._campaign_ids = itertools.count(20000)

    # what a test lets happen

    def receive(self, sender: str, content: Any, **more: Any) -> dict[str, Any]:
        """A citizen's message arrives; the item as it is kept for polling."""
        item = {
            "message_id": next(self._message_ids),
            "received_at": self.clock.astimezone(_ISTANBUL).isoformat(timespec="milliseconds"),
            "network": "TURKCELL",
            "source_addr": sender,
            "destination_addr": SHORT_NUMBER,
            "keyword": "",
            "content": content,
        } | more
        with self.lock:
            self.inbound.append(item)
        return item

    def pushed(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """The same item as a push writes it: with its type, and Turkish time without an offset."""
        moment = datetime.fromisoformat(item["received_at"]).astimezone(_ISTANBUL)
        return {**item, "type": "inbound", "received_at": moment.strftime("%Y-%m-%d %H:%M:%S")}

    def report(self, campaign_id: str, status: str, **more: Any) -> dict[str, Any]:
        """The report on the first message of a campaign."""
        campaign = self.campaigns[campaign_id]
        message = campaign["messages"][0]
        done = self.clock.astimezone(_ISTANBUL).strftime("%Y-%m-%d %H:%M:%S")
        return {
            "type": "outbound",
            "campaign_id": int(campaign_id),
            "campaign_custom_id": campaign.get("custom_id"),
            "message_id": str(next(self._message_ids)),
            "message_custom_id": message.get("id"),
            "dest": message["dest"],
            "size": 1,
            "international_multiplier": 1,
            "credits": 1,
            "status": status,
            "gsm_error": "0",
            "sent_at": done if status == "DELIVERED" else None,
            "done_at": done,
        } | more

    def push(self, url: str, items: list[Mapping[str, Any]], **headers: str) -> httpx.Response:
        """Make the push to the desk."""
        body = json.dumps(items, ensure_ascii=False).encode()
        return httpx.post(
            url, content=body, headers={"content-type": "application/json", **headers}, timeout=15
        )

    # the API

    def respond(self, call: Call) -> Answer:
        """What Verimor would answer."""
        if call.method == "POST" and call.path == "/v2/send.json":
            return self._send(call)
        if refused := self._unauthorized(call.query):
            return refused
        if call.method == "GET" and call.path == "/v2/inbound_messages":
            return self._inbound(call.query)
        if call.method == "GET" and call.path == "/v2/headers":
            return json_answer(200, self.headers_registered)
        if call.method == "GET" and call.path == "/v2/status":
            return self._status(call.query)
        return Answer(status=404, body=b"Not Found")

    def _unauthorized(self, given: Mapping[str, Any]) -> Answer | None:
        if (given.get("username"), given.get("password")) != (USERNAME, PASSWORD):
            return _words(401, "Geçersiz kullanıcı adı/şifre")
        if not self.addresses_allowed:
            return _words(401, "Hesabınızda izinli IP ayarları yapılmamış")
        return None

    def _send(self, call: Call) -> Answer:
        if len(call.body) > 10 * 1024 * 1024:
            return _words(413, "Request Entity Too Large")
        try:
            campaign = json.loads(call.body)
        except ValueError:
            return _words(400, "INVALID_JSON")
        if refused := self._unauthorized(campaign):
            return refused
        if refusal := self._refusal(campaign):
            return _words(400, refusal)
        identifier = str(next(self._campaign_ids))
        with self.lock:
            self.campaigns[identifier] = campaign
            self.credits -= sum(len(m["dest"].split(",")) for m in campaign["messages"])
        return _words(200, identifier)

    def _refusal(self, campaign: Mapping[str, Any]) -> str | None:
        source = campaign.get("source_addr")
        if source and source not in self.headers_registered:
            return "INVALID_SOURCE_ADDRESS"
        if not _valid_period(campaign.get("valid_for", "24:00")):
            return "INVALID_PERIOD"
        coding = campaign.get("datacoding", "")
        if coding not in ("", "0", "1", "2"):
            return "INVALID_DATACODING"
        messages = campaign.get("messages")
        if not isinstance(messages, list) or not messages:
            return "MISSING_MESSAGE"
        refusals = (_message_refusal(message, coding) for message in messages)
        broke = "INSUFFICIENT_CREDITS" if self.credits <= 0 else None
        return next((r for r in refusals if r), broke)

    def _inbound(self, query: Mapping[str, str]) -> Answer:
        after = query.get("greater_than", "")
        if not after.isdecimal():
            return _words(400, "greater_than veya from_time zorunludur")
        found = [item for item in self.inbound if _id(item) > int(after)]
        return json_answer(200, sorted(found, key=_id)[:_PAGE])

    def _status(self, query: Mapping[str, str]) -> Answer:
        identifier = query.get("id") or next(
            (i for i, c in self.campaigns.items() if c.get("custom_id") == query.get("custom_id")), ""
        )
        if identifier not in self.campaigns:
            return _words(404, "Bu idye sahip kampanya bulunamadı")
        report = {k: v for k, v in self.report(identifier, "WAITING").items() if k != "type"}
        return json_answer(200, [report])


def _message_refusal(message: Mapping[str, Any], coding: str) -> str | None:
    text, numbers = message.get("msg"), [n for n in str(message.get("dest") or "").split(",") if n]
    if not isinstance(text, str) or not text:
        return "MISSING_MESSAGE"
    if not numbers:
        return "MISSING_DESTINATION_ADDRESS"
    if not all(_DOMESTIC.fullmatch(n) or _ABROAD.fullmatch(n) for n in numbers):
        return "INVALID_DESTINATION_ADDRESS"
    if coding == "1" and not all(_DOMESTIC.fullmatch(n) for n in numbers):
        return "INVALID_DATACODING"
    return "MESSAGE_TOO_LONG" if _size(text, coding) > 7 else None


def _size(text: str, coding: str) -> int:
    """The guide's table of sizes and its two notes."""
    coding = coding or ("1" if any(c in _TURKISH for c in text) else "0")
    lone, several = _LIMITS[coding]
    if coding == "2":
        length = len(text.encode("utf-16-le")) // 2
    else:
        length = sum(1 + (c in _DOUBLE or (coding == "1" and c in _TURKISH)) for c in text)
    return 1 if length <= lone else -(-length // several)


def _valid_period(value: Any) -> bool:
    if not isinstance(value, str) or not _VALIDITY.fullmatch(value):
        return False
    hours, minutes = value.split(":")
    return 1 <= int(hours) * 60 + int(minutes) <= 48 * 60


def _id(item: Mapping[str, Any]) -> int:
    value = item.get("message_id")
    return value if isinstance(value, int) else 0


def _words(status: int, words: str) -> Answer:
    return Answer(status=status, body=words.encode(), headers={"content-type": "text/plain; charset=utf-8"})
