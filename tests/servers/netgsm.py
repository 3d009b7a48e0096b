"""A stand-in for NetGSM's REST API v2, strict where its public OpenAPI description and SDKs are.

Written after `openapi.json`, `src/types.ts`, `src/enums.ts` and the tests of the public repository
netgsm/netgsm-sms-js (commit 2a0548d), and the error tables of netgsm/netgsm-sms-python.
"""

import base64
import itertools
import json
import re
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.servers.standin import Answer, Call, StandIn, json_answer

USERNAME = "8501530000"
PASSWORD = "sahte-netgsm-parolasi-3e"
HEADER = "BUYUKSEHIR"
NUMBER = "8501530000"
_ISTANBUL = ZoneInfo("Europe/Istanbul")
_STAMP = re.compile(r"[0-9]{14}")
_TEN = re.compile(r"[0-9]{10}")
_MOST_REPORT_CALLS = 10
_WORDS = {"00": "Success", "30": "Invalid credentials", "40": "Check the msgheader parameter"}


class NetgsmServer(StandIn):
    """One account. `clock` is its time, `inbox` what came, `jobs` what was sent and what became of it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
        self.headers_registered = [HEADER, NUMBER]
        self.inbox: list[dict[str, Any]] = []
        self.jobs: dict[str, dict[str, Any]] = {}
        self.listed_once: set[int] = set()
        self.report_calls: deque[datetime] = deque()
        self._numbers = itertools.count(17_000_000)

    # what a test lets happen

    def receive(self, sender: str, text: Any, *, at: datetime | None = None) -> dict[str, Any]:
        """A citizen's message arrives; the item as the inbox lists it."""
        stamp = (at or self.clock).astimezone(_ISTANBUL).strftime("%d.%m.%Y %H:%M:%S")
        item = {"message": text, "sender": sender, "receiver": NUMBER, "datetime": stamp}
        with self.lock:
            self.inbox.append(item)
        return item

    def become(self, job: str, status: int, error: int = 0) -> None:
        """Something becomes of a text."""
        told = self.clock.astimezone(_ISTANBUL).strftime("%Y-%m-%d %H:%M:%S")
        self.jobs[job] |= {"status": status, "errorCode": error, "deliveredDate": told}

    # the API

    def date(self) -> datetime:
        """What its clock shows."""
        return self.clock

    def respond(self, call: Call) -> Answer:
        """What NetGSM would answer."""
        if call.headers.get("authorization") != basic(USERNAME, PASSWORD):
            return refused("30")
        routes = {
            ("POST", "/sms/rest/v2/send"): self._send,
            ("GET", "/sms/rest/v2/inbox"): self._inbox,
            ("POST", "/sms/rest/v2/report"): self._report,
            ("GET", "/sms/rest/v2/msgheader"): self._headers,
        }
        route = routes.get((call.method, call.path))
        return route(call) if route else Answer(status=404)

    def _send(self, call: Call) -> Answer:
        fields = json.loads(call.body)
        if fields.get("msgheader") not in self.headers_registered or len(fields["msgheader"]) > 11:
            return refused("40", jobid=None)
        messages = fields.get("messages")
        if not isinstance(messages, list) or not messages or fields.get("encoding", "TR") != "TR":
            return refused("70", jobid=None)
        if not all(_TEN.fullmatch(m.get("no", "")) for m in messages):
            return refused("70", jobid=None)
        if not all(0 < len(m.get("msg", "")) <= 917 for m in messages):
            return refused("20", jobid=None)
        job = str(next(self._numbers))
        with self.lock:
            self.jobs[job] = {"fields": fields, "at": self.clock, "status": 0, "deliveredDate": None}
        return json_answer(200, {"code": "00", "jobid": job, "description": "queued"})

    def _inbox(self, call: Call) -> Answer:
        start, stop = call.query.get("startdate"), call.query.get("stopdate")
        if start is None and stop is None:
            fresh = [i for i in range(len(self.inbox)) if i not in self.listed_once]
            self.listed_once.update(fresh)
            found = [self.inbox[i] for i in fresh]
        else:
            if not (_STAMP.fullmatch(start or "") and _STAMP.fullmatch(stop or "")):
                return refused("70", messages=None)
            low, high = (_when(each or "", "%d%m%Y%H%M%S") for each in (start, stop))
            found = [i for i in self.inbox if low <= _when(i["datetime"], "%d.%m.%Y %H:%M:%S") <= high]
        if not found:
            return refused("40", messages=None)
        return json_answer(200, {"code": "00", "description": "Success", "messages": found[::-1]})

    def _report(self, call: Call) -> Answer:
        self.report_calls.append(self.clock)
        if sum(self.clock - each < timedelta(minutes=1) for each in self.report_calls) > _MOST_REPORT_CALLS:
            return refused("80", jobs=None)
        fields = json.loads(call.body)
        size, page = fields.get("pagesize", 10), fields.get("pagenumber", 0)
        if not 1 <= size <= 100 or page < 0:
            return refused("70", jobs=None)
        low, high = (_when(fields[name], "%d.%m.%Y %H:%M:%S") for name in ("startdate", "stopdate"))
        sent = [(job, values) for job, values in self.jobs.items() if low <= values["at"] <= high]
        rows = [self._row(job, values) for job, values in sent][page * size : (page + 1) * size]
        if not rows:
            return refused("60", jobs=None)
        return json_answer(200, {"code": "00", "description": "Success", "jobs": rows})

    def _row(self, job: str, values: dict[str, Any]) -> dict[str, Any]:
        text = values["fields"]["messages"][0]
        told = {name: values.get(name) for name in ("status", "deliveredDate", "errorCode")}
        return {"jobid": job, "number": text["no"], "operator": 30, "msglen": 1, "referansID": "", **told}

    def _headers(self, call: Call) -> Answer:
        return json_answer(200, {"code": "00", "description": "", "msgheaders": self.headers_registered})


def refused(code: str, **more: Any) -> Answer:
    """An answer that says no, or that there is nothing."""
    return json_answer(406, {"code": code, "description": _WORDS.get(code, "Error"), **more})


def basic(username: str, password: str) -> str:
    """The Authorization header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _when(stamp: str, form: str) -> datetime:
    return datetime.strptime(stamp, form).replace(tzinfo=_ISTANBUL)
