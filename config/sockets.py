"""Where the embedded servers listen: unix sockets in a folder only their owner may enter, never a TCP port.

A socket's file mode is the password: nothing of another user on the machine reaches it, and two checkouts
never compete for a port.
"""

import hashlib
import os
import stat
from pathlib import Path
from urllib.parse import quote

from domain.errors import NotConfiguredError

POSTGRES_ROLE = "desk"
POSTGRES_PORT = 5432  # of a unix socket: only a part of its file's name
_LONGEST_NAME = len("/postgres/.s.PGSQL.5432.lock")
_LONGEST_PATH = 107  # bytes of sun_path without its closing zero, unix(7)
_SHORT = Path("/tmp")  # noqa: S108 - the folder below it is private and checked; TMPDIR differs between processes


def socket_folder(var_dir: Path) -> Path:
    """The folder of a deployment's sockets: `run` in its var folder, or a short one where that is too long.

    Every process of the deployment finds the same folder, whatever its environment.
    """
    folder = var_dir.resolve() / "run"
    if len(os.fsencode(folder)) + _LONGEST_NAME <= _LONGEST_PATH:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return _SHORT / f"beyazmasa-{os.geteuid()}-{digest}"


def make_private(folder: Path) -> None:
    """Make a folder that only this user can look into. Raises NotConfiguredError when it is somebody else's.

    One that others may pass through, but not list, stays so: the sockets behind it are private themselves.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise NotConfiguredError(f"{folder} belongs to somebody else; remove it")
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~(stat.S_IXGRP | stat.S_IXOTH):
        folder.chmod(0o700)


def postgres_url(sockets: Path, database: str) -> str:
    """The URL of a database behind a socket folder, as libpq and SQLAlchemy read it."""
    return f"postgresql://{POSTGRES_ROLE}@/{database}?host={quote(str(sockets))}&port={POSTGRES_PORT}"


def valkey_url(socket: Path, database: int = 0) -> str:
    """The URL of a Valkey behind a socket, as redis-py reads it."""
    return f"unix://{quote(str(socket))}?db={database}"
