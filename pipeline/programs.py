"""What the supervisor runs: the Procfile's processes, and embedded servers where none are configured.

The Procfile stays the one list of processes, for honcho and for platforms. supervisord is used because it
brings back the one process that died and leaves the others alone; a plain Procfile runner stops them all.
"""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from honcho.environ import parse_procfile

from config.settings import Settings
from domain.errors import NotConfiguredError

DESK, SERVERS = "desk", "servers"
"""The two groups: servers come first and go last."""
CONTROL_USER = "desk"

_TRIES = 1_000_000  # supervisord waits a second longer after each quick failure, and never gives up
_GRACE = 20  # seconds from SIGTERM to SIGKILL; a worker finishes its batch in a fraction of that
_QUICK = 5  # seconds; whatever ends sooner has failed to start and is brought back with that delay


def procfile_programs(path: Path = Path("Procfile")) -> dict[str, str]:
    """The Procfile's commands by name. Raises NotConfiguredError where there is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise NotConfiguredError(f"there is no {path} here: work in the folder of the checkout") from None
    return dict(parse_procfile(text).processes)


def embedded_programs(settings: Settings) -> dict[str, str]:
    """The embedded servers this deployment needs, by name."""
    postgres = {} if settings.database_url else {"postgres": "beyazmasa postgres"}
    return postgres | ({} if settings.redis_url else {"valkey": "beyazmasa valkey"})


def render(settings: Settings, programs: dict[str, str], servers: dict[str, str], password: str) -> str:
    """The supervisord.conf of these programs and servers; the password is asked at its control socket."""
    logs = (settings.var_dir / "log").resolve()
    sections = [_head(settings.run_dir, logs, password)]
    sections += [_program(name, line, logs, server=True) for name, line in servers.items()]
    sections += [_program(name, line, logs, server=False) for name, line in programs.items()]
    sections += [_group(name, found) for name, found in ((SERVERS, servers), (DESK, programs)) if found]
    return "\n".join(sections)


def _head(run_dir: Path, logs: Path, password: str) -> str:
    root = {"user": "root"} if os.geteuid() == 0 else {}
    kept = {"logfile": logs / "supervisord.log", "logfile_maxbytes": "10MB", "logfile_backups": 3}
    run = {"pidfile": run_dir / "supervisord.pid", "nodaemon": "true", "silent": "true", "childlogdir": logs}
    socket = run_dir / "supervisor.sock"
    entry = {"username": CONTROL_USER, "password": password}
    factory = "supervisor.rpcinterface:make_main_rpcinterface"
    return "\n".join(
        [
            _section("supervisord", kept | run | root),
            _section("unix_http_server", {"file": socket, "chmod": "0700"} | entry),
            _section("rpcinterface:supervisor", {"supervisor.rpcinterface_factory": factory}),
            _section("supervisorctl", {"serverurl": f"unix://{socket}"} | entry),
        ]
    )


def _program(name: str, line: str, logs: Path, *, server: bool) -> str:
    log = {"redirect_stderr": "true", "stdout_logfile": logs / f"{name}.log"}
    kept = {"stdout_logfile_maxbytes": "10MB", "stdout_logfile_backups": 3}
    again = {"autorestart": "true", "startsecs": _QUICK, "startretries": _TRIES}
    # Only the process itself is asked to stop: dramatiq hands the signal on, and a worker that gets a second
    # one drops its work. SIGINT is PostgreSQL's fast shutdown; to its SIGTERM it would wait for every client.
    stopping = {
        "stopsignal": "INT" if name == "postgres" else "TERM",
        "stopwaitsecs": 2 * _GRACE if server else _GRACE,
    }
    group = {"stopasgroup": "false", "killasgroup": "true"}
    values = {"command": _shell(line), "autostart": str(server).lower()} | again | stopping | group
    return _section(f"program:{name}", values | log | kept)


def _group(name: str, programs: dict[str, str]) -> str:
    return _section(
        f"group:{name}", {"programs": ",".join(programs), "priority": 1 if name == SERVERS else 2}
    )


def _shell(line: str) -> str:
    return f"/bin/sh -c {shlex.quote(f'exec {line}')}"


def _section(name: str, values: Mapping[str, object]) -> str:
    # supervisord expands %(...)s and drops what follows " ;" or " #".
    for value in map(str, values.values()):
        if " ;" in value or " #" in value:
            raise NotConfiguredError(f"the Procfile's line of {name} holds a ';' or '#' after a space")
    lines = [f"{key}={str(value).replace('%', '%%')}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])
