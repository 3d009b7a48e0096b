"""Secrets and citizens' words stay out of representations, errors and logs: G10, test 30."""

import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from domain.errors import DeskError
from tests.connectors.building import Build
from tests.connectors.sms.accounts import PUSH_SECRET, twilio_settings
from tests.connectors.sms.test_verimor_receive import push
from tests.servers import netgsm, smsc, twilio, verimor
from tests.servers.smsc import MessageCentre
from tests.servers.standin import Fault

FAULTS = [
    None,
    Fault(silent=True),
    Fault(drop=True),
    *(Fault(answer=twilio._error(status, 99999, f"Echo {twilio.TOKEN} +905320000001 gizli sözler"))
      for status in (302, 400, 401, 403, 404, 429, 500)),
]  # fmt: skip
SECRETS = (
    twilio.TOKEN,
    verimor.PASSWORD,
    netgsm.PASSWORD,
    PUSH_SECRET,
    "imza-anahtari-77",
    "itme-parolasi-77",
)
WORDS = ("gizli sözler", "905320000001")


def everything(error: BaseException) -> str:
    return "".join([*traceback.format_exception(error), repr(error), str(error)])


def attempts(connector: Any, outgoing: Build) -> Iterator[Callable[[], object]]:
    yield lambda: connector.send(outgoing(WORDS[0]))
    yield lambda: connector.poll("")
    yield connector.check


@pytest.mark.parametrize("provider", ["twilio", "verimor", "netgsm"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: "none" if f is None else str(f)[:60])
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
    told = [repr(connector)]
    for attempt in attempts(connector, outgoing):
        if fault:
            server.fail_next(fault)
        try:
            attempt()
        except DeskError as error:
            told.append(everything(error))
        assert not server.faults
    assert (len(told) > 1) is (fault is not None)
    for secret in (*SECRETS, *WORDS):
        assert secret not in "".join(told)
        assert secret not in caplog.text


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
    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_an_smpp_password_stays_out_of_errors_and_the_deepest_log(
    centre: MessageCentre, build_smpp: Build, outgoing: Build, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = build_smpp()
    told = [repr(desk)]
    centre.rules(binds=[0x0E], submits=[0x45])
    centre.deliver(WORDS[0].encode("utf-16-be"), data_coding=8)
    for attempt in (*attempts(desk, outgoing), *attempts(desk, outgoing)):
        try:
            attempt()
        except DeskError as error:
            told.append(everything(error))
    assert len(told) == 3
    assert not [s for s in (smsc.PASSWORD, *WORDS) if s in "".join(told) + caplog.text]


def test_a_refused_push_names_no_secret(build_verimor: Build, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk = build_verimor(push_username="verimor", push_password="itme-parolasi-77")
    with pytest.raises(DeskError) as refused:
        desk.receive(push([], path="yanlis"))
    assert not [s for s in SECRETS if s in everything(refused.value) + caplog.text]


def test_settings_never_show_a_secret() -> None:
    shown = twilio_settings(signature_algorithm="HMAC_SHA256", signing_secret="imza-anahtari-77")
    for view in (repr(shown), str(shown), shown.model_dump_json(), str(shown.model_dump())):
        assert not [secret for secret in SECRETS if secret in view]
