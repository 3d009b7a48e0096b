"""Sending by SMTP against a real server that refuses, breaks off, hangs and is repaired."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default

import pytest

from domain.errors import (
    ConnectionFailedError,
    RecipientRejectedError,
)
from domain.notices import Rendered
from notifier.contracts import Outgoing
from notifier.smtp import SmtpTransport
from tests.servers.smtp import DROP, SILENT, TAKE_AND_DROP, TRICKLE, MailServer

Make = Callable[..., Outgoing]
Serve = Callable[..., MailServer]
Connect = Callable[..., SmtpTransport]


def test_a_notice_reaches_the_server_and_its_message_id_is_the_gateways_id(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    given = connect(server).send(outgoing(message_id="<n.1.abc@buyuksehir.example>"))
    (delivery,) = server.deliveries
    mail = message_from_bytes(delivery.content, policy=default)
    assert given == mail["Message-ID"] == "<n.1.abc@buyuksehir.example>"
    assert delivery.recipients == ("ayse@eposta.example",)
    assert mail["Subject"] == "Başvurunuz alındı"


@pytest.mark.parametrize(
    ("label", "automatic", "bounce", "sender"),
    [
        ("a receipt leaves with the null sender (E15)", True, "", "<>"),
        ("a unit's mail wants its bounces back (E17)", False, "", "beyazmasa@buyuksehir.example"),
        ("a bounce address is for receipts too", True, "iade@buyuksehir.example", "iade@buyuksehir.example"),
        ("and for units' mails", False, "iade@buyuksehir.example", "iade@buyuksehir.example"),
    ],
)
def test_the_envelope_sender_says_who_is_told_of_a_bounce(
    label: str, automatic: bool, bounce: str, sender: str, serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve(dsn=True)
    connect(server, bounce=bounce).send(outgoing(our_id="n=1+2 ş", automatic=automatic))
    (delivery,) = server.deliveries
    assert delivery.sender == sender, label
    wanted = {"RET=HDRS", "ENVID=N+3D1+2B2+20+C5+9F", "NOTIFY=FAILURE"}
    assert wanted <= set(delivery.options) if sender != "<>" else not wanted & set(delivery.options)


def test_a_server_without_dsn_is_not_asked_for_it(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    connect(server).send(outgoing(automatic=False))
    assert not [o for o in server.deliveries[0].options if o.startswith(("ENVID", "NOTIFY", "RET"))]


def test_one_connection_serves_many_notices(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    transport = connect(server)
    for number in range(5):
        transport.send(outgoing(our_id=f"n-{number}"))
    assert (len(server.deliveries), server.connections) == (5, 1)


@pytest.mark.parametrize("command", ["GREETING", "NOOP", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_breaks_off_is_replaced(
    command: str, serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    transport.send(outgoing())
    server.answers[command] = DROP
    if command == "NOOP":
        transport.send(outgoing())
    else:
        if command == "GREETING":
            server.drop_connections()
        with pytest.raises(ConnectionFailedError):
            transport.send(outgoing())
    server.answers.clear()
    transport.send(outgoing())
    assert len(server.deliveries) == (3 if command == "NOOP" else 2)


def test_a_kept_connection_that_died_in_silence_costs_no_attempt(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    transport.send(outgoing())
    server.drop_connections()
    transport.send(outgoing())
    assert (len(server.deliveries), server.connections) == (2, 2)


def test_a_retry_after_a_lost_answer_carries_the_same_message_id(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    server.answers["DATA"] = TAKE_AND_DROP
    with pytest.raises(ConnectionFailedError):
        transport.send(outgoing())
    server.answers.clear()
    transport.send(outgoing())
    first, second = (message_from_bytes(d.content)["Message-ID"] for d in server.deliveries)
    assert first == second


def test_a_server_that_is_away_comes_back(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    transport = connect(server)
    server.stop()
    with pytest.raises(ConnectionFailedError):
        transport.send(outgoing())
    server.start()
    transport.send(outgoing())
    assert len(server.deliveries) == 1


@pytest.mark.parametrize("command", ["GREETING", "NOOP", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("behaviour", [SILENT, TRICKLE])
def test_a_server_that_hangs_is_left_at_a_deadline(
    command: str, behaviour: str, serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server, timeout=0.2, deadline=0.4)
    if command == "NOOP":
        transport.send(outgoing())
        server.answers[command] = behaviour
        transport.send(outgoing())
        assert server.connections == 2
        return
    server.answers[command] = behaviour
    with pytest.raises(ConnectionFailedError):
        transport.send(outgoing())


@pytest.mark.parametrize("greeting", ["421 4.3.2 not now", "554 no service here"])
def test_a_server_that_does_not_greet_is_tried_again(
    greeting: str, serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    server.answers["GREETING"] = greeting
    with pytest.raises(ConnectionFailedError):
        connect(server).send(outgoing())


def test_letters_beyond_ascii_use_smtputf8_only_when_needed(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    transport.send(outgoing("çiğdem@kadıköy.example"))
    transport.send(outgoing("cigdem@kadıköy.example"))
    first, second = server.deliveries
    assert "SMTPUTF8" in first.options
    assert "SMTPUTF8" not in second.options
    assert first.recipients[0].startswith("çiğdem@xn--")
    assert second.content.isascii()


def test_a_server_without_smtputf8_cannot_reach_such_an_address(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve(utf8=False)
    transport = connect(server)
    with pytest.raises(RecipientRejectedError):
        transport.send(outgoing("çiğdem@x.example"))
    transport.send(outgoing())
    assert (len(server.deliveries), server.connections) == (1, 1)


def test_a_line_that_is_a_dot_arrives(serve: Serve, connect: Connect, outgoing: Make) -> None:
    server = serve()
    connect(server).send(outgoing(rendered=Rendered(text="önce\n.\n..sonra\n", subject="x")))
    body = message_from_bytes(server.deliveries[0].content, policy=default).get_content()
    assert body.splitlines() == ["önce", ".", "..sonra"]


def test_closing_twice_and_closing_a_dead_connection_never_raises(
    serve: Serve, connect: Connect, outgoing: Make
) -> None:
    server = serve()
    transport = connect(server)
    transport.close()
    transport.send(outgoing())
    server.drop_connections()
    transport.close()
    transport.close()
