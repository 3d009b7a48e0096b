"""What machines ask: alive, ready, numbers; and what the developer's outbox shows."""

from collections.abc import Callable

import httpx
import psycopg
import pytest
import redis
from psycopg import sql

from pipeline.desk import Desk
from tests.pipeline.looking import send_all
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer
from tests.web.forms import filled, posted, query
from tests.web.serving import Site

READ_ONLY = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}")
OTHERS_END = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def test_a_healthy_process_is_alive_and_ready(client: httpx.Client) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready\n")


def test_without_a_database_it_is_alive_but_not_ready(
    client: httpx.Client, postgres_server: PostgresServer
) -> None:
    postgres_server.kill()
    try:
        assert client.get("/healthz").status_code == 200
        assert (client.get("/readyz").status_code, client.get("/readyz").text) == (503, "database\n")
        assert client.get("/metrics").status_code == 200
    finally:
        postgres_server.restart()
    assert client.get("/readyz").status_code == 200


def test_without_redis_it_is_not_ready_but_takes_forms(
    client: httpx.Client, valkey_server: ValkeyServer
) -> None:
    valkey_server.kill()
    try:
        assert client.get("/readyz").text == "redis\n"
        assert posted(client, filled()).status_code == 303
        assert client.post("/durum", data={"number": "1", "security": "2"}).status_code == 422
    finally:
        valkey_server.restart()


@pytest.mark.parametrize(
    ("command", "undone"),
    [
        (["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]),
        (["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"]),
    ],
    ids=["a replica", "its memory is full"],
)
def test_with_a_redis_that_only_answers_it_is_not_ready(
    client: httpx.Client, valkey_url: str, command: list[str], undone: list[str]
) -> None:
    with redis.Redis.from_url(valkey_url) as server:
        server.execute_command(*command)
        try:
            assert client.get("/readyz").text == "redis\n"
        finally:
            server.execute_command(*undone)
    assert client.get("/readyz").text == "ready\n"


def test_with_a_database_that_only_reads_it_is_not_ready(client: httpx.Client, desk: Desk) -> None:
    with psycopg.connect(desk.settings.database, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        for value, told in (("on", "database\n"), ("off", "ready\n")):
            connection.execute(READ_ONLY.format(name, sql.Literal(value)))
            connection.execute(OTHERS_END)  # as when the server went over to a replica
            assert client.get("/readyz").text == told


def test_an_older_schema_is_not_ready(client: httpx.Client, desk: Desk) -> None:
    with psycopg.connect(desk.settings.database, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (503, "schema\n")


def test_metrics_show_what_waits(client: httpx.Client) -> None:
    posted(client, filled())
    numbers = client.get("/metrics")
    assert numbers.headers["content-type"].startswith("text/plain")
    assert 'beyazmasa_waiting_rows{step="process"} 1.0' in numbers.text
    assert "beyazmasa_messages_accepted_total" in numbers.text


CALLERS = [
    ("127.0.0.1", 200),
    ("10.0.0.5", 200),
    ("fd00::5", 200),
    ("8.8.8.8", 404),
    ("2001:4860:4860::8888", 404),
]


@pytest.mark.parametrize(("caller", "status"), CALLERS)
def test_metrics_are_for_callers_inside(client: httpx.Client, caller: str, status: int) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": caller}).status_code == status


def test_the_outbox_shows_both_notices_as_they_would_have_left(
    client: httpx.Client, desk: Desk, workers: Callable[[], int]
) -> None:
    posted(client, filled(text="Çöp kutuları taşıyor, Kadıköy Moda <b>Caddesi</b>"))
    workers()
    send_all(desk)
    page = client.get("/outbox")
    ((number,),) = [query(desk, "SELECT number FROM cases")]
    assert page.status_code == 200
    assert "+905321234567" in page.text
    assert page.text.count(number) >= 2
    assert "1 parça" in page.text
    assert '<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc=' in page.text
    assert "<b>Caddesi" not in page.text
    for words, found in ((number, 2), ("+905321234567", 2), ("%", 0), ("<script>", 0)):
        assert client.get("/outbox", params={"ara": words}).text.count("<article") == found, words


def test_an_empty_outbox_says_so(site: Site, client: httpx.Client) -> None:
    assert "Henüz bildirim yok" in client.get("/outbox").text
