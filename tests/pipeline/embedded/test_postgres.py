"""The embedded PostgreSQL on its own settings: durable, private, and back after whatever killed it."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config.sockets import socket_folder
from domain.errors import NotConfiguredError
from pipeline.embedded.postgres import Cluster, binary, command, is_ready, prepare
from pipeline.embedded.privileges import Privileges, check_reach
from pipeline.embedded.stale import processes_on
from tests.servers import processes

Start = Callable[[Cluster], subprocess.Popen[bytes]]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its user")


def cluster_in(folder: Path, privileges: Privileges | None = None) -> Cluster:
    sockets = socket_folder(folder) / "postgres"
    if privileges is None:
        return Cluster(data=folder / "postgres", sockets=sockets)
    return Cluster(data=folder / "postgres", sockets=sockets, privileges=privileges)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a cluster and waits for it; whatever was started is ended after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(cluster: Cluster) -> subprocess.Popen[bytes]:
        prepare(cluster)
        log = tmp_path / "postgres.log"
        started.append(processes.start(command(cluster), log))
        processes.wait_until(lambda: is_ready(cluster), f"PostgreSQL: {log}")
        return started[-1]

    yield begin
    for process in started:
        processes.stop(process, signal.SIGINT)


def ask(cluster: Cluster, statement: str) -> object:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None


def test_a_first_start_gives_a_durable_database_in_utf_8(start: Start, tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    start(cluster)
    shown = {name: ask(cluster, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "data_checksums")}
    assert shown == {"fsync": "on", "synchronous_commit": "on", "data_checksums": "on"}
    assert ask(cluster, "SHOW server_encoding") == "UTF8"
    assert ask(cluster, "SELECT lower('ÇĞÖŞÜ')") == "çğöşü"


def test_nobody_but_its_owner_reaches_it(start: Start, tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    start(cluster)
    assert ask(cluster, "SHOW listen_addresses") == ""
    for folder in (cluster.sockets, cluster.sockets.parent, cluster.data):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder


def test_a_failing_statement_leaves_no_citizen_s_data_in_the_log(start: Start, tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    start(cluster)
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (phone text PRIMARY KEY)")
        for _ in range(2):
            try:
                connection.execute("INSERT INTO people VALUES ('+905550001122')")
            except psycopg.errors.UniqueViolation:
                break
    log = (tmp_path / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "905550001122" not in log


def test_commits_survive_a_sigkill_of_the_whole_server(start: Start, tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    process = start(cluster)
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for n in range(200):
            connection.execute("INSERT INTO kept VALUES (%s)", [n])
        process.kill()
    process.wait()
    start(cluster)
    assert ask(cluster, "SELECT count(*) FROM kept") == 200


def test_a_start_interrupted_half_way_is_made_anew(start: Start, tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    start(cluster_in(tmp_path))
    assert not (tmp_path / "postgres.new").exists()


def test_a_lock_file_with_another_program_s_pid_does_not_stop_it(start: Start, tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    processes.stop(start(cluster), signal.SIGINT)
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n1\n5432\n")
    start(cluster)
    assert ask(cluster, "SELECT 1") == 1


def test_a_second_server_on_the_same_data_is_refused(start: Start, tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    process = start(cluster)
    with pytest.raises(NotConfiguredError, match=f"already running .*pid {process.pid}"):
        prepare(cluster)
    assert process.pid in {p.pid for p in processes_on(cluster.data)}


def test_data_of_another_major_version_are_refused(tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(NotConfiguredError, match=r"made by PostgreSQL 17.*operations\.md"):
        prepare(cluster)


def test_a_path_too_long_for_a_socket_works_all_the_same(start: Start, tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path / ("x" * 100))
    start(cluster)
    assert ask(cluster, "SELECT 1") == 1
    shutil.rmtree(cluster.sockets.parent)


@as_root
def test_without_user_namespaces_root_runs_it_as_nobody(start: Start) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        cluster = cluster_in(folder, Privileges.NOBODY)
        try:
            check_reach([binary("postgres")], Privileges.NOBODY)
        except NotConfiguredError as error:
            pytest.skip(str(error))
        process = start(cluster)
        assert ask(cluster, "SELECT 1") == 1
        assert cluster.data.stat().st_uid == 65534
        processes.stop(process, signal.SIGINT)
        back = cluster_in(folder)
        processes.stop(start(back), signal.SIGINT)
        assert back.data.stat().st_uid == 0


@as_root
def test_a_folder_that_nobody_cannot_enter_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(NotConfiguredError, match="cannot reach"):
        prepare(cluster_in(tmp_path, Privileges.NOBODY))
