"""PostgreSQL refuses to run as root (its `check_root`): how a root user runs it all the same."""

import os
import shutil
import subprocess
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from domain.errors import NotConfiguredError

_NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
_NOBODY = 65534
_DROPPED = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]


class Privileges(StrEnum):
    """As whom a server runs."""

    PLAIN = "plain"
    NAMESPACE = "namespace"  # root outside, user 1000 to itself: its files stay root's
    NOBODY = "nobody"  # where the kernel refuses user namespaces, as in some containers


@lru_cache
def choose() -> Privileges:
    """The privileges for this user on this machine."""
    if os.geteuid() != 0:
        return Privileges.PLAIN
    probe = subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False)
    return Privileges.NAMESPACE if probe.returncode == 0 else Privileges.NOBODY


def wrap(command: list[str], privileges: Privileges) -> list[str]:
    """The command that runs `command` with these privileges; both helpers end in exec, the pid stays."""
    prefix = {Privileges.PLAIN: [], Privileges.NAMESPACE: _NAMESPACE, Privileges.NOBODY: _DROPPED}
    return [*prefix[privileges], *command]


def own(folder: Path, privileges: Privileges) -> None:
    """Give a server's folder, all of it, to the user it runs as; nothing to do for most."""
    owner = _NOBODY if privileges is Privileges.NOBODY else os.geteuid()
    if folder.stat().st_uid == owner:
        return
    shutil.chown(folder, owner, owner)
    for path in folder.rglob("*"):
        os.chown(path, owner, owner, follow_symlinks=False)


def check_reach(paths: list[Path], privileges: Privileges) -> None:
    """Raise NotConfiguredError when the server's user may not enter one of the paths."""
    if privileges is not Privileges.NOBODY:
        return
    for path in paths:
        test = wrap(["test", "-r", str(path), "-a", "-x", str(path)], privileges)
        if subprocess.run(test, check=False).returncode != 0:
            raise NotConfiguredError(
                f"PostgreSQL does not run as root, this machine allows no user namespaces, and user "
                f"{_NOBODY} cannot reach {path}: work as another user, or in a folder others may enter"
            )
