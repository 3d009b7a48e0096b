"""The desk's own ways in for mail: `beyazmasa lmtp`, started for the day; `beyazmasa pipe`, once a mail."""

import shutil
import smtplib
import socket
import subprocess
import sys
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from demo.refusal import NotTakenError
from pipeline.waiting import until

DESK = "beyazmasa@buyuksehir.example"
LMTP_ACCOUNT, PIPE_ACCOUNT = "gosteri-eposta", "gosteri-boru"
_PATIENCE = 60.0


class Mailroom:
    """Hands mails over as a mail server does. The LMTP server ends with the context, or with this process."""

    def __init__(self) -> None:
        self._port = _free_port()
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        where = ["--account", LMTP_ACCOUNT, "--port", str(self._port)]
        tied = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        self._process = subprocess.Popen(
            [*tied, _program(), "lmtp", *where],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)

    def deliver(self, raw: bytes, sender: str) -> None:
        """Hand a mail over by LMTP; an empty sender is a bounce's. Raises NotTakenError."""
        until(self._listens, "beyazmasa lmtp", _PATIENCE)
        try:
            with smtplib.LMTP("127.0.0.1", self._port, timeout=60) as server:
                server.sendmail(sender, [DESK], raw)
        except (smtplib.SMTPException, OSError) as error:
            raise NotTakenError(f"LMTP: {error}") from error

    def pipe(self, raw: bytes) -> None:
        """Hand a mail over by pipe. Raises NotTakenError."""
        with self._lock:
            done = subprocess.run(
                [_program(), "pipe", "--account", PIPE_ACCOUNT], input=raw, capture_output=True
            )
        if done.returncode:
            raise NotTakenError(f"pipe: exit status {done.returncode}")

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True


def _program() -> str:
    return str(Path(sys.executable).with_name("beyazmasa"))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
