"""Connectors that answer: what a refusal means, how long to wait, and that no secret and no word leaks."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import ConnectorContext, OutboundText, Sending
from connectors.registry import CONNECTORS
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    ThrottledError,
)
from tests.conformance.patience import LATER, TWO_MINUTES, later
from tests.conformance.subject import AtProvider, Sends, Subject
from tests.conformance.table import SUBJECTS, params
from tests.connectors.leaks import everything, leaked
from tests.connectors.refusals import refused_as
from tests.fakes import Clock
from tests.servers.standin import Answer, Fault, json_answer

SENDS = params(each for each in SUBJECTS if issubclass(each, Sends) and issubclass(each, AtProvider))
WORDS = "Basvurunuz alindi: gizli sozler"


def build(subject: Subject, clock: Clock, **changed: Any) -> Any:
    """The connector of the subject's account, some of its settings changed; whoever asks for it closes it."""
    settings = subject.settings().model_copy(update=changed)
    context = ConnectorContext(account_id=1, name=subject.name, settings=settings, now=clock)
    built = CONNECTORS[subject.channel].build(context)
    assert isinstance(built, Sending)
    return built


@pytest.fixture
def connector(subject: Subject, clock: Clock) -> Iterator[Any]:
    built = build(subject, clock)
    yield built
    built.close()


def send(connector: Sending, subject: Sends) -> str:
    return connector.send(OutboundText(recipient=subject.recipient, text=WORDS, our_id="n-1"))


@pytest.mark.parametrize("subject", SENDS, indirect=True)
def test_a_text_is_taken_and_has_the_gateways_id(subject: Sends, connector: Sending) -> None:
    assert send(connector, subject)


@pytest.mark.parametrize("subject", SENDS, indirect=True)
@pytest.mark.parametrize("form", LATER)
def test_a_gateway_that_asks_for_patience_gets_it(
    subject: AtProvider, form: str, connector: Sending, clock: Clock
) -> None:
    """G11, test 26: two minutes, in whatever words."""
    assert isinstance(subject, Sends)
    subject.break_down(later(form, clock()))
    refused_as(lambda: send(connector, subject), ThrottledError, TWO_MINUTES)


def answer(status: int, body: bytes = b"x", **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(answer=Answer(status=status, body=body, headers=named))


PATIENCE = timedelta(seconds=3)
FAULTS: list[tuple[str, Fault | None, type[DeskError], timedelta | None]] = [
    ("503", answer(503), ConnectionFailedError, None),
    ("500", answer(500), ConnectionFailedError, None),
    ("502 that says when", answer(502, b"<html>", Retry_After="3"), ConnectionFailedError, PATIENCE),
    ("429 that does not say when", answer(429, b""), ThrottledError, None),
    ("a redirect", answer(302, b"", Location="https://elsewhere.example/"), NotConfiguredError, None),
    ("a captive portal", answer(200, b"<html>captive portal</html>"), ConnectionFailedError, None),
    ("an empty answer", answer(200, b""), ConnectionFailedError, None),
    ("a broken line", Fault(drop=True), ConnectionFailedError, None),
    ("silence", Fault(silent=True), ConnectionFailedError, None),
    ("an answer lost after the work", Fault(drop=True, after_effect=True), ConnectionFailedError, None),
    ("an expired token", None, CredentialsRejectedError, None),
    ("a bad request", Fault(answer=json_answer(400, {"error": "bad"})), PermanentError, None),
]


@pytest.mark.parametrize("subject", SENDS, indirect=True)
@pytest.mark.parametrize(
    ("fault", "expected", "wait"), [pytest.param(*row, id=label.replace(" ", "-")) for label, *row in FAULTS]
)
def test_every_refusal_has_its_class_leaks_nothing_and_the_same_call_may_follow(
    subject: AtProvider,
    fault: Fault | None,
    expected: type[DeskError],
    wait: timedelta | None,
    connector: Sending,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """G8, G10, test 30: neither log nor traceback holds a credential, an address or what was written."""
    assert isinstance(subject, Sends)
    caplog.set_level(logging.INFO)
    subject.break_down(fault or subject.expired)
    error = refused_as(lambda: send(connector, subject), expected, wait)
    subject.recover()
    assert not leaked(
        (*subject.secrets, WORDS, subject.recipient.path),
        everything(error),
        caplog.text,
        repr(connector),
    )
    assert send(connector, subject)
    first, again = subject.server.calls
    assert first.body == again.body


@pytest.mark.parametrize("subject", SENDS, indirect=True)
def test_an_address_nobody_listens_at_is_a_failed_connection(subject: AtProvider, clock: Clock) -> None:
    assert isinstance(subject, Sends)
    connector = build(subject, clock, base_url="http://127.0.0.1:9")
    with pytest.raises(ConnectionFailedError, match="cannot be reached"):
        send(connector, subject)
    connector.close()


@pytest.mark.parametrize("subject", SENDS, indirect=True)
def test_closing_is_safe_before_between_and_after(subject: Sends, connector: Any) -> None:
    connector.close()
    assert send(connector, subject)
    connector.close()
    connector.close()
    assert send(connector, subject)
    connector.close()
