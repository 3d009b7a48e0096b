"""Tokens and citizens' words stay out of representations, errors and logs: G10, test 30."""

import logging
from collections.abc import Callable, Iterator

import pytest

from connectors.facebook import FacebookConnector
from domain.errors import DeskError
from tests.connectors.building import Build
from tests.connectors.facebook.accounts import VERIFY_TOKEN, settings, signed
from tests.connectors.leaks import everything, faults, leaked, shown, told_by
from tests.servers.facebook import APP_SECRET, CITIZEN, TOKEN, FacebookServer, error_body, post, proof
from tests.servers.standin import Fault, json_answer

WORDS = "gizli sözler"
SECRETS = (TOKEN, APP_SECRET, VERIFY_TOKEN, proof(TOKEN), WORDS)
CODES = ((200, 190), (302, 1), (400, 100), (401, 190), (403, 10), (404, 2500), (429, 4))
FAULTS = faults(
    *(json_answer(status, error_body(code, f"{TOKEN} {APP_SECRET} {WORDS}")) for status, code in CODES),
    json_answer(500, {"x": f"{TOKEN} {WORDS}"}),
)


def attempts(desk: FacebookConnector, outgoing: Build, url: str) -> Iterator[Callable[[], object]]:
    yield lambda: desk.send(outgoing(WORDS))
    yield lambda: desk.poll("")
    yield lambda: desk.fetch(f"{url}/v/x", 1000)
    yield desk.check


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_and_no_word_in_errors_or_logs(
    fault: Fault | None,
    build: Build,
    server: FacebookServer,
    outgoing: Build,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = build(timeout_seconds=1.0)
    server.posts = [post(1, "2026-05-04T09:20:00+0000", WORDS, author=CITIZEN)]
    server.files["/v/x"] = b"x"
    told = told_by(attempts(desk, outgoing, server.url), server, fault)
    assert bool(told) is (fault is not None)
    assert not leaked(SECRETS, repr(desk), repr(desk._graph), *told, caplog.text)


def test_a_cursor_holds_no_secret(desk: FacebookConnector) -> None:
    assert TOKEN not in desk.poll("").cursor


def test_a_refused_call_names_no_secret(desk: FacebookConnector, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DeskError) as refused:
        desk.receive(signed(b"{}", "f" * 32))
    assert APP_SECRET not in everything(refused.value) + caplog.text


def test_an_address_nobody_listens_at_is_told_without_the_token(build: Build, outgoing: Build) -> None:
    for url in ("http://127.0.0.1:9", "http://[::1", "http://ğ ü"):
        with pytest.raises(DeskError) as refused:
            build(base_url=url).send(outgoing("x"))
        assert TOKEN not in everything(refused.value)


def test_settings_never_show_a_secret() -> None:
    assert not leaked((TOKEN, APP_SECRET, VERIFY_TOKEN), shown(settings()))
