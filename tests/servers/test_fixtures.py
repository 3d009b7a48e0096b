"""The fixtures other tests stand on: fresh data for each test, servers that can die, no way out."""

import socket
from pathlib import Path

import psycopg
import pytest
import redis

from config.settings import Settings, get_settings
from tests.servers.loopback import LeftTheMachineError
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer


@pytest.mark.parametrize("round_", [1, 2])
def test_each_test_gets_a_migrated_database_without_the_others_rows(database_url: str, round_: int) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        connection.execute("CREATE TABLE left_behind ()")


def test_a_killed_postgresql_keeps_what_was_committed(
    postgres_server: PostgresServer, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        postgres_server.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT one FROM kept")
    postgres_server.restart()
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


@pytest.mark.parametrize("round_", [1, 2])
def test_each_test_gets_an_empty_valkey(valkey_url: str, round_: int) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_a_stopped_valkey_keeps_its_keys(valkey_server: ValkeyServer, valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        client.set("kept", "1")
        valkey_server.restart()
        assert client.get("kept") == b"1"


def test_settings_are_those_of_a_throw_away_desk(settings: Settings, tmp_path: Path) -> None:
    assert settings.var_dir == tmp_path / "var"
    assert get_settings() is settings
    assert settings.smtp_host == ""


def test_desk_settings_point_at_the_test_s_own_servers(
    desk_settings: Settings, database_url: str, valkey_url: str
) -> None:
    assert (desk_settings.database, desk_settings.redis) == (database_url, valkey_url)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "api.twilio.com"])
def test_no_test_reaches_another_machine(host: str) -> None:
    with pytest.raises(LeftTheMachineError):
        socket.create_connection((host, 443), timeout=1)


def test_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()


def test_servers_that_a_test_left_dead_are_started_for_the_next(
    postgres_server: PostgresServer, valkey_server: ValkeyServer, request: pytest.FixtureRequest
) -> None:
    postgres_server.kill()
    valkey_server.kill()
    with psycopg.connect(request.getfixturevalue("database_url")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with redis.Redis.from_url(request.getfixturevalue("valkey_url")) as client:
        assert client.ping()
