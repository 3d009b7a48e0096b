"""Keys, tokens and citizens' words stay out of representations, errors and logs: G10, test 30."""

import logging
from collections.abc import Callable, Iterator

import pytest
from pydantic import ValidationError

from connectors.x import XConnector
from connectors.x.settings import XSettings
from domain.errors import DeskError
from tests.connectors.building import Build
from tests.connectors.leaks import everything, faults, leaked, shown, told_by
from tests.connectors.x.accounts import call, settings
from tests.servers.standin import Fault, json_answer
from tests.servers.x import ACCESS_SECRET, ACCESS_TOKEN, CONSUMER_KEY, CONSUMER_SECRET, XServer

WORDS = "gizli sözler"
SECRETS = (CONSUMER_KEY, CONSUMER_SECRET, ACCESS_SECRET, ACCESS_TOKEN.partition("-")[2], WORDS)
ECHO = " ".join(SECRETS)
STATUSES = (200, 301, 400, 401, 402, 403, 404, 429, 500)
ANSWER = {"title": ECHO, "detail": ECHO, "errors": [{"message": ECHO}]}
FAULTS = faults(*(json_answer(status, ANSWER) for status in STATUSES))


def attempts(connector: XConnector, outgoing: Build, url: str) -> Iterator[Callable[[], object]]:
    yield lambda: connector.send(outgoing(WORDS))
    yield lambda: connector.fetch(f"{url}/a", 1000)
    yield connector.check
    yield lambda: connector.poll("")


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_and_no_word_in_errors_or_logs(
    fault: Fault | None, build: Build, server: XServer, outgoing: Build, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = build(timeout_seconds=1.0, poll_messages=False)
    server.mention(WORDS)
    server.files["/a"] = b"x"
    told = told_by(attempts(desk, outgoing, server.url), server, fault)
    assert bool(told) is (fault is not None)
    assert not leaked(SECRETS, repr(desk), *told, caplog.text)


def test_a_refused_call_names_no_secret(desk: XConnector, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DeskError) as refused:
        desk.receive(call(b"{}", "sha256=yanlis"))
    assert not leaked(SECRETS, everything(refused.value), caplog.text)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[::1", "http://ğ ü", "https://"])
def test_an_address_nobody_listens_at_is_told_without_a_secret(
    url: str, build: Build, outgoing: Build
) -> None:
    with pytest.raises(DeskError) as refused:
        build(base_url=url).send(outgoing(WORDS))
    assert not leaked(SECRETS, everything(refused.value))


def test_settings_never_show_a_secret() -> None:
    assert not leaked(SECRETS, shown(settings()))


REFUSED: list[tuple[str, dict[str, object]]] = [
    ("an empty consumer secret", {"consumer_secret": ""}),
    ("blanks", {"consumer_secret": " " * 20}),
    ("a placeholder", {"consumer_secret": "changeme"}),
    ("one letter over and over", {"consumer_secret": "x" * 30}),
    ("a short secret", {"consumer_secret": "kisa1"}),
    ("letters no key has", {"consumer_secret": "ğüşiöçĞÜŞİÖÇğüş"}),
    ("an empty key", {"consumer_key": ""}),
    ("an empty token secret", {"access_token_secret": ""}),
    ("a token without a number", {"access_token": "sahteErisimJetonu0123"}),
    ("an empty token", {"access_token": ""}),
    ("a bearer token", {"access_token": "AAAAAAAAAAAAAAAAAAAAA%2Bxyz"}),
    ("no web address", {"base_url": "api.twitter.com"}),
    ("the name that is not signed for", {"base_url": "https://api.x.com/"}),
    ("no time at all", {"timeout_seconds": 0}),
    ("an unknown setting", {"bearer": "x"}),
]


@pytest.mark.parametrize(("label", "given"), REFUSED, ids=[row[0] for row in REFUSED])
def test_settings_that_cannot_be_right_are_refused_without_repeating_them(
    label: str, given: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**given)
    (value,) = given.values()
    assert not (isinstance(value, str) and len(value) > 4 and value in str(refused.value))


def test_the_accounts_number_is_told_by_its_token() -> None:
    assert settings().user_id == ACCESS_TOKEN.partition("-")[0]
    assert isinstance(settings(), XSettings)
