"""Secrets and citizens' words stay out of representations, errors and logs: G10, test 30."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from domain.errors import DeskError
from tests.connectors.building import Build
from tests.connectors.leaks import everything, faults, leaked, shown, told_by
from tests.connectors.sms.accounts import PUSH_SECRET, twilio_settings
from tests.connectors.sms.test_verimor_receive import push
from tests.servers import netgsm, smsc, twilio, verimor
from tests.servers.smsc import MessageCentre
from tests.servers.standin import Fault

STATUSES = (302, 400, 401, 403, 404, 429, 500)
FAULTS = faults(
    *(twilio._error(status, 99999, f"Echo {twilio.TOKEN} +905320000001 gizli sözler") for status in STATUSES)
)
SECRETS = (
    twilio.TOKEN,
    verimor.PASSWORD,
    netgsm.PASSWORD,
    PUSH_SECRET,
    "imza-anahtari-77",
    "itme-parolasi-77",
)
WORDS = ("gizli sözler", "905320000001")


def attempts(connector: Any, outgoing: Build) -> Iterator[Callable[[], object]]:
    yield lambda: connector.send(outgoing(WORDS[0]))
    yield lambda: connector.poll("")
    yield connector.check


@pytest.mark.parametrize("provider", ["twilio", "verimor", "netgsm"])
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
    connector = request.getfixturevalue(f"build_{provider}")(timeout_seconds=1.0)
    server.receive("+905320000001" if provider == "twilio" else "905320000001", "gizli sözler")
    told = told_by(attempts(connector, outgoing), server, fault)
    assert bool(told) is (fault is not None)
    assert not leaked((*SECRETS, *WORDS), repr(connector), *told, caplog.text)


def test_secrets_stay_out_of_the_deepest_log_too(
    build_twilio: Build,
    build_verimor: Build,
    build_netgsm: Build,
    outgoing: Build,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for connector in (build_twilio(), build_verimor(), build_netgsm()):
        connector.send(outgoing("x"))
        connector.poll("")
        connector.check()
    assert caplog.records
    assert not leaked(SECRETS, caplog.text)


def test_an_smpp_password_stays_out_of_errors_and_the_deepest_log(
    centre: MessageCentre, build_smpp: Build, outgoing: Build, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = build_smpp()
    centre.rules(binds=[0x0E], submits=[0x45])
    centre.deliver(WORDS[0].encode("utf-16-be"), data_coding=8)
    told = told_by([*attempts(desk, outgoing), *attempts(desk, outgoing)])
    assert len(told) == 2
    assert not leaked((smsc.PASSWORD, *WORDS), repr(desk), *told, caplog.text)


def test_a_refused_push_names_no_secret(build_verimor: Build, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk = build_verimor(push_username="verimor", push_password="itme-parolasi-77")
    with pytest.raises(DeskError) as refused:
        desk.receive(push([], path="yanlis"))
    assert not leaked(SECRETS, everything(refused.value), caplog.text)


def test_settings_never_show_a_secret() -> None:
    settings = twilio_settings(signature_algorithm="HMAC_SHA256", signing_secret="imza-anahtari-77")
    assert not leaked(SECRETS, shown(settings))
