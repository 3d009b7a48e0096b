"""The desk's own pages and interfaces: web form, app, Open311, the staff's intake; signed HTTP calls."""

import hashlib
import hmac
import json
import time
from typing import Any

from config.accounts import unseal
from connectors.mobile.settings import MobileSettings
from demo.papers import photo
from demo.providers import HTTP_SECRET
from demo.refusal import NotTakenError
from demo.script import Line
from demo.stage import Handed, Stage

_AT_ONCE = {"Prefer": "wait=0"}


def form(stage: Stage, line: Line) -> Handed:
    """A browser posts the page; a robot fills in the field that people do not see."""
    person, words = stage.person(line), stage.words(line)
    fields = {"key": f"gosteri-{stage.mark(line)}", "text": words, "name": person.name}
    fields |= {"phone": person.typed_phone, "district": line.district, "address": line.address}
    fields |= {"topic": line.topic, "hide_identity": "1" if line.hide else ""}
    fields |= {"website": "http://ucuz-kredi.example" if line.bad else ""}
    file = ("foto.jpg", photo(stage.serial())) if line.photo else ("", b"")
    came = {"X-Forwarded-For": person.client}
    for _ in range(1 + line.twice):
        stage.send(lambda: stage.client.post("/", data=fields, files=[("files", file)], headers=came), 303)
    bad = int(line.bad)
    return Handed(account="webform", key=line.key, words="" if bad else words, good=1 - bad, bad=bad)


def app(stage: Stage, line: Line) -> Handed:
    """The mobile app posts JSON under an Idempotency-Key, a photo as a part beside it."""
    person, words = stage.person(line), stage.words(line)
    report: dict[str, Any] = {"text": words, "place": _place(line), "hide_identity": line.hide}
    report |= {"contact": {"name": person.name, "phone": person.typed_phone}, "topic": line.topic}
    report |= {"app": {"version": "3.4.1", "platform": "android 16", "locale": "tr-TR"}}
    own = {"Authorization": f"Bearer {_app_key(stage)}", "Idempotency-Key": stage.mark(line)} | _AT_ONCE
    own |= {"X-Forwarded-For": person.client}
    parts: list[tuple[str, Any]] = [("case", (None, json.dumps(report), "application/json"))]
    parts += [("photos", ("foto.jpg", photo(stage.serial())))] if line.photo else []
    body: dict[str, Any] = {"files": parts} if line.photo else {"json": report}
    for _ in range(1 + line.twice):
        stage.send(lambda: stage.client.post("/api/v1/cases", headers=own, **body), 201, 202)
    return Handed(account="mobile", key=line.key, words=words)


def open311(stage: Stage, line: Line) -> Handed:
    """Another city's app posts a GeoReport."""
    person, words = stage.person(line), stage.words(line)
    latitude, longitude = line.position or (41.0, 29.0)
    fields = {"api_key": _app_key(stage), "service_code": line.topic, "lat": latitude, "long": longitude}
    fields |= {"description": words, "first_name": "Örnek", "last_name": f"Vatandaş {line.who}"}
    fields |= {"email": person.email, "client_request_id": stage.mark(line)}
    came = _AT_ONCE | {"X-Forwarded-For": person.client}
    files = {"media": ("foto.jpg", photo(stage.serial()))} if line.photo else None
    for _ in range(1 + line.twice):
        stage.send(
            lambda: stage.client.post("/open311/v2/requests.json", data=fields, files=files, headers=came)
        )
    return Handed(account="mobile", key=line.key, words=words)


def intake(stage: Stage, line: Line) -> Handed:
    """One of the staff takes it down by the interface for programs."""
    person, words = stage.person(line), stage.words(line)
    own = {"Authorization": f"Bearer {_staff_token(stage)}", "Idempotency-Key": stage.mark(line)}
    case: dict[str, Any] = {
        "channel": line.via,
        "text": words,
        "district": line.district,
        "topic": line.topic,
    }
    case |= {"address": line.address, "hide_identity": line.hide}
    if line.position:
        case |= dict(zip(("latitude", "longitude"), line.position, strict=True))
    if line.unreachable:
        case |= {"anonymous": True} | ({"contact_kind": "own_finding"} if line.via == "field" else {})
    else:
        case |= {"name": person.name, "phone": person.phone, "consent": True}
    body: dict[str, Any] = {"json": case}
    if line.photo:
        body = {"data": {"case": json.dumps(case)}, "files": {"files": ("foto.jpg", photo(stage.serial()))}}
    for _ in range(1 + line.twice):
        stage.send(lambda: stage.client.post("/api/staff/v1/cases", headers=own, **body), 201, 202)
    return Handed(account=line.via, key=line.key, words=words)


def signed(stage: Stage, line: Line) -> Handed:
    """An in-house system makes a signed call; a bad one holds an item with a field that there is not."""
    person, words = stage.person(line), stage.words(line)
    item: dict[str, Any] = {"id": stage.mark(line), "text": words, "subject": line.subject or None}
    item |= {"sender": {"name": person.name, "phone": person.phone}, "hide_identity": line.hide}
    item |= {"place": {"district": line.district or None, "address": line.address or None}}
    items = [item, {"id": f"{stage.mark(line)}-bozuk", "metin": "bozuk"}][: 1 + line.bad]
    body, stamp = json.dumps(items, ensure_ascii=False).encode(), str(int(time.time()))
    signature = hmac.new(HTTP_SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    own = {"X-Beyazmasa-Signature": f"t={stamp},v1={signature}"}
    url = stage.hook("gosteri-http")
    for _ in range(1 + line.twice):
        stage.send(lambda: stage.client.post(url, content=body, headers=own), 422 if line.bad else 200)
    return Handed(account="gosteri-http", key=line.key, words=words, bad=int(line.bad))


def _place(line: Line) -> dict[str, Any]:
    place: dict[str, Any] = {"district": line.district, "address": line.address}
    if line.position:
        place |= dict(zip(("latitude", "longitude"), line.position, strict=True))
    return place


def _app_key(stage: Stage) -> str:
    account = stage.accounts["mobile"]
    settings = unseal(MobileSettings, account.settings, account.secrets, stage.desk.keyring)
    keys = list(settings.keys.values()) if isinstance(settings, MobileSettings) else []
    if not keys:
        raise NotTakenError("the account `mobile` has no app key")
    return keys[0]


def _staff_token(stage: Stage) -> str:
    staff = stage.desk.settings.staff
    if not staff:
        raise NotTakenError("STAFF_TOKENS names nobody")
    return staff[0].token.get_secret_value()
