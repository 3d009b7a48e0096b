"""Connectors that answer: what a refusal means, how long to wait, and that no secret and no word leaks."""

import logging
import traceback
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import ConnectorContext, OutboundText, Sending
from connectors.registry import CONNECTORS
from domain.errors import CredentialsRejectedError, DeskError, PermanentError, ThrottledError, TransientError
from tests.conformance.subject import AtProvider, Sends, Subject
from tests.conformance.table import SUBJECTS, params
from tests.fakes import Clock
from tests.servers.standin import Answer, Fault, json_answer

SENDS = params(each for each in SUBJECTS if issubclass(each, Sends) and issubclass(each, AtProvider))
WORDS = "Basvurunuz alindi: gizli sozler"


@pytest.fixture
def connector(subject: Subject, clock: Clock) -> Iterator[Sending]:
    context = ConnectorContext(account_id=1, name=subject.name, settings=subject.settings(), now=clock)
    built: Any = CONNECTORS[subject.channel].build(context)
    assert isinstance(built, Sending)
    yield built
    getattr(built, "close", lambda: None)()


def send(connector: Sending, subject: Sends) -> str:
    return connector.send(OutboundText(recipient=subject.recipient, text=WORDS, our_id="n-1"))


@pytest.mark.parametrize("subject", SENDS, indirect=True)
def test_a_text_is_taken_and_has_the_gateways_id(subject: Sends, connector: Sending) -> None:
    assert send(connector, subject)


WAITS = ["seconds", "date"]


@pytest.mark.parametrize("subject", SENDS, indirect=True)
@pytest.mark.parametrize("form", WAITS)
def test_a_gateway_that_asks_for_patience_gets_it(
    subject: AtProvider, form: str, connector: Sending, clock: Clock
) -> None:
    """G11, test 26."""
    assert isinstance(subject, Sends)
    later = (clock() + timedelta(seconds=120)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    value = {"seconds": "120", "date": later}[form]
    subject.break_down(Fault(answer=json_answer(429, {}, **{"Retry-After": value})))
    with pytest.raises(ThrottledError) as asked:
        send(connector, subject)
    assert asked.value.retry_after == timedelta(seconds=120)


FAULTS: list[tuple[str, Fault | None, type[DeskError]]] = [
    ("503", Fault(answer=Answer(status=503, body=b"x")), TransientError),
    ("500", Fault(answer=Answer(status=500, body=b"x")), TransientError),
    ("a broken line", Fault(drop=True), TransientError),
    ("silence", Fault(silent=True), TransientError),
    ("an expired token", None, CredentialsRejectedError),
    ("a bad request", Fault(answer=json_answer(400, {"error": "bad"})), PermanentError),
]


@pytest.mark.parametrize("subject", SENDS, indirect=True)
@pytest.mark.parametrize(
    ("fault", "expected"), [pytest.param(f, e, id=label.replace(" ", "-")) for label, f, e in FAULTS]
)
def test_every_refusal_is_one_of_our_errors_and_tells_no_secret(
    subject: AtProvider,
    fault: Fault | None,
    expected: type[DeskError],
    connector: Sending,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """G8, G10, test 30: neither log nor traceback holds a credential, an address or what was written."""
    assert isinstance(subject, Sends)
    caplog.set_level(logging.INFO)
    subject.break_down(fault or subject.expired)
    with pytest.raises(expected) as refused:
        send(connector, subject)
    subject.recover()
    told = "".join(traceback.format_exception(refused.value)) + caplog.text + repr(connector)
    for secret in (*subject.secrets, WORDS, subject.recipient.path):
        assert secret not in told
    assert send(connector, subject)
