"""Who this deployment is to the leases: the same from one start to the next, so that it goes on at once.

Without that, mailboxes would lie unread until the leases of a killed process ended.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from uuid import uuid4

from pipeline.lock import hold

_PATIENCE = 10.0
"""Seconds for the readers of a killed process to end; they share its lock."""


@contextmanager
def holder(folder: Path, stop: Event, *, patience: float = _PATIENCE) -> Iterator[str]:
    """The name to hold leases by, while the context is open.

    The folder's lock makes sure that no other process, nor a child of one, uses the same name. While another
    keeps it, this process goes by a name of its own and stands by.
    """
    until = time.monotonic() + patience
    while True:
        with hold(folder / "connectors.lock") as other:
            if other is None:
                yield f"{socket.gethostname()}:{_name_of(folder / 'connectors.name')}"
                return
            if stop.wait(0.1) or time.monotonic() > until:
                yield f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex}"
                return


def _name_of(path: Path) -> str:
    name = path.read_text(encoding="ascii") if path.exists() else ""
    if not name:
        name = uuid4().hex
        path.write_text(name, encoding="ascii")
    return name
