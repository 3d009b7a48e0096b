"""A stand-in for the WhatsApp Cloud API of one number, strict where the real one is.

Written after Meta's reference of the WhatsApp Business Platform (messages, media, phone numbers, error
codes); checked against its published OpenAPI description (see docs/channels/whatsapp.md).
"""

import hashlib
import hmac
import itertools
import json
import re
from typing import Any

import httpx

from tests.servers.standin import Answer, Call, StandIn, json_answer

NUMBER_ID = "210220230240250"
ACCOUNT_ID = "100200300400500"
TOKEN = "EAAsahteErisimJetonu0123456789"
APP_SECRET = "f0e1d2c3b4a5968778695a4b3c2d1e0f"
CITIZEN = "905320000001"
_VERSION = re.compile(r"/v\d{2}\.\d/(.+)")
_TO = re.compile(r"\+?[0-9]{5,15}")
_RECIPIENT = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_HEAD = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "biz_opaque_callback_data",
    "context",
}


class WhatsAppCloudServer(StandIn):
    """`closed` holds who has not written for 24 hours, `absent` who is not on WhatsApp, `stopped` who opted
    out; `templates` are the approved ones with the number of their places."""

    def __init__(self) -> None:
        super().__init__()
        self.closed: set[str] = set()
        self.absent: set[str] = set()
        self.stopped: set[str] = set()
        self.templates: dict[tuple[str, str], int] = {("basvuru_alindi", "tr"): 2, ("duyuru", "tr"): 0}
        self.sent: list[dict[str, Any]] = []
        self.subscribed = True
        self.files: dict[str, tuple[str, bytes]] = {}
        self.told: dict[str, dict[str, Any]] = {}
        self.redirects: dict[str, str] = {}
        self._numbers = itertools.count(1)

    # what a test lets happen

    def attach(self, identifier: str, media_type: str, content: bytes, **told: Any) -> None:
        """Give a file an id; `told` overrides what the API says of it."""
        path = f"/whatsapp_business/attachments/{identifier}"
        self.files[path] = (media_type, content)
        self.told[identifier] = {
            "messaging_product": "whatsapp",
            "url": f"{self.url}{path}",
            "mime_type": media_type,
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": str(len(content)),
            "id": identifier,
        } | told

    def call_back(self, url: str, payload: Any, secret: str = APP_SECRET) -> httpx.Response:
        """Make the webhook call to the desk, signed."""
        body = json.dumps(payload).encode()
        headers = {"X-Hub-Signature-256": sign(body, secret), "Content-Type": "application/json"}
        return httpx.post(url, content=body, headers=headers, timeout=15)

    # the API

    def respond(self, call: Call) -> Answer:
        """What Meta would answer."""
        bearer = hmac.compare_digest(call.headers.get("authorization", ""), f"Bearer {TOKEN}")
        if call.path in self.redirects:
            return Answer(status=302, headers={"location": self.redirects[call.path]})
        if call.path in self.files:
            kind, content = self.files[call.path]
            return Answer(body=content, headers={"content-type": kind}) if bearer else Answer(status=401)
        versioned = _VERSION.fullmatch(call.path)
        if versioned is None:
            return _error(404, 2500, "Unknown path components")
        if not bearer:
            return _error(401, 190, "Invalid OAuth access token - Cannot parse access token", subcode=463)
        if call.query.get("appsecret_proof") != _proof():
            return _error(400, 100, "Invalid appsecret_proof provided in the API argument")
        return self._at(call, versioned[1])

    def _at(self, call: Call, path: str) -> Answer:
        if path == f"{NUMBER_ID}/messages" and call.method == "POST":
            return self._message(call)
        if path == NUMBER_ID:
            return json_answer(
                200, {"display_phone_number": "+90 212 000 00 00", "quality_rating": "GREEN", "id": path}
            )
        if path == f"{ACCOUNT_ID}/subscribed_apps":
            apps = [{"whatsapp_business_api_data": {"id": "1", "name": "Beyaz Masa"}}] * self.subscribed
            return json_answer(200, {"data": apps})
        if path in self.told:
            return json_answer(200, self.told[path])
        return _error(400, 100, f"Unsupported request. Object with ID '{path}' does not exist", subcode=33)

    def _message(self, call: Call) -> Answer:
        if call.headers.get("content-type") != "application/json":
            return _error(400, 100, "The parameter messaging_product is required.")
        message = json.loads(call.body)
        fault = self._fault(message)
        if fault:
            return _error(400, *fault)
        to = message.get("to") or message["recipient"]
        identifier = f"wamid.STANDIN{next(self._numbers):08d}"
        with self.lock:
            self.sent.append(message | {"id": identifier})
        contact = {"input": to} | ({"wa_id": to.lstrip("+")} if "to" in message else {"user_id": to})
        answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": identifier}]}
        return json_answer(200, answer)

    def _fault(self, message: dict[str, Any]) -> tuple[int, str] | None:
        to, recipient, kind = message.get("to"), message.get("recipient"), message.get("type")
        table = [
            (message.get("messaging_product") != "whatsapp", 100, "messaging_product must be whatsapp"),
            (message.get("recipient_type") != "individual", 100, "recipient_type must be individual"),
            (set(message) - _HEAD - {str(kind)} != set(), 100, "Unexpected key"),
            (not (to or recipient), 131008, "The parameter to is required."),
            (bool(to) and not _TO.fullmatch(str(to)), 131009, "Parameter value is not valid"),
            (
                bool(recipient) and not _RECIPIENT.fullmatch(str(recipient)),
                131009,
                "Parameter value is not valid",
            ),
            (len(str(message.get("biz_opaque_callback_data", ""))) > 512, 100, "too long"),
            (kind not in ("text", "template"), 131009, "Parameter value is not valid"),
            ((to or recipient) in self.absent, 131026, "Message undeliverable"),
            ((to or recipient) in self.stopped, 131050, "User has stopped receipt of messages"),
        ]
        fault = next(((code, words) for wrong, code, words in table if wrong), None)
        return fault or (self._text_fault if kind == "text" else self._template_fault)(message)

    def _text_fault(self, message: dict[str, Any]) -> tuple[int, str] | None:
        text = message["text"]
        if set(text) - {"body", "preview_url"} or not isinstance(text.get("preview_url", False), bool):
            return 100, "Unexpected key"
        if not text.get("body"):
            return 131008, "The parameter text['body'] is required."
        if len(text["body"]) > 4096:
            return 100, "Param text['body'] must be at most 4096 characters long."
        if (message.get("to") or message.get("recipient")) in self.closed:
            return 131047, "Re-engagement message"
        return None

    def _template_fault(self, message: dict[str, Any]) -> tuple[int, str] | None:
        template = message["template"]
        if template.get("language", {}).get("policy") != "deterministic":
            return 100, "Invalid parameter"
        places = self.templates.get((template.get("name"), template.get("language", {}).get("code")))
        if places is None:
            return 132001, "Template name does not exist in the translation"
        given = [
            p for c in template.get("components", []) if c.get("type") == "body" for p in c["parameters"]
        ]
        if len(given) != places:
            return 132000, "Number of parameters does not match the expected number of params"
        words = [p["text"] for p in given if p.get("type") == "text"]
        if len(words) != places or any(not w or re.search(r"[\n\t]| {5}", w) for w in words):
            return 132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
        return None


def sign(body: bytes, secret: str = APP_SECRET) -> str:
    """The value of `X-Hub-Signature-256` that Meta documents."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def error_body(code: int, message: str, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    """An error as the Graph API writes it."""
    error = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "AbC"}
    return {"error": error | ({"error_subcode": subcode} if subcode else {}) | more}


def _error(status: int, code: int, message: str, subcode: int | None = None) -> Answer:
    return json_answer(status, error_body(code, message, subcode))


def _proof() -> str:
    return hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
