"""Mail handed over by LMTP: taken when it is stored, kept by the mail server otherwise (E23)."""

import asyncio
import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from connectors.email.lmtp import Accept, LmtpServer
from domain.errors import ConnectionFailedError, UnreadableMessageError
from tests.connectors.email.imap.desk import mail

SENDER = "ayse@posta.example"


@contextmanager
def listening(accept: Accept) -> Iterator[smtplib.LMTP]:
    """A mail server's connection to an LMTP server that hands over to `accept`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = LmtpServer(accept)
    port = asyncio.run_coroutine_threadsafe(server.start("127.0.0.1", 0), loop).result(10)
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
            yield client
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def send(client: smtplib.LMTP, raw: bytes, sender: str = SENDER, *recipients: str) -> list[tuple[int, bytes]]:
    """What the server answers for each recipient, as a mail server would read it."""
    to = recipients or ("beyazmasa@buyuksehir.example",)
    client.ehlo_or_helo_if_needed()
    answers = [client.mail(sender), *[client.rcpt(one) for one in to]]
    refused = [answer for answer in answers if answer[0] >= 400]
    if refused:
        client.rset()
        return refused
    return [client.data(raw), *[client.getreply() for _ in to[1:]]]


def test_a_mail_is_taken_byte_for_byte_with_its_return_path() -> None:
    """Dots, long lines and octets above 127 included."""
    taken: list[tuple[bytes, str]] = []
    raw = mail(1).replace(b"\n", b"\r\n") + b".tek nokta\r\n..\r\n" + b"\xc5\x9f" * 40_000 + b"\r\n"
    with listening(lambda content, recipient: taken.append((content, recipient))) as client:
        assert send(client, raw)[0][0] == 250
    assert taken == [(b"Return-Path: <ayse@posta.example>\r\n" + raw, "beyazmasa@buyuksehir.example")]


@pytest.mark.parametrize(
    ("label", "error", "code"),
    [
        ("database away", ConnectionFailedError("database"), 451),
        ("a fault of ours", KeyError("x"), 451),
        ("stored in quarantine", UnreadableMessageError("no header"), 250),
    ],
)
def test_what_is_not_stored_is_kept_by_the_mail_server(label: str, error: Exception, code: int) -> None:
    """Never a 5xx: the mail server would return the mail to the citizen."""

    def accept(raw: bytes, recipient: str) -> None:
        raise error

    with listening(accept) as client:
        assert send(client, mail(1))[0][0] == code, label


def test_each_recipient_gets_its_own_answer() -> None:
    """RFC 2033, section 4.2: one of two may have to be offered again."""

    def accept(raw: bytes, recipient: str) -> None:
        if recipient.startswith("arizali"):
            raise ConnectionFailedError("away")

    with listening(accept) as client:
        to = ("bir@buyuksehir.example", "arizali@buyuksehir.example", "iki@buyuksehir.example")
        assert [code for code, _ in send(client, mail(1), SENDER, *to)] == [250, 451, 250]


def test_a_bounce_with_the_empty_sender_is_taken() -> None:
    """E14: its Return-Path is what tells that it is one."""
    taken: list[bytes] = []
    with listening(lambda raw, recipient: taken.append(raw)) as client:
        assert send(client, mail(1), "")[0][0] == 250
    assert taken[0].startswith(b"Return-Path: <>\r\n")


REFUSALS: list[tuple[str, Callable[[smtplib.LMTP], tuple[int, bytes]]]] = [
    ("a sender that is no address", lambda client: client.docmd("MAIL", "FROM:<a b@@c>")),
    ("no address at all", lambda client: client.docmd("MAIL", "TO:<a@b.example>")),
    ("an unknown parameter", lambda client: client.docmd("MAIL", "FROM:<a@b.example> XYZ=1")),
]


@pytest.mark.parametrize(("label", "say"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_what_the_protocol_library_would_refuse_for_good_is_refused_for_now(
    label: str, say: Callable[[smtplib.LMTP], tuple[int, bytes]]
) -> None:
    """The mail stays with the mail server, where its postmaster sees it."""
    with listening(lambda raw, recipient: None) as client:
        client.ehlo_or_helo_if_needed()
        assert say(client)[0] == 451, label
