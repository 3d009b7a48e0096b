"""Posting to outside CRMs: signed as Standard Webhooks says, and only where it may go."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from connectors.crm import Webhook, Webhooks, check_address, new_secret, sign
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
)
from tests.servers.crm import CrmReceiver
from tests.servers.standin import Fault

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVENT = Webhook(id="7", body='{"specversion":"1.0","söz":"çukur"}'.encode())
LOOPBACK = ("127.0.0.0/8",)
KEY = new_secret()


@pytest.fixture(scope="module")
def receiver() -> Iterator[CrmReceiver]:
    with CrmReceiver() as started:
        yield started


def post(url: str, networks: Sequence[str] = LOOPBACK, **names: str) -> int:
    webhooks = Webhooks(networks=networks, names=lambda host: [names.get(host.partition(".")[0], host)])
    try:
        return webhooks.post(url, EVENT, [KEY], NOW)
    finally:
        webhooks.close()


def test_receivers_own_library_accepts_either_secret_and_no_other() -> None:
    old, new, other = (new_secret() for _ in range(3))
    headers = sign(EVENT, [new, old], datetime.now(UTC))
    for each in (old, new):
        assert Verifier(each).verify(EVENT.body, headers)["söz"] == "çukur"
    for secret, body in ((other, EVENT.body), (new, EVENT.body + b" ")):
        with pytest.raises(WebhookVerificationError):
            Verifier(secret).verify(body, headers)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_signature_is_none_at_another_time(minutes: int) -> None:
    headers = sign(EVENT, [KEY], datetime.now(UTC) + timedelta(minutes=minutes))
    with pytest.raises(WebhookVerificationError):
        Verifier(KEY).verify(EVENT.body, headers)


def test_a_secret_that_is_none_is_named_so_and_not_shown() -> None:
    with pytest.raises(NotConfiguredError) as error:
        sign(EVENT, ["whsec_ğ"], NOW)
    assert "ğ" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/olay",
        "https://10.1.2.3/olay",
        "https://[::1]/olay",
        "https://[::ffff:192.168.1.1]/olay",
        "https://169.254.169.254/latest/meta-data",
        "https://inside.example/olay",
        "https://outside.example:8443/olay",
        "https://user:pass@outside.example/olay",
        "gopher://outside.example/olay",
        "https:///olay",
    ],
)
def test_nothing_is_posted_into_networks_nobody_named(url: str) -> None:
    with pytest.raises(NotConfiguredError):
        post(url, networks=(), inside="10.0.0.1", outside="8.8.8.8")


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_called(receiver: CrmReceiver) -> None:
    receiver.secret = KEY
    port = receiver.url.rpartition(":")[2]
    answers = iter(["127.0.0.1", "10.0.0.1"])
    webhooks = Webhooks(networks=LOOPBACK, names=lambda host: [next(answers)])
    receiver.answer_next(204)
    assert webhooks.post(f"http://crm.example:{port}/olay", EVENT, [KEY], NOW) == 204
    assert receiver.calls[-1].headers["host"] == f"crm.example:{port}"
    webhooks.close()


def test_a_connection_that_was_proven_for_one_name_serves_no_other_at_the_same_address(
    receiver: CrmReceiver,
) -> None:
    port = receiver.url.rpartition(":")[2]
    webhooks = Webhooks(networks=LOOPBACK, names=lambda host: ["127.0.0.1"])
    for name in ("bir", "iki", "bir"):
        receiver.answer_next(204)
        webhooks.post(f"http://{name}.example:{port}/olay", EVENT, [KEY], NOW)
    first, second, third = (call.client for call in receiver.calls[-3:])
    webhooks.close()
    assert first == third != second


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, None), (202, None), (204, None),
        (302, NotConfiguredError), (308, NotConfiguredError),
        (400, PermanentError), (404, PermanentError), (409, PermanentError), (422, PermanentError),
        (401, CredentialsRejectedError), (403, CredentialsRejectedError),
        (410, RecipientRejectedError),
        (408, ConnectionFailedError), (429, ThrottledError),
        (500, PermanentError), (502, ConnectionFailedError), (503, ConnectionFailedError),
    ],
)  # fmt: skip
def test_an_answer_means_what_it_says(
    receiver: CrmReceiver, status: int, meaning: type[DeskError] | None
) -> None:
    receiver.answer_next(status, b"x" * 200_000, retry_after="7")
    if meaning is None:
        assert post(f"{receiver.url}/olay") == status
        return
    with pytest.raises(meaning) as error:
        post(f"{receiver.url}/olay")
    assert type(error.value) is meaning
    assert getattr(error.value, "retry_after", None) in (None, timedelta(seconds=7))


def test_a_broken_connection_is_one_to_try_again(receiver: CrmReceiver) -> None:
    receiver.fail_next(Fault(drop=True))
    with pytest.raises(ConnectionFailedError):
        post(f"{receiver.url}/olay")


@pytest.mark.parametrize(
    ("url", "plain", "fits"),
    [
        ("https://crm.example/olay", False, True),
        ("http://crm.example/olay", False, False),
        ("http://crm.example/olay", True, True),
        ("crm.example", True, False),
        ("https://crm.example:0/olay", True, False),
    ],
)
def test_an_address_is_looked_at_before_it_is_kept(url: str, plain: bool, fits: bool) -> None:
    if fits:
        check_address(url, plain_allowed=plain)
        return
    with pytest.raises(PermanentError):
        check_address(url, plain_allowed=plain)
