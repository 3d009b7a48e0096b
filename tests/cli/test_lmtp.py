"""`beyazmasa lmtp`, as a mail server meets it (E23)."""

import smtplib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.settings import Settings
from tests.servers import processes
from tests.servers.postgres import PostgresServer

MAIL = (
    b"From: =?utf-8?q?Ay=C5=9Fe?= <ayse@posta.example>\r\nSubject: Kald\xc4\xb1r\xc4\xb1m\r\n"
    b"Message-ID: <1@posta.example>\r\n\r\nKald\xc4\xb1r\xc4\xb1m bozuk.\r\n"
)


@pytest.fixture
def port(desk_settings: Settings, tmp_path: Path) -> Iterator[int]:
    """Where the command listens, on a desk with a database of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = int(probe.getsockname()[1])
    command = [sys.executable, "-c", "from cli.main import main; main()", "lmtp", "--port", str(free)]
    process = processes.start(command, tmp_path / "lmtp.log")
    processes.wait_until(lambda: _listens(free), f"beyazmasa lmtp, see {tmp_path / 'lmtp.log'}")
    yield free
    assert processes.stop(process) == 0


def test_a_mail_is_stored_before_it_is_taken_and_left_when_the_database_is_away(
    port: int, desk_settings: Settings, postgres_server: PostgresServer
) -> None:
    """250 for a committed row, once however often it is offered; 451 and nothing else on our trouble."""
    url = desk_settings.database
    with smtplib.LMTP("127.0.0.1", port, timeout=30) as client:
        assert [_deliver(client), _deliver(client)] == [250, 250]
        with psycopg.connect(url) as connection:
            rows = connection.execute("SELECT count(*) FROM messages").fetchone()
        assert rows == (1,)
        postgres_server.drop(url)
        assert _deliver(client) == 451


def _deliver(client: smtplib.LMTP) -> int:
    client.ehlo_or_helo_if_needed()
    client.mail("ayse@posta.example")
    client.rcpt("beyazmasa@buyuksehir.example")
    return client.data(MAIL)[0]


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
