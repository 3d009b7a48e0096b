"""What a mail server's refusals become: the table that decides between again, elsewhere and an operator."""

from collections.abc import Callable

import pytest

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
)
from notifier.contracts import Outgoing
from notifier.smtp import SmtpTransport
from tests.servers.smtp import MailServer

Make = Callable[..., Outgoing]
Serve = Callable[..., MailServer]
Connect = Callable[..., SmtpTransport]


REFUSALS = [
    ("MAIL", "421 4.3.2 closing", ConnectionFailedError),
    ("MAIL", "451 4.3.0 local error", ConnectionFailedError),
    ("MAIL", "452 4.3.1 out of storage", ThrottledError),
    ("MAIL", "450 4.7.1 too many mails", ThrottledError),
    ("MAIL", "421 4.7.0 slow down", ThrottledError),
    ("MAIL", "530 5.7.0 authentication required", CredentialsRejectedError),
    ("MAIL", "538 5.7.11 encryption required", CredentialsRejectedError),
    ("MAIL", "550 5.7.1 sender not allowed", NotConfiguredError),
    ("MAIL", "553 5.1.8 unknown sender domain", NotConfiguredError),
    ("MAIL", "552 5.3.4 message too big", PermanentError),
    ("MAIL", "503 5.5.1 nested MAIL", ConnectionFailedError),
    ("RCPT", "421 4.3.2 closing", ConnectionFailedError),
    ("RCPT", "450 4.2.0 greylisted", ThrottledError),
    ("RCPT", "451 4.7.1 greylisted", ThrottledError),
    ("RCPT", "451 4.3.5 server misconfigured", ConnectionFailedError),
    ("RCPT", "452 4.2.2 mailbox full", ThrottledError),
    ("RCPT", "550 5.1.1 no such user", RecipientRejectedError),
    ("RCPT", "550 no such user", RecipientRejectedError),
    ("RCPT", "551 5.1.6 user moved", RecipientRejectedError),
    ("RCPT", "552 5.2.2 mailbox full", RecipientRejectedError),
    ("RCPT", "553 5.1.3 bad address", RecipientRejectedError),
    ("RCPT", "554 5.7.1 refused by the recipient", RecipientRejectedError),
    ("RCPT", "501 5.1.3 bad syntax", RecipientRejectedError),
    ("RCPT", "550 5.7.1 Relaying denied", NotConfiguredError),
    ("RCPT", "554 5.7.1 <a@b>: Relay access denied", NotConfiguredError),
    ("RCPT", "550 5.7.23 SPF validation failed", NotConfiguredError),
    ("RCPT", "530 5.7.0 authentication required", CredentialsRejectedError),
    ("RCPT", "500 5.5.2 what?", ConnectionFailedError),
    ("DATA", "451 4.3.0 try later", ConnectionFailedError),
    ("DATA", "452 4.3.1 out of storage", ThrottledError),
    ("DATA", "550 5.7.26 unauthenticated mail of this domain", NotConfiguredError),
    ("DATA", "554 5.6.0 content refused", RecipientRejectedError),
    ("DATA", "552 5.3.4 message too big", PermanentError),
]


@pytest.mark.parametrize(("command", "answer", "expected"), REFUSALS)
def test_a_refusal_becomes_the_error_that_decides_what_happens_next(
    command: str,
    answer: str,
    expected: type[DeskError],
    serve: Serve,
    connect: Connect,
    outgoing: Make,
) -> None:
    server = serve()
    server.answers[command] = answer
    transport = connect(server)
    with pytest.raises(expected) as refusal:
        transport.send(outgoing())
    assert type(refusal.value) is expected
    assert answer.split()[0] in str(refusal.value)
    assert not server.deliveries
    server.answers.clear()
    transport.send(outgoing())
    assert len(server.deliveries) == 1


def test_452_and_550_are_told_apart(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    transport = connect(server)
    server.answers["RCPT"] = "452 4.5.3 too many recipients"
    with pytest.raises(ThrottledError):
        transport.send(outgoing())
    server.answers["RCPT"] = "550 5.1.1 no such user"
    with pytest.raises(RecipientRejectedError):
        transport.send(outgoing())


def test_no_error_repeats_the_citizens_address(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    server.answers["RCPT"] = "550 5.1.1 <AYSE@eposta.example>: no such user"
    with pytest.raises(RecipientRejectedError) as refusal:
        connect(server).send(outgoing())
    assert "ayse" not in str(refusal.value).lower()
    assert "no such user" in str(refusal.value)
    assert refusal.value.__cause__ is None
