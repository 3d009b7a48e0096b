"""Secrets a development deployment makes for itself on its first start: files only their owner can read."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet


def read_or_make_secrets(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """The named secrets from the folder's files, each made there first when it is missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {name: _read_or_make(folder / name) for name in names}


def _read_or_make(path: Path) -> str:
    # Several processes may start at once: a complete file is linked into place, and the first one stays.
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(Fernet.generate_key().decode("ascii"), encoding="ascii")
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
