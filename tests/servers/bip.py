"""A stand-in for BiP: its messaging environment (TES), strict where the published pages are, and its calls.

Written after the pages of bip.com's developers section (Discover API: message sending, error handling, user
actions, reporting; REX API: panel commands, forwarding messages) and the public samples in Turkcell/BiP.AI.
"""

import base64
import itertools
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.servers.standin import Answer, Call, StandIn, json_answer

USERNAME = "bu1530000000000001"
PASSWORD = "sahte-bip-parolasi-5c"
SERVICE = 8309
OPAQUE = "05a6d402f40383e4c016302e2dca75a2"
PHONE = "905320000001"
_ISTANBUL = ZoneInfo("Europe/Istanbul")
_MSISDN = re.compile(r"905\d{9}")
_SEND = "/tes/rest/spi/sendmsgserv"
_LONGEST = 2048


class BipServer(StandIn):
    """One service. `followers` can be written to, `quota` runs out, `reports` says whether it gets them."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
        self.users = {PHONE, OPAQUE, "905320000002"}
        self.followers = {PHONE, OPAQUE}
        self.active = self.reports = self.plain_numbers = True
        self.quota = 1000
        self.taken: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self._numbers = itertools.count(1)

    # TES

    def respond(self, call: Call) -> Answer:
        """What BiP would answer."""
        if call.method == "GET" and call.path in self.redirects:
            return Answer(status=302, headers={"location": self.redirects[call.path]})
        if call.method == "GET" and call.path in self.files:
            assert "authorization" not in call.headers
            return Answer(body=self.files[call.path])
        if call.method != "POST" or call.path != _SEND:
            return Answer(status=404, body=b"Not Found")
        if call.headers.get("authorization") != basic(USERNAME, PASSWORD):
            return Answer(status=401, headers={"www-authenticate": "Basic"})
        request = json.loads(call.body)
        code = self._refusal(request)
        if code:
            return json_answer(200, {"txnid": request.get("txnid"), "resultcode": code})
        return self._sent(request)

    def _refusal(self, request: Mapping[str, Any]) -> int:
        txnid, receiver = request.get("txnid"), request.get("receiver", {})
        if not isinstance(txnid, str) or not 1 <= len(txnid) <= 100:
            return 1000
        if not self.active:
            return 300
        if txnid in self.taken:
            return 310
        address = receiver.get("address")
        assert receiver.get("type") in (0, 2), "never all followers"
        if receiver["type"] == 2 and not self.plain_numbers:
            return 306
        if bool(_MSISDN.fullmatch(address)) is not (receiver["type"] == 2) or address not in self.users:
            return 301
        if address not in self.followers:
            return 302
        listed = request.get("composition", {}).get("list")
        if not isinstance(listed, list) or not listed:
            return 1002
        if not all(each.get("type") == 0 and _fits(each.get("message")) for each in listed):
            return 1004
        return 312 if len(listed) > self.quota else 0

    def _sent(self, request: dict[str, Any]) -> Answer:
        texts = request["composition"]["list"]
        with self.lock:
            self.taken[request["txnid"]] = request
            self.quota -= len(texts)
        answer = {"txnid": request["txnid"], "resultcode": 0}
        if self.reports:
            answer["list"] = [self._line(request, at, len(texts)) for at in range(1, len(texts) + 1)]
        return json_answer(200, answer)

    def _line(self, request: Mapping[str, Any], at: int, total: int) -> dict[str, Any]:
        return {
            "resultcode": 0,
            "receiver": request["receiver"]["address"],
            "reportid": f"08oyS-{next(self._numbers)}",
            "numberofmessage": at,
            "totalnumberofmessage": total,
        }

    # what BiP posts to the desk

    def forwarded(self, text: str, sender: str = PHONE, **more: Any) -> dict[str, Any]:
        """One item of REX's list: a message, and what REX said to it."""
        content = {"type": 0, "message": text}
        return {"request": self._rex(sender) | {"type": "M", "content": content} | more, "response": {}}

    def command(self, text: str, sender: str = PHONE, **more: Any) -> dict[str, Any]:
        """The call of a command's external link."""
        listed = {"list": [{"type": 0, "message": text}]}
        return self._rex(sender) | {"keyword": "şikayet", "composition": listed} | more

    def pushed(self, text: str, sender: str = OPAQUE, **more: Any) -> dict[str, Any]:
        """TES's own push of a message."""
        return self._tes(sender) | {"type": "M", "ctype": "T", "content": text} | more

    def event(self, letter: str, sender: str = OPAQUE) -> dict[str, Any]:
        """TES's word that somebody joined (S) or left (U)."""
        return self._tes(sender) | {"type": "E", "event": letter}

    def report(self, txnid: str, reportid: str, kind: int = 0, sender: str = PHONE) -> dict[str, Any]:
        """TES's word that a text was delivered (0) or read (1)."""
        told = {"reportid": reportid, "reporttype": kind}
        return self._tes(sender) | {"type": "R", "txnid": txnid, "report": told}

    def _rex(self, sender: str) -> dict[str, Any]:
        number = next(self._numbers)
        return {
            "msgId": str(number),
            "transactionId": f"x5aPmZ1N-{number}",
            "serviceId": SERVICE,
            "receiveDate": self.clock.astimezone(_ISTANBUL).strftime("%d/%m/%Y %H:%M:%S"),
            "sender": sender,
        }

    def _tes(self, sender: str) -> dict[str, Any]:
        stamp = self.clock.astimezone(_ISTANBUL).strftime("%d.%m.%Y %H:%M:%S.123 +0300")
        return {"sender": sender, "msgid": next(self._numbers), "sendtime": stamp}


def listed(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """REX's body: a list of forwarded messages."""
    return {"list": [*items]}


def basic(username: str, password: str) -> str:
    """The Authorization header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _fits(message: Any) -> bool:
    return isinstance(message, str) and 0 < len(message.encode("utf-16-le")) // 2 <= _LONGEST
