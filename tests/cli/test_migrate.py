"""`beyazmasa migrate`: two hosts at once, and one sentence where it cannot."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.servers.postgres import PostgresServer


@pytest.fixture
def empty(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a database without a table."""
    with postgres_server.fresh("template0") as url:
        yield url


def begun(url: str, folder: Path) -> subprocess.Popen[str]:
    """The command on a host of its own."""
    return subprocess.Popen(
        [Path(sys.executable).with_name("beyazmasa"), "migrate"],
        env=os.environ | {"DATABASE_URL": url, "VAR_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit status and what it said."""
    said, _ = process.communicate(timeout=120)
    return process.returncode, said


def test_hosts_that_start_together_migrate_one_after_the_other(empty: str, tmp_path: Path) -> None:
    hosts = [begun(empty, tmp_path / name) for name in ("first", "second", "third")]
    assert [ended(host) for host in hosts] == [(0, "Veritabanı güncel.\n")] * len(hosts)


def test_a_database_of_a_newer_program_is_left_alone(database_url: str, tmp_path: Path) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        status, said = ended(begun(database_url, tmp_path))
        assert (status, said.startswith("Veritabanını programın daha yeni bir sürümü")) == (1, True)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_a_database_out_of_reach_is_told_in_one_sentence(tmp_path: Path) -> None:
    status, said = ended(begun(f"postgresql://desk@/desk?host={tmp_path}", tmp_path))
    assert (status, said.startswith("Veritabanına ulaşılamıyor")) == (1, True)
    assert "Traceback" not in said
