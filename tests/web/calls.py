"""Calls as the two SMS providers make them."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from tests.connectors.sms.accounts import PUSH_SECRET
from tests.servers.twilio import NUMBER, SID, sign

TWILIO = "/hooks/sms/twilio-1530"
VERIMOR = f"/hooks/sms/verimor-1530/{PUSH_SECRET}"


def sms(sid: str = "SM" + "1" * 32, body: str = "Çöpler alınmıyor") -> dict[str, str]:
    return {
        "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": SID, "NumMedia": "0",
        "From": "+905320000001", "To": NUMBER, "Body": body, "NumSegments": "1", "ApiVersion": "2010-04-01",
    }  # fmt: skip


def pushed(number: int, content: Any = "Su akmıyor") -> dict[str, Any]:
    return {
        "message_id": number, "type": "inbound", "received_at": "2026-11-23 12:00:00", "network": "TURKCELL",
        "source_addr": "905320000001", "destination_addr": "1530", "keyword": "", "content": content,
    }  # fmt: skip


def call(
    client: httpx.Client, form: Mapping[str, str], *, path: str = "", signature: str | None = None
) -> httpx.Response:
    public = str(client.headers["x-public-url"])
    signature = sign(f"{public}{TWILIO}{path}", form) if signature is None else signature
    return client.post(
        TWILIO + path, data=dict(form), headers={b"X-Twilio-Signature": signature.encode("latin-1")}
    )


def push(client: httpx.Client, items: Sequence[Mapping[str, Any]], path: str = VERIMOR) -> httpx.Response:
    return client.post(path, json=list(items))
