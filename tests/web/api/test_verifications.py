"""A phone is proven by a code that is hard to guess, soon void and nowhere to be read (V2)."""

import io
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
import structlog

from pipeline.desk import Desk
from pipeline.notify import notify_batch
from tests.web.api.app import KEY, OTHER_KEY, code_sent, send, verified
from tests.web.api.fixtures import Calm
from tests.web.forms import query
from tests.web.serving import Site

Workers = Callable[[], int]
ME = "/api/v1/me/cases"


def ask(client: httpx.Client, phone: str = "0532 123 45 67") -> httpx.Response:
    return client.post("/api/v1/verifications", json={"phone": phone}, headers=KEY)


def give(client: httpx.Client, identifier: str, code: str) -> httpx.Response:
    return client.post(f"/api/v1/verifications/{identifier}", json={"code": code}, headers=KEY)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_by_sms_becomes_a_token(client: httpx.Client, desk: Desk) -> None:
    asked = ask(client).json()
    code = code_sent(desk)
    answer = give(client, asked["id"], code)
    assert (len(code), answer.status_code) == (6, 200)
    assert client.get(ME, headers=KEY | {"Citizen-Token": answer.json()["token"]}).json()["cases"] == []


def test_the_code_leaves_at_night_and_before_everything_else(client: httpx.Client, desk: Desk) -> None:
    desk.settings.quiet_from, desk.settings.quiet_until = 0, 23
    ask(client)
    assert len(code_sent(desk)) == 6


def test_who_stopped_notices_still_gets_a_code_they_ask_for(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    send(client)
    workers()
    query(desk, "UPDATE contacts SET stopped_at = now() RETURNING 1")
    ask(client)
    assert len(code_sent(desk)) == 6


def test_a_code_that_is_too_old_to_count_does_not_leave_any_more(client: httpx.Client, desk: Desk) -> None:
    ask(client)
    query(
        desk,
        "UPDATE notifications SET values = jsonb_set(values, '{expires_at}', '\"2020-01-01T00:00:00+00:00\"')"
        " RETURNING 1",
    )
    assert notify_batch(desk) == 1
    assert query(desk, "SELECT count(*) FROM outbox") == [0]
    assert query(desk, "SELECT state, error FROM notifications") == [
        ("failed", "PermanentError: the code has expired")
    ]


REFUSED = [
    ("a wrong code", "", "wrong"),
    ("an expired code", "UPDATE phone_verifications SET expires_at = now() - interval '1 second'", "right"),
    ("a used code", "UPDATE phone_verifications SET verified_at = now()", "right"),
    ("a code guessed at too often", "UPDATE phone_verifications SET attempts = 5", "right"),
    ("another app's code", "UPDATE phone_verifications SET client = 'other'", "right"),
    ("no such code", "DELETE FROM phone_verifications", "right"),
]


@pytest.mark.parametrize(("changed", "given"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_every_code_that_does_not_count_is_refused_in_the_same_words(
    client: httpx.Client, desk: Desk, changed: str, given: str
) -> None:
    identifier = ask(client).json()["id"]
    code = code_sent(desk)
    if changed:
        query(desk, f"{changed} RETURNING 1")
    answer = give(client, identifier, code if given == "right" else other_than(code))
    assert (answer.status_code, answer.json()["code"]) == (422, "code")
    assert answer.json()["detail"].startswith("Kod yanlış, kullanılmış ya da süresi dolmuş.")


def test_an_id_that_no_database_could_hold_is_refused_in_these_words_too(client: httpx.Client) -> None:
    answer = give(client, "%00", "123456")
    assert (answer.status_code, answer.json()["code"]) == (422, "code")


def test_five_wrong_guesses_close_a_code(client: httpx.Client, desk: Desk) -> None:
    identifier = ask(client).json()["id"]
    code = code_sent(desk)
    assert {give(client, identifier, other_than(code)).status_code for _ in range(5)} == {422}
    assert give(client, identifier, code).status_code == 422


def test_a_right_code_counts_once_at_eight_threads(site: Site, client: httpx.Client, desk: Desk) -> None:
    identifier = ask(client).json()["id"]
    code = code_sent(desk)
    with ThreadPoolExecutor(8) as apps:
        answers = list(apps.map(lambda _: give(client, identifier, code).status_code, range(8)))
    assert answers.count(200) == 1


def test_the_answer_is_the_same_for_a_known_and_an_unknown_phone(
    client: httpx.Client, workers: Workers
) -> None:
    send(client)
    workers()
    known, unknown = ask(client), ask(client, "0532 999 99 99")
    assert known.status_code == unknown.status_code == 202
    assert known.json().keys() == unknown.json().keys()
    assert len(known.json()["id"]) == len(unknown.json()["id"])


@pytest.mark.parametrize("phone", ["", "153", "0212 455 13 00", "ayşe", "05" * 20])
def test_a_phone_that_gets_no_sms_is_refused(calm: Calm, phone: str) -> None:
    assert ask(calm.client, phone).status_code == 422
    assert query(calm.desk, "SELECT count(*) FROM notifications") == [0]


def test_one_phone_gets_three_codes_in_ten_minutes_and_one_caller_twenty(client: httpx.Client) -> None:
    assert [ask(client).status_code for _ in range(4)] == [202, 202, 202, 429]
    others = [ask(client, f"0532 123 46 {n:02}") for n in range(17)]
    assert [answer.status_code for answer in others] == [202] * 16 + [429]
    assert others[-1].headers["retry-after"] == "600"


def test_a_token_ends_when_it_is_revoked_when_it_is_old_and_for_another_app(
    client: httpx.Client, desk: Desk
) -> None:
    token = verified(client, desk)
    assert client.get(ME, headers=KEY | {"Citizen-Token": token}).status_code == 200
    assert client.get(ME, headers=OTHER_KEY | {"Citizen-Token": token}).status_code == 401
    assert client.get(ME, headers={"Citizen-Token": token}).status_code == 401
    query(desk, "UPDATE phone_verifications SET session_until = now() - interval '1 second' RETURNING 1")
    assert client.get(ME, headers=KEY | {"Citizen-Token": token}).status_code == 401
    second = verified(client, desk)
    left = client.delete("/api/v1/me/session", headers=KEY | {"Citizen-Token": second})
    assert left.status_code == 204
    assert client.get(ME, headers=KEY | {"Citizen-Token": second}).json()["code"] == "citizen_token"


def test_the_code_stands_in_no_row_no_log_and_no_answer(
    client: httpx.Client, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    written = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))
    try:
        with caplog.at_level(logging.DEBUG):
            asked = ask(client)
            code = code_sent(desk)
            give(client, asked.json()["id"], other_than(code))
    finally:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory())
    rows = query(desk, "SELECT row_to_json(n)::text FROM notifications n")
    rows += query(desk, "SELECT row_to_json(v)::text FROM phone_verifications v")
    everything = "\n".join([*rows, written.getvalue(), caplog.text, asked.text])
    assert len(rows) == 2
    assert code not in everything


def test_what_was_asked_for_long_ago_is_forgotten(client: httpx.Client, desk: Desk) -> None:
    ask(client)
    old = desk.now() - timedelta(days=3)
    query(desk, f"UPDATE phone_verifications SET created_at = '{old.isoformat()}' RETURNING 1")
    ask(client, "0532 123 45 68")
    assert query(desk, "SELECT phone FROM phone_verifications") == ["tel:+905321234568"]
