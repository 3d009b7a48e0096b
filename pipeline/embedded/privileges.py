"""PostgreSQL refuses to run as root (its `check_root`): how a root user runs it all the same."""

import os
import pwd
import shutil
import subprocess
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from domain.errors import NotConfiguredError

_NOBODY = 65534
_DROPPED = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]


class Privileges(StrEnum):
    """As whom a server runs."""

    PLAIN = "plain"
    NAMESPACE = "namespace"  # root outside, an ordinary user to itself: its files stay root's
    NOBODY = "nobody"  # where the kernel refuses user namespaces, as in some containers


@lru_cache
def choose() -> Privileges:
    """The privileges for this user here; to initdb a user without a name is no better than root."""
    if os.geteuid() in _named_users():
        return Privileges.PLAIN
    probe = subprocess.run(wrap(["true"], Privileges.NAMESPACE), capture_output=True, check=False)
    if probe.returncode == 0:
        return Privileges.NAMESPACE
    return Privileges.NOBODY if os.geteuid() == 0 else Privileges.PLAIN


def wrap(command: list[str], privileges: Privileges) -> list[str]:
    """The command that runs `command` with these privileges; both helpers end in exec, the pid stays."""
    if privileges is Privileges.PLAIN:
        return command
    if privileges is Privileges.NOBODY:
        return [*_DROPPED, *command]
    user = min(_named_users(), default=_NOBODY)
    return ["unshare", "--user", f"--map-user={user}", f"--map-group={user}", *command]


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


@lru_cache
def _named_users() -> frozenset[int]:
    return frozenset(user.pw_uid for user in pwd.getpwall()) - {0}
