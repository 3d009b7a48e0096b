"""Reports by the app: one key is one case, every refusal is a problem in Turkish (V1, V2, V3, V5)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from pipeline.desk import Desk
from pipeline.spool import spool_of
from tests.servers.postgres import PostgresServer
from tests.servers.processes import wait_until
from tests.web.api.app import KEY, report, send, send_photos, stored
from tests.web.api.fixtures import Calm
from tests.web.forms import png, query
from tests.web.serving import Site

Workers = Callable[[], int]


def test_a_report_becomes_a_case_and_its_receipt_finds_the_number(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    sent = send(client, body=report(topic="cop-toplama", hide_identity=True))
    assert (sent.status_code, sent.json()["state"], sent.json()["number"]) == (202, "received", None)
    assert workers() == 1
    found = client.get(f"/api/v1/cases/{sent.json()['reference']}", headers=KEY)
    again = send(client, body=report(topic="cop-toplama", hide_identity=True))
    assert (found.status_code, again.status_code) == (200, 201)
    assert found.json() == again.json()
    assert again.headers["location"] == f"/api/v1/cases/{found.json()['reference']}"
    with desk.uow() as uow:
        case = uow.cases.by_number(found.json()["number"])
        assert case is not None
        (message,) = uow.messages.of_case(case.id or 0)
    assert (message.channel, message.sender, message.sender_name) == (
        "mobile",
        "tel:+905321234567",
        "Ayşe Yılmaz",
    )
    assert message.hide_identity
    assert (case.place or {})["latitude"] == pytest.approx(40.9876)
    marks = {name: message.headers[name] for name in ("topic", "app_version", "platform", "locale", "client")}
    assert marks == {
        "topic": "cop-toplama",
        "app_version": "3.4.1",
        "platform": "android 16",
        "locale": "tr-TR",
        "client": "development",
    }


def test_photos_come_along_and_are_what_they_are(client: httpx.Client, desk: Desk, workers: Workers) -> None:
    sent = send_photos(client, ("C:\\Resimler\\çöp.jpg", png()), ("b.png", png(9)))
    assert sent.status_code == 202, sent.text
    assert workers() == 1
    rows = query(desk, "SELECT name, media_type, sha256 FROM attachments ORDER BY id")
    assert [row[:2] for row in rows] == [("çöp.jpg", "image/png"), ("b.png", "image/png")]
    assert desk.blobs.get(rows[1][2]) == png(9)


def test_the_answer_waits_for_the_number_as_long_as_the_app_wants(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    with ThreadPoolExecutor(1) as app:
        answer = app.submit(send, client, Prefer="wait=5")
        wait_until(lambda: stored(desk) == 1, "the report")
        workers()
        assert answer.result().status_code == 201
        assert answer.result().json()["number"]


def test_one_key_at_eight_threads_is_one_case_and_one_answer_v1(
    site: Site, desk: Desk, workers: Workers
) -> None:
    def post(_: int) -> dict[str, Any]:
        with httpx.Client(base_url=site.url, timeout=60) as own:
            answer = send(own)
            assert answer.status_code == 202, answer.text
            return dict(answer.json())

    with ThreadPoolExecutor(8) as apps:
        answers = list(apps.map(post, range(24)))
    assert all(answer == answers[0] for answer in answers)
    assert (stored(desk), workers()) == (1, 1)


def test_one_key_with_several_bodies_at_once_takes_one_and_refuses_the_rest(
    site: Site, client: httpx.Client, desk: Desk
) -> None:
    def post(number: int) -> tuple[int, str]:
        with httpx.Client(base_url=site.url, timeout=60) as own:
            answer = send(
                own, body=report(text=f"Başvuru {number}", contact={"phone": f"0532 123 45 {number:02}"})
            )
            return answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(8) as apps:
        answers = list(apps.map(post, range(8)))
    assert sorted(answers) == [(202, "")] + [(422, "idempotency_conflict")] * 7
    assert stored(desk) == 1
    assert send(client, key="key-2").status_code == 202


WRONG = [
    ("no key of the request", {}, {"Idempotency-Key": ""}, 400, "idempotency_key", ""),
    ("a key that is too long", {}, {"Idempotency-Key": "k" * 256}, 400, "idempotency_key", ""),
    ("no app key", {}, {"Authorization": ""}, 401, "app_key", ""),
    ("another app key", {}, {"Authorization": "Bearer " + "x" * 40}, 401, "app_key", ""),
    ("a made-up citizen", {}, {"Citizen-Token": "a~b~c"}, 401, "citizen_token", ""),
    ("no text", {"text": "  "}, {}, 422, "invalid", "text"),
    ("too long a text", {"text": "ş" * 10_001}, {}, 422, "invalid", "text"),
    ("an unknown field", {"foto": 1}, {}, 422, "invalid", "foto"),
    ("no way to answer", {"contact": {"name": "Ayşe"}}, {}, 422, "invalid", "contact"),
    ("no phone number", {"contact": {"phone": "telefon"}}, {}, 422, "invalid", "contact.phone"),
    ("a landline alone", {"contact": {"phone": "0212 455 13 00"}}, {}, 422, "invalid", "contact.phone"),
    ("no mail address", {"contact": {"email": "ayse@"}}, {}, 422, "invalid", "contact.email"),
    ("an unknown district", {"place": {"district": "Bodrum"}}, {}, 422, "invalid", "place.district"),
    ("half a position", {"place": {"latitude": 41}}, {}, 422, "invalid", "place"),
    ("no position", {"place": {"latitude": 91, "longitude": 0}}, {}, 422, "invalid", "place.latitude"),
    ("a list", [], {}, 422, "invalid", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "headers", "status", "code", "field"),
    [row[1:] for row in WRONG],
    ids=[row[0] for row in WRONG],
)
def test_what_is_wrong_is_a_problem_that_names_the_field_in_turkish(
    calm: Calm,
    changed: Any,
    headers: dict[str, str],
    status: int,
    code: str,
    field: str,
) -> None:
    body = report(**changed) if isinstance(changed, dict) else changed
    answer = send(calm.client, body=body, **headers)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["title"]
    assert problem["detail"].endswith(".")
    if field:
        assert [error["field"] for error in problem["errors"]] == [field]
    assert stored(calm.desk) == 0


BODIES = [
    ("no JSON", b"{", "application/json", 400, "unreadable"),
    ("no UTF-8", b'{"text": "\xff"}', "application/json", 400, "unreadable"),
    ("deep nesting", b"[" * 100_000, "application/json", 400, "unreadable"),
    ("a plain form", b"text=a", "application/x-www-form-urlencoded", 415, "media_type"),
    ("no multipart", b"--x", "multipart/form-data", 400, "unreadable"),
    ("too large", b" " * 300_000, "application/json", 413, "too_large"),
]


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_a_body_that_cannot_be_read_is_a_problem_too(
    calm: Calm, body: bytes, media_type: str, status: int, code: str
) -> None:
    headers = KEY | {"Idempotency-Key": "k", "Content-Type": media_type}
    answer = calm.client.post("/api/v1/cases", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_file_that_the_desk_does_not_take_is_named(calm: Calm) -> None:
    answer = send_photos(calm.client, ("virus.exe", b"MZ" + bytes(100)))
    assert answer.status_code == 422
    assert "virus.exe" in answer.json()["errors"][0]["message"]
    assert stored(calm.desk) == 0


@pytest.mark.parametrize("reference", ["x", "a.api.0.0", f"development.api.{'0' * 32}.{'0' * 32}"])
def test_a_reference_that_we_did_not_give_is_not_found(calm: Calm, reference: str) -> None:
    answer = calm.client.get(f"/api/v1/cases/{reference}", headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_one_phone_gets_so_many_reports_and_a_repetition_is_not_counted_v2(client: httpx.Client) -> None:
    answers = [send(client, key=f"k{n}") for n in range(7)]
    assert [answer.status_code for answer in answers] == [202] * 6 + [429]
    assert answers[-1].headers["retry-after"] == "600"
    assert send(client, key="k0").status_code == 202


def test_without_a_database_a_report_is_kept_and_comes_in_later(
    site: Site, client: httpx.Client, desk: Desk, workers: Workers, postgres_server: PostgresServer
) -> None:
    postgres_server.kill()
    try:
        sent = send(client)
        assert (sent.status_code, sent.json()["number"]) == (202, None)
    finally:
        postgres_server.restart()
    wait_until(lambda: not spool_of(desk).waiting(), "the spool to be fed")
    assert workers() == 1
    assert send(client).json()["number"]


def test_topics_and_districts_are_listed_to_apps_only(calm: Calm) -> None:
    assert calm.client.get("/api/v1/topics").status_code == 401
    listed = calm.client.get("/api/v1/topics", headers=KEY).json()
    assert "Kadıköy" in listed["districts"]
    assert {"code": "cop-toplama", "name": "Evsel çöpün alınmaması", "needed": ["place", "photo"]} in listed[
        "topics"
    ]


ORIGINS = [
    ("an app", {}, 202),
    ("our own page", {"Origin": "OWN"}, 202),
    ("another site", {"Origin": "https://baska.example"}, 403),
]


@pytest.mark.parametrize(("origin", "status"), [row[1:] for row in ORIGINS], ids=[row[0] for row in ORIGINS])
def test_a_page_of_another_site_cannot_send_v5(
    client: httpx.Client, site: Site, origin: dict[str, str], status: int
) -> None:
    given = {name: value.replace("OWN", site.url) for name, value in origin.items()}
    answer = send(client, **given)
    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers


def test_a_wrong_method_and_a_wrong_path_are_problems(calm: Calm) -> None:
    for answer, status in (
        (calm.client.put("/api/v1/cases"), 405),
        (calm.client.get("/api/v1/nothing"), 404),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
