"""Webhooks over a real port: who may call, what is answered, and that an answer means stored (17, 20-22)."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import BaseModel

from config.accounts import seal
from domain.errors import PermanentError
from domain.vocabulary import Channel
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.spool import spool_of
from tests.connectors.sms.accounts import PUSH_SECRET, twilio_settings, verimor_settings
from tests.fakes import make_message
from tests.servers.postgres import PostgresServer
from tests.servers.processes import wait_until
from tests.servers.twilio import SID, sign
from tests.web.calls import TWILIO, VERIMOR, call, push, pushed, sms
from tests.web.forms import query
from tests.web.serving import Site
from web.hooks import MOST_BYTES


def add(desk: Desk, name: str, given: BaseModel) -> int:
    settings, secrets = seal(given, desk.keyring)
    with desk.uow() as uow:
        account = uow.accounts.add(Channel.SMS, name, settings, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    return account.id


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The desk with both providers' accounts."""
    add(desk, "twilio-1530", twilio_settings())
    add(desk, "verimor-1530", verimor_settings())
    return desk


@pytest.fixture
def provider(site: Site) -> Any:
    """A provider that knows the address the desk has told it, which is not the one it reaches it by."""
    with httpx.Client(
        base_url=site.url, timeout=60, headers={"x-public-url": site.desk.settings.public_url}
    ) as made:
        yield made


def stored(desk: Desk) -> list[Any]:
    return query(desk, "SELECT external_id FROM messages ORDER BY external_id")


def test_a_signed_message_is_stored_and_answered_as_twilio_wants(provider: httpx.Client, desk: Desk) -> None:
    answer = call(provider, sms())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert "<Response></Response>" in answer.text
    assert query(desk, "SELECT sender, text FROM messages") == [("tel:+905320000001", "Çöpler alınmıyor")]


def test_a_push_is_stored_and_answered_as_verimor_wants(provider: httpx.Client, desk: Desk) -> None:
    answer = push(provider, [pushed(1), pushed(2)])
    assert (answer.status_code, answer.text) == (200, "OK")
    assert stored(desk) == ["1", "2"]


SIGNED = sign(f"http://127.0.0.1:8153{TWILIO}", sms())
FORGED: list[tuple[str, dict[str, Any], int]] = [
    ("valid", {}, 200),
    ("one byte of the signature changed", {"signature": SIGNED[:-2] + "A="}, 403),
    ("no signature", {"signature": ""}, 403),
    ("a signature of the wrong length", {"signature": SIGNED[:10]}, 403),
    ("letters that no header should hold", {"signature": "þ" * 28}, 403),
    ("another secret", {"signature": sign(f"http://127.0.0.1:8153{TWILIO}", sms(), "b" * 32)}, 403),
    ("another body under the signature", {"form": sms(body="Başka"), "signature": SIGNED}, 403),
    ("a field more under the signature", {"form": sms() | {"x": "1"}, "signature": SIGNED}, 403),
    ("signed for another path", {"path": "/status", "signature": SIGNED}, 403),
    ("signed for the host it reaches", {"signature": sign(f"http://127.0.0.1:1{TWILIO}", sms())}, 403),
    ("a path below the account, signed", {"path": "/status"}, 200),
    ("a path with an escape, signed", {"path": "/a%2Fb"}, 200),
    ("a query, signed", {"path": "?a=1&b=%C5%9F"}, 200),
]


@pytest.mark.parametrize(("given", "status"), [row[1:] for row in FORGED], ids=[row[0] for row in FORGED])
def test_only_what_twilio_signed_over_the_public_address_is_taken_17(
    provider: httpx.Client, desk: Desk, given: dict[str, Any], status: int
) -> None:
    answer = call(provider, given.pop("form", sms()), **given)
    assert answer.status_code == status
    assert query(desk, "SELECT count(*) FROM messages") == [int(status == 200)]


ADDRESSES = [
    ("an unknown account", "POST", "/hooks/sms/nobody", 404),
    ("the right account on a wrong channel", "POST", "/hooks/email/twilio-1530", 404),
    ("an unknown channel", "POST", "/hooks/pigeon/twilio-1530", 404),
    ("a channel that is not called", "POST", "/hooks/webform/webform", 404),
    ("no account", "POST", "/hooks/sms", 404),
    ("a wrong secret", "POST", "/hooks/sms/verimor-1530/guess", 403),
    ("no secret", "POST", "/hooks/sms/verimor-1530", 403),
    ("a push by GET", "GET", VERIMOR, 403),
    ("another method", "PUT", TWILIO, 405),
]


@pytest.mark.parametrize(
    ("method", "path", "status"), [row[1:] for row in ADDRESSES], ids=[row[0] for row in ADDRESSES]
)
def test_calls_that_are_for_nobody_get_a_short_answer(
    provider: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = provider.request(method, path)
    assert answer.status_code == status
    assert len(answer.text) < 40


def test_a_body_that_is_too_large_is_refused(provider: httpx.Client, desk: Desk) -> None:
    assert provider.post(VERIMOR, content=bytes(MOST_BYTES + 1)).status_code == 413
    assert stored(desk) == []


def test_a_body_nobody_understands_is_kept_in_quarantine_g4(provider: httpx.Client, desk: Desk) -> None:
    assert provider.post(VERIMOR, content=b"\xff no json").status_code == 200
    with desk.uow() as uow:
        ((_, message),) = uow.quarantine.waiting()
    assert desk.blobs.get(message.raw_sha256) == b"\xff no json"


@pytest.mark.parametrize("fault", [RuntimeError("a bug of ours"), PermanentError("never seen such a thing")])
def test_a_signed_call_that_breaks_its_connector_is_kept_in_quarantine_g4(
    provider: httpx.Client, desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def breaks(_: bytes) -> list[bytes]:
        raise fault

    monkeypatch.setattr("connectors.sms.verimor.split_list", breaks)
    answers = [push(provider, [pushed(1)]), push(provider, [pushed(1)])]
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "")] * 2
    with desk.uow() as uow:
        ((entry, message),) = uow.quarantine.waiting()
    assert json.loads(desk.blobs.get(message.raw_sha256)) == [pushed(1)]
    assert str(fault) in entry.error
    assert push(provider, [pushed(2)], VERIMOR.replace(PUSH_SECRET, "guess")).status_code == 403
    assert len(stored(desk)) == 1


def test_one_bad_item_costs_its_siblings_nothing_19(provider: httpx.Client, desk: Desk) -> None:
    items = [pushed(n) for n in range(1, 60)]
    items.insert(17, pushed(1000, content={"not": "a text"}))
    assert push(provider, items).status_code == 200
    states = dict(query(desk, "SELECT state, count(*) FROM messages GROUP BY state"))
    assert states == {"ready": 59, "quarantined": 1}


def test_every_call_five_times_by_eight_threads_at_once_is_one_row_20(
    site: Site, provider: httpx.Client, desk: Desk
) -> None:
    start = threading.Barrier(8)

    def deliver(_: int) -> list[int]:
        with httpx.Client(base_url=site.url, timeout=60, headers=provider.headers) as own:
            start.wait()
            return [
                status
                for n in range(5)
                for status in (
                    call(own, sms(sid=f"SM{n:032d}")).status_code,
                    push(own, [pushed(n)]).status_code,
                )
            ]

    with ThreadPoolExecutor(8) as threads:
        statuses = [status for answers in threads.map(deliver, range(8)) for status in answers]
    assert set(statuses) == {200}
    assert stored(desk) == sorted([f"{n}" for n in range(5)] + [f"SM{n:032d}" for n in range(5)])


def test_the_same_id_at_two_accounts_is_two_messages(provider: httpx.Client, desk: Desk) -> None:
    add(desk, "verimor-other", verimor_settings())
    assert push(provider, [pushed(7)]).status_code == 200
    other = VERIMOR.replace("verimor-1530", "verimor-other")
    wait_until(lambda: push(provider, [pushed(7)], other).status_code == 200, "the new account")
    assert stored(desk) == ["7", "7"]


def test_a_delivery_report_reaches_its_notice(provider: httpx.Client, desk: Desk) -> None:
    form = {"MessageSid": "SM" + "9" * 32, "MessageStatus": "delivered", "AccountSid": SID}
    assert call(provider, form).status_code == 204
    assert query(desk, "SELECT gateway_id, state FROM parked_reports") == [("SM" + "9" * 32, "delivered")]


def test_calls_are_answered_while_a_worker_takes_for_ever_22(provider: httpx.Client, desk: Desk) -> None:
    account = query(desk, "SELECT id FROM channel_accounts WHERE name = 'verimor-1530'")[0]
    accept(desk, Intake(items=[(account, make_message()) for _ in range(20)]))
    with psycopg.connect(desk.settings.database) as worker:
        worker.execute("SELECT 1 FROM messages FOR UPDATE")  # a batch in hand, its transaction open
        assert [push(provider, [pushed(n)]).status_code for n in range(50)] == [200] * 50
    assert query(desk, "SELECT count(*) FROM messages") == [70]


def test_what_was_acknowledged_while_the_database_was_gone_is_there_afterwards_21(
    site: Site, provider: httpx.Client, desk: Desk, postgres_server: PostgresServer
) -> None:
    acknowledged: set[int] = set()
    refused: list[int] = []
    stop = threading.Event()

    def keep_posting(first: int) -> None:
        with httpx.Client(base_url=site.url, timeout=60, headers=provider.headers) as own:
            for number in range(first, 1_000_000, 4):
                if stop.is_set():
                    return
                status = push(own, [pushed(number)]).status_code
                if status == 200:
                    acknowledged.add(number)
                else:
                    refused.append(status)

    with ThreadPoolExecutor(4) as threads:
        posting = [threads.submit(keep_posting, n) for n in range(4)]
        try:
            for _ in range(2):
                _wait_for_more(acknowledged, 40)
                postgres_server.kill()
                _wait_for_more(acknowledged, 40)
                postgres_server.restart()
            _wait_for_more(acknowledged, 40)
        finally:
            stop.set()
        for each in posting:
            each.result()
    wait_until(lambda: not spool_of(desk).waiting(), "the spool to be fed")
    assert {int(number) for number in stored(desk)} >= acknowledged
    assert set(refused) <= {503}
    assert len(stored(desk)) == len(set(stored(desk)))


def test_without_database_and_disk_a_call_is_told_to_come_again(
    provider: httpx.Client, desk: Desk, postgres_server: PostgresServer
) -> None:
    (desk.settings.var_dir / "spool").write_text("in the way", encoding="ascii")
    postgres_server.kill()
    try:
        answer = push(provider, [pushed(1)])
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    finally:
        postgres_server.restart()


def test_calls_are_counted_by_channel_and_answer(provider: httpx.Client) -> None:
    push(provider, [pushed(1)])
    provider.post("/hooks/pigeon/x")
    numbers = provider.get("/metrics").text
    assert 'beyazmasa_webhooks_total{channel="sms",status="200"}' in numbers
    assert 'beyazmasa_webhooks_total{channel="unknown",status="404"}' in numbers


def test_the_body_is_taken_as_it_came(provider: httpx.Client, desk: Desk) -> None:
    body = json.dumps([pushed(1)], indent=3, ensure_ascii=True).encode()
    assert provider.post(VERIMOR, content=body).status_code == 200
    with desk.uow() as uow:
        message = uow.messages.get(query(desk, "SELECT id FROM messages")[0])
    assert message is not None
    assert desk.blobs.get(message.raw_sha256).strip(b"[]\n ") in body


def _wait_for_more(numbers: set[int], more: int) -> None:
    wanted = len(numbers) + more
    wait_until(lambda: len(numbers) >= wanted, f"{wanted} acknowledged calls")
