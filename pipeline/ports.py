"""Whether the web process will get its port, and who has it if not."""

import errno
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

from pipeline.leftovers import mark_of


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who listens on a port, as far as this user may know. `run` is set when it is a run of ours."""

    pid: int | None = None
    name: str = ""
    run: Path | None = None


def obstacle(host: str, port: int) -> str | None:
    """None when the port can be had, else what the system says: EADDRINUSE, EACCES, EADDRNOTAVAIL ..."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except socket.gaierror:
        return "EADDRNOTAVAIL"
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return None


def holder(port: int) -> Holder:
    """Who listens on the port; an empty Holder when the system does not tell."""
    try:
        found = psutil.net_connections("tcp")
    except psutil.Error:
        return Holder()
    pids = {c.pid for c in found if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port}
    return next((_describe(pid) for pid in sorted(filter(None, pids))), Holder())


def _describe(pid: int) -> Holder:
    try:
        process = psutil.Process(pid)
        run = mark_of(process)
        return Holder(pid=pid, name=process.name(), run=Path(run) if run else None)
    except psutil.Error:
        return Holder(pid=pid)
