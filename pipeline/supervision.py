"""supervisord as a child of ours: started on a generated file and asked over its private socket."""

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from xmlrpc.client import Fault, ProtocolError, ServerProxy

from supervisor.xmlrpc import Faults, SupervisorTransport

from config.settings import Settings
from config.sockets import make_private
from pipeline import leftovers
from pipeline.metrics_folder import start_counting
from pipeline.programs import CONTROL_USER, DESK, embedded_programs, procfile_programs, render
from pipeline.waiting import until


@dataclass(frozen=True, kw_only=True)
class ProgramState:
    """One program as supervisord sees it. `stopped_at` tells one failure from the next, 0 for none."""

    name: str
    state: str
    pid: int
    stopped_at: int


class Supervisor:
    """The running supervisord of one deployment."""

    def __init__(self, process: subprocess.Popen[bytes], run_dir: Path, password: str) -> None:
        self._process = process
        self._run_dir = run_dir
        self._password = password

    @classmethod
    def start(cls, settings: Settings, *, programs: dict[str, str] | None = None) -> Self:
        """Start supervisord and with it the embedded servers; the programs wait for `start_programs`.

        Ctrl-C in the terminal does not reach it: `leftovers.end` stops it, and all it runs, in order.
        """
        make_private(settings.run_dir)
        logs = settings.var_dir / "log"
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        conf = settings.run_dir / "supervisord.conf"
        password = secrets.token_hex(16)
        text = render(settings, programs or procfile_programs(), embedded_programs(settings), password)
        conf.touch(mode=0o600)
        conf.write_text(text, encoding="utf-8")
        with (logs / "supervisord.out").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", leftovers.SUPERVISOR, "-c", str(conf)],
                env=_environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                umask=0o077,
            )
        found = cls(process, settings.run_dir, password)
        until(lambda: found.answers() or not found.alive(), "supervisord", 30)
        return found

    def alive(self) -> bool:
        """Whether supervisord itself runs."""
        return self._process.poll() is None

    def answers(self) -> bool:
        """Whether its control socket answers."""
        try:
            self._call("getState")
        except (OSError, ProtocolError):
            return False
        return True

    def start_program(self, name: str) -> None:
        """Start one of the Procfile's processes; one that ends at once is started again, as any is."""
        try:
            self._call("startProcess", f"{DESK}:{name}", False)
        except Fault as fault:
            if fault.faultCode != Faults.SPAWN_ERROR:
                raise

    def start_programs(self) -> None:
        """Start the Procfile's processes; those that run already are left alone."""
        self._call("startProcessGroup", DESK, False)

    def states(self) -> dict[str, ProgramState]:
        """Every program by name; none once supervisord has gone."""
        try:
            found = self._call("getAllProcessInfo")
        except (OSError, ProtocolError, Fault):
            return {}
        states = (
            ProgramState(name=p["name"], state=p["statename"], pid=p["pid"], stopped_at=p["stop"])
            for p in found
        )
        return {state.name: state for state in states}

    def wait(self, seconds: float) -> bool:
        """Whether supervisord ended within these seconds."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _call(self, method: str, *arguments: object) -> Any:
        address = f"unix://{self._run_dir}/supervisor.sock"
        transport = SupervisorTransport(CONTROL_USER, self._password, address)
        with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)


def _environment(settings: Settings) -> dict[str, str]:
    # The interpreter's folder is not resolved: in a virtual environment its link stands beside the commands.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    marks = {leftovers.MARK: str(settings.run_dir), "WORKER_PROCESSES": str(settings.worker_processes)}
    numbers = start_counting(settings.run_dir / "metrics")
    return os.environ | {"PATH": path, "PYTHONUNBUFFERED": "1"} | marks | numbers
