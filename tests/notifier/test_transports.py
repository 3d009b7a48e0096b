"""The transports that do not speak SMTP, and what all of them promise."""

from collections.abc import Callable
from datetime import datetime

import pytest
from pydantic import SecretStr

from config.settings import Settings
from domain.errors import DeskError, NotConfiguredError, ThrottledError
from domain.messages import Attachment
from domain.notices import Rendered
from domain.urn import Urn
from domain.vocabulary import Medium
from notifier.console import ConsoleTransport, OutboxItem
from notifier.contracts import Outgoing, Transport
from notifier.gateway import GatewayTransport
from notifier.smtp import SmtpTransport, account_from
from notifier.smtp_session import Security
from tests.notifier.conftest import NOW

Make = Callable[..., Outgoing]
MOBILE = Urn("tel", "+905320000000")


class Gateway:
    """Takes texts, or raises what it was told to."""

    def __init__(self, error: DeskError | None = None) -> None:
        self.taken: list[Outgoing] = []
        self._error = error

    def send(self, outgoing: Outgoing) -> str:
        if self._error:
            raise self._error
        self.taken.append(outgoing)
        return f"gateway-{len(self.taken)}"


def sms(outgoing: Make, text: str) -> Outgoing:
    return outgoing(recipient=MOBILE, rendered=Rendered(text=text))


def test_a_text_leaves_by_the_gateway_and_its_id_comes_back(outgoing: Make) -> None:
    gateway = Gateway()
    notice = sms(outgoing, "Başvurunuz alındı.")
    assert GatewayTransport("1530", gateway).send(notice) == "gateway-1"
    assert gateway.taken == [notice]


@pytest.mark.parametrize(
    ("label", "text", "turkish", "most", "sent"),
    [
        ("one segment", "ş" * 77, True, 1, True),
        ("two where one is allowed", "ş" * 78, True, 1, False),
        ("a provider without the Turkish table counts in UCS-2", "ş" * 77, False, 1, False),
        ("plain letters need no table", "s" * 160, False, 1, True),
        ("a template gone wrong", "a" * 1000, True, 6, False),
        ("an empty text", " \n", True, 6, False),
    ],
)
def test_a_text_of_too_many_segments_is_stopped_before_it_costs(
    label: str, text: str, turkish: bool, most: int, sent: bool, outgoing: Make
) -> None:
    gateway = Gateway()
    transport = GatewayTransport("1530", gateway, turkish=turkish, most_segments=most)
    if sent:
        transport.send(sms(outgoing, text))
    else:
        with pytest.raises(NotConfiguredError, match="segments"):
            transport.send(sms(outgoing, text))
    assert bool(gateway.taken) is sent, label


def test_what_the_gateway_raises_comes_through(outgoing: Make) -> None:
    error = ThrottledError("slow down")
    with pytest.raises(ThrottledError) as raised:
        GatewayTransport("1530", Gateway(error)).send(sms(outgoing, "x"))
    assert raised.value is error


def test_the_console_keeps_a_mail_for_the_outbox_page(outgoing: Make) -> None:
    kept: list[OutboxItem] = []
    attachment = Attachment(name="foto.jpg", media_type="image/jpeg", content=b"x")
    notice = outgoing(message_id="<n@x>", references=("<a@x>", "<b@x>"), attachments=(attachment,))
    assert ConsoleTransport(kept.append, Medium.EMAIL).send(notice) == "<n@x>"
    (item,) = kept
    assert (item.subject, item.text, item.html) == (
        notice.rendered.subject,
        notice.rendered.text,
        notice.rendered.html,
    )
    assert item.headers == {"Message-ID": "<n@x>", "References": "<a@x> <b@x>", "Attachments": "foto.jpg"}


def test_the_console_counts_an_sms_as_its_gateway_would(outgoing: Make) -> None:
    kept: list[OutboxItem] = []
    given = ConsoleTransport(kept.append, Medium.SMS).send(sms(outgoing, "ş" * 78))
    assert given == "console-n-1"
    assert kept[0].headers == {"Encoding": "gsm7_turkish_single", "Units": "156", "Segments": "2"}


def test_a_notice_the_outbox_could_not_keep_was_not_sent(outgoing: Make) -> None:
    def full(item: OutboxItem) -> None:
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        ConsoleTransport(full, Medium.SMS).send(sms(outgoing, "x"))


def _now() -> datetime:
    return NOW


def test_every_transport_keeps_the_contract_and_closes_quietly(settings: Settings) -> None:
    transports: list[Transport] = [
        ConsoleTransport(lambda item: None, Medium.SMS),
        GatewayTransport("1530", Gateway()),
        SmtpTransport(account_from(settings), _now),
    ]
    for transport in transports:
        assert transport.name
        transport.close()


def test_the_smtp_account_comes_from_the_settings(settings: Settings) -> None:
    given = settings.model_copy(
        update={
            "mail_from": "Beyaz Masa <masa@büyükşehir.example>",
            "smtp_host": "posta.example",
            "smtp_port": 465,
            "smtp_security": "tls",
            "smtp_username": "masa",
            "smtp_password": SecretStr("gizli"),
            "smtp_bounce_address": "iade@buyuksehir.example",
        }
    )
    account = account_from(given)
    assert account.server.where == "posta.example:465"
    assert account.server.security is Security.TLS
    assert account.server.hello == account.letterhead.sender.domain == "xn--bykehir-n2ab50h.example"
    assert account.bounce_address == "iade@buyuksehir.example"
    assert "gizli" not in repr(account)


@pytest.mark.parametrize(
    ("name", "value"), [("mail_from", "Beyaz Masa"), ("smtp_bounce_address", "iade at x.example")]
)
def test_a_wrong_address_in_the_settings_is_named(name: str, value: str, settings: Settings) -> None:
    with pytest.raises(NotConfiguredError, match=name.upper()):
        account_from(settings.model_copy(update={name: value}))
