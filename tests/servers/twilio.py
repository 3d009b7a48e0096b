"""A stand-in for Twilio's REST API (Messages) and its webhooks, strict where the real one is.

Written after the published contract of the Message resource, the error dictionary and the page on webhook
security; checked against twilio-oai, `twilio_api_v2010` 1.0.0 (see docs/channels/sms.md).
"""

import base64
import hashlib
import hmac
import itertools
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx

from tests.servers.standin import Answer, Call, StandIn, json_answer

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "sahte-jeton-0123456789abcdef01234"
NUMBER = "+15005550006"
_VERSION = "/2010-04-01"
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_STATES = ("queued", "sending", "sent", "delivered", "undelivered", "failed")


class TwilioServer(StandIn):
    """One account. `stopped` holds who opted out, `landlines` who has no mobile, `clock` is its time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
        self.senders = {NUMBER, "BEYAZMASA"}
        self.services = {"MG" + "f" * 32}
        self.stopped: set[str] = set()
        self.landlines: set[str] = set()
        self.messages: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)
        self.callbacks: dict[str, str] = {}
        self.media: dict[str, tuple[str, bytes]] = {}
        self.redirects: dict[str, str] = {}

    # what a test lets happen

    def receive(self, sender: str, body: str, *, at: datetime | None = None, **more: Any) -> dict[str, Any]:
        """A citizen's message arrives; its resource."""
        resource = self._resource("inbound", sender, NUMBER, body, "received", at or self.clock)
        with self.lock:
            self.messages.append(resource | more)
        return self.messages[-1]

    def attach(self, resource: dict[str, Any], media_type: str, content: bytes) -> str:
        """Give a message a file; its address."""
        path = resource["uri"].removesuffix(".json") + f"/Media/ME{len(self.media):032x}"
        self.media[path] = (media_type, content)
        resource["num_media"] = str(int(resource["num_media"]) + 1)
        return f"{self.url}{path}"

    def form(self, resource: Mapping[str, Any], **more: str) -> dict[str, str]:
        """The form of the webhook call for an incoming message."""
        sid = resource["sid"]
        return {
            "ToCountry": "TR", "ToState": "", "SmsMessageSid": sid, "NumMedia": resource["num_media"],
            "ToCity": "", "FromZip": "", "SmsSid": sid, "FromState": "", "SmsStatus": "received",
            "FromCity": "", "Body": resource["body"], "FromCountry": "TR", "To": resource["to"], "ToZip": "",
            "NumSegments": "1", "MessageSid": sid, "AccountSid": SID, "From": resource["from"],
            "ApiVersion": "2010-04-01",
        } | more  # fmt: skip

    def status_form(self, sid: str, status: str, **more: str) -> dict[str, str]:
        """The form of a status callback."""
        resource = next(m for m in self.messages if m["sid"] == sid)
        return {
            "SmsSid": sid, "SmsStatus": status, "MessageStatus": status, "To": resource["to"],
            "MessageSid": sid, "AccountSid": SID, "From": resource["from"] or "", "ApiVersion": "2010-04-01",
        } | more  # fmt: skip

    def call_back(self, url: str, form: Mapping[str, str], secret: str = TOKEN) -> httpx.Response:
        """Make the webhook call to the desk, signed."""
        headers = {"X-Twilio-Signature": sign(url, form, secret)}
        return httpx.post(url, data=dict(form), headers=headers, timeout=15)

    # the API

    def date(self) -> datetime:
        """What its clock shows."""
        return self.clock

    def respond(self, call: Call) -> Answer:
        """What Twilio would answer."""
        expected = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if not hmac.compare_digest(call.headers.get("authorization", ""), expected):
            return _error(401, 20003, "Authenticate")
        messages = f"{_VERSION}/Accounts/{SID}/Messages"
        if call.path == f"{messages}.json":
            return self._create(call) if call.method == "POST" else self._list(call)
        if call.path in self.redirects:
            return Answer(status=307, headers={"location": self.redirects[call.path]})
        if call.path in self.media:
            kind, content = self.media[call.path]
            return Answer(body=content, headers={"content-type": kind})
        if call.path.startswith(f"{messages}/") and call.path.endswith("/Media.json"):
            return self._media_list(call.path)
        return _error(404, 20404, f"The requested resource {call.path} was not found")

    def _create(self, call: Call) -> Answer:
        if not call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return _error(415, 20415, "Unsupported Media Type")
        fields = {k: v[0] for k, v in parse_qs(call.body.decode(), strict_parsing=True).items()}
        refused = self._refusal(fields)
        if refused:
            return _error(400, *refused)
        body, sender = fields.get("Body", ""), fields.get("From")
        resource = self._resource("outbound-api", sender, fields["To"], body, "queued", None)
        service = fields.get("MessagingServiceSid")
        if service and not sender:
            resource |= {"status": "accepted", "messaging_service_sid": service, "num_segments": "0"}
        with self.lock:
            self.messages.append(resource)
            self.callbacks[resource["sid"]] = fields.get("StatusCallback", "")
        return json_answer(201, resource)

    def _refusal(self, fields: Mapping[str, str]) -> tuple[int, str] | None:
        to, sender = fields.get("To", ""), fields.get("From", "")
        service, callback = fields.get("MessagingServiceSid", ""), fields.get("StatusCallback")
        table = [
            (not to, 21604, "A 'To' phone number is required."),
            (not (sender or service), 21603, "A 'From' phone number is required."),
            (not fields.get("Body"), 21602, "Message body is required."),
            (len(fields.get("Body", "")) > 1600, 21617, "The concatenated message body exceeds 1600."),
            (not _E164.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to}"),
            (bool(sender) and sender not in self.senders, 21606, f"The 'From' {sender} is not valid."),
            (bool(service) and service not in self.services, 21705, "The Messaging Service Sid is invalid."),
            (to in self.stopped, 21610, f"Attempt to send to unsubscribed recipient {to}"),
            (to in self.landlines, 21614, f"To number: {to}, is not a mobile number"),
            (
                callback is not None and not _valid(callback),
                21609,
                f"The StatusCallback {callback} is invalid",
            ),
        ]
        return next(((code, words) for wrong, code, words in table if wrong), None)

    def _list(self, call: Call) -> Answer:
        known = {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
        size, page = call.query.get("PageSize", "50"), int(call.query.get("Page", "0"))
        if set(call.query) - known or not size.isdecimal() or not 1 <= int(size) <= 1000:
            return _error(400, 20001, "Invalid parameter")
        if page and call.query.get("PageToken") != f"PA{page}":
            return _error(400, 20006, "Page out of range")
        found = sorted((m for m in self.messages if _matches(m, call.query)), key=_moment, reverse=True)
        part = found[page * int(size) : (page + 1) * int(size)]
        more = len(found) > (page + 1) * int(size)
        return json_answer(200, self._page(call, part, page, int(size), more))

    def _page(self, call: Call, part: list[Any], page: int, size: int, more: bool) -> dict[str, Any]:
        kept = {k: v for k, v in call.query.items() if k not in ("Page", "PageToken")}

        def uri(index: int, **token: str) -> str:
            return f"{call.path}?{urlencode({**kept, 'PageSize': size, 'Page': index, **token})}"

        return {
            "first_page_uri": uri(0), "page": page, "page_size": size, "messages": part,
            "next_page_uri": uri(page + 1, PageToken=f"PA{page + 1}") if more else None,
            "previous_page_uri": uri(page - 1, PageToken=f"PA{page - 1}") if page else None,
            "start": page * size, "end": page * size + max(len(part) - 1, 0), "uri": uri(page),
        }  # fmt: skip

    def _media_list(self, path: str) -> Answer:
        owner = path.removesuffix(".json")
        found = [p for p in self.media if p.startswith(f"{owner}/")]
        return json_answer(200, {"media_list": [{"uri": f"{p}.json"} for p in found], "page": 0})

    def _resource(
        self, direction: str, sender: str | None, to: str, body: str, status: str, at: datetime | None
    ) -> dict[str, Any]:
        sid = f"SM{next(self._numbers):032x}"
        uri = f"{_VERSION}/Accounts/{SID}/Messages/{sid}"
        now = format_datetime(at or self.clock)
        return {
            "account_sid": SID, "api_version": "2010-04-01", "body": body, "date_created": now,
            "date_sent": now if at else None, "date_updated": now, "direction": direction,
            "error_code": None, "error_message": None, "from": sender, "messaging_service_sid": None,
            "num_media": "0", "num_segments": "1", "price": None, "price_unit": "USD", "sid": sid,
            "status": status, "subresource_uris": {"media": f"{uri}/Media.json"}, "to": to,
            "uri": f"{uri}.json",
        }  # fmt: skip


def sign(url: str, form: Mapping[str, str], secret: str = TOKEN, digest: Any = hashlib.sha1) -> str:
    """The signature Twilio documents: URL and sorted fields, HMAC, base64. Not by the library under test."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(secret.encode(), signed.encode(), digest).digest()).decode()


def _error(status: int, code: int, message: str) -> Answer:
    info = f"https://www.twilio.com/docs/errors/{code}"
    return json_answer(status, {"code": code, "message": message, "more_info": info, "status": status})


def _valid(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and "_" not in parts.netloc


def _moment(message: Mapping[str, Any]) -> datetime:
    return datetime.strptime(message["date_sent"] or message["date_created"], "%a, %d %b %Y %H:%M:%S %z")


def _matches(message: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """By the day only, as documented: `DateSent<` means before midnight that begins its date."""
    if any(query.get(name) not in (None, message[name.lower()]) for name in ("To", "From")):
        return False
    day = _moment(message).date()
    after, before = query.get("DateSent>"), query.get("DateSent<")
    if after and day < _day(after):
        return False
    return not before or day <= _day(before) - timedelta(days=1)


def _day(value: str) -> date:
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S%z").date()


def parse_form(body: bytes) -> dict[str, str]:
    """A form body as a plain dict, for tests that change one field."""
    return dict(parse_qsl(body.decode(), keep_blank_values=True))
