"""Tokens and citizens' words stay out of representations, errors and logs: G10, test 30."""

import logging
import traceback
from collections.abc import Callable, Iterator

import pytest

from connectors.facebook import FacebookConnector
from domain.errors import DeskError
from tests.connectors.building import Build
from tests.connectors.facebook.accounts import VERIFY_TOKEN, settings, signed
from tests.servers.facebook import APP_SECRET, CITIZEN, TOKEN, FacebookServer, error_body, post, proof
from tests.servers.standin import Fault, json_answer

WORDS = "gizli sözler"
SECRETS = (TOKEN, APP_SECRET, VERIFY_TOKEN, proof(TOKEN), WORDS)
FAULTS = [
    None,
    Fault(silent=True),
    Fault(drop=True),
    *(
        Fault(answer=json_answer(status, error_body(code, f"{TOKEN} {APP_SECRET} {WORDS}")))
        for status, code in ((200, 190), (302, 1), (400, 100), (401, 190), (403, 10), (404, 2500), (429, 4))
    ),
    Fault(answer=json_answer(500, {"x": f"{TOKEN} {WORDS}"})),
]


def everything(error: BaseException) -> str:
    return "".join([*traceback.format_exception(error), repr(error), str(error)])


def attempts(desk: FacebookConnector, outgoing: Build, url: str) -> Iterator[Callable[[], object]]:
    yield lambda: desk.send(outgoing(WORDS))
    yield lambda: desk.poll("")
    yield lambda: desk.fetch(f"{url}/v/x", 1000)
    yield desk.check


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: "none" if f is None else str(f)[:50])
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
    told = [repr(desk), repr(desk._graph)]
    for attempt in attempts(desk, outgoing, server.url):
        if fault:
            server.fail_next(fault)
        try:
            attempt()
        except DeskError as error:
            told.append(everything(error))
        assert not server.faults
    assert (len(told) > 2) is (fault is not None)
    for secret in SECRETS:
        assert secret not in "".join(told)
        assert secret not in caplog.text


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
    shown = settings()
    for view in (repr(shown), str(shown), shown.model_dump_json(), str(shown.model_dump())):
        for secret in (TOKEN, APP_SECRET, VERIFY_TOKEN):
            assert secret not in view
