"""Calls as the mobile app makes them."""

import json
from typing import Any

import httpx

from domain.vocabulary import Medium
from pipeline.desk import Desk
from pipeline.seed import DEVELOPMENT_KEY
from tests.fakes import RUBBISH
from tests.pipeline.looking import send_all
from tests.web.forms import query

KEY = {"Authorization": f"Bearer {DEVELOPMENT_KEY}"}
SECOND_KEY = "k9" * 20
OTHER_KEY = {"Authorization": f"Bearer {SECOND_KEY}"}
AT_ONCE = {"Prefer": "wait=0"}
PHONE = "0532 123 45 67"


def report(**given: Any) -> dict[str, Any]:
    """What the app sends of a report, changed by what is given."""
    usual: dict[str, Any] = {
        "text": RUBBISH,
        "place": {
            "latitude": 40.9876,
            "longitude": 29.0271,
            "district": "Kadıköy",
            "address": "Moda Caddesi 12",
        },
        "contact": {"name": "Ayşe Yılmaz", "phone": PHONE},
        "app": {"version": "3.4.1", "platform": "android 16", "locale": "tr-TR"},
    }
    return usual | given


def send(client: httpx.Client, key: str = "key-1", body: Any = None, **headers: str) -> httpx.Response:
    """Post a report as JSON."""
    own = KEY | AT_ONCE | {"Idempotency-Key": key} | headers
    return client.post("/api/v1/cases", json=report() if body is None else body, headers=own)


def send_photos(
    client: httpx.Client, *photos: tuple[str, bytes], key: str = "key-1", body: Any = None
) -> httpx.Response:
    """Post a report with photos."""
    parts: list[tuple[str, Any]] = [
        ("case", (None, json.dumps(report() if body is None else body), "application/json"))
    ]
    parts += [("photos", (name, content)) for name, content in photos]
    own = KEY | AT_ONCE | {"Idempotency-Key": key}
    return client.post("/api/v1/cases", files=parts, headers=own)


def code_sent(desk: Desk, phone: str = "tel:+905321234567") -> str:
    """Let the notifier work; the code in the newest SMS to this phone."""
    send_all(desk)
    with desk.uow() as uow:
        texts = [e.text for e in uow.outbox.latest(50) if e.recipient == phone and e.medium == Medium.SMS]
    found = next(text for text in texts if "Doğrulama" in text)
    return "".join(sign for sign in found.partition(".")[0] if sign.isdigit())


def verified(client: httpx.Client, desk: Desk, phone: str = PHONE, urn: str = "tel:+905321234567") -> str:
    """Prove a phone; returns the citizen's token."""
    asked = client.post("/api/v1/verifications", json={"phone": phone}, headers=KEY)
    assert asked.status_code == 202, asked.text
    code = code_sent(desk, urn)
    answer = client.post(f"/api/v1/verifications/{asked.json()['id']}", json={"code": code}, headers=KEY)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


def stored(desk: Desk) -> int:
    """How many messages there are."""
    return int(query(desk, "SELECT count(*) FROM messages")[0])
