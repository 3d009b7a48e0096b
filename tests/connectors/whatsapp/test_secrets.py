"""Secrets and citizens' words stay out of representations, errors, logs and addresses: G10, test 30."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.base import WebhookRequest
from domain.errors import DeskError
from domain.urn import Urn
from tests.connectors.building import Build
from tests.connectors.leaks import everything, faults, leaked, shown, told_by
from tests.connectors.whatsapp.accounts import VERIFY_TOKEN, cloud_settings, signed, twilio_settings
from tests.servers import twilio, whatsapp_cloud
from tests.servers.standin import Fault, json_answer

CITIZEN = whatsapp_cloud.CITIZEN
WORDS = ("gizli sözler", CITIZEN)
SECRETS = (whatsapp_cloud.TOKEN, whatsapp_cloud.APP_SECRET, VERIFY_TOKEN, twilio.TOKEN, "imza-anahtari-0077")
ECHO = whatsapp_cloud.error_body(131009, f"Echo {whatsapp_cloud.TOKEN} {CITIZEN} gizli sözler")
FAULTS = faults(*(json_answer(status, ECHO) for status in (200, 302, 400, 401, 403, 404, 429, 500)))


def attempts(desk: Any, outgoing: Build) -> Iterator[Callable[[], object]]:
    yield lambda: desk.send(outgoing(WORDS[0]))
    yield lambda: desk.send_template(Urn("whatsapp", CITIZEN), "HX" + "ab" * 16, "tr", [WORDS[0], "x"], "n1")
    yield desk.check
    if hasattr(desk, "poll"):
        yield lambda: desk.poll("")
    else:
        yield lambda: desk.fetch("media:8101", 1000)


@pytest.mark.parametrize("provider", ["cloud", "twilio"])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_and_no_word_in_errors_or_logs(
    fault: Fault | None,
    provider: str,
    request: pytest.FixtureRequest,
    outgoing: Build,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    server = request.getfixturevalue(f"{provider}_server")
    desk = request.getfixturevalue(f"build_{provider}")(timeout_seconds=1.0)
    if provider == "cloud":
        server.attach("8101", "image/jpeg", b"resim")
        server.templates["HX" + "ab" * 16, "tr"] = 2
    told = told_by(attempts(desk, outgoing), server, fault)
    assert bool(told) is (fault is not None)
    assert not leaked((*SECRETS, *WORDS), repr(desk), *told, caplog.text)


def test_secrets_stay_out_of_the_deepest_log_and_of_every_address(
    build_cloud: Build,
    build_twilio: Build,
    outgoing: Build,
    cloud_server: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    cloud_server.attach("8101", "image/jpeg", b"resim")
    cloud = build_cloud()
    cloud.send(outgoing("x"))
    cloud.fetch("media:8101", 1000)
    cloud.check()
    by_twilio = build_twilio()
    by_twilio.send(outgoing("x"))
    by_twilio.poll("")
    assert caplog.records
    assert not leaked(SECRETS, caplog.text, *(f"{c.path}{c.query}" for c in cloud_server.calls))


def test_a_refused_call_names_no_secret(build_cloud: Build, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    calls = [
        signed(b"{}", "fedcba9876543210fedcba9876543210"),
        WebhookRequest(method="GET", path="", query=[("hub.verify_token", "yanlis")], headers={}, body=b""),
    ]
    for call in calls:
        with pytest.raises(DeskError) as refused:
            build_cloud().receive(call)
        assert not leaked(SECRETS, everything(refused.value), caplog.text)


def test_what_cannot_be_read_is_described_without_its_words(build_cloud: Build) -> None:
    body = b'{"object": "whatsapp_business_account", "entry": [{"changes": ["gizli s\\u00f6zler"]}]}'
    (item,) = build_cloud().receive(signed(body)).items
    assert "gizli" not in item.error + item.traceback


def test_settings_never_show_a_secret() -> None:
    at_twilio = twilio_settings(signature_algorithm="HMAC_SHA256", signing_secret="imza-anahtari-0077")
    assert not leaked(SECRETS, shown(cloud_settings()), shown(at_twilio))
