"""A bot that is called: its webhook is set, watched and tried. T1, T2, T3 of docs/acceptance.md."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from connectors.base import Checking
from connectors.telegram import TelegramConnector
from domain.errors import CredentialsRejectedError, DeskError, NotConfiguredError, TransientError
from tests.connectors.building import NOW, Build
from tests.connectors.telegram.accounts import PUBLIC_URL, context, webhook_settings
from tests.servers.standin import Fault, json_answer
from tests.servers.telegram import SECRET, TelegramServer


@pytest.fixture
def called(build: Build) -> TelegramConnector:
    connector: TelegramConnector = build(mode="webhook", secret_token=SECRET)
    return connector


def methods(server: TelegramServer) -> list[str]:
    return [call.path.rpartition("/")[2] for call in server.calls]


def test_the_first_look_sets_the_webhook_with_its_secret_and_drops_nothing(
    called: TelegramConnector, server: TelegramServer
) -> None:
    server.receive("bekleyen")
    batch = called.poll("")
    assert server.webhook["url"] == PUBLIC_URL
    assert server.webhook["secret_token"] == SECRET
    assert server.webhook["allowed_updates"] == ["message", "edited_message"]
    assert len(server.queue) == 1
    assert (list(batch.items), batch.cursor, batch.backlog) == ([], "", 1)


def test_a_webhook_that_stands_is_only_looked_at(called: TelegramConnector, server: TelegramServer) -> None:
    called.poll("")
    called.poll("")
    assert methods(server) == ["getWebhookInfo", "setWebhook", "getWebhookInfo"]


def test_a_webhook_that_was_removed_is_set_again(called: TelegramConnector, server: TelegramServer) -> None:
    called.poll("")
    server.webhook = {}
    called.poll("")
    assert server.webhook["url"] == PUBLIC_URL


def test_a_new_secret_reaches_telegram_with_the_next_process(build: Build, server: TelegramServer) -> None:
    build(mode="webhook", secret_token=SECRET).poll("")
    build(mode="webhook", secret_token="yeni-gizli-uzun-82").poll("")
    assert server.webhook["secret_token"] == "yeni-gizli-uzun-82"


def test_a_webhook_of_somebody_else_is_left_alone(called: TelegramConnector, server: TelegramServer) -> None:
    server.webhook = {"url": "https://elsewhere.example/hook"}
    for attempt in (lambda: called.poll(""), called.check):
        with pytest.raises(NotConfiguredError, match="another program"):
            attempt()
    assert server.webhook == {"url": "https://elsewhere.example/hook"}


def test_a_public_address_that_telegram_does_not_take_is_named(server: TelegramServer) -> None:
    given = context(webhook_settings(base_url=server.url))
    plain = TelegramConnector(
        type(given)(account_id=1, name="x", settings=given.settings, now=given.now, public_url="http://a/b")
    )
    with pytest.raises(NotConfiguredError, match="public URL"):
        plain.poll("")
    plain.close()


FAILED = int(NOW.timestamp())
DELIVERY = [
    ("failing now", {"last_error_date": FAILED - 30, "last_error_message": "Connection refused"}, 1, True),
    ("failed long ago", {"last_error_date": FAILED - 3600, "last_error_message": "x"}, 1, False),
    ("failed, and all is delivered since", {"last_error_date": FAILED - 30}, 0, False),
    ("waiting without a failure", {}, 3, False),
    ("a date that is none", {"last_error_date": "dün"}, 3, False),
]


@pytest.mark.parametrize(("label", "error", "waiting", "told"), DELIVERY, ids=[r[0] for r in DELIVERY])
def test_messages_that_telegram_cannot_deliver_are_told(
    label: str,
    error: dict[str, Any],
    waiting: int,
    told: bool,
    called: TelegramConnector,
    server: TelegramServer,
) -> None:
    called.poll("")
    for _ in range(waiting):
        server.receive("bekleyen")
    server.last_error = error
    attempts: list[Callable[[], object]] = [lambda: called.poll(""), called.check]
    for attempt in attempts:
        with pytest.raises(TransientError, match=f"{waiting} updates") if told else nullcontext():
            attempt()


def test_waiting_of_a_called_bot_asks_telegram_nothing(
    called: TelegramConnector, server: TelegramServer
) -> None:
    called.wait(0.01)
    assert server.calls == []


def test_a_good_account_passes_its_check_without_side_effects(build: Build, server: TelegramServer) -> None:
    for desk in (build(), build(mode="webhook", secret_token=SECRET)):
        assert isinstance(desk, Checking)
        desk.check()
    assert set(methods(server)) == {"getMe", "getWebhookInfo"}
    assert server.webhook == {}


Change = Callable[[TelegramServer], None]


def _webhook(server: TelegramServer) -> None:
    server.webhook = {"url": PUBLIC_URL}


def _revoked(server: TelegramServer) -> None:
    server.fail_next(Fault(answer=json_answer(401, {"ok": False, "description": "Unauthorized"})))


def _other_bot(server: TelegramServer) -> None:
    server.fail_next(Fault(answer=json_answer(200, {"ok": True, "result": {"id": 4, "is_bot": True}})))


def _no_object(server: TelegramServer) -> None:
    server.fail_next(Fault(answer=json_answer(200, {"ok": True, "result": "ben"})))


CHECKS: list[tuple[str, Change, type[DeskError]]] = [
    ("a webhook that would keep polling out", _webhook, NotConfiguredError),
    ("a revoked token", _revoked, CredentialsRejectedError),
    ("a gateway of another bot", _other_bot, NotConfiguredError),
    ("an answer that is no bot", _no_object, TransientError),
]


@pytest.mark.parametrize(("label", "change", "expected"), CHECKS, ids=[r[0] for r in CHECKS])
def test_a_check_says_what_to_fix(
    label: str, change: Change, expected: type[DeskError], build: Build, server: TelegramServer
) -> None:
    change(server)
    with pytest.raises(expected):
        build().check()


def test_the_whole_way_of_a_called_message_is_json_of_telegrams_own(
    called: TelegramConnector, server: TelegramServer
) -> None:
    update = server.receive("İzmit'te değil, Üsküdar'da")
    (item,) = called.parse(json.dumps(update).encode())
    assert item.text == "İzmit'te değil, Üsküdar'da"
