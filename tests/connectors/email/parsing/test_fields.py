"""Fields of the message that the samples do not state: recipients, our own loop header, kept headers."""

import pytest

from connectors.email.parse import parse_mail
from domain.messages import InboundMessage
from domain.vocabulary import Channel, Verdict
from tests.connectors.email.samples.building import mail
from tests.connectors.email.samples.corpus import CORPUS


def recipients(message: InboundMessage) -> list[str]:
    """The addresses it was sent to."""
    return [urn.path for urn in message.recipients]


def test_recipients_are_those_named_and_those_it_was_delivered_to_each_once() -> None:
    message = parse_mail(
        mail(
            'To: "Beyaz Masa" <beyazmasa@buyuksehir.example>, fen@BUYUKSEHIR.example',
            "Cc: =?utf-8?Q?Ali=2C_Veli?= <ali@ornek.example>",
            "Delivered-To: beyazmasa+case.7.abcdefghijklmnop@buyuksehir.example",
            "X-Original-To: beyazmasa@buyuksehir.example",
        )
    )
    assert recipients(message) == [
        "beyazmasa@buyuksehir.example",
        "fen@buyuksehir.example",
        "ali@ornek.example",
        "beyazmasa+case.7.abcdefghijklmnop@buyuksehir.example",
    ]


def test_a_mail_to_nobody_named_is_read() -> None:
    assert recipients(parse_mail(mail("To: undisclosed-recipients:;"))) == []
    assert recipients(parse_mail(mail(without=["to"]))) == []


@pytest.mark.parametrize(
    ("instance", "verdict"),
    [("istanbul", Verdict.OWN_LOOP), ("ISTANBUL", Verdict.OWN_LOOP), ("ankara", Verdict.ORDINARY)],
)
def test_only_our_own_instance_makes_a_loop(instance: str, verdict: Verdict) -> None:
    """E15: another desk that runs this program is somebody like everybody else."""
    assert parse_mail(mail("X-Beyazmasa-Instance: istanbul"), instance=instance).verdict is verdict


def test_kept_headers_stay_small_whatever_is_sent() -> None:
    huge = [f"{name}: {'ş' * 5_000}" for name in ("Received-SPF", "X-Spam-Status", "User-Agent", "List-Id")]
    kept = parse_mail(mail(*huge)).headers
    assert set(kept) == {"date", "message_id", "received_spf", "x_spam", "user_agent", "list_id"}
    assert all(len(value) <= 500 for value in kept.values())


def test_of_several_authentication_results_the_topmost_counts() -> None:
    """RFC 8601, section 5: the others may be the sender's own."""
    forged = mail(
        "Authentication-Results: mx.buyuksehir.example; dmarc=fail", "Authentication-Results: x; dmarc=pass"
    )
    assert parse_mail(forged).headers["authentication_results"] == "mx.buyuksehir.example; dmarc=fail"


@pytest.mark.parametrize("sample", [pytest.param(sample, id=sample.name) for sample in CORPUS])
def test_every_message_is_a_private_mail_with_one_key(sample: object) -> None:
    message = parse_mail(sample.raw)  # type: ignore[attr-defined]
    assert message.channel is Channel.EMAIL
    assert message.private
    assert message.external_id == message.content_key
    assert len(message.external_id) == 64
    assert all(len(value) <= 500 for value in message.headers.values())
