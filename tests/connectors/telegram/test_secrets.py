"""Tokens and citizens' words stay out of representations, errors and logs: T1, G10, test 30."""

import logging
from collections.abc import Callable, Iterator

import pytest

from connectors.http import http_client
from connectors.telegram import TelegramConnector
from domain.errors import DeskError
from tests.connectors.building import Build
from tests.connectors.leaks import everything, faults, leaked, shown, told_by
from tests.connectors.telegram.accounts import call, settings, webhook_settings
from tests.servers.standin import Fault, json_answer
from tests.servers.telegram import SECRET, TOKEN, TelegramServer

KEY = TOKEN.partition(":")[2]
WORDS = "gizli sözler"
STATUSES = (200, 302, 400, 401, 403, 404, 409, 429, 500)
ECHO = {"ok": False, "description": f"Echo {TOKEN} {SECRET} {WORDS}"}
FAULTS = faults(*(json_answer(status, ECHO) for status in STATUSES))


def attempts(connector: TelegramConnector, outgoing: Build) -> Iterator[Callable[[], object]]:
    for attempt in (
        lambda: connector.send(outgoing(WORDS)),
        lambda: connector.poll(""),
        lambda: connector.fetch("F1", 1000),
        connector.check,
    ):
        yield attempt
        connector._conflict = None  # a probe would only take its ten seconds


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_and_no_word_in_errors_or_logs(
    fault: Fault | None,
    build: Build,
    server: TelegramServer,
    outgoing: Build,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = build(timeout_seconds=1.0)
    server.receive(WORDS, date="dün")  # the library would log this whole
    server.keep_file("F1", b"x")
    told = told_by(attempts(desk, outgoing), server, fault)
    assert bool(told) is (fault is not None)
    assert "/bot***/" in caplog.text or (fault and not fault.answer)
    assert not leaked((KEY, SECRET, WORDS), repr(desk), *told, caplog.text)


def test_a_webhook_is_set_without_a_trace_of_its_secret(
    build: Build, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    build(mode="webhook", secret_token=SECRET).poll("")
    assert server.webhook["secret_token"] == SECRET
    assert SECRET not in caplog.text
    assert KEY not in caplog.text


def test_other_channels_secrets_stay_out_of_the_log_too(
    desk: TelegramConnector, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.check()
    with http_client(5) as client:
        client.get(f"{server.url}/v2/headers?password=baska-parola-77")
    assert "/v2/headers" in caplog.text
    assert "baska-parola-77" not in caplog.text


def test_a_refused_call_names_no_secret(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DeskError) as refused:
        build(mode="webhook", secret_token=SECRET).receive(call(b"{}", secret="yanlis"))
    assert SECRET not in everything(refused.value) + caplog.text


def test_an_address_nobody_listens_at_is_told_without_the_token(build: Build, outgoing: Build) -> None:
    for url in ("http://127.0.0.1:9", "http://[::1", "http://ğ ü"):
        with pytest.raises(DeskError) as refused:
            build(base_url=url).send(outgoing("x"))
        assert KEY not in everything(refused.value)


def test_settings_never_show_a_secret() -> None:
    assert not leaked((KEY, SECRET), shown(settings()), shown(webhook_settings()))
