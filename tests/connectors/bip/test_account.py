"""The account itself: settings, check, files and secrets. G10, G12, tests 17, 29 and 30."""

import logging
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from connectors.base import Checking, Fetching, Parsing, Sending, WebhookConnector
from connectors.bip.connector import Bip
from connectors.bip.settings import BipSettings
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
)
from tests.connectors.bip.conftest import PATH_SECRET, called
from tests.connectors.building import Build
from tests.connectors.leaks import everything, faults, leaked, shown, told_by
from tests.servers.bip import PASSWORD, PHONE, USERNAME, BipServer
from tests.servers.standin import Answer, Fault


def test_the_check_knows_the_account_and_writes_to_nobody(build: Build, server: BipServer) -> None:
    build().check()
    assert server.taken == {}
    with pytest.raises(CredentialsRejectedError):
        build(password="yanlis-parola-1").check()
    server.plain_numbers = False
    with pytest.raises(CredentialsRejectedError, match="306"):
        build().check()
    server.active = False
    with pytest.raises(NotConfiguredError, match="300"):
        build().check()
    server.answer_next(200, b"<html>")
    with pytest.raises(ConnectionFailedError):
        build().check()


def test_files_come_from_turkcell_alone(bip: Bip, server: BipServer) -> None:
    """G12."""
    server.files["/scontent/a.jpg"] = b"resim"
    server.redirects |= {"/moved": "/scontent/a.jpg", "/away": "https://kotu.example/a", "/round": "/round"}
    assert bip.fetch(f"{server.url}/scontent/a.jpg", 5) == b"resim"
    assert bip.fetch(f"{server.url}/moved", 5) == b"resim"
    for source, words in [
        (f"{server.url}/scontent/a.jpg", "larger than 4"),
        (f"{server.url}/gone", "404"),
        (f"{server.url}/away", "outside Turkcell"),
        (f"{server.url}/round", "without end"),
        ("https://kotu.example/a", "outside Turkcell"),
        ("https://turkcell.com.tr.kotu.example/a", "outside Turkcell"),
        ("https://kullanici@timsac.turkcell.com.tr/a", "outside Turkcell"),
        ("https://timsac.turkcell.com.tr:8443/a", "outside Turkcell"),
        ("http://127.0.0.1:1/a", "outside Turkcell"),
        ("file:///etc/passwd", "outside Turkcell"),
        ("https://[", "no address"),
    ]:
        with pytest.raises(PermanentError, match=words):
            bip.fetch(source, 4)


def test_a_file_that_cannot_be_had_now_is_worth_another_try(bip: Bip, server: BipServer) -> None:
    server.answer_next(503)
    with pytest.raises(ConnectionFailedError):
        bip.fetch(f"{server.url}/scontent/a.jpg", 5)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no user", {"username": ""}, "username"),
    ("no password", {"password": ""}, "empty"),
    ("a placeholder", {"password": "ChangeMe"}, "placeholder"),
    ("half a push password", {"push_username": "x"}, "both or none"),
    ("a placeholder for it", {"push_username": "x", "push_password": "secret"}, "placeholder"),
    ("a short path secret", {"path_secret": "kanarya"}, "16 characters"),
    ("a path secret of two parts", {"path_secret": "kanarya/kanarya/1"}, "slash"),
    ("a network that is none", {"allowed_addresses": "yarın"}, "allowed_addresses"),
    ("a base URL that is none", {"base_url": "tims.turkcell.com.tr"}, "https://"),
    ("a reply that BiP would not take", {"command_reply": "a" * 2049}, "command_reply"),
    ("an unknown field", {"pasword": "kanarya"}, "pasword"),
]


@pytest.mark.parametrize(("label", "change", "named"), REFUSED, ids=[r[0] for r in REFUSED])
def test_an_account_that_cannot_work_does_not_start(label: str, change: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named) as refused:
        BipSettings(**{"username": USERNAME, "password": "kanarya-parola"} | change)
    assert "kanarya" not in str(refused.value) + repr(refused.value)


WORDS = "gizli sözler"
STATUSES = (200, 302, 400, 401, 429, 500)
FAULTS = faults(*(Answer(status=status, body=f"{PASSWORD} {WORDS} {PHONE}".encode()) for status in STATUSES))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_and_no_word_in_errors_or_logs(
    fault: Fault | None, build: Build, server: BipServer, outgoing: Build, caplog: pytest.LogCaptureFixture
) -> None:
    """G10, test 30."""
    caplog.set_level(logging.INFO)
    account = build(timeout_seconds=1.0, path_secret=PATH_SECRET)
    told = told_by((lambda: account.send(outgoing(WORDS)), account.check), server, fault)
    assert bool(told) is (fault is not None)
    with pytest.raises(DeskError) as refused:
        account.receive(called(authorization=None))
    told.append(everything(refused.value))
    assert not leaked((PASSWORD, PATH_SECRET, WORDS, PHONE), repr(account), *told, caplog.text)


def test_secrets_are_declared_as_such_and_never_shown() -> None:
    declared = {n for n, f in BipSettings.model_fields.items() if f.annotation is SecretStr}
    assert declared == {"password", "push_password", "path_secret"}
    settings = BipSettings.model_validate(
        {"username": USERNAME, "password": PASSWORD, "path_secret": PATH_SECRET}
    )
    assert not leaked((PASSWORD, PATH_SECRET), shown(settings))


def test_the_account_has_every_power_of_a_messenger(bip: Bip) -> None:
    for power in (WebhookConnector, Parsing, Sending, Fetching, Checking):
        assert isinstance(bip, power)
