"""The staff's interface for programs: the page's fields, checks and limits, by bearer token (P4)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from config.settings import Settings
from pipeline.desk import Desk
from tests.fakes import RUBBISH, Bells, Clock
from tests.servers.postgres import PostgresServer
from tests.web.forms import png, query
from tests.web.intake.taking import pdf_text, security_of, telling
from tests.web.serving import Site
from tests.web.staff import AGENT, OPERATOR, Agent
from web import intake_taking

Workers = Callable[[], int]
CASES = "/api/staff/v1/cases"
CASE: dict[str, Any] = {
    "channel": "contact_point",
    "phone": "+905321234567",
    "name": "Örnek Vatandaş",
    "consent": True,
    "text": RUBBISH,
    "latitude": 40.9871,
    "longitude": 29.0257,
}


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    tokens = SecretStr(f"santral:agent:{AGENT},masa-2:operator:{OPERATOR}")
    made = Desk(desk_settings.model_copy(update={"staff_tokens": tokens}), now=Clock(), ring=Bells())
    yield made
    made.engine.dispose()


@pytest.fixture
def api(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=site.url,
        timeout=30,
        headers={"Authorization": f"Bearer {AGENT}", "Idempotency-Key": "cagri-4711"},
    ) as made:
        yield made


def test_a_call_becomes_a_case_and_its_receipt_tells_the_number(
    api: httpx.Client, desk: Desk, workers: Workers
) -> None:
    sent = api.post(CASES, json=CASE)
    assert (sent.status_code, sent.json()["number"]) == (202, None)
    workers()
    standing = api.get(sent.headers["location"]).json()
    assert standing == {
        "receipt": sent.json()["receipt"],
        "number": query(desk, "SELECT number FROM cases")[0],
        "added_to_earlier": False,
    }
    again = api.post(CASES, json=CASE)
    assert (again.status_code, again.json()["number"]) == (201, standing["number"])
    assert workers() == 0
    (headers, place) = query(
        desk, "SELECT m.headers, c.place FROM messages m JOIN cases c ON c.id = m.case_id"
    )[0]
    assert (headers["staff"], headers["consent"], headers["contact_kind"]) == ("santral", "1", "in_person")
    assert (place["latitude"], place["longitude"]) == (40.9871, 29.0257)


def test_photos_come_along_in_a_multipart_body(api: httpx.Client, desk: Desk, workers: Workers) -> None:
    photo, told = {"files": ("çukur.png", png())}, {"case": json.dumps(CASE)}
    assert api.post(CASES, files=photo, data=told).status_code == 202
    workers()
    assert query(desk, "SELECT name, media_type FROM attachments") == [("çukur.png", "image/png")]


WRONG: list[tuple[str, dict[str, Any], int, str]] = [
    (
        "no key against repetitions",
        {"headers": {"Idempotency-Key": ""}, "json": CASE},
        400,
        "Idempotency-Key",
    ),
    (
        "a key with blanks",
        {"headers": {"Idempotency-Key": "a b c d e f"}, "json": CASE},
        400,
        "Idempotency-Key",
    ),
    ("no JSON", {"content": b"{"}, 400, "JSON object"),
    ("a list", {"json": []}, 400, "JSON object"),
    ("deep JSON", {"content": b"[" * 100_000}, 400, "JSON object"),
    ("an unknown field", {"json": CASE | {"telefon": "1"}}, 400, "unknown fields: telefon"),
    ("no channel", {"json": {"text": "x"}}, 400, "channel must be one of call_centre, contact_point, field"),
    ("another channel", {"json": CASE | {"channel": "email"}}, 400, "channel must be"),
    ("no consent", {"json": CASE | {"consent": False}}, 422, "aydınlatma metnini"),
    ("a text that is a number", {"json": CASE | {"text": []}}, 422, "Başvuruyu yazın"),
    ("a position beyond the pole", {"json": CASE | {"latitude": 1e9}}, 422, "Konum okunamadı"),
    ("a position that is no number", {"json": CASE | {"latitude": True}}, 422, "Konum okunamadı"),
    ("a case of somebody else", {"json": CASE | {"answers": "2026-0000001-4"}}, 422, "ait değil"),
    (
        "a file that is none",
        {"files": [("files", ("a.exe", b"MZ")), ("case", (None, json.dumps(CASE)))]},
        422,
        "a.exe",
    ),
    ("too much", {"content": b" " * 300_000}, 413, "too large"),
]


@pytest.mark.parametrize(("request_", "status", "words"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_wrong_is_said_as_json(
    api: httpx.Client, desk: Desk, request_: dict[str, Any], status: int, words: str
) -> None:
    answer = api.post(CASES, **request_)
    assert answer.status_code == status, answer.text
    assert words in json.dumps(answer.json(), ensure_ascii=False)
    assert query(desk, "SELECT count(*) FROM messages") == [0]


CLOSED = [
    ("POST", CASES),
    ("GET", f"{CASES}/x"),
    ("POST", f"{CASES}/x/slip"),
    ("GET", "/api/staff/v1/earlier?caller=05321234567"),
    ("GET", "/api/staff/v1/topics?q=su"),
]
SHOWN = [("nothing", ""), ("a wrong token", "Bearer wrong"), ("another scheme", f"Basic {AGENT}")]


@pytest.mark.parametrize(
    ("method", "place"), CLOSED, ids=[f"{c[0]} {c[1].partition('?')[0]}" for c in CLOSED]
)
@pytest.mark.parametrize("shown", [s[1] for s in SHOWN], ids=[s[0] for s in SHOWN])
def test_nobody_comes_in_without_the_token(client: httpx.Client, method: str, place: str, shown: str) -> None:
    answer = client.request(method, place, headers={"Authorization": shown} if shown else {})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert AGENT not in answer.text


def test_a_browsers_session_opens_no_interface(client: httpx.Client) -> None:
    Agent(client)
    assert client.get("/api/staff/v1/topics?q=su").status_code == 401


def test_the_earlier_cases_of_a_caller_are_told(api: httpx.Client, desk: Desk, workers: Workers) -> None:
    telling(desk, "Kadıköy Moda Caddesi'nde çöp konteyneri taşıyor")
    (earlier,) = api.get("/api/staff/v1/earlier", params={"caller": "0532 123 45 67"}).json()
    assert (earlier["open"], earlier["restricted"], earlier["unit"]) == (True, False, "Kadıköy Belediyesi")
    assert set(earlier) == {"number", "state", "topic", "unit", "opened_at", "open", "restricted"}
    assert api.get("/api/staff/v1/earlier?caller=05321234568").json() == []
    assert api.get("/api/staff/v1/earlier?caller=153").status_code == 400
    receipt = api.post(CASES, json=CASE | {"answers": earlier["number"], "text": "Koku da var"}).json()[
        "receipt"
    ]
    workers()
    told = api.get(f"{CASES}/{receipt}").json()
    assert (told["number"], told["added_to_earlier"]) == (earlier["number"], True)
    assert api.post(f"{CASES}/{receipt}/slip").status_code == 409


def test_naming_numbers_until_one_fits_counts_as_looking(
    api: httpx.Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_taking, "LOOKS_BY_STAFF", replace(intake_taking.LOOKS_BY_STAFF, times=2))
    guesses = [api.post(CASES, json=CASE | {"answers": f"2026-000000{n}-0"}).json() for n in range(3)]
    told = [guess["errors"]["answers"][0] for guess in guesses]
    assert told[0] == told[1] != told[2]
    assert "Kısa sürede çok sayıda sorgu" in told[2]
    assert query(desk, "SELECT count(*) FROM messages") == [0]


def test_topics_are_found_as_one_types(api: httpx.Client) -> None:
    (first, *_) = api.get("/api/staff/v1/topics", params={"q": "su kesint"}).json()
    assert set(first) == {"code", "name", "unit", "resolution_time", "life_safety"}
    assert first["code"] == "su-kesintisi"


def test_a_kiosk_gets_the_slip_of_its_own_case_once(api: httpx.Client, desk: Desk, workers: Workers) -> None:
    receipt = api.post(CASES, json=CASE).json()["receipt"]
    workers()
    (number,) = query(desk, "SELECT number FROM cases")
    other = api.post(f"{CASES}/{receipt}/slip", headers={"Authorization": f"Bearer {OPERATOR}"})
    assert other.status_code == 403
    slip = api.post(f"{CASES}/{receipt}/slip")
    assert security_of(desk, number) in pdf_text(slip.content)
    assert api.post(f"{CASES}/{receipt}/slip").status_code == 409


def test_a_receipt_that_is_none_is_not_found(api: httpx.Client) -> None:
    assert api.get(f"{CASES}/forged~0~x").status_code == 404


def test_a_look_up_while_the_database_is_out_is_to_be_tried_again(
    api: httpx.Client, postgres_server: PostgresServer
) -> None:
    postgres_server.kill()
    answer = api.get("/api/staff/v1/earlier?caller=05321234567")
    postgres_server.restart()
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
